"""The check of the tree of units: what it finds, what it mends, what it leaves to people."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from danvan.organization.domain.units.placement import place
from danvan.organization.models import Unit, UnitPlacement
from danvan.organization.tests.succession import merged
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    units = [make_unit(name) for name in ("Ban", "Xã A", "Thôn A1")]
    for superior, unit in zip([None, *units], units, strict=False):
        place(unit=unit, superior=superior)
    return units


def said(*arguments):
    """The lines that the command prints, and whether it found nothing wrong that it left as it is."""
    out = StringIO()
    try:
        call_command("check_units", *arguments, stdout=out)
    except CommandError as error:
        return [*out.getvalue().splitlines(), str(error)], False
    return out.getvalue().splitlines(), True


def test_nothing_is_wrong(tree):
    assert said() == (["units=3 differences=0 repaired=0"], True)


def test_a_wrong_path_is_named_and_computed_again(tree):
    village = UnitPlacement.objects.get(unit=tree[2])
    path = village.path
    UnitPlacement.objects.filter(pk=village.pk).update(path="00000009")
    wrong = "Thôn A1 (… – …): vị trí trong hệ thống không khớp với các đơn vị cấp trên."
    assert said() == ([wrong, "units=3 differences=1 repaired=0"], False)
    assert said("--repair") == ([wrong, "units=3 differences=1 repaired=1"], True)
    village.refresh_from_db()
    assert village.path == path
    assert said() == (["units=3 differences=0 repaired=0"], True)


def test_a_wrong_list_key_is_named_and_computed_again(tree):
    Unit.objects.filter(pk=tree[1].pk).update(order=77)
    lines, is_right = said()
    assert (len(lines), is_right) == (3, False)  # the commune, and the village below it
    assert said("--repair")[1]
    assert said()[1]


def test_a_superior_that_stands_nowhere_is_left_to_people(tree):
    UnitPlacement.objects.filter(unit=tree[0]).update(valid_to=date(2025, 6, 30))
    lines, is_right = said("--repair")
    assert (len(lines), is_right) == (3, False)
    assert "Xã A trực thuộc" in lines[0]
    assert lines[-1] == "units=3 differences=2 repaired=0"


def test_a_circle_is_left_to_people(tree):
    UnitPlacement.objects.filter(unit=tree[0]).update(superior=tree[2])
    lines, is_right = said("--repair")
    assert (len(lines), is_right) == (4, False)


def test_two_places_on_one_day_are_left_to_people(tree):
    UnitPlacement.objects.create(unit=tree[2], path="x", valid_from=date(2025, 1, 1), valid_to=date(2025, 2, 1))
    lines, is_right = said("--repair")
    assert (lines[0], is_right) == ("Thôn A1 có hai vị trí trong hệ thống vào cùng một ngày.", False)


def test_what_a_unit_reads_is_compared_with_its_successions(tree):
    old = make_unit("Xã cũ")
    merged([old], tree[1])
    assert said()[0][0] == "Xã A: hồ sơ của đơn vị cũ được xem không khớp với các lần sắp xếp đơn vị."
    assert said("--repair")[1]
    tree[1].refresh_from_db()
    assert (tree[1].inherits, said()[1]) == ([old.pk], True)
