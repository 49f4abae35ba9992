"""Of which units something is asked, on the day on which it is due."""

from datetime import date

import pytest

from danvan.organization.domain.units import placement
from danvan.organization.domain.units.addressed import units_addressed
from danvan.organization.enums import Owing
from danvan.organization.models import Area, Cluster
from movements.models import Campaign
from tests.factories import make_campaign, make_kind, make_unit

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 5)


@pytest.fixture
def province():
    """A committee with two communes under it, the Ban beside them, and a department that stands alone."""
    ban, party, state = make_kind(is_ban=True), make_kind(), make_kind()
    area = Area.objects.create(official_code="24", name="Buôn Đôn", level="commune")
    units = {"committee": make_unit(kind=party)}
    units["ban"] = make_unit(kind=ban)
    units["one"] = make_unit(kind=party, area=area)
    units["two"] = make_unit(kind=party)
    units["department"] = make_unit(kind=state)
    placement.place(unit=units["committee"])
    for name in ("ban", "one", "two"):
        placement.place(unit=units[name], superior=units["committee"])
    return units


def asked_by(units, **fields):
    asked = make_campaign(**fields)
    asked.unit_kinds.add(units["department"].kind)
    asked.units.add(units["one"], units["department"])
    return asked


@pytest.mark.parametrize(
    ("owed_by", "level", "named"),
    [
        (Owing.NOBODY, "", ""),
        (Owing.KINDS, "", "department"),
        (Owing.CHOSEN, "", "one department"),
        (Owing.CHOSEN, "commune", "one"),
        (Owing.UNDER, "", "one two"),
        (Owing.CLUSTER, "", "two department"),
        (Owing.ALL, "", "committee one two department"),
        (Owing.ALL, "commune", "one"),
        (Owing.BAN, "", "ban"),
    ],
)
def test_who_is_asked(province, owed_by, level, named):
    cluster = Cluster.objects.create(name="Cụm thi đua số 1", year=2026)
    cluster.members.add(province["two"], province["department"])
    asked = asked_by(province, owed_by=owed_by, area_level=level, under=province["committee"], cluster=cluster)
    assert set(units_addressed(asked, DAY)) == {province[name] for name in named.split()}


@pytest.mark.parametrize("owed_by", [Owing.UNDER, Owing.CLUSTER])
def test_without_superior_or_cluster_nobody_is_asked(province, owed_by):
    assert list(units_addressed(asked_by(province, owed_by=owed_by), DAY)) == []


@pytest.mark.parametrize(
    ("days", "is_asked"),
    [
        ({"valid_to": date(2026, 11, 4)}, False),
        ({"valid_to": DAY}, True),
        ({"valid_from": DAY}, True),
        ({"valid_from": date(2026, 11, 6)}, False),
    ],
)
def test_who_is_there_on_the_due_date_is_asked(days, is_asked):
    unit = make_unit(**days)
    assert (unit in units_addressed(Campaign(owed_by=Owing.ALL), DAY)) is is_asked


def test_a_unit_that_moves_is_asked_where_it_stands_on_the_due_date(province):
    other = make_unit(kind=province["one"].kind)
    placement.place(unit=other)
    placement.move(unit=province["two"], superior=other, effective_on=DAY)
    asked = asked_by(province, owed_by=Owing.UNDER, under=province["committee"])
    assert set(units_addressed(asked, date(2026, 11, 4))) == {province["one"], province["two"]}
    assert set(units_addressed(asked, DAY)) == {province["one"]}
