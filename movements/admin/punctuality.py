"""The page "how punctual": units × years. A unit reads its own line, the Ban all of them."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from danvan.organization.panels import Punctuality
from movements.admin.unit_filter import UnitFilterForm
from movements.domain.punctuality import punctuality_by_unit

GOOD, FAIR = 90, 70
"""From so many of a hundred on time a line is green, or yellow: a help to the eye, the numbers stand beside it."""


def punctuality_view(model_admin, request):
    """What came on time, late and not at all, by unit and by the year in which it was due."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    form = UnitFilterForm(request.GET.dict(), user=request.user)
    years, units = punctuality_by_unit(user=request.user, units=form.units()) if form.is_valid() else ([], [])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Punctuality over the years"),
        "form": form,
        "years": years,
        "rows": [(each.unit, [drawn(each.years.get(year)) for year in years]) for each in units],
        "sums": [drawn(sum_of(units, year)) for year in years] if len(units) > 1 else [],
    }
    return TemplateResponse(request, "movements/punctuality.html", context)


def sum_of(units, year):
    found = [each.years[year] for each in units if year in each.years]
    return Punctuality(year, *(sum(getattr(line, name) for line in found) for name in ("on_time", "late", "missing")))


def drawn(line):
    """The Punctuality *line* as HTML: there are thousands on a page."""
    if line is None or line.percent is None:
        return ""
    return format_html(
        '<span class="dv-badge dv-badge-{}">{}%</span> <span class="dv-muted dv-nowrap">({} ✓ · {} ! · {} ✗)</span>',
        "ok" if line.percent >= GOOD else "warn" if line.percent >= FAIR else "bad",
        line.percent,
        line.on_time,
        line.late,
        line.missing,
    )
