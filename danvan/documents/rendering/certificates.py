"""Certificates of merit: words placed in millimetres, on a printed frame or on the office's own blanks."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from danvan.documents.rendering.data import (
    CertificateData,
    CertificateLayoutData,
    PlacedText,
    Style,
    SubjectKind,
    cleaned,
)
from danvan.documents.rendering.typesetting import typeset
from danvan.documents.rendering.wording import SAMPLE

A4 = (297.0, 210.0)
A3 = (420.0, 297.0)


def render_certificates(layout: CertificateLayoutData, rows: Sequence[CertificateData], *, sample: bool) -> bytes:
    """Return one PDF with a page for each of *rows*, in their order.

    The batch is one compilation: 500 pages take well under a second. *sample* writes BẢN MINH HỌA across every page.
    Raises ValueError when there are no rows, since a PDF without pages does not exist.
    """
    if not rows:
        raise ValueError("no certificates to print")
    data = {
        "layout": asdict(layout),
        "rows": [asdict(cleaned(row)) for row in rows],
        "sample": SAMPLE if sample else "",
    }
    return typeset("certificates.typ", data, tagged=False)


def default_layout(
    style: Style = "party", kind: SubjectKind = "individual", *, sheet: tuple[float, float] = A4
) -> CertificateLayoutData:
    """Return the layout that goes with the printed frame, as a start that the office then moves about.

    Made for A4 landscape; a *sheet* (width, height in millimetres) of the same proportions, such as A3, scales it.
    """
    texts = (*_HEAD, *(_COLLECTIVE if kind == "collective" else _INDIVIDUAL), *_FOOT)
    factor = sheet[0] / A4[0]
    return CertificateLayoutData(
        style=style,
        texts=tuple(_scaled(text, factor) for text in texts),
        width=sheet[0],
        height=sheet[1],
    )


def _scaled(text: PlacedText, factor: float) -> PlacedText:
    names = ("x", "y", "width", "max_height", "size")
    return replace(text, **{name: round(getattr(text, name) * factor, 1) for name in names})


_HEAD = (
    PlacedText(field="authority", x=43.5, y=31.5, width=210, max_height=13.5, size=15, bold=True, vertical="middle"),
)
_COLLECTIVE = (
    PlacedText(field="salutation", x=38.5, y=77, width=220, max_height=8, size=16, italic=True),
    PlacedText(field="name", x=33.5, y=86, width=230, max_height=22, size=28, bold=True, vertical="middle"),
    PlacedText(field="post_and_unit", x=38.5, y=108, width=220, max_height=7, size=15, italic=True, vertical="middle"),
    PlacedText(field="reason", x=38.5, y=115.5, width=220, max_height=24, size=18, vertical="middle"),
)
_INDIVIDUAL = (
    PlacedText(field="salutation", x=38.5, y=77, width=220, max_height=8, size=16, italic=True),
    PlacedText(field="name", x=33.5, y=85.5, width=230, max_height=16.5, size=30, bold=True, vertical="middle"),
    PlacedText(field="post_and_unit", x=38.5, y=102, width=220, max_height=14, size=16, italic=True, vertical="middle"),
    PlacedText(field="reason", x=38.5, y=117, width=220, max_height=24, size=18, vertical="middle"),
)
_FOOT = (
    PlacedText(field="place_and_date", x=156, y=144.5, width=112, max_height=7, size=14, italic=True),
    PlacedText(field="signer_post", x=156, y=152, width=112, max_height=13, size=14, bold=True),
    PlacedText(field="signer_name", x=156, y=183, width=112, max_height=8, size=15, bold=True),
    PlacedText(field="decision", x=29, y=176, width=105, max_height=15, size=12, align="left", vertical="bottom"),
)
