"""The list F5 from Excel into the own dossier, and out again."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from awards.enums import DossierState, NominationState
from awards.models import Nomination
from awards.resources.nomination import NominationResource
from awards.tests.factories import ACHIEVEMENT, NOTE, make_dossier, make_form, make_nomination, make_round
from danvan.history.models import Activity
from danvan.organization.models import Collective, Person
from danvan.transfers.models import ImportJob
from danvan.transfers.tests.samples import workbook
from tests.factories import logged_in, make_collective, make_field, make_lead, make_person, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

HEADER = [
    "Đợt khen thưởng",
    "Tập thể/Cá nhân",
    "Ông/Bà",
    "Họ và tên/Tên tập thể",
    "Năm sinh",
    "Chức vụ",
    "Lĩnh vực",
    "Nội dung khen thưởng (in trên giấy khen)",
]


@pytest.fixture
def dossier():
    round = make_round(title="Khen thưởng năm 2015")
    return make_dossier(make_unit("Đảng ủy xã Ea Kao"), round, state=DossierState.DRAFT)


@pytest.fixture
def lead(dossier):
    return make_lead(dossier.unit)


def row(
    kind="cá nhân", name="Trần Thị Lan", *, round="Khen thưởng năm 2015", salutation="bà", born=1980, post="", field=""
):
    return [round, kind, salutation, name, born, post, field, ACHIEVEMENT]


def team(name, **words):
    return row("Tập thể", name, salutation="", born="", **words)


def imported(user, *rows):
    resource = NominationResource(user)
    return resource.import_rows(resource.read(workbook(HEADER, *rows)), commit=True)


def errors(outcome):
    return [(error.cell, error.message) for error in outcome.errors]


def test_people_teams_and_the_unit_itself(dossier, lead):
    field = make_field(name="Kinh tế")
    known = make_collective(dossier.unit, "Tổ dân vận 1")
    outcome = imported(
        lead,
        row(name="Y Biêr Niê", salutation="Ông", born=1970, post="Trưởng buôn", field="Kinh tế"),
        row(name="Lan & Mai <2> {{x}}"),
        team("Tổ dân vận 1"),
        team("Tổ dân vận 2", round=""),
        team("đảng ủy xã Ea Kao"),
    )
    assert (outcome.errors, outcome.new) == ([], 5)
    person = Nomination.objects.get(name="Y Biêr Niê")
    assert (person.dossier, person.person.birth_year, person.salutation, person.post, person.field) == (
        dossier,
        1970,
        "mr",
        "Trưởng buôn",
        field,
    )
    assert {person.unit for person in Person.objects.all()} == {dossier.unit}
    assert Nomination.objects.get(name="Tổ dân vận 1").collective == known
    assert Nomination.objects.get(nominated_unit=dossier.unit).kind == "collective"
    assert Collective.objects.count() == 2
    assert Activity.objects.filter(action="import").count() == 5


def test_the_second_time_nothing_is_new(dossier, lead):
    rows = [row(), team("Tổ dân vận 1")]
    imported(lead, *rows)
    outcome = imported(lead, *rows)
    assert (outcome.new, outcome.changed, outcome.unchanged) == (0, 0, 2)
    outcome = imported(lead, row(post="Trưởng thôn", born=1981), rows[1])
    assert (outcome.new, outcome.changed, outcome.unchanged) == (0, 1, 1)
    assert (Nomination.objects.get(kind="individual").post, Person.objects.get().birth_year) == ("Trưởng thôn", 1981)


@pytest.mark.parametrize(
    ("bad", "cell"),
    [
        (row(kind="hộ"), "B3"),
        (row(kind=""), "B3"),
        (row(salutation="em"), "C3"),
        (row(name=""), "D3"),
        (row(name="A" * 201), "D3"),
        (row(born=1899), "E3"),
        (row(born="năm 80"), "E3"),
        (row(field="Không có"), "G3"),
        (row(round="Đợt không có"), "A3"),
        ([*row()[:-1], ""], "H3"),
        ([*row()[:-1], "A" * 601], "H3"),
        (row(name="Đã Có"), "D3"),
    ],
)
def test_one_wrong_row_stops_the_file_and_is_told_at_its_cell(dossier, lead, bad, cell):
    outcome = imported(lead, row(name="Đã Có"), bad)
    assert [found for found, _message in errors(outcome)] == [cell]
    assert not Nomination.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.parametrize("state", [DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.CONCLUDED])
def test_nothing_reaches_a_dossier_that_was_sent(dossier, lead, state):
    type(dossier).objects.update(state=state)
    outcome = imported(lead, row())
    assert [cell for cell, _message in errors(outcome)] == ["A2"]
    assert not Nomination.objects.exists()


def test_another_units_dossier_is_like_a_missing_one(dossier):
    foreign, missing = (errors(imported(make_lead(), row(round=title))) for title in (dossier.round.title, "Không có"))
    assert foreign == missing
    assert not Nomination.objects.exists()


def test_a_namesake_of_another_unit_stays_unknown(dossier, lead):
    stranger = make_person(make_unit(), "Trần Thị Lan", birth_year=1980, post="Bí mật")
    imported(lead, row())
    assert Nomination.objects.get().person != stranger


def test_a_form_for_one_kind(lead, dossier):
    dossier.round.form = make_form(for_collectives=False)
    dossier.round.save()
    outcome = imported(lead, row(), team("Tổ dân vận 1"))
    assert [cell for cell, _message in errors(outcome)] == ["D3"]


def test_the_person_nominated_by_the_ban_is_not_nominated_again(dossier, lead):
    other = make_dossier(round=dossier.round)
    make_nomination(other, unit=dossier.unit)
    outcome = imported(lead, team(dossier.unit.name))
    assert len(outcome.errors) == 1
    assert str(other.unit) not in outcome.errors[0].message


def test_by_the_pages(dossier, lead):
    client = logged_in(lead)
    assert client.get(reverse("admin:awards_nomination_import_template")).status_code == 200
    file = SimpleUploadedFile("Danh sách.xlsx", workbook(HEADER, row()))
    client.post(reverse("admin:awards_nomination_import"), {"file": file})
    job = ImportJob.objects.get()
    page = client.get(reverse("admin:awards_nomination_import_job", args=[job.pk])).content.decode()
    assert "Trần Thị Lan" in page and "Khen thưởng năm 2015" in page
    assert not Nomination.objects.exists()
    client.post(reverse("admin:awards_nomination_import_confirm", args=[job.pk]))
    assert Nomination.objects.get().name == "Trần Thị Lan"


def test_the_ban_exports_and_leads_do_not(dossier, lead):
    make_nomination(make_dossier(), "Trần Thị Lan", NominationState.REFUSED)
    url = reverse("admin:awards_nomination_export")
    assert logged_in(lead).post(url).status_code == 403
    response = logged_in(make_staff()).post(url)
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    flat = [str(value) for values in rows for value in values]
    assert "Trần Thị Lan" in flat and "không duyệt" in flat and "Chưa đủ thời gian công tác." in flat
    assert NOTE not in flat


def test_an_export_asks_no_question_for_each_row(django_assert_num_queries):
    for _ in range(3):
        make_nomination(make_dossier(make_unit()))
    resource = NominationResource(make_staff())
    with django_assert_num_queries(1):
        assert len(list(resource.export_rows(Nomination.objects.all()))) == 3
