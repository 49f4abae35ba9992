"""The words that decisions and certificates print. Vietnamese whatever language the reader has chosen."""

from awards.enums import SubjectKind
from danvan.documents.rendering.data import SigningLine
from danvan.documents.rendering.wording import MARKS
from danvan.text.numbers import two_digits

SALUTATIONS = {"mr": "Ông", "mrs": "Bà", "": "Ông (Bà)"}
COLLECTIVE = "Tập thể"


def first_achievement(round):
    """The words with which an achievement of *round* begins, to be changed by hand."""
    return f"Đã có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo” năm {round.year}"


def printed_salutation(nomination):
    """What stands before the name."""
    return COLLECTIVE if nomination.kind == SubjectKind.COLLECTIVE else SALUTATIONS[nomination.salutation]


def unit_beside(nomination):
    """The unit as it is called now, printed beside a person or a team. A unit that is commended itself needs none."""
    return "" if nomination.nominated_unit_id else nomination.dossier.unit.name


def post_and_unit(post, unit_name):
    """``Trưởng thôn, xã Ea Kao``; not twice when the post as typed names the unit already."""
    if unit_name and unit_name.casefold() in post.casefold():
        return post
    return ", ".join(filter(None, (post, unit_name)))


def signing_lines(decision):
    """The lines above the signature. A signer without a mark signs in the own post alone."""
    lines = [SigningLine(text=decision.signs_for, mark=decision.signer_mark)] if decision.signer_mark else []
    return (*lines, SigningLine(text=decision.signer_post))


def signing_text(decision):
    """The lines above the signature as they are printed on a certificate."""
    marks = MARKS[decision.letterhead.style]
    return "\n".join(marks[line.mark] + line.text.upper() for line in signing_lines(decision))


def counts(collectives, individuals):
    """``17 tập thể và 23 cá nhân``. What there is none of is not named."""
    parts = [(collectives, "tập thể"), (individuals, "cá nhân")]
    return " và ".join(f"{two_digits(number)} {noun}" for number, noun in parts if number)
