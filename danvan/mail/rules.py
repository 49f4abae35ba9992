"""What an answer of a mail server means, and when to try again. Pure."""

import re

from danvan.mail.enums import Step, Trouble

# RFC 3463: class.subject.detail, for instance 5.1.1.
_ENHANCED_STATUS = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
_LOGIN_CODES = {530, 534, 535, 538}
_NO_SUCH_MAILBOX_CODES = {550, 551, 553}


def judge_refusal(step: Step, code: int, text: str) -> tuple[Trouble, bool]:
    """The trouble that the answer *code* *text* at *step* stands for, and whether trying again is of no use.

    *code* is 400 to 599. RFC 5321 §4.2.1: 4xx is temporary, 5xx permanent. A server that asks for a login or refuses
    our own address is one that we have set up wrongly: that is not held against the mail, nor would all mails of a
    morning be given up for it.
    """
    found = _ENHANCED_STATUS.search(text)
    subject, detail = found.groups() if found else ("", "")
    permanent = code >= 500
    if code in _LOGIN_CODES:
        return Trouble.LOGIN, False
    if (subject, detail) == ("2", "2") or (code == 552 and not found and step is not Step.SENDER):
        return Trouble.MAILBOX_FULL, permanent
    if not permanent:
        return Trouble.BUSY, False
    if step is Step.SENDER:
        return Trouble.SENDER_REFUSED, False
    if step is Step.RECIPIENT and (subject == "1" or (not found and code in _NO_SUCH_MAILBOX_CODES)):
        return Trouble.UNKNOWN_ADDRESS, True
    return Trouble.REFUSED, True


def delay_after(attempts: int, plan: list[int]) -> int | None:
    """The seconds to wait after so many *attempts* (1 or more), or None when the *plan* is used up."""
    return plan[attempts - 1] if attempts <= len(plan) else None
