"""Numbers of documents: typed from the office's book, or counted by a counter row."""

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.documents.models import DocumentNumber, NumberCounter
from danvan.history.actions import LABELS
from danvan.history.domain import record

LABELS["documentnumber.void"] = gettext_lazy("kept the number as void")


def next_number(*, key):
    """Raise the counter *key* and return its new number.

    Call it inside the transaction that uses the number: the row stays locked until then, so that numbers have no gap
    and no repeat, and a rollback gives the number back.
    """
    if not NumberCounter.objects.filter(key=key).update(last=F("last") + 1):
        # The first one makes the row. A loser of that race finds it made, and waits for the winner's transaction.
        NumberCounter.objects.bulk_create([NumberCounter(key=key)], ignore_conflicts=True)
        NumberCounter.objects.filter(key=key).update(last=F("last") + 1)
    return NumberCounter.objects.get(key=key).last


def take_number(*, letterhead, kind, typed, issued_on, actor):
    """Enter the number that the clerk typed from the office's book and return the DocumentNumber.

    *typed* is the number, perhaps with a letter (``12``, ``12a``), or the whole string as printed. Call it inside the
    issuing transaction. Raises ValidationError when it cannot be read or is already in the book; the message names the
    line that holds it.
    """
    return _enter(letterhead=letterhead, kind=kind, typed=typed, issued_on=issued_on, actor=actor, void_reason="")


def void_number(*, letterhead, kind, typed, issued_on, reason, actor):
    """Keep a number that was taken in the book but never used, with the *reason*. Errors as in take_number."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say the reason.")})
    with transaction.atomic():
        entry = _enter(
            letterhead=letterhead, kind=kind, typed=typed, issued_on=issued_on, actor=actor, void_reason=reason
        )
        record(actor=actor, action="documentnumber.void", obj=entry, reason=reason)
    return entry


def _enter(*, letterhead, kind, typed, issued_on, actor, void_reason):
    digits, suffix = read_number(typed, letterhead, kind)
    period = letterhead.numbering_period(issued_on)
    key = {"letterhead": letterhead, "kind": kind, "period": period, "number": int(digits), "suffix": suffix}
    entry = DocumentNumber(
        **key,
        text=letterhead.number_text(digits + suffix, kind),
        issued_on=issued_on,
        taken_by=actor,
        void_reason=void_reason,
    )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        held = DocumentNumber.objects.get(**key)
        words = (
            _("Number %(number)s is void in the book: %(reason)s")
            if held.void_reason
            else _("Number %(number)s of %(date)s is already in the book.")
        )
        raise ValidationError(
            {
                "number": words
                % {"number": held.text, "date": held.issued_on.strftime("%d/%m/%Y"), "reason": held.void_reason}
            }
        ) from None
    return entry


def read_number(typed, letterhead, kind):
    """Split *typed* into its digits, as typed, and the letter after them. Raises ValidationError."""
    match = re.fullmatch(r"\s*(?:Số:?\s*)?(\d{1,6})([A-Za-z]?)\s*(.*?)\s*", typed)
    if match is None or int(match[1]) == 0:
        raise ValidationError({"number": _("Type the number as it stands in the book, for instance 12 or 12a.")})
    digits, suffix, rest = match[1], match[2].lower(), match[3]
    expected = letterhead.number_text("", kind)
    if rest and rest.replace(" ", "") != expected:
        raise ValidationError(
            {
                "number": _("The symbol “%(typed)s” is not that of the issuer, “%(expected)s”.")
                % {"typed": rest, "expected": expected}
            }
        )
    return digits, suffix
