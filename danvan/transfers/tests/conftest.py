import pytest

from danvan.access.roles import RIGHTS, Role
from danvan.transfers.tests.samples import grant_leads
from tests.factories import make_lead, make_unit


@pytest.fixture(autouse=True)
def _staff_import_people(monkeypatch):
    """People have no import on any screen; these tests import them, as the Ban's officers."""
    row = RIGHTS["organization.person"]
    monkeypatch.setitem(RIGHTS, "organization.person", {**row, Role.STAFF: f"{row[Role.STAFF]} import export"})


@pytest.fixture
def own(db):
    return make_unit("Xã Ea Kar", code="EAKAR")


@pytest.fixture
def other(db):
    return make_unit("Xã Bí Mật", code="BIMAT")


@pytest.fixture
def lead(own, monkeypatch):
    """The lead of ``own``, who may import people and collectives."""
    for model in ("organization.person", "organization.collective"):
        grant_leads(monkeypatch, model, "view add change import export personal")
    return make_lead(own)
