"""Every kind of page runs under the content security policy, and nothing of a page outlives the login."""

import pytest
from django.urls import reverse

from awards.demonstration import load
from awards.models import CertificateLayout, Decision, Dossier
from danvan.organization.models import User
from movements.models import Campaign, Registration
from tests.browser.desk import PASSWORD, desks
from tests.factories import make_lead

pytestmark = pytest.mark.browser

LISTEN = """
document.addEventListener("securitypolicyviolation",
    event => console.error("policy: " + event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile));
"""


@pytest.fixture
def seat(transactional_db, live_server, chromium_path):
    with desks(chromium_path, live_server.url) as seat:

        def listening(username, width=1440):
            desk = seat(username, width)
            desk.page.add_init_script(LISTEN)
            return desk

        yield listening


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_breaks_the_policy(seat, width):
    load(password=PASSWORD)
    staff, administrator = seat("chuyenvien", width), seat("quantri", width)
    a_date_and_a_search(staff)
    an_autocomplete_field(administrator)
    for path in (
        "/admin/",
        "/admin/movements/registration/",
        f"/admin/movements/registration/{Registration.objects.first().pk}/change/",
        "/admin/movements/registration/import/",
        "/admin/movements/report/board/",
        reverse("admin:awards_statistics"),
        f"/admin/awards/certificatelayout/{CertificateLayout.objects.first().pk}/change/",
        f"/admin/awards/decision/{Decision.objects.first().pk}/change/",
        f"/admin/awards/dossier/{Dossier.objects.first().pk}/change/",
        "/admin/notices/reminderrule/",
        "/admin/password_change/",
    ):
        staff.open(path)
        assert not staff.scrolls_sideways(), path
    for path in (
        f"/admin/organization/user/{User.objects.get(username='xa1').pk}/end-sessions/",
        "/admin/history/activity/",
        "/admin/mail/outgoingmail/",
    ):
        administrator.open(path)
        assert not administrator.scrolls_sideways(), path


def a_date_and_a_search(staff):
    """The calendar of a date opens and gives a day; a list with filters is searched."""
    staff.open(f"/admin/movements/campaign/{Campaign.objects.first().pk}/change/")
    field = staff.page.locator("input.vDateField").first
    field.fill("")
    staff.page.locator("#calendarlink0").click()
    staff.page.locator(".calendarbox:visible td a").filter(has_text="15").first.click()
    assert field.input_value().startswith("15/")
    staff.open("/admin/movements/registration/?q=buon")


def an_autocomplete_field(administrator):
    administrator.open(f"/admin/organization/user/{User.objects.get(username='xa1').pk}/change/")
    administrator.page.locator(".select2-selection").first.click()
    administrator.page.locator(".select2-search__field").last.fill("Ea")
    administrator.page.locator(".select2-results__option").first.wait_for()


def make_a_lead():
    user = make_lead(username="xa1")
    user.set_password(PASSWORD)
    user.save()


def test_the_watch_hears_what_the_policy_forbids(seat):
    make_a_lead()
    desk = seat("xa1")
    desk.open("/admin/")
    with desk.page.expect_console_message(lambda said: said.text.startswith("policy: script-src-elem inline")):
        desk.page.evaluate(
            """const script = document.createElement("script");
            script.text = "window.ran = true";
            document.body.append(script)"""
        )
    assert desk.page.evaluate("window.ran") is None
    assert desk.troubles
    desk.troubles.clear()


def test_going_back_after_the_logout_shows_no_page(seat):
    make_a_lead()
    desk = seat("xa1")
    desk.open("/admin/movements/report/")
    assert "Báo cáo" in desk.text
    with desk.page.expect_navigation():
        desk.page.evaluate("document.querySelector('form[action$=\"/logout/\"]').submit()")
    desk.page.go_back()
    assert desk.page.locator("#login-form").count() == 1
