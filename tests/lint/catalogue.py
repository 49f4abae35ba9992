"""The Vietnamese catalogue: adding translations, compiling, and checking that nothing English reaches a user.

    python -m tests.lint.catalogue add FILE.json [--domain djangojs]
    python -m tests.lint.catalogue compile

``add`` merges a JSON object into ``locale/vi/LC_MESSAGES/django.po``. Several people may call it at once. Its items:

    "Unit": "Đơn vị"                                                a message
    "verb\\u0004Close": "Đóng"                                      a message with a context
    "%(n)s unit": {"plural": "%(n)s units", "vi": "%(n)s đơn vị"}   a message with a plural
    "%(n)s unit|%(n)s units": "%(n)s đơn vị"                        the same, shorter; no other message may hold a "|"

An item replaces what the catalogue held for the same message. Nothing is written when any item is refused.
"""

import argparse
import fcntl
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polib

from danvan.messages import LOCALE_DIR, compile_messages
from tests.lint.entries import Translation, parse

MESSAGES_DIR = LOCALE_DIR / "vi" / "LC_MESSAGES"
METADATA = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "vi",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def merge(translations: Iterable[Translation], path: Path) -> None:
    """Put *translations* into the catalogue at *path*, made when there is none, in the order of its messages."""
    with _locked(path):
        catalogue = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
        catalogue.metadata = METADATA
        entries = {(entry.msgid, entry.msgctxt or ""): entry for entry in catalogue}
        for translation in translations:
            entries[translation.msgid, translation.context or ""] = _entry(translation)
        catalogue[:] = [entries[key] for key in sorted(entries)]
        draft = path.with_suffix(f".po.{os.getpid()}")
        catalogue.save(str(draft))
        draft.replace(path)


def _entry(translation: Translation) -> polib.POEntry:
    entry = polib.POEntry(msgid=translation.msgid, msgctxt=translation.context)
    if translation.plural is None:
        entry.msgstr = translation.vietnamese
    else:
        entry.msgid_plural = translation.plural
        entry.msgstr_plural = {0: translation.vietnamese}
    return entry


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the directory of *path*: the file itself is replaced, so a lock on it would guard the old one."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def add(file: Path, domain: str) -> int:
    translations = [parse(key, value) for key, value in json.loads(file.read_text(encoding="utf-8")).items()]
    refused = [f"{item.msgid!r} {problem}" for item in translations for problem in item.problems()]
    if refused:
        print("\n".join(["nothing was added:", *refused]), file=sys.stderr)
        return 1
    merge(translations, MESSAGES_DIR / f"{domain}.po")
    print(f"added {len(translations)}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.lint.catalogue")
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add")
    adding.add_argument("file", type=Path)
    adding.add_argument("--domain", choices=["django", "djangojs"], default="django")
    commands.add_parser("compile")
    options = parser.parse_args(arguments)
    if options.command == "add":
        return add(options.file, options.domain)
    for path in compile_messages():
        print(f"compiled {path.relative_to(LOCALE_DIR)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
