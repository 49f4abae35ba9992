"""The letters that the local mail server keeps, as staff read them."""

from email.message import EmailMessage

import pytest

from danvan.access.roles import Role
from danvan.mail.domain.rendering import CONFIDENTIAL, Message, compose
from danvan.mail.models import OutgoingMail
from tests.factories import logged_in, make_lead, make_staff, make_user

pytestmark = pytest.mark.django_db
READERS = (Role.ADMINISTRATOR, Role.STAFF, Role.LEADER)
URL = "/admin/mail/outgoingmail/kept/"


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_DIR, settings.EMAIL_HOST = tmp_path, "127.0.0.1"
    return tmp_path


@pytest.fixture
def kept(folder):
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "xa1@daklak.example", "Đề nghị gửi báo cáo trước ngày 25/11/2026"
    letter["Date"] = "Sun, 22 Nov 2026 01:21:00 -0000"
    letter.set_content("Kính gửi: Đảng ủy xã Ea Kar <b>&</b>")
    (folder / "20261122-012100-1.eml").write_bytes(letter.as_bytes())
    return folder


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


def test_a_link_to_a_password_is_read_by_who_could_make_one_alone(folder):
    mail = OutgoingMail(to="lanhdao@daklak.example", recipient_name="H'Lim Niê")
    words = Message(subject="Đặt lại mật khẩu", text="/admin/login/activate/abc/", confidential=True)
    (folder / "1.eml").write_bytes(compose(mail, words, mail.to))
    pages = {role: logged_in(make_user(role)).get(URL).content.decode() for role in READERS}
    assert [role for role in READERS if "Đặt lại mật khẩu" in pages[role]] == list(READERS)
    assert [role for role in READERS if "activate/abc" in pages[role]] == [Role.ADMINISTRATOR]


def test_other_letters_have_no_such_mark(folder):
    mail = OutgoingMail(to="xa1@daklak.example")
    assert CONFIDENTIAL.encode() not in compose(mail, Message(subject="Nhắc", text="Kính gửi"), mail.to)
