"""The one call of typst: our fonts only, our templates only, the same bytes for the same data."""

import json
from pathlib import Path

import typst

FONTS = Path(__file__).resolve().parents[1] / "fonts"
TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"


def typeset(template: str, data: dict, *, tagged: bool = True) -> bytes:
    """Return the PDF that *template* makes of *data*, which reaches it as JSON and is never evaluated.

    A character that the fonts lack is printed as an empty box. *tagged* adds the structure that screen readers use.
    """
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        timestamp=0,
        pdf_tags=tagged,
    )
