"""Everything that an answer tells, and whether two answers tell the same."""

import io
import re
import zipfile

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.world import FOREIGN_TO_A_LEAD, traces


def content_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def told_by(answer):
    """All text of *answer*: its headers and cookies, its body, and what a file in it holds when opened."""
    content = content_of(answer)
    parts = [f"{name}: {value}" for name, value in answer.items()] + [str(answer.cookies)]
    if content.startswith(b"%PDF") and b"%%EOF" in content:
        parts += [page.extract_text() for page in PdfReader(io.BytesIO(content), strict=False).pages]
        parts.append(content.decode("latin-1"))
    elif content.startswith(b"PK"):
        parts += _unzipped(content)
    else:
        parts.append(content.decode("utf-8", "replace"))
    return "\n".join(parts)


def _unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        yield from names
        yield from (archive.read(name).decode("utf-8", "replace") for name in names if name.endswith((".xml", ".rels")))
    if "xl/workbook.xml" in names:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        yield from (str(row) for name in workbook.sheet_names for row in workbook.get_sheet_by_name(name).to_python())


def workbook_titles(answer):
    """The texts of the first rows of the workbook in *answer*: its title and the titles of its columns."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content_of(answer))).get_sheet_by_index(0)
    return [str(cell) for row in sheet.to_python()[:4] for cell in row if cell]


def leaks(answer, words=FOREIGN_TO_A_LEAD):
    """What of the *words* and numbers of others *answer* tells."""
    return traces(told_by(answer), words)


_TOKENS = re.compile(
    r'name="(?:csrfmiddlewaretoken|_form_key)" value="[^"]*"|csrftoken=\w+|messages=[^;]*|\b[0-9a-f-]{36}\b'
)


def shape(answer, *keys):
    """*answer* without its tokens and without the *keys* of the record that was asked for: alike for what is foreign
    and what does not exist."""
    location = answer.headers.get("Location", "")
    body = "" if answer.streaming else _TOKENS.sub("", answer.content.decode("utf-8", "replace"))
    for key in keys:
        location = re.sub(rf"(?<!\d){key}(?!\d)", "KEY", location)
        body = re.sub(rf"(?<!\d){key}(?!\d)", "KEY", body)
    return answer.status_code, location, body
