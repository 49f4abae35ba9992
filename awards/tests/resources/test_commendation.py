import io

import openpyxl
import pytest
from django.urls import reverse

from awards.enums import DecisionState, NominationState
from awards.tests.factories import make_decision, make_nomination
from tests.factories import logged_in, make_clerk, make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

EXPORT = reverse("admin:awards_commendation_export")


@pytest.fixture
def decision():
    rows = [make_nomination(full_name=name, state=NominationState.APPROVED) for name in ("=1+1", "Y Biêr Niê")]
    return make_decision(rows, DecisionState.ISSUED)


def test_the_register_as_a_workbook(decision):
    response = logged_in(make_clerk()).post(EXPORT)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = {row[4].value: row for row in sheet.iter_rows() if row[0].value in (1, 2)}
    assert set(rows) == {"=1+1", "Y Biêr Niê"}
    assert rows["=1+1"][4].data_type == "s"
    assert rows["Y Biêr Niê"][12].is_date
    assert rows["Y Biêr Niê"][11].value == "12-QĐ/BDVTU"


def test_leads_do_not_export_the_register(decision):
    lead = make_lead(decision.commendations.first().unit)
    assert logged_in(lead).post(EXPORT).status_code == 403


def test_the_register_is_not_imported(decision):
    assert logged_in(make_clerk()).get("/admin/awards/commendation/import/").status_code in {302, 404}
