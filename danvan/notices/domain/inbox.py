"""The inbox of each person in the admin."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.mail.domain.queue import Letter, enqueue_many
from danvan.notices.domain.recipients import administrators, person, recipients_of
from danvan.notices.models import InboxMessage
from danvan.organization.domain.units.succession import roll_up

KIND = "notices.message"


def tell_unit(*, unit, title, body="", url=""):
    """Put a message into the inbox of each lead of *unit* and queue a mail with the same words; return the messages.

    Of a unit that has ended, those who read its records today are told: the leads of the one it wholly became. *url* is
    a path of this site. Call it inside the transaction of the deed that is told of.
    """
    reader = roll_up([unit.pk])[unit.pk].unit if unit.has_ended(clock.today()) else unit.pk
    return _tell(recipients_of([reader]).get(reader, []) if reader else [], unit, title, body, url)


def tell_administrators(*, title, body="", url=""):
    """Tell each administrator, as :func:`tell_unit` tells the leads of a unit."""
    return _tell(administrators(), None, title, body, url)


def tell_of_delegation(membership):
    """Tell who takes over work that it was handed over. Listener of ``organization.domain.people.delegation``."""
    words = {
        "giver": membership.on_behalf_of,
        "role": membership.get_role_display(),
        "unit": membership.unit,
        "first": f"{membership.valid_from:%d/%m/%Y}",
        "last": f"{membership.valid_to:%d/%m/%Y}",
    }
    user = membership.user
    return _tell(
        [person(user)],
        membership.unit,
        _("Comrade %(giver)s has handed work over to you") % words,
        _("You act as %(role)s of %(unit)s from %(first)s to the end of %(last)s.") % words,
        reverse("admin:delegations"),
    )


def _tell(recipients, unit, title, body, url):
    messages, letters = [], []
    for recipient in recipients:
        if recipient.user is None:
            continue  # a mailbox has no inbox; what stands there is for people with an account
        message = InboxMessage.objects.create(
            recipient=recipient.user, unit=unit, title=title, body=body, url=url, sent_at=clock.now()
        )
        messages.append(message)
        if recipient.address:
            letters.append(
                Letter(
                    kind=KIND,
                    ref={"message": message.pk},
                    to=recipient.address,
                    recipient_name=recipient.name,
                    dedupe_key=f"message-{message.pk}",
                )
            )
    enqueue_many(letters)
    return messages


def mark_read(*, message, actor):
    """Note that *actor*, its recipient, has read *message*. Read twice keeps the first instant."""
    InboxMessage.objects.unread().filter(pk=message.pk, recipient=actor).update(read_at=clock.now())


def mark_all_read(*, messages):
    """Note that the unread ones of *messages*, a queryset of one person's own, are read. Returns how many."""
    return messages.unread().update(read_at=clock.now())
