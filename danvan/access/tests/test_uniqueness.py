"""What is unique does not tell of other units' rows."""

import uuid

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from awards.domain.nominations import nominate_person
from awards.models import Dossier
from awards.tests.factories import ACHIEVEMENT, make_dossier, make_nomination, make_round
from danvan.access.roles import RIGHTS
from danvan.access.uniqueness import TAKEN, crosses_units
from danvan.organization.models import Collective
from danvan.spreadsheets.writing import write_table
from danvan.transfers.models import ImportJob
from movements.models import Exemplar, Registration
from movements.resources.registration import RegistrationResource
from tests.factories import (
    logged_in,
    make_campaign,
    make_collective,
    make_exemplar,
    make_field,
    make_lead,
    make_person,
    make_registration,
    make_unit,
)
from tests.unique_sets import unique_sets

pytestmark = pytest.mark.django_db

SETS = [(model, names) for model in apps.get_models() if hasattr(model, "access_scope") for names in unique_sets(model)]

WRITING = {"add", "change", "import"}

REMAINS = {
    ("awards.nomination", ("round", "person")),
    ("awards.nomination", ("round", "collective")),
    ("awards.nomination", ("round", "nominated_unit")),
}
"""Nobody is nominated twice in a round. The subject is of the own unit; that the own subject was nominated elsewhere
(before it moved here, or by the Ban in the dossier of another unit) is told without saying where."""


def written_by_units(model):
    verbs = RIGHTS.get(model._meta.label_lower, {})
    own = [set(held.split()) for role, held in verbs.items() if not role.reaches_everything]
    return any(held & WRITING for held in own)


def test_what_units_write_is_unique_within_the_unit():
    crossing = {(m._meta.label_lower, names) for m, names in SETS if written_by_units(m) and crosses_units(m, names)}
    assert crossing == REMAINS


def test_every_unique_set_names_fields():
    assert [(model, names) for model, names in SETS if not names] == []


# --- what a lead posts ------------------------------------------------------------------------------------------------

NAME = "Mô hình đường hoa Buôn Đôn"
FRESH = "Chưa ai đặt tên này"
IMPORT = "/admin/movements/registration/import/"


@pytest.fixture
def own():
    return make_unit()


@pytest.fixture
def other():
    return make_unit()


@pytest.fixture
def lead(own):
    return logged_in(make_lead(own))


def collective(unit, name):
    make_collective(unit, name)


def exemplar(unit, name):
    make_exemplar(unit, name)


def registration(unit, name):
    make_registration(unit, name)


def exemplar_form(unit):
    return {"kind": "model", "subject_kind": "collective", "field": make_field().pk}


def registration_form(unit):
    return exemplar_form(unit) | {"campaign": make_campaign().pk, "status": "new", "place": "Buôn Đôn"}


@pytest.mark.parametrize(
    ("model", "make", "words"),
    [
        (Collective, collective, lambda unit: {}),
        (Exemplar, exemplar, exemplar_form),
        (Registration, registration, registration_form),
    ],
)
def test_the_name_of_anothers_record_is_as_good_as_a_fresh_one(model, make, words, own, other, lead):
    make(other, NAME)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    data = words(own) | {"unit": own.pk}
    answers = [lead.post(address, data | {"name": name}) for name in (NAME, FRESH)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert set(model.objects.filter(unit=own).values_list("name", flat=True)) == {NAME, FRESH}
    # The own one in the way is named.
    again = lead.post(address, data | {"name": NAME})
    assert again.status_code == 200
    assert str(TAKEN) not in again.content.decode()


def test_a_round_in_which_another_unit_has_a_dossier(own, other, lead):
    taken, free = make_round(), make_round()
    make_dossier(other, taken)
    address = reverse("admin:awards_dossier_add")
    answers = [lead.post(address, {"round": round.pk, "unit": own.pk}) for round in (taken, free)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Dossier.objects.filter(unit=own).count() == 2


def registrations(unit, name):
    """A file that registers *name*."""
    cells = {"campaign": make_campaign().code, "name": name, "field": make_field().code, "place": "Buôn Đôn"}
    columns = RegistrationResource(make_lead(unit)).import_columns
    content = write_table([str(columns[column].title) for column in cells], [list(cells.values())])
    return SimpleUploadedFile("mô hình.xlsx", content)


def test_a_file_with_the_name_of_anothers_record(own, other, lead):
    make_registration(other, NAME, campaign=make_campaign())
    for name in (NAME, FRESH):
        lead.post(IMPORT, {"file": registrations(own, name)})
    assert [job.errors for job in ImportJob.objects.all()] == [[], []]


def test_somebody_nominated_elsewhere(own, other):
    """The subject moved here after another unit had nominated it: the answer names neither the unit nor the dossier."""
    round = make_round()
    person = make_person(other, "Y Thông")
    nomination = make_nomination(make_dossier(other, round), person=person)
    person.unit = own
    person.save()
    words = {"dossier": make_dossier(own, round, state="draft"), "achievement": ACHIEVEMENT, "actor": make_lead(own)}
    with pytest.raises(ValidationError) as refused:
        nominate_person(person=person, **words)
    (text,) = refused.value.messages
    assert "Y Thông" in text
    assert str(other) not in text and str(nomination.dossier) not in text


def test_the_key_of_anothers_form_is_as_good_as_a_fresh_one(own, other, lead):
    key = uuid.uuid4()
    address = reverse("admin:organization_collective_add")
    logged_in(make_lead(other)).post(address, {"name": NAME, "unit": other.pk, "_form_key": key})
    assert Collective.objects.filter(unit=other).count() == 1
    for _ in range(2):  # a double click still makes one row
        assert lead.post(address, {"name": NAME, "unit": own.pk, "_form_key": key}).status_code == 302
    assert Collective.objects.filter(unit=own).count() == 1


def test_the_key_of_anothers_upload_is_as_good_as_a_fresh_one(own, other, lead):
    key, file = uuid.uuid4(), registrations(own, NAME)
    logged_in(make_lead(other)).post(IMPORT, {"file": registrations(other, NAME), "_form_key": key})
    for _ in range(2):
        file.seek(0)
        assert lead.post(IMPORT, {"file": file, "_form_key": key}).status_code == 302
    assert ImportJob.objects.count() == 2
