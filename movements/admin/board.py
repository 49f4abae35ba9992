"""The page "who has sent"."""

from typing import NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from danvan import clock
from movements.admin.pressing import pressing, ways_of
from movements.admin.selected import DEEDS, PRESS
from movements.admin.unit_filter import ALL, MINE, UnitFilterForm, key_of
from movements.domain.board import board
from movements.enums import Only, Standing
from movements.models import Report, ReportingPeriod

# Sign and colour: neither carries the meaning alone.
SIGNS = {
    Standing.ON_TIME: ("✓", "ok"),
    Standing.LATE: ("!", "warn"),
    Standing.RECEIVED: ("✉", "info"),
    Standing.RETURNED: ("↩", "warn"),
    Standing.OPEN: ("…", ""),
    Standing.OVERDUE: ("✗", "bad"),
    Standing.EXEMPT: ("–", ""),
}

MANY = 4
"""From so many periods on, a cell shows its sign and day alone; its words are there for who hears the page."""


class BoardForm(UnitFilterForm):
    """Which board (a scheme in a year, as ``3-2026``), of which units."""

    board = forms.ChoiceField(label=gettext_lazy("Report"))
    only = forms.ChoiceField(label=gettext_lazy("Only"), required=False)

    field_order = ["board", "only"]

    def __init__(self, data, *, user, boards):
        super().__init__({"board": boards[0][0], **data}, user=user)
        self.standard["board"] = boards[0][0]
        self.fields["board"].choices = boards
        self.fields["only"].choices = [("", _("all units")), *Only.choices]
        if not user.is_of_ban:
            del self.fields["only"]


class Head(NamedTuple):
    """The head of a column."""

    head: str
    due_words: str


def boards_of(user):
    """The boards that *user* can choose, as choices of the form: a unit those of its own reports.

    First the one with the due date nearest to today, which is what people come for.
    """
    rows = ReportingPeriod.objects.visible_to(user).begun().order_by("-due_on")
    if not user.is_of_ban:
        rows = rows.filter(pk__in=Report.objects.visible_to(user).values("period"))
    today = clock.today()
    rows = rows.values_list("scheme", "year", "scheme__name", "due_on")
    pairs = dict.fromkeys(row[:3] for row in sorted(rows, key=lambda row: abs(row[3] - today)))
    return [(f"{scheme}-{year}", f"{name} – {year}") for scheme, year, name in pairs]


def board_view(model_admin, request):
    """The board of what the reader sees. A lead has one row; a cell leads the Ban to the page of that duty."""
    user = request.user
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    boards = boards_of(user)
    form = BoardForm(request.GET.dict(), user=user, boards=boards) if boards else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Report tracking board"),
        "form": form,
        "legend": [(sign, tone, standing.label) for standing, (sign, tone) in SIGNS.items()],
    }
    if form and form.is_valid():
        context |= parts_of(model_admin, request, form)
    return TemplateResponse(request, "movements/board.html", context)


def parts_of(model_admin, request, form):
    """What the page shows of the board that was chosen."""
    user, data = request.user, form.cleaned_data
    scheme, year = map(int, data["board"].split("-"))
    only = Only(data["only"]) if data.get("only") else None
    found = board(user=user, scheme=scheme, year=year, today=clock.today(), units=form.units(), only=only)
    query = urlencode(form.chosen)
    deeds = [(deed, kind.button) for deed, kind in DEEDS.items() if model_admin.may(request, deed)]
    if user.is_of_ban and ways_of(user):
        deeds.append((PRESS, _("Remind, urge…")))
    open_periods = [period for period in found.periods if period.is_open]
    own_page = "../{}/" + ("change/" if not user.is_of_ban else f"cell/?{query}" if query else "cell/")
    words, is_tight = {standing: str(standing.label) for standing in SIGNS}, len(found.periods) >= MANY
    day_format = "%d/%m" if is_tight else "%d/%m/%Y"
    return {
        "board": found,
        "is_tight": is_tight,
        "heads": [
            Head(head_of(period) if is_tight else period.title, period.due_on.strftime(day_format))
            for period in found.periods
        ],
        "rows": [(row.unit, [drawn(cell, own_page, words, day_format) for cell in row.cells]) for row in found.rows],
        "sums": [in_words(counts) for counts in found.sums],
        "areas": [
            (each, urlencode(form.chosen | {"area": key_of(each)}), [each.counts[standing] for standing in SIGNS])
            for each in found.areas
        ],
        **(pressing(user, found.late, found.today, request.get_full_path()) if user.is_of_ban else {}),
        "deeds": deeds,
        "open_periods": open_periods,
        "ticks": deeds and open_periods,
        "chosen": data.get("charge") if form.own_charge is not None and data.get("charge") in (MINE, ALL) else None,
        "url": f"?{urlencode(request.GET.dict() | {'charge': ALL if data.get('charge') == MINE else MINE})}",
    }


def in_words(counts):
    """*counts* by standing as sign, tone, words and number, in the order of the legend."""
    return [(sign, tone, s.label, counts[s]) for s, (sign, tone) in SIGNS.items() if counts[s]]


def head_of(period):
    """What tells *period* from its neighbours: its title without the name that all of them begin with."""
    rest = period.title.removeprefix(period.scheme.name).strip()
    return capfirst(rest) or period.title


def drawn(cell, own_page, words, day_format):
    """*cell* as HTML. There are thousands on a page: each is as short as it can be, and no template is asked."""
    if cell is None:
        return ""
    report, (sign, tone) = cell.report, SIGNS[cell.standing]
    told = words[cell.standing]
    if cell.came_late and cell.standing != Standing.LATE:
        told = f"{told} ({pgettext('report', 'late')})"
    days = report.came_on.strftime(day_format) if report.came_on else ""
    if report.due_on != cell.period.due_on:
        moved = _("extended to %(due)s") % {"due": report.due_on.strftime(day_format)}
        days = f"{days} {moved}" if days else moved
    return format_html(
        '<a class="{}" href="{}">{} <span>{}</span></a> {}', tone, own_page.format(report.pk), sign, told, days
    )
