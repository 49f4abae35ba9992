"""No row is tied to another unit, whoever writes it; and what was tied rightly stays, wherever its target moves."""

from copy import copy

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import ModelChoiceField
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from awards.models import Commendation, Nomination
from danvan.access import ties
from danvan.access.models import Record
from danvan.access.scope import BanScope, SharedScope, UnitScope
from danvan.access.tests.tied_rows import IDS, MAKERS, TIES, nomination, registration, target
from danvan.access.ties import OtherUnit
from danvan.organization.models import Collective, Membership, Person, UnitPlacement
from danvan.transfers.models import ImportJob
from movements.models import Registration, ReportFile
from tests.factories import make_exemplar, make_unit

every_tie = pytest.mark.parametrize(("model", "relation"), TIES, ids=IDS)


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def other(db):
    return make_unit()


def own_target(model, relation, unit):
    return target(model, relation, unit if ties.owner_path(model) else None)


def tied_row(model, relation, unit):
    row = MAKERS[model, relation](unit)
    setattr(row, relation, own_target(model, relation, unit))
    row.save()
    return row


def foreign_targets(model, relation, other):
    """What *relation* must not lead to: a row of *other*, and where there are such the Ban's own."""
    yield target(model, relation, other)
    if ties.owner_path(model) and model._meta.get_field(relation).related_model.unit.field.null:
        yield target(model, relation, None)


def refused_at(relation):
    return pytest.raises(OtherUnit, check=lambda error: list(error.message_dict) == [relation])


# --- what is declared -------------------------------------------------------------------------------------------------


def test_every_tie_of_the_project_is_tried_here():
    declared = {(model, name) for model in apps.get_models() for name in getattr(model, "same_unit", ())}
    assert declared == set(TIES)


def test_which_relations_must_be_declared():
    def names(model):
        return {field.name for field in ties.ties_of(model)}

    assert names(Registration) == {"exemplar"}
    assert names(ReportFile) == {"file"}
    assert names(Nomination) == {"person", "nominated_unit", "collective", "exemplar"}
    assert names(Commendation) == {"nomination", "person", "nominated_unit", "collective"}
    assert names(UnitPlacement) == {"superior"}
    assert names(Person) == {"duplicate_of"}
    # Whose they are, and what belongs to nobody.
    assert names(Collective) == names(Membership) == names(ImportJob) == set()


@pytest.mark.parametrize(
    ("scope", "declared", "found"),
    [
        (UnitScope("unit"), {}, ["E010"]),
        (UnitScope("unit"), {"same_unit": ("person",)}, []),
        (UnitScope("unit"), {"other_unit_allowed": {"person": "because"}}, []),
        (UnitScope("unit"), {"other_unit_allowed": {"person": ""}}, ["E010"]),
        (UnitScope("unit"), {"same_unit": ("person",), "other_unit_allowed": {"person": "because"}}, ["E010"]),
        (UnitScope("unit"), {"same_unit": ("person", "unit")}, ["E011"]),
        (UnitScope("unit"), {"same_unit": ("person", "typo")}, ["E011"]),
        (UnitScope("person__unit"), {}, ["E010"]),  # the unit beside the person, which says whose it is
        (UnitScope("person__unit"), {"same_unit": ("unit",)}, []),
        (BanScope(), {}, ["E010"]),
        (SharedScope(), {"same_unit": ("person",)}, []),
        (None, {}, []),
    ],
)
def test_a_model_that_forgets_does_not_start(scope, declared, found, monkeypatch):
    class Meta:
        app_label = "access"

    body = {
        "__module__": __name__,
        "Meta": Meta,
        "access_scope": scope,
        "unit": models.ForeignKey("organization.Unit", models.PROTECT, related_name="+"),
        "person": models.ForeignKey("organization.Person", models.PROTECT, related_name="+"),
    }
    monkeypatch.setattr(apps, "all_models", {**apps.all_models, "access": {}})
    model = type("Forgetful", (Record,), body | declared)
    monkeypatch.setattr(apps, "get_models", lambda: [model])
    assert [error.id.partition(".")[2] for error in ties.ties_are_declared(None)] == found


