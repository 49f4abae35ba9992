"""Reorganisations of whole units, with records of every app: what moves, what stays, what clashes."""

from datetime import date

import pytest
import time_machine

from awards.enums import DossierState, SubjectKind
from awards.models import Commendation, DossierPaper, Nomination
from awards.tests.factories import make_dossier, make_round
from awards.tests.test_statistics import commend
from danvan import clock
from danvan.access.roles import Role
from danvan.documents.models import StoredFile
from danvan.history.models import Activity
from danvan.organization.domain.placement import place
from danvan.organization.domain.reorganisation import (
    choose,
    confirm,
    lines_of_outcome,
    preview,
    set_units,
)
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Membership, Reorganisation, User
from movements.enums import RegistrationState, ReportState
from movements.models import Exemplar, Registration, Report, ReportFile
from tests.factories import (
    make_collective,
    make_exemplar,
    make_lead,
    make_person,
    make_registration,
    make_report,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 08:00 +0700", tick=False):
        yield


@pytest.fixture
def staff():
    return make_staff()


def draft(kind, predecessors, successors=(), handed_to=None, **fields):
    event = Reorganisation.objects.create(kind=kind, **{"decree": "1234/NQ-UBTVQH15", "effective_on": DAY, **fields})
    set_units(reorganisation=event, predecessors=predecessors, successors=successors, handed_to=handed_to)
    return event


def merge(predecessors, successor, **fields):
    return draft(ReorganisationKind.MERGE, predecessors, [successor], **fields)


def counts(event):
    """The lines of the outcome that hold anything: before, moved, joined, closed, left, history."""
    return {
        line.key: (line.before, line.moves, line.joined, line.closed, line.left, line.history)
        for line in lines_of_outcome(event.outcome)
    }


def make_file(unit, **fields):
    return StoredFile.objects.create(
        unit=unit,
        original_name="to-trinh.pdf",
        content_type="application/pdf",
        size=3,
        sha256="0" * 64,
        uploaded_at=clock.now(),
        file="ab/cd",
        **fields,
    )


@pytest.fixture
def office(staff):
    """A province with two communes and a third, new one."""
    province = make_unit("Tỉnh ủy")
    units = [make_unit("Xã A"), make_unit("Xã B")]
    place(unit=province)
    for unit in units:
        place(unit=unit, superior=province)
    return province, *units, make_unit("Xã C", valid_from=DAY)


def fill(unit):
    """One record of each kind, open and settled."""
    made = {
        "person": make_person(unit),
        "team": make_collective(unit),
        "model": make_exemplar(unit),
        "past model": make_exemplar(unit, discontinued_on=date(2020, 1, 1)),
        "draft": make_registration(unit),
        "recognised": make_registration(unit, state=RegistrationState.RECOGNISED),
        "report": make_report(unit),
        "dossier": make_dossier(unit, make_round()),
        "lead": make_lead(unit),
    }
    made["nomination"] = Nomination.objects.create(
        dossier=made["dossier"], kind=SubjectKind.INDIVIDUAL, person=made["person"], name="Ông X", achievement="…"
    )
    made["paper"] = DossierPaper.objects.create(dossier=made["dossier"], kind="letter", file=make_file(unit))
    return made


def test_a_renaming_moves_what_is_open_and_leaves_history(office, staff):
    _province, old, _other, new = office
    made = fill(old)
    commend(make_round(year=2025), old, 1, 2)
    event = draft(ReorganisationKind.RENAME, [old], [new])
    before = preview(event)
    assert before.total_before == before.total_after
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (event.state, event.confirmed_by, event.took_effect_at) == (
        ReorganisationState.IN_EFFECT,
        staff,
        clock.now(),
    )
    assert (old.valid_to, new.inherits, new.superior.name) == (date(2026, 10, 31), [old.pk], "Tỉnh ủy")
    for name in ("person", "team", "model", "draft", "report", "dossier"):
        made[name].refresh_from_db()
        assert made[name].unit == new, name
    for name in ("past model", "recognised"):
        made[name].refresh_from_db()
        assert made[name].unit == old, name
    path = new.open_placement.path
    assert [row.unit_path for row in (made["draft"], made["report"])] == [path, path]
    assert (StoredFile.objects.get().unit, Commendation.objects.filter(unit=old).count()) == (new, 3)
    assert Nomination.objects.get(pk=made["nomination"].pk).search_text.endswith("xa c")
    assert counts(event) == {
        "organization.membership": (1, (1,), 0, 0, 0, 0),
        "organization.person": (3, (3,), 0, 0, 0, 0),
        "organization.collective": (2, (2,), 0, 0, 0, 0),
        "movements.exemplar": (2, (1,), 0, 0, 0, 1),
        "movements.registration": (2, (1,), 0, 0, 0, 1),
        "movements.report": (1, (1,), 0, 0, 0, 0),
        "awards.dossier": (2, (2,), 0, 0, 0, 0),
        "awards.nomination": (4, (4,), 0, 0, 0, 0),
        "awards.dossierpaper": (1, (1,), 0, 0, 0, 0),
        "awards.commendation": (3, (0,), 0, 0, 0, 3),
    }
    assert list(made["lead"].memberships.order_by("pk").values_list("unit", "valid_from", "valid_to")) == [
        (old.pk, None, date(2026, 10, 31)),
        (new.pk, DAY, None),
    ]


# --- mergers ----------------------------------------------------------------------------------------------------------


def test_a_merger_adds_up_and_reads_both(office, staff):
    _province, first, second, new = office
    for unit in (first, second):
        fill(unit)
    event = merge([first, second], new)
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    new.refresh_from_db()
    assert new.inherits == [first.pk, second.pk]
    assert counts(event)["movements.exemplar"] == (4, (2,), 0, 0, 0, 2)
    assert counts(event)["movements.report"] == (2, (1,), 1, 0, 0, 0)
    assert event.outcome["total_before"] == event.outcome["total_after"]


@pytest.fixture
def doubles(office):
    _province, first, second, new = office
    name = "Tổ tự quản"
    kept = make_exemplar(first, name, place="Thôn 1", launched_on=date(2022, 5, 1))
    other = make_exemplar(second, name, place="Thôn 9", launched_on=date(2020, 3, 1))
    rows = {
        "kept": make_registration(first, exemplar=kept, state=RegistrationState.RECOGNISED),
        "history": make_registration(second, exemplar=other, state=RegistrationState.RECOGNISED),
        "open": make_registration(second, exemplar=other),
    }
    dossier = make_dossier(second, make_round())
    rows["nomination"] = Nomination.objects.create(
        dossier=dossier,
        kind=SubjectKind.INDIVIDUAL,
        person=make_person(second),
        exemplar=other,
        name="Bà Y",
        achievement="…",
    )
    return kept, other, rows, merge([first, second], new)


def test_models_of_one_name_are_kept_apart_with_the_units_name_unless_joined(doubles, staff):
    kept, other, rows, event = doubles
    (double,) = preview(event).doubles
    assert (double.chosen, [code for code, _words in double.options]) == ("apart", ["apart", "join"])
    confirm(obj=event, actor=staff)
    assert sorted(Exemplar.objects.filter(unit__name="Xã C").values_list("name", "search_text")) == [
        ("Tổ tự quản", "to tu quan thon 1"),
        ("Tổ tự quản (Xã B)", "to tu quan (xa b) thon 9"),
    ]
    assert {row.exemplar_id for row in Registration.objects.filter(pk=rows["history"].pk)} == {other.pk}


def test_models_that_are_joined_keep_every_registration_and_nomination(doubles, staff):
    kept, other, rows, event = doubles
    (double,) = preview(event).doubles
    choose(reorganisation=event, actor=staff, doubles={double.key: "join"})
    assert preview(event).doubles[0].chosen == "join"
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    assert counts(event)["movements.exemplar"] == (2, (1,), 1, 0, 0, 0)
    (model,) = Exemplar.objects.all()
    assert (model.pk, model.unit.name, model.name) == (kept.pk, "Xã C", "Tổ tự quản")
    assert (model.place, model.launched_on) == ("Thôn 1", date(2020, 3, 1))
    assert set(Registration.objects.values_list("exemplar", flat=True)) == {kept.pk}
    assert [row.unit.name for row in Registration.objects.order_by("pk")] == ["Xã A", "Xã B", "Xã C"]
    assert Nomination.objects.get().exemplar == kept
    gone = Activity.objects.get(action="delete", object_id=other.pk)
    assert (gone.changes["place"], gone.changes["launched_on"]) == (["Thôn 9", None], ["2020-03-01", None])


def test_a_discontinued_model_of_the_name_is_in_nobodys_way(office, staff):
    _province, first, _second, _new = office
    present = make_unit("Xã D")
    make_exemplar(present, "Tổ tự quản", discontinued_on=date(2020, 1, 1))
    make_exemplar(first, "Tổ tự quản")
    confirm(obj=merge([first], present), actor=staff)
    assert sorted(Exemplar.objects.filter(unit=present).values_list("name", flat=True)) == [
        "Tổ tự quản",
        "Tổ tự quản (Xã A)",
    ]


def test_a_long_name_stays_within_its_column(office, staff):
    _province, first, second, new = office
    for unit in (first, second):
        make_exemplar(unit, "a" * 200)
    confirm(obj=merge([first, second], new), actor=staff)
    assert sorted(Exemplar.objects.values_list("name", flat=True)) == ["a" * 193 + " (Xã B)", "a" * 200]


def test_registrations_and_teams_of_one_name_get_the_units_name(office, staff):
    _province, first, second, new = office
    for unit in (first, second):
        make_registration(unit, "Cổng sạch")
        make_collective(unit, "Tổ dân vận thôn 1")
    event = merge([first, second], new)
    assert len(preview(event).doubles) == 2
    confirm(obj=event, actor=staff)
    assert sorted(new.registrations.values_list("name", flat=True)) == ["Cổng sạch", "Cổng sạch (Xã B)"]
    assert sorted(new.collectives.values_list("name", flat=True)) == ["Tổ dân vận thôn 1", "Tổ dân vận thôn 1 (Xã B)"]


def test_of_two_owed_reports_one_is_owed_and_nothing_typed_is_lost(office, staff):
    _province, first, second, new = office
    empty = make_report(first)
    written = make_report(second, results="Đã làm 3 việc", difficulties="Thiếu người", models_count=4)
    ReportFile.objects.create(report=written, file=make_file(second))
    event = merge([first, second], new)
    confirm(obj=event, actor=staff)
    for row in (empty, written):
        row.refresh_from_db()
    assert (written.unit, written.state, written.results, written.models_count) == (
        new,
        ReportState.EXPECTED,
        "Đã làm 3 việc",
        4,
    )
    assert (empty.unit, empty.state) == (first, ReportState.EXEMPT)
    assert "Xã A, Xã B → Xã C" in empty.remark and "01/11/2026" in empty.remark
    assert ReportFile.objects.get().file.unit == new


def test_what_was_written_in_both_reports_stands_in_the_one_that_is_owed(office, staff):
    _province, first, second, new = office
    rows = [
        make_report(first, results="Việc của A", models_count=2, due_on=date(2026, 11, 5)),
        make_report(second, results="Việc của B", proposals="Xin xe", models_count=3, due_on=date(2026, 12, 1)),
    ]
    ReportFile.objects.create(report=rows[1], file=make_file(second))
    confirm(obj=merge([first, second], new), actor=staff)
    kept = Report.objects.get(unit=new)
    assert (kept.pk, kept.models_count, kept.due_on) == (rows[0].pk, 5, date(2026, 12, 1))
    assert kept.results.split("\n\n") == [
        "Việc của A",
        "[Xã B] Việc của B",
        "[Xã A] Số mô hình: 2\n[Xã B] Số mô hình: 3",
    ]
    assert kept.proposals == "[Xã B] Xin xe"
    assert [(row.report_id, row.file.unit) for row in ReportFile.objects.all()] == [(kept.pk, new)]
    exempted = Report.objects.get(pk=rows[1].pk)
    assert (exempted.state, exempted.results, exempted.unit) == (ReportState.EXEMPT, "Việc của B", second)


def test_a_count_that_is_unknown_makes_the_sum_unknown(office, staff):
    _province, first, second, new = office
    make_report(first, results="A")
    make_report(second, models_count=3)
    confirm(obj=merge([first, second], new), actor=staff)
    kept = Report.objects.get(unit=new)
    assert (kept.models_count, kept.results) == (None, "A\n\n[Xã B] Số mô hình: 3")


def test_a_report_that_the_new_unit_has_sent_is_left_alone(office, staff):
    _province, first, _second, _new = office
    present = make_unit("Xã D")
    sent = make_report(
        present, state=ReportState.SUBMITTED, results="Đã gửi", arrived_on=date(2026, 11, 3), channel="paper"
    )
    owed = make_report(first, results="Chưa gửi")
    confirm(obj=merge([first], present), actor=staff)
    for row in (sent, owed):
        row.refresh_from_db()
    assert (sent.results, owed.state, owed.unit, owed.results) == ("Đã gửi", ReportState.EXEMPT, first, "Chưa gửi")


@pytest.mark.parametrize(
    ("state", "period_state", "moves"),
    [
        (ReportState.EXPECTED, "open", True),
        (ReportState.RETURNED, "open", True),
        (ReportState.SUBMITTED, "open", False),
        (ReportState.RECEIVED, "open", False),
        (ReportState.ACCEPTED, "open", False),
        (ReportState.EXEMPT, "open", False),
        (ReportState.EXPECTED, "closed", False),
    ],
)
def test_only_owed_reports_of_open_periods_move(office, staff, state, period_state, moves):
    _province, first, _second, new = office
    row = make_report(first, state=state, arrived_on=date(2026, 11, 3), channel="paper")
    row.period.state = period_state
    row.period.save()
    confirm(obj=merge([first], new), actor=staff)
    row.refresh_from_db()
    assert (row.unit, row.state) == (new if moves else first, state)


@pytest.mark.parametrize("chosen", [None, 0, 1])
def test_dossiers_of_one_round_become_one_with_all_that_is_in_them(office, staff, chosen):
    _province, first, second, new = office
    round = make_round()
    dossiers = []
    for unit, state in ((first, DossierState.DRAFT), (second, DossierState.RECEIVED)):
        dossier = make_dossier(unit, round, state=state, letter_number=f"12-TTr/{unit.name}")
        subject = {"kind": SubjectKind.INDIVIDUAL, "person": make_person(unit), "achievement": "…", "name": "Ông"}
        Nomination.objects.create(dossier=dossier, **subject)
        DossierPaper.objects.create(dossier=dossier, kind="letter", file=make_file(unit))
        dossiers.append(dossier)
    event = merge([first, second], new)
    (double,) = preview(event).doubles
    assert (double.chosen, len(double.options)) == (str(dossiers[1].pk), 2)
    if chosen is not None:
        choose(reorganisation=event, actor=staff, doubles={double.key: str(dossiers[chosen].pk)})
    confirm(obj=event, actor=staff)
    kept, other = dossiers[1 if chosen is None else chosen], dossiers[0 if chosen is None else 1 - chosen]
    state = kept.state
    for dossier in dossiers:
        dossier.refresh_from_db()
    assert (kept.unit, kept.state) == (new, state)
    assert set(Nomination.objects.values_list("dossier", "search_text")) == {(kept.pk, "ong xa c")}
    assert set(DossierPaper.objects.values_list("dossier", "file__unit")) == {(kept.pk, new.pk)}
    assert (other.state, other.unit.name, other.letter_number) == (
        DossierState.CONCLUDED,
        other.unit.name,
        f"12-TTr/{other.unit.name}",
    )
    assert "Xã C" in other.return_reason


def test_a_concluded_dossier_of_the_new_unit_takes_nothing_in(office, staff):
    _province, first, _second, _new = office
    present, round = make_unit("Xã D"), make_round()
    make_dossier(present, round, state=DossierState.CONCLUDED)
    row = make_dossier(first, round)
    event = merge([first], present)
    confirm(obj=event, actor=staff)
    row.refresh_from_db()
    event.refresh_from_db()
    assert (row.unit, row.state) == (first, DossierState.RECEIVED)
    assert counts(event)["awards.dossier"] == (1, (0,), 0, 0, 1, 0)


def test_two_units_nominated_in_one_round_stay_two_subjects(office, staff):
    _province, first, second, new = office
    dossier = make_dossier(make_unit("Ban"), make_round())
    rows = [
        Nomination.objects.create(
            dossier=dossier, kind=SubjectKind.COLLECTIVE, nominated_unit=unit, name=unit.name, achievement="…"
        )
        for unit in (first, second)
    ]
    confirm(obj=merge([first, second], new), actor=staff)
    for row in rows:
        row.refresh_from_db()
    assert [(row.nominated_unit, row.name) for row in rows] == [(new, "Xã A"), (second, "Xã B")]


def test_who_leads_both_leads_the_new_one_once(office, staff):
    _province, first, second, new = office
    user = make_lead(first)
    Membership.objects.create(user=user, unit=second, role=Role.UNIT_LEAD, valid_from=date(2025, 1, 1))
    Membership.objects.create(user=user, unit=second, role=Role.UNIT_VIEWER, valid_to=date(2026, 12, 31))
    Membership.objects.create(user=user, unit=second, role=Role.UNIT_LEAD, valid_to=date(2020, 1, 1))
    event = merge([first, second], new)
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    found = Membership.objects.filter(user=user).order_by("pk").values_list("unit", "role", "valid_from", "valid_to")
    last = date(2026, 10, 31)
    assert list(found) == [
        (first.pk, Role.UNIT_LEAD, None, last),
        (second.pk, Role.UNIT_LEAD, date(2025, 1, 1), last),
        (second.pk, Role.UNIT_VIEWER, None, last),
        (second.pk, Role.UNIT_LEAD, None, date(2020, 1, 1)),
        (new.pk, Role.UNIT_LEAD, DAY, None),
        (new.pk, Role.UNIT_VIEWER, DAY, date(2026, 12, 31)),
    ]
    assert counts(event)["organization.membership"] == (4, (2,), 1, 0, 0, 1)
    assert [unit.name for unit in User.objects.get(pk=user.pk).own_units] == ["Xã C"]


def test_a_membership_that_begins_later_moves_as_it_is(office, staff):
    _province, first, _second, new = office
    row = Membership.objects.create(user=make_staff(), unit=first, role=Role.UNIT_LEAD, valid_from=date(2026, 12, 1))
    confirm(obj=merge([first], new), actor=staff)
    row.refresh_from_db()
    assert (row.unit, row.valid_from, row.valid_to) == (new, date(2026, 12, 1), None)


def test_of_two_memberships_of_one_person_the_longer_days_hold(office, staff):
    _province, first, _second, _new = office
    present, user = make_unit("Xã D"), make_lead(first)
    row = Membership.objects.create(
        user=user, unit=present, role=Role.UNIT_LEAD, valid_from=date(2026, 11, 10), valid_to=date(2026, 12, 31)
    )
    confirm(obj=merge([first], present), actor=staff)
    row.refresh_from_db()
    assert (row.valid_from, row.valid_to) == (DAY, None)
    assert user.memberships.filter(unit=present).count() == 1
