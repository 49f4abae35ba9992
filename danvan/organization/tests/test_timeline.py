"""The drawing of a line of succession, from data alone."""

from dataclasses import dataclass
from datetime import date

import pytest

from danvan.organization.admin.timeline import NO_BREAK, WIDTH, drawing_of, narrowed, sentence, unit_words
from danvan.organization.domain.units.succession import Event, Lineage
from danvan.organization.enums import ReorganisationKind

TODAY = date(2026, 11, 22)
D = date(2025, 7, 1)
LAST = date(2025, 6, 30)


@dataclass(frozen=True)
class Unit:
    pk: int
    name: str
    valid_from: date | None = None
    valid_to: date | None = None


def event(kind, predecessors, successors, day=D, decree="1659/NQ-UBTVQH15"):
    return Event(1, ReorganisationKind(kind), day, decree, None, tuple(predecessors), tuple(successors))


@pytest.fixture
def units():
    """Sơn Trà: a district that was split up, wards that were merged into the two new ones."""
    return {
        "district": Unit(1, "Quận Sơn Trà", date(1997, 1, 23), LAST),
        "tho_quang": Unit(2, "Phường Thọ Quang", None, LAST),
        "man_thai": Unit(3, "Phường Mân Thái", None, LAST),
        "phuoc_my": Unit(4, "Phường Phước Mỹ", None, LAST),
        "son_tra": Unit(5, "Phường Sơn Trà", D),
        "an_hai": Unit(6, "Phường An Hải", D),
    }


def plain(words):
    return words.replace(NO_BREAK, " ")


def line_of(units, own):
    events = (
        event("split", [units["district"]], [units["son_tra"], units["an_hai"]]),
        event("merge", [units["tho_quang"], units["man_thai"]], [units["son_tra"]]),
    )
    named = [unit for name, unit in units.items() if name != "phuoc_my"]
    return Lineage(units[own], tuple(named), events)


def test_nothing_happened_nothing_is_drawn(units):
    assert drawing_of(Lineage(units["an_hai"], (units["an_hai"],)), TODAY) is None


def test_old_units_stand_above_their_event_and_new_ones_below(units):
    drawing = drawing_of(line_of(units, "son_tra"), TODAY)
    assert [plain(text.words) for text in drawing.texts] == [
        "Quận Sơn Trà (23/01/1997 – 30/06/2025)",
        "01/07/2025: chia tách – 1659/NQ-UBTVQH15",
        "Phường Sơn Trà (từ 01/07/2025)",
        "Phường An Hải (từ 01/07/2025)",
        "Phường Thọ Quang (đến 30/06/2025)",
        "Phường Mân Thái (đến 30/06/2025)",
        "01/07/2025: sáp nhập, hợp nhất –",
        "1659/NQ-UBTVQH15",
        "1997",
        "2025",
    ]
    assert [plain(text.words) for text in drawing.texts if text.is_own] == ["Phường Sơn Trà (từ 01/07/2025)"]


def test_a_bar_is_as_long_as_the_unit_lived(units):
    drawing = drawing_of(line_of(units, "son_tra"), TODAY)
    district, son_tra, an_hai, tho_quang, man_thai = drawing.bars
    assert 0 < district.x < son_tra.x == an_hai.x
    assert tho_quang.x == man_thai.x == 0  # since nobody knows when
    ends = {bar.x + bar.width for bar in (district, tho_quang, man_thai)}
    assert len(ends) == 1 and ends.pop() <= son_tra.x
    assert [bar.is_open for bar in drawing.bars] == [False, True, True, False, False]


def test_everything_lies_in_the_drawing(units):
    drawing = drawing_of(line_of(units, "son_tra"), TODAY)
    edge = max(int(point.split(",")[0]) for bar in drawing.bars for point in bar.arrow.split())
    assert edge <= WIDTH and min(bar.x for bar in drawing.bars) >= 0
    assert all(bar.y + bar.height < drawing.height and bar.width >= 3 for bar in drawing.bars)
    assert all(text.y <= drawing.height and len(text.words) <= 46 for text in drawing.texts)
    assert all(top < bottom < drawing.height and 0 <= x <= WIDTH for x, top, bottom in drawing.links)


def test_who_cannot_see_the_drawing_is_told(units):
    drawing = drawing_of(line_of(units, "son_tra"), TODAY)
    assert drawing.sentences == [
        "01/07/2025: chia tách – 1659/NQ-UBTVQH15 (Quận Sơn Trà → Phường Sơn Trà, Phường An Hải)",
        "01/07/2025: sáp nhập, hợp nhất – 1659/NQ-UBTVQH15 (Phường Thọ Quang, Phường Mân Thái → Phường Sơn Trà)",
    ]
    dissolved = sentence(event("dissolve", [units["district"]], []))
    assert dissolved == "01/07/2025: giải thể – 1659/NQ-UBTVQH15 (Quận Sơn Trà → không có đơn vị kế tục)"
    transferred = sentence(event("transfer", [units["an_hai"]], []))
    assert transferred.endswith("(Phường An Hải)")


def test_a_long_decree_is_written_in_lines(units):
    decree = "Nghị quyết số 1659/NQ-UBTVQH15 ngày 16/6/2025 của Ủy ban Thường vụ Quốc hội về việc sắp xếp đơn vị"
    line = Lineage(units["an_hai"], (units["an_hai"],), (event("transfer", [units["an_hai"]], [], decree=decree),))
    texts = [text.words for text in drawing_of(line, TODAY).texts if text.is_event]
    assert len(texts) == 4 and " ".join(texts).endswith(decree)


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("son_tra", {1, 2, 3, 5}),  # not the other part of the split
        ("an_hai", {1, 6}),
        ("tho_quang", {2, 5}),  # not what was merged beside it, nor what was split into the same ward
        ("district", {1, 5, 6}),
    ],
)
def test_a_unit_is_told_of_its_own_line_alone(units, own, kept):
    line = narrowed(line_of(units, own))
    assert {unit.pk for unit in line.units} == kept
    told = {unit.pk for each in line.events for unit in (*each.predecessors, *each.successors)}
    assert told == kept and drawing_of(line, TODAY)


def test_the_line_goes_over_several_generations(units):
    future = Unit(7, "Phường Sơn Trà Mới", date(2026, 7, 1))
    line = line_of(units, "tho_quang")
    renaming = event("rename", [units["son_tra"]], [future], day=date(2026, 7, 1))
    line = Lineage(line.unit, (*line.units, future), (*line.events, renaming))
    assert {unit.pk for unit in narrowed(line).units} == {2, 5, 7}
    assert {unit.pk for unit in narrowed(Lineage(future, line.units, line.events)).units} == {1, 2, 3, 5, 7}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, None, "Xã A"),
        (D, None, "Xã A (từ 01/07/2025)"),
        (None, LAST, "Xã A (đến 30/06/2025)"),
        (D, D, "Xã A (01/07/2025 – 01/07/2025)"),
    ],
)
def test_a_unit_is_named_with_the_days_that_are_known(first, last, words):
    assert plain(unit_words(Unit(1, "Xã A", first, last))) == words


def test_the_days_of_a_unit_stay_together(units):
    unit = Unit(1, "Ban Tuyên giáo và Dân vận Thành ủy Đà Nẵng", D)
    line = Lineage(unit, (unit,), (event("transfer", [unit], []),))
    texts = [text.words for text in drawing_of(line, TODAY).texts if text.is_own]
    assert [plain(text) for text in texts] == ["Ban Tuyên giáo và Dân vận Thành ủy Đà Nẵng", "(từ 01/07/2025)"]