def test_the_project_declares_all_of_them():
    assert ties.ties_are_declared(None) == []


# --- writing ----------------------------------------------------------------------------------------------------------


@every_tie
def test_own_rows_are_taken(model, relation, unit):
    row = tied_row(model, relation, unit)
    row.clean()
    other_of_the_unit = own_target(model, relation, unit)
    setattr(row, relation, other_of_the_unit)
    row.save()
    model.objects.filter(pk=row.pk).update(**{relation: own_target(model, relation, unit)})
    assert getattr(row, relation) == other_of_the_unit


@every_tie
def test_a_new_row_is_refused(model, relation, unit, other):
    for foreign in foreign_targets(model, relation, other):
        row = MAKERS[model, relation](unit)
        setattr(row, relation, foreign)
        for write in (row.clean, row.save, lambda row=row: model.objects.bulk_create([row])):
            with refused_at(relation):
                write()
    assert not model.objects.exists()


@every_tie
def test_a_changed_relation_is_refused(model, relation, unit, other):
    saved = tied_row(model, relation, unit)
    kept = getattr(saved, relation)
    rows = model.objects.filter(pk=saved.pk)
    for foreign in foreign_targets(model, relation, other):
        for row in (saved, rows.get(), rows.defer(relation).get()):
            setattr(row, relation, foreign)
            for write in (
                row.clean,
                row.save,
                lambda row=row: row.save(update_fields=[relation]),
                lambda row=row: row.save(update_fields=[f"{relation}_id"]),
                lambda row=row: model.objects.bulk_update([row], [relation]),
                lambda row=row, foreign=foreign: rows.update(**{relation: foreign}),
                lambda row=row, foreign=foreign: rows.update(**{f"{relation}_id": foreign.pk}),
            ):
                with refused_at(relation):
                    write()
    assert getattr(rows.get(), relation) == kept


@every_tie
def test_what_moved_later_stays_tied(model, relation, unit, other):
    saved = tied_row(model, relation, unit)
    tied = getattr(saved, relation)
    tied.unit = other
    tied.save()
    rows = model.objects.filter(pk=saved.pk)
    for row in (saved, rows.get(), rows.select_related(relation).get()):
        row.is_sample = not row.is_sample
        row.clean()
        row.save()
    rows.update(**{relation: tied})
    assert getattr(rows.get(), relation) == tied


def test_a_missing_record_reads_the_same(unit, other):
    """Neither the words nor the place tell whether there is such a record."""
    answers = []
    for key in (make_exemplar(other).pk, 987_654):
        row = registration(unit)
        row.exemplar_id = key
        with pytest.raises(ValidationError) as refused:
            row.save()
        answers.append(refused.value.message_dict)
    words = str(ModelChoiceField.default_error_messages["invalid_choice"])
    assert answers == [{"exemplar": [words]}] * 2
    row.exemplar = None
    row.save()
    with refused_at("exemplar"):
        Registration.objects.filter(pk=row.pk).update(exemplar=987_654)


def test_a_key_as_text_is_the_same_key(unit, other):
    row = registration(unit)
    row.exemplar_id = str(make_exemplar(unit).pk)
    row.save()
    row.exemplar_id = str(make_exemplar(other).pk)
    with refused_at("exemplar"):
        row.save()


def test_a_foreign_row_is_not_smuggled_past_a_save_of_other_columns(unit, other):
    row = registration(unit)
    row.save()
    row.exemplar = make_exemplar(other)
    row.save(update_fields=["name"])
    row.refresh_from_db(fields=["name"])
    with refused_at("exemplar"):
        row.save()


def test_what_a_copy_leads_to_is_its_own_affair(unit, other):
    row = tied_row(Registration, "exemplar", unit)
    twin = copy(row)
    twin.exemplar = make_exemplar(unit)
    ties.note(twin)
    row.exemplar.unit = other
    row.exemplar.save()
    row.save()
    twin.exemplar = row.exemplar
    with refused_at("exemplar"):
        twin.save()


