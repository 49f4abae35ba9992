"""How often passwords may be tried, so that guessing is slow and nobody can lock somebody else out.

The protocol is OWASP's "Slow Down Online Guessing Attacks with Device Cookies": a browser that has logged in to an
account before has a signed cookie and a counter of its own, so that the wrong passwords of others never stop it. So has
an account at an address that it has logged in from: offices clear their cookies. Everybody else is counted by address,
by account, and by both. Counters run in stretches of real time: whoever is told to wait finds all tries back at the
minute that was said.

Only a browser new to the account can be kept waiting by others: at an address that the account knows by whoever shares
it, elsewhere by anybody; longer than one stretch only while somebody uses up all tries of a stretch within its first
minute. Who has no known browser then logs in at the office.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import F

from danvan import clock
from danvan.access.origin import address_of
from danvan.organization.domain.accounts.familiar import is_known_place, key_of, known_browser, mark_of
from danvan.organization.models import KnownPlace, LoginCounter

STRETCH = timedelta(minutes=15)

PER_PERSON = 10
"""Of one account at one browser or one address: its owner, searching for the right password. Also what somebody may
guess from one place: 960 a day, against twelve signs that are not guessable."""
PER_ACCOUNT = 30
"""Of one account from all unknown browsers of the world: 2,880 guesses a day, however many addresses take part."""
PER_ADDRESS = 100
"""Of all accounts to which one address is new. All offices of a province may share one: at a training in one hall 150
unit leads log in for the first time, half of them wrong at first. Right passwords do not count."""


class Throttled(Exception):
    """There is no try left. ``seconds`` says how long to wait for the next."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def minutes(self):
        return max(1, ceil(self.seconds / 60))


@dataclass(frozen=True)
class Counter:
    """What is counted, and how many tries a stretch has."""

    key: str
    limit: int

    @classmethod
    def of(cls, limit, *what):
        return cls(key_of(*what), limit)

    @property
    def row(self):
        return LoginCounter.objects.filter(key=self.key)

    def take(self):
        """Count one try. Raises Throttled when all of the stretch are used.

        Every UPDATE is conditional on what was read, so that no number of simultaneous tries gets more than the limit.
        """
        now = clock.real_now()
        ends_at = now + STRETCH
        is_counted = False
        while not is_counted:
            first = {"tries": 1, "ends_at": ends_at}
            row, is_counted = LoginCounter.objects.get_or_create(key=self.key, defaults=first)
            if is_counted:
                return
            as_read = self.row.filter(ends_at=row.ends_at)
            if row.ends_at <= now:
                is_counted = as_read.update(tries=1, ends_at=ends_at)
            elif row.tries < self.limit:
                is_counted = as_read.filter(tries__lt=self.limit).update(tries=F("tries") + 1)
            else:
                raise Throttled((row.ends_at - now).total_seconds())

    def give_back(self):
        self.row.filter(tries__gt=0).update(tries=F("tries") - 1)


@dataclass(frozen=True)
class Attempt:
    """One try that counts as wrong until it is said to be right."""

    own: Counter
    account: Counter | None = None
    address: Counter | None = None

    @property
    def counters(self):
        """In the order of counting: a flood from one address makes no more rows than its own."""
        return [counter for counter in (self.address, self.own, self.account) if counter]

    def was_right(self):
        for counter in self.counters:
            counter.give_back()


def begin(*, username, request):
    """Count a try of a password of the account called *username*, before it is checked, and return the Attempt.

    It goes the same way whether there is such an account or not. Raises Throttled; such a try does not count.
    """
    name, address, mark = username.casefold(), address_of(request), mark_of(username)
    if browser := known_browser(request, mark):
        return _taken(Attempt(Counter.of(PER_PERSON, "browser", name, browser)))
    own = Counter.of(PER_PERSON, "account and address", name, address)
    if is_known_place(request, mark):
        return _taken(Attempt(own))
    account, place = Counter.of(PER_ACCOUNT, "account", name), Counter.of(PER_ADDRESS, "address", address)
    return _taken(Attempt(own, account, place))


def begin_at_own_page(*, user):
    """Count a try of the present password by *user*, who is logged in; as :func:`begin`."""
    return _taken(Attempt(Counter.of(PER_PERSON, "own page", str(user.pk))))


def begin_second_factor(*, user):
    """Count a try of a code of the second factor by somebody who knows the password of *user*; as :func:`begin`."""
    return _taken(Attempt(Counter.of(PER_PERSON, "second factor", str(user.pk))))


def _taken(attempt):
    """*attempt*, counted by all of its counters, or by none when one of them raises Throttled."""
    counted = []
    try:
        for counter in attempt.counters:
            counter.take()
            counted.append(counter)
    except Throttled:
        for counter in counted:
            counter.give_back()
        raise
    return attempt


def forget_old():
    """Delete what is over: stretches, places not seen for long, sessions. Called at every login."""
    SessionStore.clear_expired()
    now = clock.real_now()
    for old in (LoginCounter.objects.filter(ends_at__lte=now), KnownPlace.objects.filter(until__lte=now)):
        with transaction.atomic():
            # Who waits for nobody's lock can block nobody: a locked row is in use, and goes next time.
            rows = old.select_for_update(skip_locked=True)[:1000]
            old.model.objects.filter(pk__in=[row.pk for row in rows]).delete()
