"""What the renderers are given. Names of bodies in normal case: headers and signatures are capitalised when printed."""

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Literal

from danvan.text.normalise import clean_text

Style = Literal["party", "state"]
SubjectKind = Literal["collective", "individual"]
Mark = Literal["", "TM", "KT", "TL", "TUQ", "Q"]

CERTIFICATE_FIELDS = (
    "authority",
    "salutation",
    "name",
    "post_and_unit",
    "reason",
    "place_and_date",
    "signer_post",
    "signer_name",
    "decision",
)


@dataclass(frozen=True, kw_only=True)
class PlacedText:
    """Where one field of a certificate stands: a box in millimetres from the sheet's top left corner, sizes in points.

    The text begins at *size* and is set smaller, in steps, until it fits the box.
    """

    field: str
    x: float
    y: float
    width: float
    max_height: float
    size: float
    bold: bool = False
    italic: bool = False
    align: Literal["left", "center", "right"] = "center"
    vertical: Literal["top", "middle", "bottom"] = "top"

    def __post_init__(self):
        if self.field not in CERTIFICATE_FIELDS:
            raise ValueError(f"no such field of a certificate: {self.field}")
        if min(self.width, self.max_height, self.size) <= 0:
            raise ValueError("a placed text needs a width, a height and a size above zero")


@dataclass(frozen=True, kw_only=True)
class CertificateLayoutData:
    """A sheet in millimetres and the texts on it.

    With *frame* the border, the heading of *style* and *title* are printed too, for plain paper; without it the words
    alone, for a pre-printed blank. The offset moves the words, not the frame.
    """

    style: Style
    texts: tuple[PlacedText, ...]
    title: str = "GIẤY KHEN"
    width: float = 297
    height: float = 210
    frame: bool = True
    offset_x: float = 0
    offset_y: float = 0


@dataclass(frozen=True, kw_only=True)
class CertificateData:
    """The words of one certificate, to be read as they stand. Line breaks are kept; an empty field stays empty."""

    name: str
    reason: str
    authority: str = ""
    salutation: str = ""
    post_and_unit: str = ""
    place_and_date: str = ""
    signer_post: str = ""
    signer_name: str = ""
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class SigningLine:
    """One line above a signature: "TM" (on behalf of), "KT" (for the superior), "TL" (by order) … and a body or a post.

    A deputy who signs for the chairman on behalf of a committee needs three: TM the committee, KT the chairman, and the
    own post.
    """

    text: str
    mark: Mark = ""


@dataclass(frozen=True, kw_only=True)
class AnnexRow:
    """A line of a list: *detail* is the post and unit of a person, the unit or place of a collective."""

    name: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class AnnexData:
    """A list that goes with a decision; *title* stands under the word DANH SÁCH."""

    kind: SubjectKind
    title: str
    rows: tuple[AnnexRow, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionData:
    """A decision. An empty *number* or a missing date is printed as a gap to be filled in by hand.

    *symbol* is what follows the number ("QĐ/BTGDVTU", "QĐ-UBND"); *deciding* is the body or post that decides,
    *issued_by* the issuer's full name for the annexes. Articles come without "Điều 1.", their further paragraphs after
    a line break; grounds and recipients without a dash, and with or without the mark that ends them.
    """

    style: Style
    superior: str
    issuer: str
    issued_by: str
    symbol: str
    place: str
    abstract: str
    deciding: str
    grounds: tuple[str, ...]
    articles: tuple[str, ...]
    recipients: tuple[str, ...]
    signing: tuple[SigningLine, ...]
    signer_name: str = ""
    number: str = ""
    issued_on: date | None = None
    annexes: tuple[AnnexData, ...] = ()


def cleaned(value):
    """Return *value*, a dataclass of this module, with every text in the one form that all stored texts have.

    Texts from elsewhere may hold control characters, which neither a .docx nor a PDF can.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, tuple):
        return tuple(map(cleaned, value))
    if is_dataclass(value):
        return replace(value, **{field.name: cleaned(getattr(value, field.name)) for field in fields(value)})
    return value
