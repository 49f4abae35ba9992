"""The map of Vietnam before and after 1 July 2025, read from the data files of the package ``vietnamadminunits``.

Its code is never imported, for that needs packages that are not installed (see requirements-map.txt). Reads files, not
the database; :mod:`danvan.organization.domain.territory.map_import` writes. docs/map.md judges the data.
"""

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.organization.models import AreaLevel
from danvan.text.folding import fold
from danvan.text.normalise import clean_line
from danvan.text.ordering import sort_key

PACKAGE = "vietnamadminunits"
LAST_DAY = date(2025, 6, 30)
"""The last day of the districts, and of the 63 provinces."""
FIRST_DAY = date(2025, 7, 1)
"""The first day of the 34 provinces and 3,321 communes."""

RESOLUTIONS = Path(__file__).parents[2] / "data" / "resolutions_2025.json"
KINDS_OF_PROVINCE = ("tinh ", "thanh pho ", "tp. ", "tp.", "tp ")
KINDS_OF_TWO_WORDS = ("Thành phố", "Thị xã", "Thị trấn", "Đặc khu")


@dataclass(frozen=True, eq=False)
class Place:
    """An area as the map knows it. ``region`` is the key of the province of today that it lies in."""

    level: AreaLevel
    code: str
    name: str
    parent: "Place | None"
    region: str
    valid_from: date | None
    valid_to: date | None

    @property
    def path(self):
        """The names from this area up to its province."""
        return (self.name, *(self.parent.path if self.parent else ()))


@dataclass(frozen=True)
class Link:
    """That *old*, or a part of it, became *new* on FIRST_DAY."""

    old: Place
    new: Place
    is_partial: bool
    legal_basis: str


@dataclass(frozen=True)
class Map:
    """Areas, each after the one it lies in, and what became of the old ones."""

    places: list[Place]
    links: list[Link]

    def of(self, province):
        """The part of the map that lies in one of today's provinces, under its name or code of before or of now.

        Raises ValidationError, its text for the user, for what names no province or several of today's.
        """
        region = self._region(province)
        places = [place for place in self.places if place.region == region]
        return Map(places, [link for link in self.links if link.new.region == region])

    def _region(self, words):
        provinces = [place for place in self.places if place.level == AreaLevel.PROVINCE]
        sought = _bare(words)
        exact = [place for place in provinces if sought in (place.code, _bare(place.name))]
        if len({place.region for place in exact}) == 1:
            return exact[0].region
        candidates = exact or [place for place in provinces if sought and sought in _bare(place.name)]
        if not candidates:
            raise ValidationError(_("No province has the name or the code “%(words)s”.") % {"words": words})
        # Of two of one name, the one of today, which comes first, is named.
        names = {place.name: f"{place.name} ({place.code})" for place in reversed(candidates)}
        raise ValidationError(
            _("“%(words)s” is not clear. Write the code or the full name of one of these: %(names)s.")
            % {"words": words, "names": ", ".join(sorted(names.values(), key=sort_key))}
        )


def read_map():
    """Return the whole Map. Raises ValidationError, its text for the user, where its package is not installed."""
    return _Atlas(_folder()).map


def _folder():
    spec = find_spec(PACKAGE)
    if spec is None:
        raise ValidationError(_("The data of the map is not installed. Run: make setup"))
    return Path(spec.origin).parent / "data"


def _bare(name):
    """A province's name without accents, and without the word for its kind."""
    folded = fold(name)
    kind = next((kind for kind in KINDS_OF_PROVINCE if folded.startswith(kind)), "")
    return folded.removeprefix(kind)


