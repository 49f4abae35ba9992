"""The Vietnamese catalogue: adding translations, compiling, and checking that nothing English reaches a user.

    python -m tests.lint.catalogue add FILE.json [--domain djangojs]
    python -m tests.lint.catalogue compile
    python -m tests.lint.catalogue check
    python -m tests.lint.catalogue prune

``add`` merges a JSON object into ``locale/vi/LC_MESSAGES/django.po``. Several people may call it at once. Its items:

    "Unit": "Đơn vị"                                                a message
    "verb\\u0004Close": "Đóng"                                      a message with a context
    "%(n)s unit": {"plural": "%(n)s units", "vi": "%(n)s đơn vị"}   a message with a plural
    "%(n)s unit|%(n)s units": "%(n)s đơn vị"                        the same, shorter; no other message may hold a "|"

An item replaces what the catalogue held for the same message, and says so: many words are shared with Django and
unfold. Where yours means something else, give it a context (pgettext). Nothing is written when any item is refused.

``check`` reads our source and the installed source of every package we run on, and fails when a text has no Vietnamese,
is not exempt in ``never_shown.txt``, or when a translation is unused, fuzzy, or left in English.

``prune`` takes out the translations that no source asks for any more. Where others are about to commit the code of
translations they have added, leave it to them.
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
from tests.lint import completeness
from tests.lint.entries import Translation, parse

MESSAGES_DIR = LOCALE_DIR / "vi" / "LC_MESSAGES"
METADATA = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "vi",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def merge(translations: Iterable[Translation], path: Path) -> list[str]:
    """Put *translations* into the catalogue at *path*, in the order of its messages; return what was replaced.

    The file is made when there is none. Other processes wait meanwhile.
    """
    replaced = []
    with _rewriting(path) as entries:
        for translation in translations:
            key = (translation.msgid, translation.context or "")
            new, old = _entry(translation), entries.get(key)
            entries[key] = new
            if old is not None and _vietnamese(old) != _vietnamese(new):
                replaced.append(f"{translation.msgid!r}: {_vietnamese(old)!r} became {_vietnamese(new)!r}")
    return replaced


def _vietnamese(entry: polib.POEntry) -> str:
    return entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr


def _entry(translation: Translation) -> polib.POEntry:
    entry = polib.POEntry(msgid=translation.msgid, msgctxt=translation.context)
    if translation.plural is None:
        entry.msgstr = translation.vietnamese
    else:
        entry.msgid_plural = translation.plural
        entry.msgstr_plural = {0: translation.vietnamese}
    return entry


@contextmanager
def _rewriting(path: Path) -> Iterator[dict[tuple[str, str], polib.POEntry]]:
    """Yield the entries at *path* by msgid and context, and write what became of them in one step.

    The lock is on the directory: the file itself is replaced, so a lock on it would guard the old one.
    """
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        catalogue = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
        catalogue.metadata = METADATA
        entries = {(entry.msgid, entry.msgctxt or ""): entry for entry in catalogue}
        yield entries
        catalogue[:] = [entries[key] for key in sorted(entries)]
        draft = path.with_suffix(f".po.{os.getpid()}")
        catalogue.save(str(draft))
        draft.replace(path)
    finally:
        os.close(descriptor)


def add(file: Path, domain: str) -> int:
    translations = [parse(key, value) for key, value in json.loads(file.read_text(encoding="utf-8")).items()]
    refused = [f"{item.msgid!r} {problem}" for item in translations for problem in item.problems()]
    if refused:
        print("\n".join(["nothing was added:", *refused]), file=sys.stderr)
        return 1
    replaced = merge(translations, MESSAGES_DIR / f"{domain}.po")
    print("\n".join([f"added {len(translations)}", *replaced]))
    return 0


def check() -> list[str]:
    """Print the counts and return the findings of the whole check."""
    ours = {domain: polib.pofile(str(MESSAGES_DIR / f"{domain}.po")) for domain in completeness.DOMAINS}
    exemptions = completeness.read_exemptions(completeness.NEVER_SHOWN.read_text(encoding="utf-8"))
    outcome = completeness.check(completeness.read_sources(), exemptions, ours, completeness.installed_translations())
    counts = {"sources": outcome.sources, "msgids": outcome.msgids, "translated": outcome.translated}
    print("catalogue", *(f"{name}={count}" for name, count in counts.items()), f"exempt={outcome.exempt}")
    return outcome.findings


def prune() -> None:
    """Take out of our catalogues what no source asks for, and print it."""
    asked = {(message.domain, message.msgid, message.context) for message in completeness.read_sources().places}
    for domain in completeness.DOMAINS:
        with _rewriting(MESSAGES_DIR / f"{domain}.po") as entries:
            for key in [key for key in entries if (domain, *key) not in asked]:
                print(f"{domain}.po: took out {key[0]!r}")
                del entries[key]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.lint.catalogue")
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add")
    adding.add_argument("file", type=Path)
    adding.add_argument("--domain", choices=["django", "djangojs"], default="django")
    commands.add_parser("compile")
    commands.add_parser("check")
    commands.add_parser("prune")
    options = parser.parse_args(arguments)
    if options.command == "add":
        return add(options.file, options.domain)
    if options.command == "check":
        findings = check()
        print(*findings, sep="\n", file=sys.stderr)
        return bool(findings)
    if options.command == "prune":
        prune()
        return 0
    for path in compile_messages():
        print(f"compiled {path.relative_to(LOCALE_DIR)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
