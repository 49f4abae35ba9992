"""Addresses that do not work."""

from django.db.models import Max

from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail


def bouncing_addresses() -> dict[str, OutgoingMail]:
    """The last failed mail by address, of the addresses that do not exist, cannot be written or have a full mailbox and
    to which nothing was sent since. ``mail.trouble_words`` says what is wrong with it. Two queries."""
    failed = OutgoingMail.objects.filter(state=MailState.FAILED, trouble__in=Trouble.OF_THE_ADDRESS)
    last_failed = {mail.to: mail for mail in failed.order_by("attempted_at")}
    sent = OutgoingMail.objects.filter(state=MailState.SENT, to__in=last_failed).order_by().values("to")
    last_sent = dict(sent.annotate(last=Max("attempted_at")).values_list("to", "last"))
    return {
        address: mail
        for address, mail in last_failed.items()
        if address not in last_sent or last_sent[address] <= mail.attempted_at
    }
