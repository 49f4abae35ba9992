"""Passwords that somebody who knows the house would try first."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.text.folding import fold

FEWEST_LETTERS = 6
"""So many letters a password must have, also when the guessable words are taken out of it."""

FEWEST_DIFFERENT = 5

_WORDS = """
    matkhau password passwd pass admin administrator quantri quantrivien quanly dangnhap login user username taikhoan
    welcome xinchao hello secret baomat test demo default macdinh thaydoi changeme
    qwertyuiop qwerty asdfghjkl asdfgh asdf zxcvbnm zxcvbn qazwsx abcdefgh abcdef abcd abc
    vietnam viet nam hanoi saigon hochiminh bacho tphcm daklak dak lak buonmathuot buon taynguyen quehuong
    danvankheo danvan dan van kheo tuyengiao tuyen giao bantuyengiao ban tinhuy thanhuy huyenuy danguy xauy dang
    congsan mattran phongtrao thidua khenthuong thanhtich mohinh dienhinh
    tinh huyen phuong thon congan bodoi bienphong coquan vanphong canbo chuyenvien lanhdao vanthu
    iloveyou anhyeuem emyeuanh yeuem yeuanh tinhyeu khongbiet hanhphuc giadinh maimai sinhnhat thang
"""
GUESSABLE = frozenset(_WORDS.split())
"""Common passwords here and the words of the house, folded."""

_LETTERS_AS_SIGNS = str.maketrans("@$!", "asi")
_LETTERS_AS_DIGITS = str.maketrans("@$!430157", "asiaeoist")
_NO_LETTER = re.compile("[^a-z]")


class GuessableWordsValidator(CommonPasswordValidator):
    """Refuses common passwords, and those made of common words, of words of the house or of the user's own data.

    Accents, capitals, digits, signs and letters written as digits are seen through: all of "Dân vận khéo 2026!",
    "M@tKhau@12345" and the own name with a year of birth fall. A sentence holding such words passes.
    """

    def validate(self, password, user=None):
        folded = fold(password)
        readings = (folded, folded.translate(_LETTERS_AS_SIGNS), folded.translate(_LETTERS_AS_DIGITS))
        words = _any_of({*GUESSABLE, *words_about(user)})
        too_plain = len(set(folded)) < FEWEST_DIFFERENT or sum(map(str.isalpha, folded)) < FEWEST_LETTERS
        if too_plain or any(self._is_guessable(text, words) for text in readings):
            raise ValidationError(_("This password is easy to guess: choose one of several unrelated words."))
        super().validate(password, user)

    def get_help_text(self):
        return _("Your password can’t be made of common words, your name or the names of your office and its work.")

    def _is_guessable(self, text, words):
        letters = _NO_LETTER.sub("", text)
        if letters in self.passwords:
            return True
        left = words.sub("", letters)
        return left != letters and len(left) < FEWEST_LETTERS


def words_about(user):
    """The words that tell of *user* (None: of nobody), folded: names, addresses, units; each text whole as well."""
    if user is None:
        return set()
    units = [membership.unit for membership in user.active_memberships] if user.pk else []
    texts = [user.full_name, user.username, user.email]
    texts += [text for unit in units for text in (unit.name, unit.short_name, unit.code, unit.symbol, unit.email)]
    parts = [part for text in texts for part in (text, *re.split(r"\W+", text or ""))]
    words = {_NO_LETTER.sub("", fold(part)) for part in parts if part}
    return {word for word in words if len(word) > 2}


def _any_of(words):
    """A pattern of *words*, the longest first."""
    return re.compile("|".join(sorted(words, key=len, reverse=True)))
