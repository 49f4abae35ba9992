"""Vietnamese alphabetical order as a stored column, since no collation is the same on SQLite and PostgreSQL."""

import unicodedata
from string import ascii_lowercase

from danvan.text.normalise import clean_line

MAX_LENGTH = 255
"""No key is longer. A text of some hundred letters is ordered by its beginning."""

_PLAIN_LETTERS = frozenset(f"{letter}0" for letter in ascii_lowercase)
# Within one base letter: a ă â, o ô ơ, u ư; đ after d. The languages of the Tây Nguyên also write ŏ, ŭ, ĕ and ƀ.
_QUALITY = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}
_STROKED = {"đ": "d1", "ð": "d1", "ɖ": "d1", "ƀ": "b1"}
# Ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_WORD_BREAK = "0"
_END_OF_LETTERS = "00"


def sort_key(text: str) -> str:
    """Return a key of ``0-9a-z`` whose byte order is the Vietnamese order of *text*, for an indexed column.

    First the letters word by word (digits before a before ă before â …), then the tones word by word. Case, punctuation
    and the place of a tone mark within its syllable do not count, so different texts may have equal keys.
    """
    return _full_key(text)[:MAX_LENGTH]


def person_sort_key(full_name: str, given_name: str = "") -> str:
    """Return the key that orders people as a Vietnamese list does: given name, then family name, then what is between.

    The given name is the last word unless *given_name* says otherwise: not every name puts the family first, as "Y Biêr
    Niê" shows. Each part counts with its tones before the next part is looked at.
    """
    words = clean_line(full_name).split()
    given = clean_line(given_name).split() or words[-1:]
    rest = _without(words, given)
    return "".join(map(_full_key, (" ".join(given), " ".join(rest[:1]), " ".join(rest[1:]))))[:MAX_LENGTH]


def _full_key(text: str) -> str:
    """A letter is two characters, so that ă sorts after az. Equal letters have as many tones, so keys can be joined."""
    words = [[]]
    tones = [0]
    for char in unicodedata.normalize("NFD", clean_line(text)).lower():
        if char in _TONES:
            tones[-1] = max(tones[-1], _TONES[char])
        elif unicodedata.combining(char):
            if char in _QUALITY and words[-1] and words[-1][-1] in _PLAIN_LETTERS:
                words[-1][-1] = words[-1][-1][0] + _QUALITY[char]
        elif char.isalnum():
            words[-1].append(_letter(char))
        elif words[-1]:
            words.append([])
            tones.append(0)
    if not words[-1]:
        words.pop()
        tones.pop()
    return _WORD_BREAK.join(map("".join, words)) + _END_OF_LETTERS + "".join(map(str, tones))


def _letter(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return f"1{digit}"
    if f"{char}0" in _PLAIN_LETTERS:
        return f"{char}0"
    return _STROKED.get(char) or f"z9{ord(char):06x}"


def _without(words: list[str], part: list[str]) -> list[str]:
    """Drop the last run of *words* that equals *part*, whatever the case; all of them when there is none."""
    lowered, sought = [word.lower() for word in words], [word.lower() for word in part]
    for start in range(len(words) - len(part), -1, -1):
        if lowered[start : start + len(part)] == sought:
            return words[:start] + words[start + len(part) :]
    return words
