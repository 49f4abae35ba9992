from datetime import timedelta

import pytest

from danvan import clock
from danvan.mail.domain import bouncing_addresses
from danvan.mail.enums import MailState, Trouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_of_day(make_mail):
    def make(address, state, day, trouble=""):
        at = clock.real_now() + timedelta(days=day)
        return make_mail(address, state=state, trouble=trouble, next_attempt_at=None, attempted_at=at)

    return make


@pytest.mark.parametrize("trouble", Trouble.OF_THE_ADDRESS)
def test_an_address_that_failed_and_took_nothing_since_does_not_work(mail_of_day, trouble):
    mail_of_day("xa1@example.vn", MailState.SENT, 0)
    mail_of_day("xa1@example.vn", MailState.FAILED, 1, Trouble.UNKNOWN_ADDRESS)
    last = mail_of_day("xa1@example.vn", MailState.FAILED, 2, trouble)
    mail_of_day("xa2@example.vn", MailState.FAILED, 1, trouble)
    mail_of_day("xa2@example.vn", MailState.SENT, 2)
    assert bouncing_addresses() == {"xa1@example.vn": last}


def test_what_failed_for_another_reason_says_nothing_of_the_address(mail_of_day):
    mail_of_day("xa1@example.vn", MailState.FAILED, 0, Trouble.NOT_WRITTEN)
    assert bouncing_addresses() == {}
