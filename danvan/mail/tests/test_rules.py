import pytest

from danvan.mail.enums import MailState, Step, Trouble
from danvan.mail.rules import delay_after, judge_refusal


@pytest.mark.parametrize(
    ("step", "code", "text", "trouble", "permanent"),
    [
        (Step.SENDER, 421, "too many connections", Trouble.BUSY, False),
        (Step.SENDER, 432, "4.3.2 Concurrent connections limit exceeded", Trouble.BUSY, False),
        (Step.SENDER, 452, "Insufficient system storage", Trouble.BUSY, False),
        (Step.SENDER, 550, "5.7.1 Sender address rejected", Trouble.SENDER_REFUSED, False),
        (Step.SENDER, 552, "Message size exceeds fixed limit", Trouble.SENDER_REFUSED, False),
        (Step.SENDER, 530, "5.7.0 Authentication required", Trouble.LOGIN, False),
        (Step.SENDER, 535, "5.7.8 Bad credentials", Trouble.LOGIN, False),
        (Step.RECIPIENT, 450, "4.2.0 Greylisted", Trouble.BUSY, False),
        (Step.RECIPIENT, 451, "4.7.1 Try again later", Trouble.BUSY, False),
        (Step.RECIPIENT, 452, "4.2.2 Over quota", Trouble.MAILBOX_FULL, False),
        (Step.RECIPIENT, 499, "the last temporary code", Trouble.BUSY, False),
        (Step.RECIPIENT, 500, "the first permanent code", Trouble.REFUSED, True),
        (Step.RECIPIENT, 550, "No such user", Trouble.UNKNOWN_ADDRESS, True),
        (Step.RECIPIENT, 550, "5.1.1 User unknown", Trouble.UNKNOWN_ADDRESS, True),
        (Step.RECIPIENT, 550, "5.1.10 Recipient not found", Trouble.UNKNOWN_ADDRESS, True),
        (Step.RECIPIENT, 550, "5.7.1 Relaying denied", Trouble.REFUSED, True),
        (Step.RECIPIENT, 551, "User not local", Trouble.UNKNOWN_ADDRESS, True),
        (Step.RECIPIENT, 552, "Mailbox full", Trouble.MAILBOX_FULL, True),
        (Step.RECIPIENT, 552, "5.2.2 Over quota", Trouble.MAILBOX_FULL, True),
        (Step.RECIPIENT, 552, "5.3.4 Message too big", Trouble.REFUSED, True),
        (Step.RECIPIENT, 553, "Mailbox name not allowed", Trouble.UNKNOWN_ADDRESS, True),
        (Step.RECIPIENT, 554, "Transaction failed", Trouble.REFUSED, True),
        (Step.DATA, 451, "4.3.0 Local error", Trouble.BUSY, False),
        (Step.DATA, 550, "5.7.1 Looks like spam", Trouble.REFUSED, True),
        (Step.DATA, 554, "Rejected", Trouble.REFUSED, True),
        (Step.DATA, 550, "in building 15.1.1 nobody", Trouble.REFUSED, True),
    ],
)
def test_an_answer_means_one_trouble(step, code, text, trouble, permanent):
    assert judge_refusal(step, code, text) == (trouble, permanent)


@pytest.mark.parametrize(("attempts", "delay"), [(1, 60), (2, 300), (3, 900), (4, None), (9, None)])
def test_the_plan_is_followed_and_ends(attempts, delay):
    assert delay_after(attempts, [60, 300, 900]) == delay


def test_an_empty_plan_never_tries_again():
    assert delay_after(1, []) is None


def test_every_state_is_either_open_or_final():
    assert {*MailState.OPEN} | {*MailState.FINAL} == {*MailState.values}
    assert {*MailState.OPEN} & {*MailState.FINAL} == set()
    assert {*MailState.OPEN} - {*MailState.DUE} == {MailState.IN_FLIGHT}
