"""Two who change the tree at the same moment, on connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from danvan.organization.domain.units.integrity import check_units
from danvan.organization.domain.units.placement import move, place
from danvan.organization.models import UnitPlacement
from tests.factories import make_unit

pytestmark = pytest.mark.django_db(transaction=True)

D = date(2025, 7, 1)


def at_once(*deeds):
    """Whether each of *deeds* was done (True) or refused (False), all begun at the same moment."""
    barrier = Barrier(len(deeds))

    def call(deed):
        barrier.wait(timeout=10)
        try:
            with transaction.atomic():
                deed()
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(call, deeds))


def test_of_two_moves_that_make_a_circle_one_is_refused():
    ban, first, second = make_unit("Ban"), make_unit("Xã A"), make_unit("Xã B")
    for unit in (first, second):
        place(unit=unit, superior=ban)
    answers = at_once(
        lambda: move(unit=first, superior=second, effective_on=D),
        lambda: move(unit=second, superior=first, effective_on=D),
    )
    assert sorted(answers) == [False, True]
    assert UnitPlacement.objects.on(D).filter(superior=ban).count() == 1
    assert check_units() == []


def test_a_unit_placed_while_its_superior_moves_gets_the_path_of_afterwards():
    tops = [make_unit(), make_unit()]
    communes, villages = [make_unit() for _ in range(6)], [make_unit() for _ in range(6)]
    place(unit=tops[1])
    for commune in communes:
        place(unit=commune, superior=tops[0])
    deeds = [lambda commune=commune: move(unit=commune, superior=tops[1], effective_on=D) for commune in communes] + [
        lambda village=village, commune=commune: place(unit=village, superior=commune)
        for village, commune in zip(villages, communes, strict=True)
    ]
    assert at_once(*deeds) == [True] * 12
    paths = UnitPlacement.objects.paths_on(D)
    for village, commune in zip(villages, communes, strict=True):
        assert paths[village.pk] == f"{tops[1].pk:08d}{commune.pk:08d}{village.pk:08d}"
    assert check_units() == []
