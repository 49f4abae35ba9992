import pytest

from danvan.transfers.tests.samples import grant_leads
from tests.factories import make_lead, make_unit


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
