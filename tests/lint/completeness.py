"""Whether every text that a user can meet has its Vietnamese, and whether our catalogue holds nothing else."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import polib
from django.conf import settings

from tests.lint.entries import Translation
from tests.lint.extraction import Message, Unreadable, messages_in, package_roots, source_files

NEVER_SHOWN = Path(__file__).with_name("never_shown.txt")
DOMAINS = ("django", "djangojs")

# Words that Vietnamese officials write as they are.
SAME_IN_VIETNAMESE = {
    "CSRF",
    "Excel",
    "IPv4",
    "IPv6",
    "PDF",
    "URL",
    "UUID",
    "Word",
    "byte",
    "KB",
    "MB",
    "GB",
    "TB",
    "PB",
}

_NOT_PROSE = re.compile(r"%\(\w+\)\w|%\w|\{\w*\}|<[^>]*>|&\w+;")
_ASCII_WORD = re.compile(r"[A-Za-z]{2,}[0-9]?")


@dataclass
class Sources:
    """Every message with the places that ask for it, the number of files read, and those that could not be."""

    places: dict[Message, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: int = 0
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Exemption:
    """A path pattern or one text that no user meets, and the reason."""

    pattern: str
    is_text: bool
    reason: str

    def covers(self, message: Message, place: str) -> bool:
        return message.msgid == self.pattern if self.is_text else fnmatch(place.rpartition(":")[0], self.pattern)


@dataclass(frozen=True)
class Outcome:
    """What the check found, with its counts."""

    findings: list[str]
    sources: int
    msgids: int
    translated: int
    exempt: int


# The domain, context and msgid, and whether it is a plural: gettext keeps the two apart.
Key = tuple[str, str, str, bool]


def read_sources() -> Sources:
    sources = Sources()
    for path, shown, ours in source_files():
        sources.files += 1
        try:
            for line, message in messages_in(path, ours=ours):
                sources.places[message].append(f"{shown}:{line}")
        except Unreadable as error:
            sources.unreadable.append(f"{shown}: {error}")
    return sources


def read_exemptions(text: str) -> list[Exemption]:
    """Read the lines of the exemption file: ``[reason]``, then path patterns or texts in double quotes.

    Raises ValueError for an exemption before the first reason.
    """
    exemptions, reason = [], ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            reason = line.strip("[] ")
        elif not reason:
            raise ValueError(f"an exemption without a reason: {line}")
        elif line.startswith('"'):
            exemptions.append(Exemption(json.loads(line), True, reason))
        else:
            exemptions.append(Exemption(line.strip(), False, reason))
    return exemptions


def installed_translations() -> dict[Key, Translation]:
    """Return what the compiled Vietnamese catalogues of Django and of the installed apps say; none of it is fuzzy."""
    roots = package_roots()
    names = {"django.contrib.admin", *(entry.removesuffix(".apps.BasicAppConfig") for entry in settings.INSTALLED_APPS)}
    folders = [roots["django"] / "conf"]
    folders += [roots[name.split(".")[0]].joinpath(*name.split(".")[1:]) for name in sorted(names)]
    found = {}
    for folder in folders:
        for domain in DOMAINS:
            path = folder / "locale" / "vi" / "LC_MESSAGES" / f"{domain}.mo"
            if path.exists():
                found |= _keyed(domain, polib.mofile(str(path)))
    return found


def check(sources: Sources, exemptions: list[Exemption], ours: dict[str, polib.POFile], installed: dict) -> Outcome:
    """Compare the *sources* with what is translated: *ours* by domain, over what is *installed*."""
    findings = list(sources.unreadable)
    own = {key: value for domain in ours for key, value in _keyed(domain, ours[domain]).items()}
    effective = installed | own
    used: set[Exemption] = set()
    translated = exempt = 0
    for message, places in sorted(sources.places.items()):
        covering = [next((item for item in exemptions if item.covers(message, place)), None) for place in places]
        used.update(item for item in covering if item)
        if all(covering):
            exempt += 1
            continue
        shown = next(place for place, item in zip(places, covering, strict=True) if not item)
        translation = _lookup(effective, message)
        if translation is None:
            findings.append(f"{shown}: no Vietnamese for {_words(message)}")
            continue
        translated += 1
        findings += [f"{shown}: the Vietnamese of {_words(message)} {problem}" for problem in _problems(translation)]
    findings += [f"never_shown.txt: {item.pattern!r} matches nothing" for item in exemptions if item not in used]
    findings += [
        f"never_shown.txt: {item.pattern!r} is exempt as never shown, but installed"
        for item in exemptions
        if not item.is_text and _is_installed(item.pattern)
    ]
    findings += _own_problems(ours, own, sources)
    return Outcome(findings, sources.files, len(sources.places), translated, exempt)


def _lookup(catalogue: dict[Key, Translation], message: Message) -> Translation | None:
    """Find what gettext finds: a plural answers for its singular, never the other way."""
    key = (message.domain, message.context, message.msgid)
    if message.plural:
        return catalogue.get((*key, True))
    return catalogue.get((*key, False)) or catalogue.get((*key, True))


def _problems(translation: Translation) -> Iterator[str]:
    yield from translation.problems()
    words = set(_ASCII_WORD.findall(_NOT_PROSE.sub(" ", translation.msgid)))
    if translation.vietnamese == translation.msgid and words - SAME_IN_VIETNAMESE:
        yield "is the English"


def _own_problems(ours: dict[str, polib.POFile], own: dict[Key, Translation], sources: Sources) -> Iterator[str]:
    plurals = defaultdict(set)
    for message in sources.places:
        plurals[message.domain, message.context, message.msgid].add(message.plural)
    for domain, catalogue in ours.items():
        yield from (f"{domain}.po: {entry.msgid!r} is fuzzy" for entry in catalogue if entry.fuzzy)
        yield from (f"{domain}.po: {entry.msgid!r} is obsolete" for entry in catalogue.obsolete_entries())
        yield from (f"{domain}.po: {entry.msgid!r} is empty" for entry in catalogue.untranslated_entries())
    for (domain, context, msgid, _is_plural), translation in own.items():
        asked = plurals.get((domain, context, msgid))
        if asked is None:
            yield f"{domain}.po: no source asks for {_words(Message(domain, msgid, context))}"
        elif translation.plural and translation.plural not in asked:
            yield f"{domain}.po: no source asks for the plural {translation.plural!r}"


def _keyed(domain: str, entries: polib.POFile | polib.MOFile) -> dict[Key, Translation]:
    found = {}
    for entry in entries.translated_entries():
        text = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
        key = (domain, entry.msgctxt or "", entry.msgid, bool(entry.msgid_plural))
        found[key] = Translation(entry.msgid, text, entry.msgctxt, entry.msgid_plural or None)
    return found


def _is_installed(pattern: str) -> bool:
    package = pattern.removesuffix("/*").replace("/", ".")
    return any(f"{entry}.".startswith(f"{package}.") for entry in settings.INSTALLED_APPS)


def _words(message: Message) -> str:
    return f"{message.msgid!r} ({message.context})" if message.context else repr(message.msgid)
