"""The page of all open duties, what staff do from there, the own calendar. ``addresses`` is read by the site."""

from django.urls import path

from danvan.notices.views import feed, letter, remind
from danvan.notices.views.deeds import DEEDS, deed_page
from danvan.notices.views.duties import duties_page
from danvan.notices.views.zalo import zalo_page


def addresses(site):
    """The addresses of these pages on the admin *site*."""

    def page(route, view, name, **more):
        return path(route, site.admin_view(view), {"site": site, **more}, name=name)

    return [
        page("duties/", duties_page, "notices_duties"),
        *(page(f"duties/{deed.name}/", deed_page, f"notices_duties_{deed.name}", deed=deed) for deed in DEEDS),
        page("duties/remind/", remind.remind_page, "notices_remind_now"),
        page("duties/remind/preview/", remind.preview, "notices_remind_preview"),
        page("duties/zalo/", zalo_page, "notices_duties_zalo"),
        page("duties/letter/", letter.letter_page, "notices_urging_letter"),
        page("calendar/", feed.own_calendar, "own_calendar"),
    ]
