"""For each tie that must stay within a unit: a row of a unit that is not saved yet, and something for it to lead to."""

from datetime import date

from awards.enums import SubjectKind
from awards.models import ApprovalSlip, Decision, DossierPaper, Nomination
from awards.tests.factories import make_dossier, make_round
from danvan import clock
from danvan.documents.models import StoredFile
from danvan.notices.enums import SettlementKind
from danvan.notices.models import Settlement
from danvan.organization.models import Collective, Person
from movements.models import Exemplar, Registration, ReportFile
from tests.factories import (
    make_campaign,
    make_collective,
    make_exemplar,
    make_field,
    make_period,
    make_person,
    make_report,
    make_staff,
)


def make_file(unit):
    """A file of *unit*, or of the Ban."""
    return StoredFile.objects.create(
        original_name="to trinh.pdf", content_type="application/pdf", size=1, unit=unit, uploaded_at=clock.now()
    )


TARGETS = {Exemplar: make_exemplar, Person: make_person, Collective: make_collective, StoredFile: make_file}


def target(model, relation, unit):
    """A saved row of *unit* (None: of the Ban) that *relation* can lead to."""
    return TARGETS[model._meta.get_field(relation).related_model](unit)


def registration(unit):
    return Registration(campaign=make_campaign(), unit=unit, field=make_field(), name="Đường hoa", place="Buôn Đôn")


def report_file(unit):
    return ReportFile(report=make_report(unit, make_period()), file=make_file(unit))


def dossier_paper(unit):
    return DossierPaper(dossier=make_dossier(unit, make_round()), kind="report", file=make_file(unit))


def nomination(unit, **subject):
    subject = subject or {"person": make_person(unit), "kind": SubjectKind.INDIVIDUAL}
    return Nomination(dossier=make_dossier(unit, make_round()), name="Y Thông", achievement="Đã có", **subject)


def nomination_of_a_team(unit):
    return nomination(unit, collective=make_collective(unit), kind=SubjectKind.COLLECTIVE)


def settlement(unit):
    return Settlement(
        source="movements.registration",
        object_id=unit.pk,
        due_on=date(2026, 11, 5),
        unit=unit,
        duty_text="Đăng ký mô hình",
        kind=SettlementKind.EXEMPT,
        reason="Mới thành lập",
        recorded_by=make_staff(),
        recorded_at=clock.now(),
    )


def approval_slip(unit):
    return ApprovalSlip(
        number="12",
        signed_on=date(2015, 12, 1),
        leader_name="Nguyễn Thị Ánh",
        file=make_file(None),
        recorded_by=make_staff(),
        recorded_at=clock.now(),
    )


def decision(unit):
    round = make_round()
    words = {"abstract": "Về việc tặng", "deciding": "Ban", "merit": "đã", "place": "Đắk Lắk", "signer_post": "Trưởng"}
    return Decision(round=round, letterhead=round.letterhead, form=round.form, **words)


MAKERS = {
    (Registration, "exemplar"): registration,
    (ReportFile, "file"): report_file,
    (Settlement, "file"): settlement,
    (DossierPaper, "file"): dossier_paper,
    (Nomination, "person"): nomination,
    (Nomination, "collective"): nomination_of_a_team,
    (Nomination, "exemplar"): nomination,
    (ApprovalSlip, "file"): approval_slip,
    (Decision, "signed_copy"): decision,
}
"""``function(unit)`` by model and relation."""

TIES = [(model, relation) for model, relation in MAKERS]
IDS = [f"{model.__name__}.{relation}" for model, relation in TIES]
