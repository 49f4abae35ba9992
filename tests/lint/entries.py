"""One translation as people hand it in, and what is always wrong with it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

CONTEXT_SEPARATOR = "\u0004"
PLURAL_SEPARATOR = "|"

_NAMED = re.compile(r"%\(\w+\)[#0\-+]*\d*(?:\.\d+)?[a-zA-Z]")
_POSITIONAL = re.compile(r"%[#0\-+]*\d*(?:\.\d+)?[sdifgrx](?!\w)|%%")
_BRACES = re.compile(r"\{\w*(?:![rsa])?(?::[^{}]*)?\}")
_NAMED_BRACE = re.compile(r"\{\w")


@dataclass(frozen=True)
class Translation:
    """A message and its one Vietnamese form; Vietnamese has no plural."""

    msgid: str
    vietnamese: str
    context: str | None = None
    plural: str | None = None

    def problems(self) -> Iterator[str]:
        """Yield what makes the translation unusable at run time or wrong in every case."""
        model = self.plural or self.msgid
        if not self.vietnamese.strip():
            yield "is empty"
        if placeholders(model) != placeholders(self.vietnamese):
            yield f"has other placeholders: {self.vietnamese!r}"
        if _newline_ends(model) != _newline_ends(self.vietnamese):
            yield "must begin and end with a new line exactly where the English does"
        if unicodedata.normalize("NFC", self.vietnamese) != self.vietnamese:
            yield "is not NFC"


def placeholders(text: str) -> tuple[set[str], list[str], list[str], set[str]]:
    """Return the named %-placeholders and the positional ones in their order, then the same in braces."""
    braces = _BRACES.findall(text)
    return (
        set(_NAMED.findall(text)),
        _POSITIONAL.findall(_NAMED.sub("", text)),
        [brace for brace in braces if not _NAMED_BRACE.match(brace)],
        {brace for brace in braces if _NAMED_BRACE.match(brace)},
    )


def parse(key: str, value: str | dict[str, str]) -> Translation:
    """Read one item of a hand-written JSON file (the forms are described in ``catalogue.py``), as NFC.

    Raises ValueError when *value* is neither a text nor a plural.
    """
    if isinstance(value, dict):
        if set(value) != {"plural", "vi"}:
            raise ValueError(f'{key!r}: a plural is {{"plural": "…", "vi": "…"}}')
        plural, vietnamese = value["plural"], value["vi"]
    else:
        plural, vietnamese = None, value
    if not isinstance(vietnamese, str):
        raise ValueError(f"{key!r}: the translation is not a text")
    context, _, msgid = key.rpartition(CONTEXT_SEPARATOR)
    singular, _, second = msgid.partition(PLURAL_SEPARATOR)
    if plural is None and singular and second:
        msgid, plural = singular, second
    return Translation(msgid, unicodedata.normalize("NFC", vietnamese), context or None, plural)


def _newline_ends(text: str) -> tuple[bool, bool]:
    return text.startswith("\n"), text.endswith("\n")
