"""The message for Zalo about what was ticked, to be copied."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches_all
from danvan.notices.domain.zalo import text_for_zalo
from danvan.notices.models import Settlement
from danvan.notices.views.choosing import back_of, chosen_in, nothing_chosen

VIEW = "notices.view_settlement"


def zalo_page(request, site):
    """The message about what was ticked. For the Ban: a unit has nobody to urge."""
    if not reaches_all(request.user, Settlement, "view"):
        raise PermissionDenied
    found = chosen_in(request)
    if not found.rows:
        return nothing_chosen(request)
    context = {
        **site.each_context(request),
        "title": _("Text for Zalo"),
        "chosen": found,
        "zalo": text_for_zalo(found.duties, clock.today()),
        "back": back_of(request),
    }
    return TemplateResponse(request, "notices/zalo.html", context)
