"""What this app puts on the start page."""

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.access.panels import Alert
from danvan.mail.domain.heartbeat import silent_parts
from danvan.mail.domain.queue import is_on
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail

HELD_UP_MINUTES = 15
DAYS = 7


def silence(user, page):
    """For the Ban's people: what works unseen and has stood still for two minutes."""
    if not any(role.is_of_the_ban for role in user.roles):
        return
    if silent := silent_parts():
        advice = _(
            "Start the program on the server again. If this line stays for more than two minutes, ask the technician "
            "to look into the logs of the server."
        )
        page.alerts.append(Alert(words_of_silence(*next(iter(silent.items()))), advice))


def words_of_silence(name, last):
    since = f"{localtime(last):%H:%M %d/%m/%Y}" if last else ""
    if name == "planner":
        return _("The planning of reminders has stood still since %(since)s: nobody is reminded.") % {"since": since}
    if not since:
        return _("The background work has not begun: nobody is reminded and no mail leaves.")
    if name == "tick":
        return _("The clock of the background work has stood still since %(since)s: nobody is reminded.") % {
            "since": since
        }
    return _("The background work has stood still since %(since)s: nobody is reminded and no mail leaves.") % {
        "since": since
    }


def troubles(user, page):
    """For who reads the outgoing mail: what could not be sent, and what waits for a server that cannot be used."""
    if not (is_on() and user.has_perm("mail.view_outgoingmail")):
        return
    rows = OutgoingMail.objects.visible_to(user)
    if reasons := reasons_of(rows.held_up(HELD_UP_MINUTES)):
        n = sum(reasons.values())
        words = ngettext(
            "%(n)s mail has waited for more than %(minutes)s minutes: %(reasons)s.",
            "%(n)s mails have waited for more than %(minutes)s minutes: %(reasons)s.",
            n,
        )
        page.alerts.append(
            Alert(
                words % {"n": n, "minutes": HELD_UP_MINUTES, "reasons": in_words(reasons)},
                _("It is tried again every half minute. Ask the technician to look at the mail server and the login."),
                mails_in(MailState.WAITING),
                _("See the waiting mails"),
            )
        )
    if reasons := reasons_of(rows.of_days(DAYS).filter(state=MailState.FAILED)):
        n = sum(reasons.values())
        words = ngettext(
            "%(n)s mail of the last %(days)s days could not be sent: %(reasons)s.",
            "%(n)s mails of the last %(days)s days could not be sent: %(reasons)s.",
            n,
        )
        page.alerts.append(
            Alert(
                words % {"n": n, "days": DAYS, "reasons": in_words(reasons)},
                url=f"{mails_in(MailState.FAILED)}&when=week",
                link=_("See the mails that could not be sent"),
            )
        )


def reasons_of(rows):
    """How many of *rows* have each trouble, the most frequent first."""
    counted = rows.order_by().values("trouble").annotate(n=Count("pk")).order_by("-n", "trouble")
    return dict(counted.values_list("trouble", "n"))


def in_words(reasons):
    return ", ".join(f"{Trouble(trouble).label} ({n})" for trouble, n in reasons.items())


def mails_in(state):
    return f"{reverse('admin:mail_outgoingmail_changelist')}?state__exact={state}"
