"""The page "who has sent"."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.organization.domain.people.assignments import charge_of
from danvan.organization.models import Cluster, Unit, UnitKind
from danvan.workflow.forms import PlainForm
from movements.domain.board import board, text_for_zalo
from movements.enums import Standing
from movements.models import ReportingPeriod
from movements.workflow import REPORT

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


MINE, ALL = "mine", "all"


class BoardForm(PlainForm):
    """Which board (a scheme in a year, as ``3-2026``), perhaps of some units, perhaps only who has not sent.

    ``charge`` is asked of officers with units in their charge: the board opens on these.
    """

    board = forms.ChoiceField(label=gettext_lazy("Report"))
    kind = forms.TypedChoiceField(label=gettext_lazy("Kind of unit"), required=False, coerce=int, empty_value=None)
    cluster = forms.TypedChoiceField(
        label=gettext_lazy("Emulation cluster"), required=False, coerce=int, empty_value=None
    )
    charge = forms.ChoiceField(
        label=gettext_lazy("Units in charge"),
        required=False,
        choices=[(MINE, gettext_lazy("Units in my charge")), (ALL, gettext_lazy("All units"))],
    )
    missing = forms.BooleanField(label=gettext_lazy("Only units that have not sent"), required=False)

    def __init__(self, *args, boards, kinds, clusters, has_charge, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = boards
        self.fields["kind"].choices = [("", _("all kinds")), *kinds]
        self.fields["cluster"].choices = [("", _("all clusters")), *clusters]
        if not clusters:
            del self.fields["cluster"]
        if not has_charge:
            del self.fields["charge"]


@dataclass(frozen=True)
class Shown:
    """A cell as the page draws it."""

    sign: str
    tone: str
    words: str
    late: bool
    due_on: object
    came_on: object
    url: str


def boards_of(user):
    """The boards that *user* can choose, the newest first, as choices of the form."""
    rows = ReportingPeriod.objects.visible_to(user).begun().order_by("-due_on")
    pairs = dict.fromkeys(rows.values_list("scheme", "year", "scheme__name"))
    return [(f"{scheme}-{year}", f"{name} – {year}") for scheme, year, name in pairs]


def board_view(model_admin, request):
    """The board of what the reader sees. A lead has one row, staff and clerk record receipt from a cell."""
    user = request.user
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    boards = boards_of(user)
    kinds = UnitKind.objects.visible_to(user).values_list("pk", "name") if user.is_of_ban else []
    clusters = [(row.pk, str(row)) for row in Cluster.objects.visible_to(user)]
    charge = charge_of(user)
    form = BoardForm(
        {"board": boards[0][0] if boards else "", "charge": MINE, **request.GET.dict()},
        boards=boards,
        kinds=kinds,
        clusters=clusters,
        has_charge=charge is not None,
    )
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Report tracking board"),
        "form": form,
        "boards": boards,
        "legend": [(sign, tone, standing.label) for standing, (sign, tone) in SIGNS.items()],
    }
    if boards and form.is_valid():
        scheme, year = map(int, form.cleaned_data["board"].split("-"))
        found = board(
            user=user,
            scheme=scheme,
            year=year,
            today=clock.today(),
            unit_kind=form.cleaned_data["kind"],
            units=units_of(user, charge, form.cleaned_data),
            only_missing=form.cleaned_data["missing"],
        )
        may_receive = user.has_perm("movements.receive_report")
        context |= {
            "board": found,
            "rows": [(row.unit, [shown(cell, may_receive, request) for cell in row.cells]) for row in found.rows],
            "sums": [[(SIGNS[s][0], SIGNS[s][1], s.label, count) for s, count in sums] for sums in found.sums],
            "zalo": text_for_zalo(found) if user.is_of_ban else "",
            "chosen": form.cleaned_data.get("charge"),
            "url": f"?{other_charge(request, form).urlencode()}",
        }
    return TemplateResponse(request, "movements/board.html", context)


def units_of(user, charge, data):
    """The units that the form narrows the board to by charge and cluster, or None for all."""
    units = charge if data.get("charge") == MINE else None
    if data.get("cluster"):
        units = Unit.objects.visible_to(user) if units is None else units
        units = units.filter(clusters=data["cluster"])
    return units


def other_charge(request, form):
    """The address of the same board with all units, or with those in charge."""
    query = request.GET.copy()
    query["charge"] = ALL if form.cleaned_data.get("charge") == MINE else MINE
    return query


def shown(cell, may_receive, request):
    """*cell* with the address that a click leads to: the receipt form where it is open to the reader, or the report."""
    if cell is None:
        return None
    sign, tone = SIGNS[cell.standing]
    if may_receive and cell.period.is_open and REPORT.find("receive", cell.report.state):
        query = request.GET.copy()
        query["from"] = "board"
        url = f"{reverse('admin:movements_report_transition', args=[cell.report.pk, 'receive'])}?{query.urlencode()}"
    else:
        url = reverse("admin:movements_report_change", args=[cell.report.pk])
    return Shown(
        sign=sign,
        tone=tone,
        words=cell.standing.label,
        late=cell.came_late and cell.standing != Standing.LATE,
        due_on=cell.report.due_on if cell.report.due_on != cell.period.due_on else None,
        came_on=cell.report.came_on,
        url=url,
    )
