from email import message_from_bytes, policy

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from danvan.mail.domain.rendering import Message, compose, envelope_address, register_renderer, render
from danvan.mail.models import OutgoingMail
from danvan.mail.tests.conftest import render_words
from danvan.text.normalise import clean_line


def letter_of(mail, address="xa1@example.vn"):
    return message_from_bytes(compose(mail, render(mail), address), policy=policy.default)


def mail_with(recipient_name="Đảng ủy xã Ea Kly", **ref):
    return OutgoingMail(kind="test.words", to="xa1@example.vn", recipient_name=recipient_name, ref=ref)


def test_a_letter_has_text_and_html_in_vietnamese(settings):
    settings.DEFAULT_FROM_EMAIL = "Dân vận khéo <danvan@daklak.vn>"
    mail = mail_with(subject="Nhắc gửi báo cáo tháng 11", text="Kính gửi\n. một dòng\n", html="<p>Kính gửi</p>")
    letter = letter_of(mail)
    assert letter["Subject"] == "Nhắc gửi báo cáo tháng 11"
    assert letter["From"] == "Dân vận khéo <danvan@daklak.vn>"
    assert letter["To"] == "Đảng ủy xã Ea Kly <xa1@example.vn>"
    assert letter["Message-ID"] == mail.message_id
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_body(["plain"]).get_content() == "Kính gửi\r\n. một dòng\r\n"
    assert letter.get_body(["html"]).get_content() == "<p>Kính gửi</p>"


def test_without_html_the_letter_is_plain():
    letter = letter_of(mail_with(text="Kính gửi"))
    assert letter.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Báo cáo\r\nBcc: ke.gian@example.com", "Báo cáo Bcc: ke.gian@example.com"),
        ("Báo cáo\nBcc: ke.gian@example.com", "Báo cáo Bcc: ke.gian@example.com"),
        ("Báo\u2028cáo\x00", "Báo cáo"),
        ("x" * 2000, "x" * 2000),
    ],
)
def test_a_subject_cannot_begin_another_header(subject, kept):
    letter = letter_of(mail_with(subject=subject))
    assert letter["Subject"].replace(" ", "") == kept.replace(" ", "")
    assert letter["Bcc"] is None
    assert letter["To"] == "Đảng ủy xã Ea Kly <xa1@example.vn>"


@pytest.mark.parametrize(
    "name", ['Y Biêr "Niê"', "Lan & Mai <2>, xã B", "a@b.vn, c@d.vn", "Tên\r\nBcc: x@y.vn", "Ủy ban nhân dân " * 12]
)
def test_a_name_reaches_one_address_only(name):
    (address,) = letter_of(mail_with(recipient_name=name))["To"].addresses
    assert address.addr_spec == "xa1@example.vn"
    assert address.display_name.replace(" ", "") == clean_line(name).replace(" ", "")


@given(
    subject=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
)
def test_no_text_adds_a_header(subject, name):
    letter = letter_of(mail_with(recipient_name=name, subject=subject))
    assert sorted(letter.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date"]
        + ["Message-ID", "Auto-Submitted"]
    )
    assert letter.get_payload(decode=True).decode() == "Đề nghị gửi báo cáo."


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("xa1@example.vn", "xa1@example.vn"),
        ("xa1@dânvận.vn", "xa1@xn--dnvn-boa8786b.vn"),
        ("", None),
        ("xa1", None),
        ("xa1@example.vn, xa2@example.vn", None),
        ("xa1@example.vn\r\nRCPT TO:<x@y.vn>", None),
        ("đảngủy@example.vn", None),
        ("Xã 1 <xa1@example.vn>", None),
    ],
)
def test_an_envelope_bears_one_plain_address_or_none(address, envelope):
    assert envelope_address(address) == envelope


def test_a_settled_matter_has_no_message():
    assert render(mail_with(settled=True)) is None


def test_nobody_writes_an_unknown_kind():
    with pytest.raises(LookupError):
        render(OutgoingMail(kind="test.unknown"))


def test_a_kind_has_one_renderer():
    register_renderer("test.words", render_words)
    with pytest.raises(ImproperlyConfigured):
        register_renderer("test.words", lambda mail: Message("", ""))
    assert render(mail_with(subject="as before")).subject == "as before"
