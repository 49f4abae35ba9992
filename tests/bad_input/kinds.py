"""What people type that should not be typed, and what only looks so."""

import unicodedata

from django import forms

TEXTS = {
    "over-long": "Rất dài " * 1250,
    "HTML": "<script>alert(1)</script> & <b>Lan</b>",
    "NFD": unicodedata.normalize("NFD", "Đoàn kết ấm no buôn Ea Súp"),
    "emoji": "Tổ dân vận 🌾👩 số 1",
    "NUL": "Tổ\x00 dân vận",
}
DATES = {"no such day": "31/02/2026", "American day": "13/25/2026", "no day": "abc", "day": "02/11/2026"}
NUMBERS = {"overflow": "9" * 30, "negative overflow": "-" + "9" * 30, "no number": "mười"}

KINDS = ["empty", *TEXTS, *DATES, *NUMBERS]
FITTING = {"HTML", "NFD", "emoji"}
"""Kinds that are no mistake: a text field takes them and gives them back as they were."""


def spoilt(kind, field):
    """What *kind* puts into the form *field*, or None where it leaves the field as it is."""
    if kind == "empty":
        return "" if can_be_empty(field) else None
    if kind in DATES:
        return DATES[kind] if isinstance(field, forms.DateField) else None
    if kind in NUMBERS:
        return NUMBERS[kind] if isinstance(field, forms.IntegerField) else None
    return TEXTS[kind] if isinstance(field, forms.CharField) else None


def can_be_empty(field):
    """Whether a person can empty the control of *field* at all: a ticked box or a list without a blank line not."""
    if isinstance(field, forms.ModelChoiceField):
        return not isinstance(field, forms.ModelMultipleChoiceField) and field.empty_label is not None
    if isinstance(field, forms.ChoiceField):
        return any(key == "" for key, _label in field.choices)
    return not isinstance(field, forms.BooleanField | forms.FileField | forms.MultipleChoiceField)


def kept_as(text):
    """How a text column holds *text*."""
    return unicodedata.normalize("NFC", " ".join(text.replace("\x00", "").split()))
