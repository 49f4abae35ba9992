"""An account comes to life, and gets its second step, at a real browser."""

import time
from base64 import b32decode

import pytest
from django_otp.oath import TOTP

from tests.browser.desk import PASSWORD, desks
from tests.factories import make_administrator, make_lead

pytestmark = pytest.mark.browser

NEW_PASSWORD = "con trâu ba bờ rừng xanh"


@pytest.fixture
def seat(transactional_db, live_server, chromium_path, settings):
    settings.SITE_ADDRESS = live_server.url
    with desks(chromium_path, live_server.url) as seat:
        yield seat


def test_from_the_message_to_the_second_step(seat):
    administrator, lead = make_administrator(username="quantri"), make_lead(username="xa1")
    administrator.set_password(PASSWORD)
    administrator.save()
    lead.set_unusable_password()
    lead.save()
    link = a_message_for_zalo(seat("quantri"), lead)
    telephone = seat(None, width=390)
    the_owner_sets_a_password(telephone, link)
    key = the_owner_sets_up_the_second_step(telephone)
    the_owner_logs_in_with_a_code(seat(None), key)


def a_message_for_zalo(desk, lead):
    desk.open(f"/admin/organization/user/{lead.pk}/invite/")
    desk.click("Sao chép tin nhắn Zalo")
    message = desk.page.input_value("textarea")
    desk.click("Sao chép tin nhắn Zalo")
    assert desk.page.evaluate("document.querySelector('textarea').selectionEnd") == len(message)
    return next(line for line in message.splitlines() if line.startswith("http"))


def the_owner_sets_a_password(desk, link):
    desk.page.goto(link)
    assert not desk.scrolls_sideways()
    desk.page.fill("input[name=new_password1]", NEW_PASSWORD)
    desk.page.fill("input[name=new_password2]", NEW_PASSWORD)
    desk.click("Đặt mật khẩu và đăng nhập")
    desk.page.wait_for_url(f"{desk.base}/admin/")
    assert "Đã đặt mật khẩu." in desk.text


def the_owner_sets_up_the_second_step(desk):
    desk.open("/admin/security/set-up/")
    assert not desk.scrolls_sideways()
    assert desk.page.locator(".dv-qr svg").bounding_box()["width"] > 150
    desk.page.click("summary")
    key = b32decode(desk.page.inner_text(".dv-secret").replace(" ", ""))
    desk.page.fill("input[name=code]", code_of(key))
    desk.click("Xác nhận")
    assert desk.page.locator(".dv-codes li").count() == 10
    assert not desk.scrolls_sideways()
    return key


def the_owner_logs_in_with_a_code(desk, key):
    desk.open("/admin/")
    desk.page.fill("input[name=username]", "xa1")
    desk.page.fill("input[name=password]", NEW_PASSWORD)
    desk.page.click("#login-form button[type=submit]")
    desk.page.wait_for_url("**/login/code/")
    desk.page.fill("input[name=code]", code_of(key, seconds=30))
    desk.page.check("input[name=remember]")
    desk.page.locator("form button[type=submit]").click()
    desk.page.wait_for_url(f"{desk.base}/admin/")
    assert "danvan_device_" in str(desk.page.context.cookies(f"{desk.base}/admin/login/"))


def code_of(key, seconds=0):
    """The code that the telephone shows in so many seconds: the present one has set it up and works once."""
    clock = TOTP(key)
    clock.time = time.time() + seconds
    return f"{clock.token():06d}"
