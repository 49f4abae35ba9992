"""Phiếu kích hoạt: the sheets with which unit leads without an office e-mail come in for the first time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from danvan.documents.rendering.data import cleaned
from danvan.documents.rendering.qr import qr_svg
from danvan.documents.rendering.typesetting import typeset
from danvan.documents.rendering.wording import SAMPLE


@dataclass(frozen=True, kw_only=True)
class ActivationSheet:
    """What one sheet says. *link* is printed as QR code alone; *entry* is the address that is typed with the code."""

    unit: str
    name: str
    username: str
    link: str
    entry: str
    code: str
    until: str
    is_new: bool = True


def render_activation_sheets(sheets: Sequence[ActivationSheet], *, sample: bool) -> bytes:
    """Return one PDF, two of *sheets* on each page A4 to be cut apart, in their order.

    *sample* writes BẢN MINH HỌA across each. Raises ValueError when there are none.
    """
    if not sheets:
        raise ValueError("no sheets to print")
    data = {
        "sheets": [{**asdict(cleaned(sheet)), "qr": qr_svg(sheet.link)} for sheet in sheets],
        "sample": SAMPLE if sample else "",
    }
    return typeset("activation_sheets.typ", data, tagged=False)
