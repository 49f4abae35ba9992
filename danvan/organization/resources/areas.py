"""Areas in the cells of a workbook: by their code or their full path, never by a bare name."""

import re
from collections import defaultdict
from functools import cached_property

from django.utils.translation import gettext as _

from danvan import clock
from danvan.organization.domain.territory.areas import roll_up
from danvan.text.folding import fold
from danvan.transfers.columns import Column
from danvan.transfers.widgets import DateWidget, RelatedWidget, alike

SHORT_WORDS = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "t": "tỉnh",
    "q": "quận",
    "h": "huyện",
    "p": "phường",
    "x": "xã",
}
SHORTENED = re.compile(rf"({'|'.join(SHORT_WORDS)})\. *(?=\S)")
LENGTHS_OF_CODES = (2, 3, 5)
NAMED = 5
"""How many areas an error names."""


class AreaColumn(Column):
    def save(self, instance, row, is_m2m=False, **kwargs):
        """What stands there already is not asked about again: a unit may outlive its area."""
        if instance.area_id is None or path_of(str(row[self.column_name])) != path_of(instance.area.full_path):
            super().save(instance, row, is_m2m, **kwargs)


class AreaWidget(RelatedWidget):
    """An area that the unit of the row may lie in: one that exists today, or on the first day of a unit to come, or on
    the last one of a unit that is no more.
    """

    @cached_property
    def areas(self):
        """All areas, each with what it lies in."""
        areas = {area.pk: area for area in self.candidates().order_by("pk")}
        for area in areas.values():
            area.parent = areas.get(area.parent_id)
        return list(areas.values())

    @cached_property
    def by_word(self):
        """The areas by the code and by the path, as typed and without accents."""
        found = defaultdict(list)
        for area in self.areas:
            path = path_of(area.full_path)
            for word in {area.official_code, path, folded(path)} - {""}:
                found[word].append(area)
        return found

    def clean(self, value, row=None, **kwargs):
        day = day_of(row)
        path = path_of(str(value))
        ways = [codes_of(value), [path], [folded(path)]]
        found = [[area for word in words for area in self.by_word.get(word, ())] for words in ways]
        for areas in found:
            fitting = [area for area in areas if area.exists_on(day)]
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                raise ValueError(
                    _("This may be: %(areas)s. Write the code as text, or the full path with its accents.")
                    % {"areas": named(fitting)}
                )
        if ended := next(filter(None, found), None):
            raise ValueError(self.not_there(ended[0], day))
        raise ValueError(self.unknown(path, day))

    def not_there(self, area, day):
        words = _("%(area)s does not exist on %(day)s.") % {"area": area.full_path, "day": f"{day:%d/%m/%Y}"}
        if parts := roll_up(areas=[area], day=day)[area.pk].parts:
            words += " " + _("Today: %(areas)s.") % {"areas": named(parts)}
        return words

    def unknown(self, path, day):
        namesakes = [area for area in self.areas if path_of(area.name) == path and area.exists_on(day)]
        if namesakes:
            return _("A name alone is not enough: %(areas)s. Write the code or the full path.") % {
                "areas": named(namesakes)
            }
        return _("No such area. Write its code, or its full path like “Phường Sơn Trà, Thành phố Đà Nẵng”.")

    def render(self, value, obj=None, **kwargs):
        return value.full_path if value else None

    def text(self, value):
        return self.render(value) or ""


def day_of(row):
    """The day on which the area of the unit in *row* must exist."""
    first, last = (read_day(row.get(name)) for name in ("valid_from", "valid_to"))
    today = clock.today()
    if last and last < today:
        return last
    return first if first and first > today else today


def read_day(value):
    """The day in a cell, or None. What is none is told at its own cell."""
    try:
        return DateWidget().clean(value)
    except ValueError:
        return None


def codes_of(value):
    """The codes that a cell may mean. A number has lost the zeros that codes begin with."""
    word = alike(value)
    if isinstance(value, int | float) and word.isdecimal():
        return list(dict.fromkeys(word.zfill(length) for length in LENGTHS_OF_CODES))
    return [word]


def path_of(text):
    """A path in one form: with all its words in full, and whatever spaces and capitals."""
    return ", ".join(SHORTENED.sub(lambda short: SHORT_WORDS[short[1]] + " ", part) for part in parts_of(text))


def parts_of(text):
    return filter(None, map(alike, text.split(",")))


def folded(path):
    return ", ".join(map(fold, path.split(", ")))


def named(areas):
    labels = [area.choice_label for area in areas]
    return "; ".join(labels[:NAMED]) + ("; …" if len(labels) > NAMED else "")
