"""The personal calendar: the page that makes and revokes its address, and what is read there without a login."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from danvan.documents.download import attachment
from danvan.notices.domain import feed


@require_safe
def read(request, token):
    """The calendar that *token* opens. For a wrong or old one, a closed account, or one without a membership: 404."""
    reader = feed.reader_with(token)
    if reader is None:
        raise Http404
    calendar = feed.calendar_of(reader)
    return attachment(calendar, filename="danvankheo.ics", content_type="text/calendar; charset=utf-8")


def own_calendar(request, site):
    """GET tells whether there is an address; POST makes a new one, which is shown once, or revokes it."""
    address = ""
    if request.method == "POST" and request.POST.get("deed") == "make":
        token = feed.make_address(user=request.user)
        address = settings.SITE_ADDRESS.rstrip("/") + reverse("calendar_feed", args=[token])
    elif request.method == "POST":
        feed.revoke_address(user=request.user)
        return HttpResponseRedirect(reverse("admin:own_calendar"))
    context = {
        **site.each_context(request),
        "title": _("Personal calendar"),
        "feed": feed.feed_of(request.user),
        "address": address,
    }
    return TemplateResponse(request, "notices/own_calendar.html", context)
