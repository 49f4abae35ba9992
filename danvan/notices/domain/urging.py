"""The official letter to units that are late (công văn đôn đốc), from what is owed and what the clerk typed."""

from danvan import clock
from danvan.documents.rendering.data import SigningLine
from danvan.documents.rendering.urging import LateDuty, UrgingData
from danvan.organization.models import Unit

RECIPIENTS = "Như trên\nLãnh đạo Ban (để báo cáo)\nLưu Văn phòng"
"""Who usually gets a copy, one a line, as it is printed."""


def urging_data(duties, *, letterhead, send_by, signer_post, recipients, number="", issued_on=None, signer_mark="",
                signs_for="", signer_name="", **_others):  # fmt: skip
    """The UrgingData of a letter about *duties* (Duty rows) on *letterhead*. Lateness is counted up to its date, or to
    today where it is still to be written in. A signer without a mark signs in the own post alone."""
    signing = [SigningLine(text=signs_for, mark=signer_mark)] if signer_mark else []
    return UrgingData(
        style=letterhead.style,
        superior=letterhead.superior,
        issuer=letterhead.issuer,
        full_name=letterhead.full_name,
        symbol=letterhead.symbol,
        place=letterhead.place,
        number=number,
        issued_on=issued_on,
        as_of=issued_on or clock.today(),
        send_by=send_by,
        rows=tuple(LateDuty(unit=duty.unit_name, title=duty.title, due_on=duty.due_on) for duty in duties),
        recipients=tuple(line.strip() for line in recipients.splitlines() if line.strip()),
        signing=(*signing, SigningLine(text=signer_post)),
        signer_name=signer_name,
    )


def is_sample(duties):
    """Whether one of the units is an example: the letter is then marked as such."""
    return Unit.objects.filter(pk__in={duty.unit_id for duty in duties}, is_sample=True).exists()
