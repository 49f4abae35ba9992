"""The personal calendar: an address with a secret, under which a calendar program reads what its owner's units owe."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from icalendar import Alarm, Calendar, Event

from danvan import clock
from danvan.access.roles import Role
from danvan.history.actions import LABELS
from danvan.history.domain import record
from danvan.notices.domain.duties import owed
from danvan.notices.models import CalendarFeed
from danvan.notices.sources import sources
from danvan.organization.domain.people.assignments import charge_of

LABELS["user.make_calendar"] = gettext_lazy("made a new address for the own calendar")
LABELS["user.revoke_calendar"] = gettext_lazy("revoked the address of the own calendar")

TOKEN_BYTES = 32
OF_A_UNIT = (Role.UNIT_LEAD, Role.UNIT_VIEWER)
NOTED_EVERY = timedelta(hours=1)
# The morning before: an all-day event begins at midnight.
ALARM_BEFORE = timedelta(hours=16)


@transaction.atomic
def make_address(*, user):
    """Give the calendar of *user* a new secret and return it. It is not kept; the one before ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"token_hash": hash_of(token), "made_at": clock.real_now(), "read_at": None}
    CalendarFeed.objects.update_or_create(user=user, defaults=values)
    record(actor=user, action="user.make_calendar", obj=user)
    return token


@transaction.atomic
def revoke_address(*, user):
    """End the address of the calendar of *user*. Without one nothing happens."""
    deleted, _rows = CalendarFeed.objects.filter(user=user).delete()
    if deleted:
        record(actor=user, action="user.revoke_calendar", obj=user)


def feed_of(user):
    """The CalendarFeed of *user*, or None."""
    return CalendarFeed.objects.filter(user=user).first()


def reader_with(token):
    """Whose calendar *token* opens today: an open account with a membership in force, else None.

    Notes when it was read, to the hour.
    """
    feed = CalendarFeed.objects.select_related("user").filter(token_hash=hash_of(token)).first()
    if feed is None or not feed.user.is_active or not feed.user.active_memberships:
        return None
    now = clock.real_now()
    if feed.read_at is None or now - feed.read_at > NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.user


def hash_of(token):
    return hashlib.sha256(token.encode()).hexdigest()


# --- what stands in it ------------------------------------------------------------------------------------------------


def calendar_of(user) -> bytes:
    """The calendar of *user* as a file: what the own units owe, one event each; and for who works for the Ban, how many
    of the units in charge (of all, where none are) owe something of a kind on a day."""
    calendar = Calendar()
    calendar.add("prodid", "-//Dan van kheo//vi")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Skilful mass mobilisation – what is due"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("x-published-ttl", "PT1H")
    units = {m.unit for m in user.active_memberships if m.role in OF_A_UNIT}
    for code in sources():
        rows = owed(code).visible_to(user)
        for event in own_events(code, rows.filter(unit__in=units), several=len(units) > 1):
            calendar.add_component(event)
        if user.is_of_ban:
            for event in events_of_the_ban(code, rows.exclude(unit__in=units), user):
                calendar.add_component(event)
    return calendar.to_ical()


def own_events(code, rows, *, several):
    for duty in sources()[code].duties(rows.values_list("pk", flat=True)).values():
        title = _("%(duty)s – %(unit)s") % {"duty": duty.title, "unit": duty.unit_name} if several else duty.title
        yield event_on(duty.due_on, f"{code}-{duty.object_id}", title, duty.url)


def events_of_the_ban(code, rows, user):
    due, charge = sources()[code].due, charge_of(user)
    if charge is not None:
        rows = rows.filter(unit__in=charge)
    url = reverse("admin:notices_duties")
    label = sources()[code].label
    for day, count in rows.order_by(due).values_list(due).annotate(units=Count("unit", distinct=True)):
        words = ngettext("%(duties)s: %(count)s unit owes", "%(duties)s: %(count)s units owe", count)
        title = words % {"duties": str(label)[:1].upper() + str(label)[1:], "count": count}
        yield event_on(day, f"{code}-{day:%Y%m%d}", title, url)


def event_on(day, key, title, url):
    """An event of the whole *day*. Its *key* stays the same when it moves."""
    event = Event()
    event.add("uid", f"{key}@danvankheo")
    event.add("dtstamp", clock.now())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("description", _("Due by the end of %(date)s.") % {"date": f"{day:%d/%m/%Y}"})
    event.add("url", settings.SITE_ADDRESS.rstrip("/") + url)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -ALARM_BEFORE)
    alarm.add("description", title)
    event.add_component(alarm)
    return event
