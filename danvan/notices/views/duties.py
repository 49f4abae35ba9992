"""The page of all open duties: for the Ban with ticks and deeds, for a unit its own with the way to do them."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.access.door import reaches_all
from danvan.calendar.working_days import days_between
from danvan.notices.domain.duties import listed, open_rows
from danvan.notices.domain.told import Told, told_about
from danvan.notices.domain.wording import left_words
from danvan.notices.forms import ALL, MINE
from danvan.notices.models import Settlement
from danvan.notices.sources import Duty
from danvan.notices.views.choosing import value_of
from danvan.notices.views.deeds import DEEDS
from danvan.notices.views.finding import SOON, form_of, found_by, kinds_of
from danvan.notices.views.letter import PRINT
from danvan.notices.views.remind import SEND
from danvan.notices.views.zalo import VIEW

PER_PAGE = 100

OTHER_DEEDS = (
    (SEND, gettext_lazy("Remind now"), "admin:notices_remind_now"),
    (PRINT, gettext_lazy("Official letter urging"), "admin:notices_urging_letter"),
)


@dataclass(frozen=True)
class Row:
    """A line of the page. Sign and colour say the same: neither carries the meaning alone."""

    value: str
    duty: Duty
    sign: str
    tone: str
    left: str
    told: Told | None


def duties_page(request, site):
    """What is owed as far as the reader sees it, the earliest due first."""
    user = request.user
    if not user.has_perm(VIEW):
        raise PermissionDenied
    context = {**site.each_context(request), "title": _("Duties by due date"), "here": request.get_full_path()}
    is_for_ban = reaches_all(user, Settlement, "view")
    if is_for_ban:
        form = form_of(request.GET.dict(), user)
        found = found_by(form, user)
        context |= {"form": form, "buttons": buttons_of(user), **charge_line(request, form)}
    else:
        found = open_rows(user=user, codes=dict(kinds_of(user)))
    page = Paginator([] if found is None else found, PER_PAGE).get_page(request.GET.get("page"))
    duties = listed(row[:2] for row in page)
    told = told_about((code, duty.object_id) for code, duty in duties) if is_for_ban else {}
    today = clock.today()
    context |= {
        "page": page,
        "query": without_page(request),
        "rows": [row_of(code, duty, told, today) for code, duty in duties],
    }
    return TemplateResponse(request, "notices/duties.html", context)


def row_of(code, duty, told, today):
    days = days_between(today, duty.due_on)
    sign, tone = ("✗", "bad") if days < 0 else ("!", "warn") if days <= SOON.days else ("…", "")
    words = left_words(duty.due_on, today)
    return Row(value_of(code, duty.object_id), duty, sign, tone, words, told.get((code, duty.object_id)))


def buttons_of(user):
    """The deeds that *user*, who is of the Ban, may do on what is ticked: words and addresses."""
    zalo = VIEW, _("Text for Zalo"), "admin:notices_duties_zalo"
    deeds = [(deed.permission, deed.title, f"admin:notices_duties_{deed.name}") for deed in DEEDS]
    every = (*OTHER_DEEDS, zalo, *deeds)
    return [(words, reverse(name)) for permission, words, name in every if user.has_perm(permission)]


def charge_line(request, form):
    """Whether only the own charge is shown, and the address of the same list the other way."""
    if not form.is_valid() or "charge" not in form.fields:
        return {}
    query = request.GET.copy()
    query.pop("page", None)
    chosen = form.cleaned_data["charge"] or ALL
    query["charge"] = ALL if chosen == MINE else MINE
    return {"chosen": chosen, "url": f"?{query.urlencode()}"}


def without_page(request):
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
