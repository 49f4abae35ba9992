"""The words of reminders, computed when they are read."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan import clock
from danvan.calendar.working_days import days_between
from danvan.mail.domain.rendering import Message
from danvan.notices.domain.recipients import head_name
from danvan.notices.enums import Audience
from danvan.notices.placeholders import DUE, DUTY, LEFT, LIST, RECIPIENT, UNIT, UNITS, fill
from danvan.notices.sources import Duty
from danvan.text.numbers import two_digits


@dataclass(frozen=True)
class Piece:
    """What a letter says of one duty, or of one that many units owe. ``url`` is a path of this site or empty.

    What a table of several needs is empty where there is no duty.
    """

    subject: str
    text: str
    url: str
    title: str = ""
    unit: str = ""
    due_on: date | None = None
    left: str = ""

    @property
    def address(self):
        """The whole address of the page."""
        return self.url and settings.SITE_ADDRESS.rstrip("/") + self.url


def left_words(due_on, today):
    """How far *due_on* is from *today*, as officials say it."""
    days = days_between(today, due_on)
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}


def comrade(name):
    return _("Comrade %(name)s") % {"name": name}


def addressee(row):
    """How a letter addresses the recipient of a ledger row: a person, or the unit whose mailbox it goes to."""
    if row.user:
        return comrade(row.user.get_full_name())
    if row.rule and row.rule.audience == Audience.UNIT_HEAD:
        return comrade(row.unit.head_name) if row.unit.head_name else head_name(row.unit)
    return row.unit.name


def pieces_of(rows, duties, addressed):
    """What ledger *rows* of one recipient say today, in their order, to who is *addressed* so.

    *duties* are by source and id. Rows for who is told in lists make one piece for each rule, title and due date.
    """
    groups = defaultdict(list)
    for row in rows:
        duty = duties[row.source, row.object_id]
        in_list = row.words.tells_in_lists
        key = (row.rule_id, duty.title, duty.due_on) if in_list else (row.rule_id, row.source, row.object_id)
        groups[key].append((row.words, duty))
    return [
        piece(words=group[0][0], duties=[duty for _words, duty in group], addressed=addressed)
        for group in groups.values()
    ]


def piece(*, words, duties, addressed):
    """What *words* (a rule, or a reminder by hand) say today of *duties*, which have one title and one due date."""
    first, names = duties[0], [duty.unit_name for duty in duties]
    unit = names[0]
    if len(names) > 1:
        unit = ngettext("%(n)s unit", "%(n)s units", len(names)) % {"n": two_digits(len(names))}
    left = left_words(first.due_on, clock.today())
    values = {
        DUTY: first.title,
        UNIT: unit,
        DUE: f"{first.due_on:%d/%m/%Y}",
        LEFT: left,
        RECIPIENT: addressed,
        UNITS: two_digits(len(names)),
        LIST: "\n".join(f"{number}. {name}" for number, name in enumerate(names, 1)),
    }
    return Piece(
        subject=fill(words.subject, values),
        text=fill(words.text, values),
        url=first.url if len(names) == 1 else reverse("admin:notices_duties"),
        title=first.title,
        unit=unit,
        due_on=first.due_on,
        left=left,
    )


def letter(pieces, addressed="", *, to_unit=False):
    """One mail of one or several pieces, the most urgent first, to who is *addressed* so.

    One *to_unit* asks to be told of what went another way.
    """
    subject = pieces[0].subject
    if others := len(pieces) - 1:
        subject = ngettext("%(subject)s (and %(n)s more)", "%(subject)s (and %(n)s more)", others) % {
            "subject": subject,
            "n": others,
        }
    has_table = len(pieces) > 1 and all(piece.due_on for piece in pieces)
    # Who looks after units and leads the Ban may be told of one thing by two steps.
    table = {(piece.title, piece.unit, piece.due_on): piece for piece in pieces}.values() if has_table else ()
    context = {"pieces": pieces, "addressed": addressed, "subject": subject, "table": table, "to_unit": to_unit}
    return Message(
        subject=subject,
        text=render_to_string("notices/letter.txt", context),
        html=render_to_string("notices/letter.html", context),
    )


def several(pieces):
    """The title and the text of one notice of several pieces."""
    title = ngettext("%(n)s matter to be done", "%(n)s matters to be done", len(pieces))
    line = _("%(number)s. %(title)s – %(unit)s: due on %(due)s, %(left)s")
    lines = [
        line % {"number": n, "title": p.title, "unit": p.unit, "due": f"{p.due_on:%d/%m/%Y}", "left": p.left}
        for n, p in enumerate(pieces, 1)
    ]
    return title % {"n": two_digits(len(pieces))}, "\n".join(lines)


def sample_piece(*, rule, due_on):
    """What *rule* would say today of an example due on *due_on*. Nothing is read or written."""
    names = [
        _("Party committee of Binh Minh commune"),
        _("Party committee of Dak Nong ward"),
        _("Party committee of Ea Kar commune"),
    ]
    duties = [
        Duty(
            object_id=0,
            unit_id=0,
            unit_name=name,
            due_on=due_on,
            title=_("Report on mass mobilisation, example"),
            url="/",
        )
        for name in names
    ]
    return piece(words=rule, duties=duties if rule.tells_in_lists else duties[:1], addressed=sample_addressee())


def sample_addressee():
    return comrade(_("Nguyen Van An"))
