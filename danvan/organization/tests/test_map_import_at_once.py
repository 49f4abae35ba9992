"""Two who import the map at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.models import Area, AreaSuccession

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_of_two_imports_waits_and_finds_all_rows():
    barrier = Barrier(2)

    def run(_number):
        barrier.wait(timeout=10)
        try:
            return import_map(province="48").created
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [0, 784]
    assert (Area.objects.count(), AreaSuccession.objects.count()) == (402, 382)
