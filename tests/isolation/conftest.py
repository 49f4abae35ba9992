import pytest

from tests.isolation.office import Office
from tests.world import rolled_back


@pytest.fixture(scope="module")
def built_office(django_db_setup, django_db_blocker):
    """The office, built once for a module: the transaction of each test lies inside the one that holds it."""
    with django_db_blocker.unblock(), rolled_back():
        yield Office()


@pytest.fixture
def office(built_office, db):
    """The office, as it was built: what a test does to it is undone after the test."""
    with built_office.as_built():
        yield built_office


@pytest.fixture
def quiet(caplog):
    caplog.set_level("CRITICAL", logger="django")