def test_a_row_that_lacks_its_unit_is_left_to_its_form(unit, other):
    row = registration(unit)
    row.unit, row.exemplar = None, make_exemplar(other)
    row.clean()
    with refused_at("exemplar"):
        row.save()


def test_a_bulk_with_one_foreign_row_writes_none(unit, other):
    rows = [nomination(unit) for _ in range(3)]
    rows[1].exemplar = make_exemplar(other)
    with refused_at("exemplar"):
        Nomination.objects.bulk_create(rows)
    assert not Nomination.objects.exists()


def test_a_relation_added_from_the_other_side_of_a_new_row(unit, other):
    with refused_at("exemplar"):
        make_exemplar(other).registrations.create(
            campaign=registration(unit).campaign, unit=unit, field=make_exemplar(unit).field, name="A", place="B"
        )


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_no_question_where_all_is_loaded(count, unit, django_assert_num_queries):
    rows = [nomination(unit) for _ in range(count)]
    for row in rows:
        row.exemplar = make_exemplar(unit)
    with django_assert_num_queries(0):
        ties.check(rows)


@pytest.mark.parametrize("count", [1, 3])
def test_one_question_for_each_relation_that_is_not(count, unit, django_assert_num_queries):
    """The dossier, the person, the exemplar."""
    rows = []
    for _ in range(count):
        row = nomination(unit)
        rows.append(
            Nomination(dossier_id=row.dossier_id, person_id=row.person_id, exemplar_id=make_exemplar(unit).pk)
        )
    with django_assert_num_queries(3):
        ties.check(rows)


def test_an_old_row_asks_nothing(unit, django_assert_num_queries):
    row = registration(unit)
    row.exemplar = make_exemplar(unit)
    row.save()
    row = Registration.objects.get(pk=row.pk)
    with django_assert_num_queries(1):
        row.save()


# --- the law ----------------------------------------------------------------------------------------------------------

UNITS, EXEMPLARS = range(3), range(3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(EXEMPLARS), st.sampled_from(UNITS)),
        st.tuples(st.just("point"), st.sampled_from([None, *EXEMPLARS])),
        st.tuples(st.just("save")),
        st.tuples(st.just("save the name")),
        st.tuples(st.just("read again")),
        st.tuples(st.just("update"), st.sampled_from(EXEMPLARS)),
    ),
    max_size=12,
)


class Law(HypothesisTestCase):
    """A write is refused just when it makes a tie that crosses units at that moment."""

    @settings(max_examples=60, deadline=None)
    @given(steps)
    def test_law(self, steps):
        units = [make_unit() for _ in UNITS]
        exemplars = [make_exemplar(unit) for unit in units]
        home = list(UNITS)
        row = registration(units[0])
        row.save()
        stored = pointed = None
        for step, *what in steps:
            if step == "move":
                home[what[0]] = what[1]
                type(exemplars[0]).objects.filter(pk=exemplars[what[0]].pk).update(unit=units[what[1]])
            elif step == "point":
                (pointed,) = what
                row.exemplar_id = None if pointed is None else exemplars[pointed].pk
            elif step == "save the name":
                row.save(update_fields=["name"])
            elif step == "read again":
                row, pointed = Registration.objects.get(pk=row.pk), stored
            elif step == "update":
                if what[0] != stored and home[what[0]] != 0:
                    with pytest.raises(OtherUnit), transaction.atomic():
                        Registration.objects.filter(pk=row.pk).update(exemplar=exemplars[what[0]].pk)
                else:
                    Registration.objects.filter(pk=row.pk).update(exemplar=exemplars[what[0]].pk)
                    stored = what[0]
                row, pointed = Registration.objects.get(pk=row.pk), stored
            elif pointed is not None and pointed != stored and home[pointed] != 0:
                with pytest.raises(OtherUnit), transaction.atomic():
                    row.save()
            else:
                row.save()
                stored = pointed
            kept = Registration.objects.get(pk=row.pk).exemplar_id
            assert kept == (None if stored is None else exemplars[stored].pk)
