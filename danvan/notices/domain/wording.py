"""The words of reminders, computed when they are read."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan import clock
from danvan.calendar.working_days import days_between
from danvan.mail.domain.rendering import Message
from danvan.notices.placeholders import DUE, DUTY, LEFT, RECIPIENT, UNIT, fill
from danvan.notices.sources import Duty


@dataclass(frozen=True)
class Piece:
    """What a letter says of one duty."""

    subject: str
    text: str
    url: str


def left_words(due_on, today):
    """How far *due_on* is from *today*, as officials say it."""
    days = days_between(today, due_on)
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}


def addressee(user, unit):
    """How a letter addresses a person, or the unit whose mailbox it goes to."""
    return _("Comrade %(name)s") % {"name": user.get_full_name()} if user else unit.name


def piece(*, rule, duty, addressee):
    """What *rule* says today of *duty*."""
    values = {
        DUTY: duty.title,
        UNIT: duty.unit_name,
        DUE: f"{duty.due_on:%d/%m/%Y}",
        LEFT: left_words(duty.due_on, clock.today()),
        RECIPIENT: addressee,
    }
    return Piece(fill(rule.subject, values), fill(rule.text, values), settings.SITE_ADDRESS.rstrip("/") + duty.url)


def letter(pieces):
    """One mail of one or several pieces, the most urgent first."""
    subject = pieces[0].subject
    if others := len(pieces) - 1:
        subject = ngettext("%(subject)s (and %(n)s more)", "%(subject)s (and %(n)s more)", others) % {
            "subject": subject,
            "n": others,
        }
    context = {"pieces": pieces}
    return Message(
        subject=subject,
        text=render_to_string("notices/letter.txt", context),
        html=render_to_string("notices/letter.html", context),
    )


def sample_piece(*, rule, due_on):
    """What *rule* would say today of an example due on *due_on*. Nothing is read or written."""
    duty = Duty(
        object_id=0,
        unit_id=0,
        unit_name=_("Party committee of Binh Minh commune"),
        due_on=due_on,
        title=_("Report on mass mobilisation, example"),
        url="/",
    )
    return piece(rule=rule, duty=duty, addressee=_("Comrade %(name)s") % {"name": _("Nguyen Van An")})
