"""Finds every message that gettext is asked for: in our code and in the installed source of what we run on.

Catalogues of others are never asked what their package says: they are often older than its code. Nothing is imported
from the packages that are read, and Django needs not be set up.
"""

import ast
import importlib.util
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

PROJECT_DIR = Path(__file__).resolve().parents[2]
OUR_PACKAGES = ("danvan", "movements", "awards")

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = {".html", ".txt", ".xml"}
SKIPPED_FOLDERS = {"__pycache__", "tests", "locale", "migrations"}

_TRANSLATING_TAG = re.compile(r"{%\s*(?:translate|trans|blocktranslate|blocktrans)\b|_\(")


@dataclass(frozen=True, order=True)
class Message:
    """What a catalogue is asked for. Its domain is that of the page (django) or of the scripts (djangojs)."""

    domain: str
    msgid: str
    context: str = ""
    plural: str = ""


class Unreadable(Exception):
    """A file whose messages cannot be known, or a call whose text exists only when it runs."""


def package_roots() -> dict[str, Path]:
    """Return the folder of each package whose texts may be shown: ours, Django's, and those of INSTALLED_APPS."""
    names = {*OUR_PACKAGES, "django", *(entry.partition(".")[0] for entry in settings.INSTALLED_APPS)}
    roots = {}
    for name in sorted(names):
        folder = PROJECT_DIR / name
        roots[name] = folder if folder.is_dir() else Path(importlib.util.find_spec(name).origin).parent
    return roots


def source_files() -> Iterator[tuple[Path, str, bool]]:
    """Yield each file that may hold messages, with the path to show and whether it is ours."""
    for name, root in package_roots().items():
        for path in sorted(root.rglob("*")):
            shown = path.relative_to(root.parent)
            if SKIPPED_FOLDERS.isdisjoint(shown.parts) and path.suffix in {".py", ".js", *TEMPLATES} and path.is_file():
                yield path, shown.as_posix(), name in OUR_PACKAGES


def messages_in(path: Path, *, ours: bool) -> list[tuple[int, Message]]:
    """Return the messages of one file with their lines.

    Raises Unreadable when the file cannot be read, or when one of our own calls builds its text at run time.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            return _python_messages(text, ours=ours)
        if path.suffix == ".js":
            return _script_messages(text)
        return _template_messages(text, path)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error


def _python_messages(text: str, *, ours: bool) -> list[tuple[int, Message]]:
    if "gettext" not in text and not ours:
        return []
    tree = ast.parse(text)
    keywords = KEYWORDS | _aliases(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _name(node.func)) in keywords and node.args:
            places = keywords[name] or (1,)
            texts = [getattr(argument, "value", None) for argument in node.args[: len(places)]]
            if all(isinstance(text, str) for text in texts) and len(texts) == len(places):
                found.append((node.lineno, _called_with(texts, has_context=isinstance(places[0], tuple))))
            elif ours and any(_is_built(argument) for argument in node.args):
                raise Unreadable(f"line {node.lineno}: the text given to {name}() is built at run time")
    return found


def _aliases(tree: ast.Module) -> dict[str, tuple | None]:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    names = (name for node in imports for name in node.names)
    return {name.asname: KEYWORDS[name.name] for name in names if name.asname and name.name in KEYWORDS}


def _called_with(texts: list[str], *, has_context: bool) -> Message:
    context = texts.pop(0) if has_context else ""
    return Message("django", texts[0], context, texts[1] if len(texts) > 1 else "")


def _is_built(node: ast.expr) -> bool:
    """No extractor finds an f-string, a sum or a format() inside gettext, so English would be shown unnoticed."""
    formatting = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return formatting or isinstance(node, ast.JoinedStr | ast.BinOp)


def _template_messages(text: str, path: Path) -> list[tuple[int, Message]]:
    if not _TRANSLATING_TAG.search(text):
        return []
    # What is left of the page keeps its indentation, which is nonsense to a reader of Python.
    lines = templatize(text, origin=str(path)).splitlines()
    return _extracted("python", "\n".join(line.lstrip() for line in lines), "django", KEYWORDS)


def _script_messages(text: str) -> list[tuple[int, Message]]:
    if "gettext(" not in text:
        return []
    return _extracted("javascript", text, "djangojs", {name: KEYWORDS[name] for name in KEYWORDS if name != "_"})


def _extracted(method: str, text: str, domain: str, keywords: dict) -> list[tuple[int, Message]]:
    found = extract(method, io.BytesIO(text.encode()), keywords=keywords, options={"encoding": "utf-8"})
    return [(line, _message(domain, value, context)) for line, value, _comments, context in found]


def _message(domain: str, value: str | tuple[str, ...], context: str | None) -> Message:
    msgid, plural = value[:2] if isinstance(value, tuple) else (value, "")
    return Message(domain, msgid, context or "", plural)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
