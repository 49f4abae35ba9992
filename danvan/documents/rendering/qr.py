"""QR codes, as pictures that pages and PDFs alike can hold."""

import io

import segno


def qr_svg(text: str) -> str:
    """Return the QR code of *text* as SVG of any size, black on white, with the quiet zone that readers need.

    Error correction M: a folded or stained sheet is still read.
    """
    picture = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(picture, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, nl=False, omitsize=True)
    return picture.getvalue().decode()
