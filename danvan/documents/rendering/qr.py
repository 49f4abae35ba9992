"""QR codes, as pictures that pages and PDFs alike can hold."""

import io

import segno


def qr_svg(text: str) -> str:
    """Return the QR code of *text* as SVG, black on white with the quiet zone of four modules that readers need.

    Error correction M: a folded or stained sheet is still read.
    """
    picture = io.BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(picture, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, nl=False)
    return picture.getvalue().decode()
