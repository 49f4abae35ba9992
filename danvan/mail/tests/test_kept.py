"""The letters that the local mail server keeps, as staff read them."""

from email.message import EmailMessage

import pytest

from tests.factories import logged_in, make_lead, make_staff

pytestmark = pytest.mark.django_db
URL = "/admin/mail/outgoingmail/kept/"


@pytest.fixture
def kept(settings, tmp_path):
    settings.MAIL_DIR, settings.EMAIL_HOST = tmp_path, "127.0.0.1"
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "xa1@daklak.example", "Đề nghị gửi báo cáo trước ngày 25/11/2026"
    letter["Date"] = "Sun, 22 Nov 2026 01:21:00 -0000"
    letter.set_content("Kính gửi: Đảng ủy xã Ea Kar <b>&</b>")
    (tmp_path / "20261122-012100-1.eml").write_bytes(letter.as_bytes())
    return tmp_path


def test_staff_read_them_in_local_time(kept):
    page = logged_in(make_staff()).get(URL).content.decode()
    assert "Đề nghị gửi báo cáo trước ngày 25/11/2026" in page
    assert "08:21 22/11/2026" in page
    assert "Đảng ủy xã Ea Kar &lt;b&gt;&amp;&lt;/b&gt;" in page


def test_units_do_not(kept):
    assert logged_in(make_lead()).get(URL).status_code == 403


def test_where_mail_leaves_the_machine_there_is_no_such_page(kept, settings):
    settings.EMAIL_HOST = "mail.daklak.example"
    assert logged_in(make_staff()).get(URL).status_code == 403
    assert URL not in logged_in(make_staff()).get("/admin/mail/outgoingmail/").content.decode()


def test_an_empty_folder_says_when_letters_come(kept):
    next(kept.glob("*.eml")).unlink()
    assert "Chưa có thư nào được gửi" in logged_in(make_staff()).get(URL).content.decode()
