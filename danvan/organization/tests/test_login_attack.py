"""Three thousand wrong passwords in two hours and a half, and the owner of the account in between."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.contrib.auth.signals import user_login_failed
from django.test import Client

from danvan.organization.domain.accounts.familiar import COOKIE
from danvan.organization.forms import LoginForm
from tests.factories import make_lead

pytestmark = pytest.mark.django_db

TRIES = 1000
TRIES_A_MINUTE = 20
ATTACKER = "203.0.113.7"
OFFICE = "192.0.2.1"
"""The one address of all offices of the province."""
RIGHT = "mat-khau"


@pytest.fixture
def victim():
    return make_lead(username="xa1")


@pytest.fixture
def checked():
    """The wrong passwords that were really compared, one entry each."""
    found = []

    def hear(**told):
        found.append(told["credentials"]["username"])

    user_login_failed.connect(hear)
    yield found
    user_login_failed.disconnect(hear)


@dataclass
class Owner:
    """The victim with the right password: each minute at a known browser, and at another one that is new everywhere.

    The new one sits at ``address``, or each time at one that nobody has used. Who is told to wait comes back at that
    minute; ``waits`` are the minutes of those who are in.
    """

    rf: object
    cookie: str
    address: str = ""
    numbers: count = field(default_factory=lambda: count(1))
    known_waits: int = 0
    waits: list = field(default_factory=list)
    back_at: dict = field(default_factory=dict)

    def play(self, minute):
        known = self.form(OFFICE, {COOKIE: self.cookie})
        self.known_waits += not known.is_valid()
        number = next(self.numbers)
        address = self.address or f"198.51.{number // 250}.{number % 250}"
        newcomers = [*self.back_at.pop(minute, ()), (minute, address)]
        for arrived, address in newcomers:
            form = self.form(address, {})
            if form.is_valid():
                self.waits.append(minute - arrived)
            else:
                self.back_at.setdefault(minute - int(-form.wait // 60), []).append((arrived, address))

    def form(self, address, cookies):
        request = self.rf.post("/admin/login/", REMOTE_ADDR=address)
        request.COOKIES.update(cookies)
        return LoginForm(request, {"username": "xa1", "password": RIGHT})


def attack(rf, travelled, owner, username_of, address_of):
    """Play ``TRIES`` wrong passwords, then on until nobody waits; return the minutes of the wrong ones."""
    minutes = TRIES // TRIES_A_MINUTE
    numbers = iter(range(TRIES))
    minute = 0
    while minute < minutes or owner.back_at:
        for _try in range(TRIES_A_MINUTE if minute < minutes else 0):
            number = next(numbers)
            request = rf.post("/admin/login/", REMOTE_ADDR=address_of(number))
            form = LoginForm(request, {"username": username_of(number), "password": f"sai-{number}"})
            assert not form.is_valid()
        owner.play(minute)
        travelled.shift(timedelta(minutes=1))
        minute += 1
    # The next attack finds everything forgotten.
    travelled.shift(timedelta(minutes=15))
    return minutes


@pytest.mark.once
def test_three_attacks_and_the_owner_in_between(victim, checked, rf, record_property):
    with time_machine.travel(datetime(2026, 11, 5, 1, 0, tzinfo=UTC), tick=False) as travelled:
        client = Client(REMOTE_ADDR="198.18.0.1")
        assert client.post("/admin/login/", {"username": "xa1", "password": RIGHT}).status_code == 302
        owner = Owner(rf, client.cookies[COOKIE].value)
        ways = (
            ("", lambda number: "xa1", lambda number: ATTACKER),
            ("", lambda number: "xa1", lambda number: f"10.{number // 250}.{number % 250}.9"),
            (OFFICE, lambda number: f"nguoi-khac-{number}", lambda number: OFFICE),
        )
        results = []
        for owner.address, username_of, address_of in ways:
            checked.clear()
            minutes = attack(rf, travelled, owner, username_of, address_of)
            results.append((len(checked), max(owner.waits)))
            owner.waits.clear()
    # Four stretches of 15 minutes are begun: 10 tries of an account from one address, 30 of it from anywhere, 100 of
    # all accounts from one address.
    assert results == [(4 * 10, 0), (4 * 30, 14), (4 * 100, 11)]
    assert owner.known_waits == 0
    tries, total, longest = len(ways) * TRIES, sum(n for n, _wait in results), max(wait for _n, wait in results)
    pace = total / (len(ways) * minutes)
    owners = f"victim_known_device_waits={owner.known_waits} victim_new_device_longest_wait={longest}min"
    record_property("figure", f"login tries={tries} checked={total} attempts/min={pace:.1f} {owners}")
