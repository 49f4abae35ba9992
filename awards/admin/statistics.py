"""The page that counts the register. Each number on it is a link to exactly the rows that it counts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST

from awards.admin.chart import chart_of
from awards.domain.statistics import COLUMNS, KINDS, as_of_today, figures, tally_line
from awards.enums import SubjectKind
from awards.filters import OF_UNITS, REGISTER_FILTERS, REGISTER_LOOKUPS, StatisticsFilter
from awards.models import Commendation, CommendationTally
from awards.resources.statistics import export
from danvan.documents.domain.files import XLSX
from danvan.documents.download import attachment
from danvan.organization.models import Unit
from danvan.text.numbers import format_int
from danvan.transfers.domain import ExportRefused

TABLES = {
    "by_year": gettext_lazy("By year"),
    "by_form": gettext_lazy("By form"),
    "by_unit": gettext_lazy("By unit"),
    "by_kind": gettext_lazy("By kind of unit"),
    "by_area": gettext_lazy("By area"),
}
LOOKUPS = {"by_year": "year", "by_form": "form__id__exact", "by_unit": "unit__id__exact"}


class StatisticsMixin:
    """For the admin of commendations: the statistics page, its workbook, and the filters that its links set."""

    list_filter = REGISTER_FILTERS

    def get_urls(self):
        return [
            path("statistics/", self.admin_site.admin_view(self.statistics_view), name="awards_statistics"),
            path("statistics/xlsx/", self.admin_site.admin_view(self.statistics_xlsx), name="awards_statistics_xlsx"),
            *super().get_urls(),
        ]

    @method_decorator(require_GET)
    def statistics_view(self, request):
        filters = self._statistics_filter(request, "view")
        title = _("Commendation statistics")
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "content_title": title,
            "filters": filters,
            "address": self._address("awards_statistics"),
        }
        if filters.is_valid():
            facts, samples = self._figures(request, filters)
            context |= {
                "facts": self._block(facts, filters),
                "samples": self._block(samples, filters) if samples else None,
                "left_out": filters.left_out,
            }
            if self.may(request, "export"):
                context["xlsx_address"] = self._address("awards_statistics_xlsx", query=request.GET)
        return TemplateResponse(request, "awards/statistics.html", context)

    @method_decorator(require_POST)
    def statistics_xlsx(self, request):
        """The same tables as a workbook. A bad filter leads back to the page, which says what is wrong with it."""
        filters = self._statistics_filter(request, "export")
        page = self._address("awards_statistics", query=request.GET)
        if not filters.is_valid():
            return redirect(page)
        blocks = filter(None, self._figures(request, filters))
        said = [*_in_words(filters), *(f"{_('Not counted here:')} {words}" for words in filters.left_out)]
        what = {"columns": _columns(filters), "tables": TABLES, "chosen": "; ".join(said)}
        try:
            content = export(user=request.user, blocks=blocks, **what)
        except ExportRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(page)
        return attachment(content, filename=_("commendation-statistics.xlsx"), content_type=XLSX)

    def _statistics_filter(self, request, verb):
        """The filters over what the reader may *verb*. Raises PermissionDenied where that is nothing at all."""
        if not self.may(request, verb):
            raise PermissionDenied
        commendations = Commendation.objects.visible_to(request.user, verb)
        return StatisticsFilter(
            request.GET, commendations, CommendationTally.objects.visible_to(request.user), request=request
        )

    def _figures(self, request, filters):
        found = figures(commendations=filters.qs, tallies=filters.tallies, with_areas=filters.sees_areas)
        if not filters.is_of_today:
            return found
        units = Unit.objects.visible_to(request.user)
        return tuple(as_of_today(block, units) for block in found)

    def _block(self, block, filters):
        """Figures as the template draws them: every number of rows with the address of its list."""
        columns = _columns(filters)
        chosen = {
            REGISTER_LOOKUPS[name]: getattr(value, "pk", value)
            for name, value in filters.chosen.items()
            if name in REGISTER_LOOKUPS
        }
        is_unit_of_today = filters.is_of_today and chosen.pop(REGISTER_LOOKUPS["unit"], None)
        if is_unit_of_today or OF_UNITS & filters.chosen.keys():
            chosen |= rows_of(tuple(pk for line in block.by_kind for pk in line.key))
        chosen["is_sample__exact"] = int(block.is_sample)
        titles = [COLUMNS[name] for name in columns]
        return {
            "is_sample": block.is_sample,
            "titles": titles,
            "cards": list(zip(titles, self._numbers(block.total, columns, chosen), strict=True)),
            "chart": chart_of(block.by_year, {name: COLUMNS[name] for name in columns if name in KINDS}),
            "tables": [
                (
                    title,
                    [
                        (line.label, self._numbers(line, columns, {**chosen, **rows_of(line.key, LOOKUPS.get(name))}))
                        for line in lines
                    ],
                )
                for name, title in TABLES.items()
                if (lines := getattr(block, name))
            ],
            "tallies": [
                (
                    tally,
                    self._address("awards_commendationtally_change", args=[tally.pk]),
                    [_text(getattr(tally_line(tally), name)) for name in columns],
                )
                for tally in block.tallies
            ],
        }

    def _numbers(self, line, columns, chosen):
        """The counts of *line*, each with the address of the list that holds just these rows."""
        for name in columns:
            kind = {"kind__exact": KINDS[name]} if name in KINDS else {}
            yield _text(getattr(line, name)), self._address("awards_commendation_changelist", query={**chosen, **kind})

    def _address(self, name, **kwargs):
        return reverse(f"{self.admin_site.name}:{name}", **kwargs)


def rows_of(key, lookup=None):
    """What the address of the list says of the rows that a line with *key* counts."""
    return {"unit__in": ",".join(map(str, key)) or "0"} if isinstance(key, tuple) else {lookup: key}


def _columns(filters):
    """The columns that are shown: the one of the kind that was chosen, else both and their total."""
    kind = filters.chosen.get("kind")
    return [name for name in COLUMNS if kind is None or KINDS.get(name) == kind]


def _text(count):
    return pgettext("count", "not known") if count is None else format_int(count)


def _in_words(filters):
    """What was chosen: "Year: 2015", "Unit and all under it: …"."""
    for name, value in filters.chosen.items():
        words = SubjectKind(value).label if name == "kind" else value
        if name == "units":
            words = dict(filters.form.fields[name].choices)[value]
        if name == "area":
            words = value.choice_label
        yield f"{filters.form[name].label}: {words}"