class _Atlas:
    """The files of the package, whose tables refer to each other by keys made of names.

    An old commune is called ``province_district_commune``, where an island district has no communes nothing stands at
    the end; a new one by its province and its own key.
    """

    def __init__(self, folder):
        self.converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
        self.resolutions = json.loads(RESOLUTIONS.read_text(encoding="utf-8"))
        with closing(sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro", uri=True)) as database:
            self.old_rows = database.execute(
                "SELECT provinceKey, provinceCode, province, districtKey, districtCode, district,"
                " wardKey, wardCode, ward FROM admin_units_legacy"
            ).fetchall()
            self.new_rows = database.execute(
                "SELECT provinceKey, provinceCode, province, wardKey, wardCode, ward FROM admin_units"
            ).fetchall()

    @cached_property
    def map(self):
        provinces = [*self.provinces.values(), *(old for old in self.old_provinces.values() if old.valid_to)]
        communes = [place for place in self.old_communes.values() if place.level == AreaLevel.COMMUNE]
        places = [*provinces, *self.districts.values(), *communes, *self.communes.values()]
        return Map(places, [*self._links_of_provinces(), *self._links_of_districts(), *self._links_of_communes()])

    # --- areas ------------------------------------------------------------------------------------------------------

    @cached_property
    def regions(self):
        """The key of the province of today by the key of the old one."""
        return {old: new for new, olds in self.converter["DICT_PROVINCE"].items() for old in olds}

    @cached_property
    def provinces(self):
        """Those of today by key. A province that took in no other has always been the same."""
        rows = {key: (code, name) for key, code, name, *_commune in self.new_rows}
        alone = {new for new, olds in self.converter["DICT_PROVINCE"].items() if olds == [new]}
        return {
            key: _place(AreaLevel.PROVINCE, *row, None, key, None if key in alone else FIRST_DAY, None)
            for key, row in rows.items()
        }

    @cached_property
    def old_provinces(self):
        found = {}
        for key, code, name, *_rest in self.old_rows:
            if key not in found:
                region = self.provinces[self.regions[key]]
                kept = region.valid_from is None and region.code == code
                made = _place(AreaLevel.PROVINCE, code, name, None, self.regions[key], None, LAST_DAY)
                found[key] = region if kept else made
        return found

    @cached_property
    def districts(self):
        found = {}
        for province, _code, _name, key, code, name, *_commune in self.old_rows:
            if (province, key) not in found:
                parent = self.old_provinces[province]
                found[province, key] = _place(AreaLevel.DISTRICT, code, name, parent, parent.region, None, LAST_DAY)
        return found

    @cached_property
    def old_communes(self):
        """By the key of the links. An island district without communes stands for itself."""
        found = {}
        for province, _code, _name, district, _district_code, _district_name, key, code, name in self.old_rows:
            parent = self.districts[province, district]
            made = name and _place(AreaLevel.COMMUNE, code, name, parent, parent.region, None, LAST_DAY)
            found[f"{province}_{district}_{key or ''}"] = made or parent
        return found

    @cached_property
    def communes(self):
        """Those of today by province and key."""
        return {
            (province, key): _place(AreaLevel.COMMUNE, code, name, self.provinces[province], province, FIRST_DAY, None)
            for province, _code, _name, key, code, name in self.new_rows
        }

    # --- what became of the old -------------------------------------------------------------------------------------

    def _links_of_provinces(self):
        for key, old in self.old_provinces.items():
            if old.valid_to:
                yield Link(old, self.provinces[self.regions[key]], False, self.resolutions["provinces"])

    def _links_of_communes(self):
        for old, new, is_partial in self.moves:
            if old.level == AreaLevel.COMMUNE:
                yield Link(old, new, is_partial, self._resolution(new))

    def _links_of_districts(self):
        """A district became the communes that came of its own ones: wholly, where that is a single one."""
        became = defaultdict(dict)
        for old, new, _is_partial in self.moves:
            became[old if old.level == AreaLevel.DISTRICT else old.parent][new] = None
        for district, communes in became.items():
            for commune in communes:
                yield Link(district, commune, len(communes) > 1, self._resolution(commune))

    @cached_property
    def moves(self):
        """What each old commune became: the old, the new, and whether only a part of it went there."""
        whole = [
            (self.old_communes[old], self.communes[province, new], False)
            for province, communes in self.converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
            for new, olds in communes.items()
            for old in olds
        ]
        divided = [
            (self.old_communes[old], self.communes[province, part["newWardKey"]], True)
            for province, communes in self.converter["DICT_PROVINCE_WARD_DIVIDED"].items()
            for old, parts in communes.items()
            for part in parts
        ]
        return whole + divided

    def _resolution(self, commune):
        return self.resolutions["communes"][commune.parent.code]


def _place(level, code, name, parent, region, valid_from, valid_to):
    return Place(level, code, _tidy(name), parent, region, valid_from, valid_to)


def _tidy(name):
    """The name with the word for its kind as it is written today: the data also have "Thành Phố Bắc Kạn"."""
    name = clean_line(name)
    kind = next((kind for kind in KINDS_OF_TWO_WORDS if name.lower().startswith(kind.lower() + " ")), "")
    return kind + name[len(kind) :]
