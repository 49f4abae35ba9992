"""Reorganisations of whole units, with records of every app: what moves, what stays, what clashes."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from awards.domain.moving import CommendationMover
from awards.enums import DossierState, SubjectKind
from awards.models import Commendation, DossierPaper, Nomination
from awards.tests.factories import make_dossier, make_round
from awards.tests.test_statistics import commend
from danvan import clock
from danvan.access.roles import Role
from danvan.documents.models import StoredFile
from danvan.history.models import Activity
from danvan.organization.domain.units import moving
from danvan.organization.domain.units.placement import move, place
from danvan.organization.domain.units.reorganisation import (
    UNIT,
    cancel,
    carry_out,
    carry_out_due,
    choose,
    confirm,
    lines_of_outcome,
    preview,
    set_units,
)
from danvan.organization.domain.units.succession import differences, roll_up
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Apportionment, Assignment, Cluster, Membership, Reorganisation, Unit, User
from danvan.workflow import ChangedMeanwhile, Refused, change_state
from movements.enums import RegistrationState, ReportState
from movements.models import Exemplar, Registration, Report, ReportFile, ReportingScheme, ScheduleOverride
from tests.factories import (
    make_collective,
    make_exemplar,
    make_lead,
    make_period,
    make_person,
    make_registration,
    make_report,
    make_scheme,
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


def test_between_two_memberships_of_one_person_there_is_no_gap_and_no_overlap(office, staff):
    _province, first, _second, _new = office
    present, user = make_unit("Xã D"), make_lead(first)
    said = {"user": user, "unit": present, "role": Role.UNIT_LEAD}
    Membership.objects.create(valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 30), **said)
    Membership.objects.create(valid_from=date(2027, 1, 1), valid_to=date(2027, 6, 30), **said)
    confirm(obj=merge([first], present), actor=staff)
    days = user.memberships.filter(unit=present).order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(days) == [(date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), None)]


def test_assignments_that_overlap_already_are_left_so(office, staff):
    _province, first, _second, _new = office
    present = make_unit("Xã D")
    for unit, begins, ends in ((present, 1, 12), (present, 3, 11), (first, 2, 12)):
        days = {"valid_from": date(2026, begins, 1), "valid_to": date(2026, ends, 30)}
        Assignment.objects.create(officer=staff, unit=unit, **days)
    confirm(obj=merge([first], present), actor=staff)
    days = Assignment.objects.filter(unit=present).order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(days) == [(date(2026, 1, 1), date(2026, 12, 30)), (date(2026, 3, 1), date(2026, 12, 30))]


def test_what_came_from_a_unit_that_ended_goes_back_to_nobody(office, staff):
    _province, first, _second, _new = office
    present, round = make_unit("Xã D"), make_round()
    make_dossier(present, round, state=DossierState.CONCLUDED)
    dossier = make_dossier(first, round)
    sent = make_report(first, state=ReportState.SUBMITTED, arrived_on=date(2026, 10, 5), channel="paper")
    confirm(obj=merge([first], present), actor=staff)
    for row, action in ((dossier, "return"), (sent, "return")):
        row.refresh_from_db()
        with pytest.raises(Refused, match="Xã A đã kết thúc ngày 31/10/2026"):
            change_state(obj=row, action=action, actor=staff, reason="Thiếu")


# --- clusters, assignments, those who owe -----------------------------------------------------------------------------


def test_places_in_clusters_and_assignments_go_along(office, staff):
    _province, first, second, new = office
    clusters = {year: Cluster.objects.create(name="Cụm 3", year=year, head=first) for year in (2025, 2026)}
    for cluster in clusters.values():
        cluster.members.set([first, second])
    assigned = Assignment.objects.create(officer=staff, unit=first, valid_from=date(2026, 1, 1))
    event = merge([first, second], new)
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    found = {year: sorted(cluster.members.values_list("name", flat=True)) for year, cluster in clusters.items()}
    assert found == {2025: ["Xã A", "Xã B"], 2026: ["Xã C"]}
    heads = list(Cluster.objects.order_by("year").values_list("head", flat=True))
    assert heads == [first.pk, new.pk]
    assigned.refresh_from_db()
    assert assigned.valid_to == date(2026, 10, 31)
    (taken,) = Assignment.objects.filter(unit=new)
    assert (taken.officer, taken.valid_from, taken.valid_to) == (staff, DAY, None)
    assert counts(event)["organization.cluster.members"] == (4, (1,), 1, 0, 0, 2)
    assert counts(event)["organization.assignment"] == (1, (1,), 0, 0, 0, 0)


# --- splits -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def split(office):
    """Xã A with a village under it and a record of each kind, to be split into Xã C and Xã D."""
    _province, old, _other, first = office
    second, village = make_unit("Xã D", valid_from=DAY), make_unit("Thôn A1")
    place(unit=village, superior=old)
    made = fill(old)
    return old, first, second, village, made, draft(ReorganisationKind.SPLIT, [old], [first, second])


def open_shares(event):
    """What has to be assigned."""
    found = preview(event)
    rows = [question.mover.share(row) for question in found.questions for row in question.rows]
    given = found.handover.shares
    return [share for share in [*rows, *((UNIT, unit.pk) for unit in found.unassigned_units)] if share not in given]


def test_nobody_is_given_what_the_event_does_not_ask_for(split, staff):
    _old, first, _second, _village, _made, event = split
    foreign = make_person(make_unit())
    shares = {("organization.person", foreign.pk): first.pk, ("organization.user", staff.pk): first.pk}
    choose(reorganisation=event, actor=staff, shares=shares)
    choose(reorganisation=event, actor=staff, shares=dict.fromkeys(open_shares(event), make_unit().pk))
    assert not Apportionment.objects.exists()


def test_a_split_is_refused_while_an_open_record_is_unassigned(split, staff):
    old, first, second, _village, made, event = split
    shares = open_shares(event)
    assert sorted({label for label, _pk in shares}) == [
        "awards.dossier",
        "movements.exemplar",
        "movements.registration",
        "movements.report",
        "organization.collective",
        "organization.membership",
        "organization.person",
        "organization.unit",
    ]
    choose(reorganisation=event, actor=staff, shares={share: first.pk for share in shares[1:]})
    with pytest.raises(Refused, match="Còn 1 bản ghi"):
        confirm(obj=event, actor=staff)
    event.refresh_from_db()
    old.refresh_from_db()
    made["person"].refresh_from_db()
    assert (event.state, old.valid_to, made["person"].unit) == (ReorganisationState.DRAFT, None, old)


def test_a_split_gives_each_record_to_whom_it_was_assigned(split, staff):
    old, first, second, village, made, event = split
    to_second = {
        ("organization.person", made["person"].pk): second.pk,
        ("movements.exemplar", made["model"].pk): second.pk,
        (UNIT, village.pk): second.pk,
    }
    history = {("movements.registration", made["recognised"].pk): second.pk}
    choose(
        reorganisation=event,
        actor=staff,
        shares=dict.fromkeys(open_shares(event), first.pk) | to_second | history,
    )
    assert preview(event).unassigned == 0
    confirm(obj=event, actor=staff)
    for row in made.values():
        row.refresh_from_db()
    village.refresh_from_db()
    assert (made["person"].unit, made["team"].unit, made["model"].unit) == (second, first, second)
    assert (made["dossier"].unit, StoredFile.objects.get().unit) == (first, first)
    assert (made["recognised"].unit, village.superior) == (old, second)
    for unit in (old, first, second):
        unit.refresh_from_db()
    assert [(unit.inherits, unit.inherits_shares) for unit in (old, first, second)] == [
        ([], False),
        ([], True),
        ([], True),
    ]
    kept = Apportionment.objects.all()
    assert [(row.object_id, row.successor) for row in kept] == [(made["recognised"].pk, second)]
    assert counts(event)["organization.unit"] == (1, (0, 1), 0, 0, 0, 0)
    assert event.outcome["total_before"] == event.outcome["total_after"]
    assert (differences(), roll_up([old.pk])[old.pk].unit) == ([], None)


def test_the_history_of_a_share_names_no_other_part(split, staff):
    _old, first, second, _village, made, event = split
    choose(reorganisation=event, actor=staff, shares=dict.fromkeys(open_shares(event), first.pk))
    confirm(obj=event, actor=staff)
    (moved,) = Activity.objects.of(made["person"])
    assert (moved.changes, moved.unit) == ({"unit": ["Xã A", "Xã C"]}, first)
    told = Activity.objects.filter(action="reorganise", unit__in=[first, second]).values_list("unit__name", "reason")
    assert moved.reason == "chia tách: Xã A từ ngày 01/11/2026 (1234/NQ-UBTVQH15)."
    assert dict(told)["Xã D"] == moved.reason
    assert "Cá nhân: 1" in dict(told)["Xã C"] and "Xã D" not in dict(told)["Xã C"]


def test_what_continues_a_model_goes_where_the_model_goes(split, staff):
    old, first, second, _village, made, event = split
    follower = make_registration(old, exemplar=made["model"])
    assert ("movements.registration", follower.pk) not in open_shares(event)
    shares = dict.fromkeys(open_shares(event), first.pk) | {("movements.exemplar", made["model"].pk): second.pk}
    choose(reorganisation=event, actor=staff, shares=shares)
    confirm(obj=event, actor=staff)
    follower.refresh_from_db()
    assert follower.unit == second


def test_nothing_is_assigned_after_the_event(split, staff):
    _old, first, second, _village, made, event = split
    choose(reorganisation=event, actor=staff, shares=dict.fromkeys(open_shares(event), first.pk))
    stale = Reorganisation.objects.get(pk=event.pk)
    confirm(obj=event, actor=staff)
    with pytest.raises(Refused, match="không chọn thêm được nữa"):
        choose(
            reorganisation=stale,
            actor=staff,
            shares={("movements.registration", made["recognised"].pk): second.pk},
        )
    assert not Apportionment.objects.exists()


def test_what_is_assigned_can_be_taken_back(split, staff):
    _old, first, _second, _village, made, event = split
    share = ("organization.person", made["person"].pk)
    choose(reorganisation=event, actor=staff, shares={share: first.pk})
    choose(reorganisation=event, actor=staff, shares={share: None})
    assert share in open_shares(event)


def test_files_of_a_past_dossier_are_assigned_with_it(split, staff):
    old, first, _second, _village, made, event = split
    past = make_dossier(old, make_round(), state=DossierState.CONCLUDED)
    paper = DossierPaper.objects.create(dossier=past, kind="letter", file=make_file(old))
    shares = dict.fromkeys(open_shares(event), first.pk) | {("awards.dossier", past.pk): first.pk}
    choose(reorganisation=event, actor=staff, shares=shares)
    confirm(obj=event, actor=staff)
    lead = make_lead(first)
    reads = {
        model: set(model.objects.visible_to(lead).values_list("pk", flat=True))
        for model in (type(past), DossierPaper, StoredFile)
    }
    assert past.pk in reads[type(past)] and paper.pk in reads[DossierPaper] and paper.file_id in reads[StoredFile]
    other = make_lead(Unit.objects.get(name="Xã D"))
    assert not type(past).objects.visible_to(other).exists() and not StoredFile.objects.visible_to(other).exists()


# --- dissolution ------------------------------------------------------------------------------------------------------


def test_a_dissolution_closes_what_is_open(office, staff):
    _province, old, _other, _new = office
    made = fill(old)
    draft_dossier = make_dossier(old, make_round(), state=DossierState.DRAFT)
    event = draft(ReorganisationKind.DISSOLVE, [old])
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    draft_dossier.refresh_from_db()
    for row in made.values():
        row.refresh_from_db()
    assert (made["model"].discontinued_on, made["draft"].state, made["report"].state) == (
        date(2026, 10, 31),
        RegistrationState.DECLINED,
        ReportState.EXEMPT,
    )
    assert made["report"].remark == "giải thể: Xã A từ ngày 01/11/2026 (1234/NQ-UBTVQH15)."
    assert (draft_dossier.state, made["dossier"].state) == (DossierState.CONCLUDED, DossierState.RECEIVED)
    assert not User.objects.get(pk=made["lead"].pk).active_memberships
    assert {row.unit for name, row in made.items() if hasattr(row, "unit")} == {old}
    assert counts(event)["awards.dossier"] == (2, (), 0, 1, 1, 0)
    assert event.outcome["total_before"] == event.outcome["total_after"]


def test_the_work_of_a_dissolved_unit_is_handed_to_whom_it_is_given(office, staff):
    _province, old, other, _new = office
    made = fill(old)
    event = draft(ReorganisationKind.DISSOLVE, [old], handed_to=other)
    confirm(obj=event, actor=staff)
    for row in made.values():
        row.refresh_from_db()
    other.refresh_from_db()
    assert {made[name].unit for name in ("person", "team", "model", "draft", "report", "dossier")} == {other}
    assert (other.inherits, made["recognised"].unit) == ([], old)
    assert not User.objects.get(pk=made["lead"].pk).active_memberships


def test_units_under_a_dissolved_one_stand_under_its_superior(office, staff):
    province, old, _other, _new = office
    village = make_unit("Thôn A1")
    place(unit=village, superior=old)
    confirm(obj=draft(ReorganisationKind.DISSOLVE, [old]), actor=staff)
    assert Unit.objects.get(pk=village.pk).superior == province


# --- transfer ---------------------------------------------------------------------------------------------------------


def test_a_transfer_moves_the_unit_with_all_below_and_nothing_else(office, staff):
    province, unit, other, _new = office
    village = make_unit("Thôn A1")
    place(unit=village, superior=unit)
    made = fill(unit)
    event = draft(ReorganisationKind.TRANSFER, [unit], superior=other)
    confirm(obj=event, actor=staff)
    assert set(Unit.objects.in_subtree(other)) == {other, unit, village}
    assert set(Unit.objects.in_subtree(other, date(2026, 10, 31))) == {other}
    unit.refresh_from_db()
    made["person"].refresh_from_db()
    assert (unit.valid_to, unit.inherits, made["person"].unit) == (None, [], unit)
    assert roll_up([unit.pk])[unit.pk].unit == unit.pk


# --- the day to come --------------------------------------------------------------------------------------------------

TOMORROW = date(2026, 11, 23)


@pytest.fixture
def planned(office, staff):
    _province, old, _other, _new = office
    made = fill(old)
    event = draft(ReorganisationKind.RENAME, [old], [make_unit("Xã E", valid_from=TOMORROW)], effective_on=TOMORROW)
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    return event, old, made


def test_an_event_to_come_waits_and_takes_effect_on_its_day(planned):
    event, old, made = planned
    assert (event.state, event.outcome, carry_out_due(now=clock.now())) == (ReorganisationState.PLANNED, {}, 0)
    with time_machine.travel("2026-11-23 00:01 +0700", tick=False):
        assert [carry_out_due(now=clock.now()) for _ in range(2)] == [1, 0]
    event.refresh_from_db()
    made["person"].refresh_from_db()
    assert (event.state, made["person"].unit.name) == (ReorganisationState.IN_EFFECT, "Xã E")
    told = Activity.objects.get(action="reorganisation.carry_out", object_id=event.pk)
    assert (told.actor, told.changes) == (None, {"state": ["planned", "in_effect"]})


def test_who_comes_second_finds_that_it_is_done(planned):
    event, _old, _made = planned
    stale = Reorganisation.objects.get(pk=event.pk)
    carry_out(reorganisation=event, actor=None, now=clock.now())
    with pytest.raises(ChangedMeanwhile):
        carry_out(reorganisation=stale, actor=None, now=clock.now())
    assert Unit.objects.get(name="Xã E").people.count() == 1


def test_what_cannot_be_carried_out_stays_planned_and_says_why(planned, staff):
    event, old, made = planned
    other = make_unit("Xã F", valid_to=date(2026, 11, 22))
    Unit.objects.filter(name="Xã E").update(valid_from=date(2027, 1, 1))
    with time_machine.travel("2026-11-23 00:01 +0700", tick=False):
        assert carry_out_due(now=clock.now()) == 0
        event.refresh_from_db()
        made["person"].refresh_from_db()
        assert (event.state, made["person"].unit) == (ReorganisationState.PLANNED, old)
        assert event.problem == "Ngày 23/11/2026 chưa có Xã E, đơn vị này chỉ tồn tại từ ngày 01/01/2027."
        Unit.objects.filter(name="Xã E").update(valid_from=TOMORROW)
        assert carry_out_due(now=clock.now()) == 0
        assert carry_out_due(now=clock.now(), again=True) == 1
    event.refresh_from_db()
    assert (event.problem, other.valid_to) == ("", date(2026, 11, 22))


class FailingMover(CommendationMover):
    """Fails for the event of one decree."""

    key = "tests.failing"

    def __init__(self, decree, error):
        self.decree, self.error = decree, error

    def plan(self, handover):
        if handover.reorganisation.decree == self.decree:
            raise self.error
        return super().plan(handover)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (KeyError("…"), "Phần mềm gặp lỗi khi thực hiện. Đề nghị quản trị hệ thống xem nhật ký máy chủ."),
        (OperationalError("database is locked"), ""),
    ],
)
def test_an_event_that_fails_keeps_no_other_from_its_day(planned, staff, monkeypatch, error, problem):
    event, _old, _made = planned
    other = merge([make_unit("Xã G")], make_unit("Xã H"), effective_on=TOMORROW, decree="Quyết định khác")
    confirm(obj=other, actor=staff)
    failing = FailingMover(event.decree, error)
    with monkeypatch.context() as patched, time_machine.travel("2026-11-23 00:01 +0700", tick=False):
        patched.setitem(moving._movers, failing.key, failing)
        assert carry_out_due(now=clock.now()) == 1
    event.refresh_from_db()
    other.refresh_from_db()
    assert (event.state, event.problem) == (ReorganisationState.PLANNED, problem)
    assert other.state == ReorganisationState.IN_EFFECT


def test_a_planned_event_can_be_cancelled_and_one_in_effect_not(planned, staff):
    event, old, _made = planned
    cancel(obj=event, actor=staff, reason="Nghị quyết bị thay thế")
    with time_machine.travel("2026-11-23 00:01 +0700", tick=False):
        assert carry_out_due(now=clock.now()) == 0
    event.refresh_from_db()
    old.refresh_from_db()
    assert (event.state, old.valid_to) == (ReorganisationState.CANCELLED, None)
    with pytest.raises(ChangedMeanwhile):
        cancel(obj=event, actor=staff, reason="lần nữa")


@pytest.mark.parametrize("was_under_the_old", [True, False])
def test_a_unit_that_takes_over_stands_where_it_stood_last(office, staff, was_under_the_old):
    """It stood elsewhere since always, and moved: under the old unit, or away from it."""
    province, old, _second, _new = office
    present = make_unit("Xã D")
    before, since = (old, province) if was_under_the_old else (province, old)
    place(unit=present, superior=before)
    move(unit=present, superior=since, effective_on=date(2026, 1, 1))
    confirm(obj=merge([old], present), actor=staff)
    assert Unit.objects.get(pk=present.pk).superior == province


def test_who_takes_over_on_a_day_does_not_end_before(office, staff):
    _province, first, second, new = office
    confirm(obj=merge([first], second), actor=staff)
    for day in (date(2026, 10, 1), DAY):
        with pytest.raises(ValidationError, match="Xã B tiếp nhận đơn vị khác từ ngày 01/11/2026"):
            merge([second], new, effective_on=day)
    confirm(obj=merge([second], new, effective_on=date(2026, 11, 2)), actor=staff)
    assert Unit.objects.get(pk=second.pk).valid_to == DAY


def test_a_past_day_splits_memberships_that_ended_since(office, staff):
    _province, old, _other, new = office
    new.valid_from = date(2025, 7, 1)
    new.save()
    row = Membership.objects.create(
        user=make_staff(), unit=old, role=Role.UNIT_LEAD, valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31)
    )
    confirm(obj=merge([old], new, effective_on=date(2025, 7, 1)), actor=staff)
    found = Membership.objects.filter(user=row.user, unit__in=[old, new]).order_by("pk")
    assert [(each.unit, each.valid_from, each.valid_to) for each in found] == [
        (old, date(2020, 1, 1), date(2025, 6, 30)),
        (new, date(2025, 7, 1), date(2025, 12, 31)),
    ]


# --- queries ----------------------------------------------------------------------------------------------------------


def records(unit):
    """A record of each kind, as many times as it is called."""
    model = make_exemplar(unit)
    make_registration(unit, exemplar=model)
    make_collective(unit)
    make_lead(unit)
    Assignment.objects.create(officer=make_staff(), unit=unit)
    Cluster.objects.create(name=f"Cụm {model.pk}", year=2026).members.add(unit)
    ReportFile.objects.create(report=make_report(unit, period=make_period(make_scheme())), file=make_file(unit))
    dossier = make_dossier(unit, make_round())
    DossierPaper.objects.create(dossier=dossier, kind="letter", file=make_file(unit))
    subject = {"kind": SubjectKind.INDIVIDUAL, "person": make_person(unit), "exemplar": model}
    Nomination.objects.create(dossier=dossier, name="Ông", achievement="…", **subject)


@pytest.mark.parametrize("kind", [ReorganisationKind.RENAME, ReorganisationKind.DISSOLVE, ReorganisationKind.SPLIT])
def test_the_questions_do_not_grow_with_the_records(staff, kind):
    def asked(rows):
        old, new = make_unit(), [make_unit(valid_from=DAY) for _ in range({"rename": 1, "split": 2}.get(kind, 0))]
        for _ in range(rows):
            records(old)
        event = draft(kind, [old], new)
        with CaptureQueriesContext(connection) as captured:
            if new[1:]:
                choose(reorganisation=event, actor=staff, shares=dict.fromkeys(open_shares(event), new[0].pk))
            confirm(obj=event, actor=staff)
        return len(captured)

    asked(1)
    with_one = asked(1)
    assert asked(3) == with_one


def test_days_of_a_units_own_go_with_it_and_it_is_asked_under_its_successor(office, staff):
    _province, first, second, new = office
    both, one = make_scheme(owed_by="under", under=first), make_scheme(owed_by="under", under=second)
    kept = ScheduleOverride.objects.create(scheme=both, unit=first, due_day=20)
    ScheduleOverride.objects.create(scheme=both, unit=second, due_day=25)
    alone = ScheduleOverride.objects.create(scheme=one, unit=second, due_day=10)
    event = merge([first, second], new)
    confirm(obj=event, actor=staff)
    assert counts(event)["movements.scheduleoverride"] == (3, (2,), 1, 0, 0, 0)
    assert set(ScheduleOverride.objects.values_list("pk", "unit")) == {(kept.pk, new.pk), (alone.pk, new.pk)}
    assert set(ReportingScheme.objects.values_list("under", flat=True)) == {new.pk}
