"""A small office in which every row carries a word that says whose it is.

For the suites that cross apps: two units with one lead each, the Ban with its accounts, and rows of every registered
model; where it is asked for, also the superior, the subordinate and the neighbour of the first unit. Each text and
number of a row that its maker leaves open is filled by :func:`fill` with the word or the number of its side, so that
whatever a page shows tells where it comes from. A model without a maker fails the suites.
"""

import re
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache, cached_property
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.test import Client

from awards.domain.documents import decision_data, snapshot_of
from awards.enums import Approval, DecisionState, DossierState, NominationState, RoundState, SubjectKind
from danvan import clock
from danvan.access.roles import RIGHTS, Role
from danvan.access.scope import BanScope, SharedScope
from danvan.mail.enums import MailState
from danvan.notices.enums import Audience, Channel, ContactKind, ReminderState, SettlementKind
from danvan.organization.domain.units.placement import settle
from danvan.organization.enums import Owing
from danvan.organization.models import User
from movements.domain.duties import CALL, source_of
from movements.enums import CampaignState, PeriodKind, PeriodState, RegistrationState, ReportState, WindowRule
from tests.factories import logged_in, make_user
from tests.isolation.policy import masked_from

# --- Words and numbers ------------------------------------------------------------------------------------------------

OWN, OTHER, BAN, SHARED = "Hoàng Yến", "BIMATB", "CHIBAN", "Chung"
PARENT, CHILD, SIBLING = "CAPTREN", "CAPDUOI", "KECANH"
NUMBERS = {OWN: 11_373, OTHER: 27_373, BAN: 29_373, SHARED: 10_373, PARENT: 13_373, CHILD: 15_373, SIBLING: 17_373}
FOREIGN_TO_A_LEAD = (OTHER, BAN)
NAME_OF_THE_SUPERIOR = "Đảng ủy cấp trên trực tiếp"
"""A unit sees the name of its superior, so it carries no word."""

BIRTH_DATE = date(1931, 7, 30)
"""Everybody's."""

COMPUTED = {"version", "search_text", "sort_key"}
"""Columns that the models fill themselves."""


def traces(text, words=FOREIGN_TO_A_LEAD):
    """Which of the *words*, or of the numbers that belong to them, stand in *text* (case does not matter)."""
    lower = text.lower()
    found = [word for word in words if word.lower() in lower]
    for word in words:
        digits = str(NUMBERS[word])
        whole = f"{digits[:2]}[.,\xa0]?{digits[2:]}"
        tenths = f"{digits[0]}[.,\xa0]?{digits[1:4]}[.,]{digits[4]}"
        found += re.findall(rf"(?<![\w.,])(?:{whole}|{tenths})(?!\w)", text)
    return found


# --- Sides ------------------------------------------------------------------------------------------------------------


class Side:
    """One owner of rows. ``new`` makes a row of a model, ``one`` finds the first or makes it."""

    def __init__(self, world, word):
        self.world = world
        self.word = word
        self.rows = {}

    @cached_property
    def unit(self):
        return self.one("organization.unit")

    @cached_property
    def user(self):
        """The lead of the unit; of the Ban's side, an officer whose name no unit may read."""
        role = Role.STAFF if self.word == BAN else Role.UNIT_LEAD
        return make_user(role, self.unit, full_name=f"Nguyễn {self.word}", email=f"{self.slug}@example.vn")

    @property
    def slug(self):
        return "hoangyen" if self.word == OWN else self.word.lower()

    @property
    def shared(self):
        return self.world.shared

    def one(self, label):
        return self.rows[label][0] if self.rows.get(label) else self.new(label)

    def new(self, label, **values):
        """Make a row of the model called *label* with its maker's values, *values* over them, the rest filled in."""
        row = self.draft(label, **values)
        row.save()
        self.rows.setdefault(label, []).append(row)
        return row

    def draft(self, label, **values):
        """Such a row, not saved."""
        number = self.world.next_number()
        row = apps.get_model(label)(**maker_of(label)(self, number) | values)
        fill(row, self, number)
        return row

    def in_state(self, label, state):
        """A new row in *state*, with what belongs to the state and with the rows that its deeds ask for."""
        extra = STATES.get((label, state), lambda side: {})
        row = self.new(label, state=state, **extra(self))
        if label == "awards.decision":
            self.new("awards.nomination", decision=row)
        if label == "awards.dossier":
            self.new("awards.nomination", dossier=row, state=NominationState.PROPOSED, decision=None)
        return row


def fill(row, side, number):
    """Give every text and number of *row* that is still open the word or the number of *side*.

    What the policy masks from a unit gets the word of the Ban.
    """
    hidden = masked_from("lead", row._meta.label_lower)
    for field in row._meta.concrete_fields:
        if field.name in COMPUTED or field.name in row.computed_columns or field.choices or field.is_relation:
            continue
        if getattr(row, field.attname) not in ("", None, 0) or isinstance(
            field, models.FileField | models.BooleanField
        ):
            continue
        owner = side.world.ban if field.name in hidden and side.word == OWN else side
        text = f"{owner.word} {field.name} {number}"
        if isinstance(field, models.EmailField):
            setattr(row, field.attname, f"{owner.slug}{number}@example.vn")
        elif isinstance(field, models.URLField):
            setattr(row, field.attname, f"https://example.vn/{owner.slug}/{number}")
        elif isinstance(field, models.CharField | models.TextField) and (field.max_length or 200) >= len(text):
            setattr(row, field.attname, text)
        elif isinstance(field, models.IntegerField) and not isinstance(field, models.AutoField):
            setattr(row, field.attname, NUMBERS[owner.word])
        elif isinstance(field, models.DecimalField):
            setattr(row, field.attname, NUMBERS[owner.word] / 10)


class World:
    """The office. ``own`` is the side of the lead who looks, ``other`` the unit that the lead must learn nothing of."""

    def __init__(self):
        self._number = 0
        self.own, self.other, self.ban, self.shared = (Side(self, word) for word in (OWN, OTHER, BAN, SHARED))
        self.parent, self.child, self.sibling = (Side(self, word) for word in (PARENT, CHILD, SIBLING))

    def next_number(self):
        self._number += 1
        return self._number

    @cached_property
    def accounts(self):
        """One account of each kind. Their names carry no word, for history and files may tell who of the Ban acted."""
        roles = {
            "administrator": Role.ADMINISTRATOR,
            "leader": Role.LEADER,
            "staff": Role.STAFF,
            "clerk": Role.CLERK,
            "council member": Role.COUNCIL_MEMBER,
            "auditor": Role.VIEWER,
        }
        accounts = {name: make_user(role, self.office) for name, role in roles.items()}
        return accounts | {"lead": self.own.user, "nobody": make_user()}

    @cached_property
    def office(self):
        """The unit of the Ban."""
        return self.shared.unit

    @property
    def staff(self):
        return self.accounts["staff"]

    def client(self, name):
        """A client logged in as the account called *name*; ``anonymous`` is nobody."""
        return Client() if name == "anonymous" else logged_in(self.accounts[name])

    def sides_of(self, model, relatives=()):
        """Whose rows there are of *model*."""
        if isinstance(model.access_scope, SharedScope):
            return [self.shared, *([self.ban] if model.access_scope.published is not None else [])]
        sides = [self.other, self.ban]
        return sides if isinstance(model.access_scope, BanScope) else [self.own, *sides, *relatives]

    def populate(self, relatives=()):
        """Make the accounts, and a row of every model for each side that can own one."""
        assert self.accounts and all(side.user for side in (self.other, self.ban, *relatives))
        made_last = "awards.commendation"  # it makes a nomination and a decision that are settled
        for label in sorted({*registered_labels(), *MAKERS}, key=lambda label: (label == made_last, label)):
            for side in self.sides_of(apps.get_model(label), relatives):
                side.one(label)
        return self

    def populate_the_family(self):
        """Populate, with the units around the own one placed as a tree."""
        self.populate((self.parent, self.child, self.sibling))
        settle(unit=self.parent.unit, superior=None)
        for side in (self.own, self.sibling):
            settle(unit=side.unit, superior=self.parent.unit)
        settle(unit=self.child.unit, superior=self.own.unit)
        return self


def registered_admins():
    """The registered admins by the label of their model, in the order of the labels."""
    return {model._meta.label_lower: found for model, found in sorted_registry()}


def sorted_registry():
    admin.autodiscover()
    return sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label_lower)


def registered_labels():
    """The labels of all models that have an admin or an inline."""
    inlines = {inline.model._meta.label_lower for found in registered_admins().values() for inline in found.inlines}
    return sorted({*registered_admins(), *inlines})


def rights(label, role):
    """The verbs that the role table gives *role* for the model."""
    return RIGHTS.get(label, {}).get(role, "").split()


# --- Fixtures ---------------------------------------------------------------------------------------------------------


@contextmanager
def rolled_back():
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def built_world(django_db_setup, django_db_blocker):
    """The office, built once for a module: the transaction of each test lies inside the one that holds it."""
    with django_db_blocker.unblock(), rolled_back():
        yield World().populate()


@pytest.fixture
def world(built_world, db):
    """The office, as it was built: what a test does to it is undone after the test."""
    with unchanged(built_world):
        yield built_world


@contextmanager
def unchanged(world):
    """Forget afterwards which rows were made meanwhile."""
    sides = (world.own, world.other, world.ban, world.shared, world.parent, world.child, world.sibling)
    known = [{label: list(rows) for label, rows in side.rows.items()} for side in sides]
    yield
    for side, rows in zip(sides, known, strict=True):
        side.rows = rows


# --- Makers -----------------------------------------------------------------------------------------------------------

DAY = date(2026, 10, 12)
MAKERS = {}


def maker(label):
    """Register ``function(side, number)``: the values of a row that :func:`fill` cannot know. *number* is unique."""

    def register(function):
        MAKERS[label] = function
        return function

    return register


def maker_of(label):
    if label not in MAKERS:
        pytest.fail(f"{label} is registered and has no rows here: write a maker in tests/world.py")
    return MAKERS[label]


def unpublished(side, state):
    """The state of what the Ban has not yet shown to the units, on its own side."""
    return {"state": state} if side.word == BAN else {}


@maker("organization.area")
def area(side, number):
    return {"level": "commune"}


@maker("organization.areasuccession")
def area_succession(side, number):
    ends = {"predecessor": side.new("organization.area"), "successor": side.new("organization.area")}
    return {**ends, "effective_on": DAY}


@maker("organization.unitkind")
def unit_kind(side, number):
    return {}


@maker("organization.unit")
def unit(side, number):
    name = {"name": NAME_OF_THE_SUPERIOR} if side.word == PARENT else {}
    return {"kind": side.shared.one("organization.unitkind"), "area": side.shared.one("organization.area"), **name}


@maker("organization.unitplacement")
def unit_placement(side, number):
    return {"unit": side.new("organization.unit"), "superior": side.unit, "path": f"{number:08d}"}


@maker("organization.reorganisation")
def reorganisation(side, number):
    return {"kind": "dissolve", "effective_on": DAY}


@maker("organization.succession")
def succession(side, number):
    return {"reorganisation": side.one("organization.reorganisation"), "predecessor": side.unit}


@maker("organization.apportionment")
def apportionment(side, number):
    person = side.one("organization.person")
    return {
        "reorganisation": side.one("organization.reorganisation"),
        "object_type": ContentType.objects.get_for_model(person),
        "object_id": 1_000_000 + number,
        "successor": side.unit,
    }


@maker("organization.user")
def user(side, number):
    return {"username": f"{side.slug}{number}", "password": "!"}


@maker("organization.membership")
def membership(side, number):
    return {"user": side.new("organization.user"), "unit": side.unit, "role": Role.UNIT_LEAD}


@maker("organization.person")
def person(side, number):
    return {"unit": side.unit, "salutation": "mr", "birth_date": BIRTH_DATE, "birth_year": BIRTH_DATE.year}


@maker("organization.personidentity")
def person_identity(side, number):
    return {"person": side.new("organization.person"), "citizen_id": f"{NUMBERS[side.word]:012d}"}


@maker("organization.collective")
def collective(side, number):
    return {"unit": side.unit}


@maker("organization.assignment")
def assignment(side, number):
    return {"officer": side.world.ban.user, "unit": side.unit}


@maker("organization.cluster")
def cluster(side, number):
    return {"year": 2026}


@maker("history.activity")
def activity(side, number):
    row = side.one("organization.collective")
    return {
        "at": clock.now(),
        "actor": side.user,
        "unit": side.unit,
        "action": "change",
        "object_type": ContentType.objects.get_for_model(row),
        "object_id": row.pk,
        "changes": {"name": [f"{side.word} cũ", f"{side.word} mới"]},
    }


@maker("history.refusedattempt")
def refused_attempt(side, number):
    return {
        "first_at": clock.real_now(),
        "last_at": clock.real_now(),
        "user": side.user,
        "what": "record",
        "record_kind": "organization.person",
        "record_id": str(number),
        "status": 302,
        "hour": clock.real_now(),
        "key": f"{number:064d}",
    }


@maker("documents.storedfile")
def stored_file(side, number):
    content = f"%PDF-1.7 {side.word}".encode()
    return {
        "file": ContentFile(content, "scan.pdf"),
        "original_name": f"{side.word} {number}.pdf",
        "content_type": "application/pdf",
        "size": len(content),
        "sha256": "0" * 64,
        "unit": None if side.word == BAN else side.unit,
        "uploaded_by": side.user,
        "uploaded_at": clock.now(),
    }


@maker("documents.letterhead")
def letterhead(side, number):
    return {"term": "2025-2030", "valid_from": date(2025, 1, 1)}


@maker("documents.documentnumber")
def document_number(side, number):
    return {
        "letterhead": side.shared.one("documents.letterhead"),
        "kind": "QĐ",
        "period": "2026",
        "number": 4000 + number,
        "issued_on": DAY,
        "taken_by": side.user,
    }


@maker("mail.outgoingmail")
def outgoing_mail(side, number):
    return {
        "kind": "reminder",
        "dedupe_key": f"{side.word}:{number}",
        "state": MailState.FAILED,
        "next_attempt_at": None,
        "trouble": "refused",
        "attempts": 1,
    }


@maker("transfers.importjob")
def import_job(side, number):
    return {
        "owner": side.user,
        "resource": "movements.registration",
        "form_key": uuid4(),
        "file": ContentFile(side.word.encode(), "rows.xlsx"),
        "state": "previewed",
        "size": 7,
        "created_at": clock.now(),
        "preview": {"columns": ["name"], "rows": [["new", f"{side.word} {number}"]]},
    }


@maker("notices.holiday")
def holiday(side, number):
    return {"day": date(2027, 1, 1) + timedelta(days=number)}


@maker("notices.reminderrule")
def reminder_rule(side, number):
    return {
        "source": source_of(PeriodKind.MONTH),
        "offset_days": number % 90,
        "hour": 8,
        "audience": Audience.UNIT_LEADS,
    }


@maker("notices.reminder")
def reminder(side, number):
    return {
        "rule": side.world.ban.one("notices.reminderrule"),
        "source": source_of(PeriodKind.MONTH),
        "object_id": number,
        "due_on": DAY,
        "unit": side.unit,
        "user": side.user,
        "state": ReminderState.INBOX,
        "planned_at": clock.now(),
        "batch": uuid4(),
    }


@maker("notices.reconciliation")
def reconciliation(side, number):
    fault = {"fault": "no_row", "source": source_of(PeriodKind.MONTH), "object_id": number, "unit": side.unit.pk}
    return {"ran_at": clock.now(), "differences": [fault]}


@maker("notices.settlement")
def settlement(side, number):
    return {
        "source": CALL,
        "object_id": 1_000_000 + number,
        "due_on": DAY,
        "unit": side.unit,
        "kind": SettlementKind.RECEIVED,
        "channel": Channel.PAPER,
        "arrived_on": DAY,
        "document_date": DAY,
        "recorded_by": side.world.staff,
        "recorded_at": clock.now(),
        "file": side.new("documents.storedfile", unit=side.unit),
    }


@maker("notices.contact")
def contact(side, number):
    """About the report of the unit, in words of the Ban: no unit learns of it."""
    report = side.one("movements.report")
    return {
        "source": source_of(PeriodKind.MONTH),
        "object_id": report.pk,
        "due_on": report.due_on,
        "unit": side.unit,
        "kind": ContactKind.CALLED,
        "note": f"{BAN} gọi {number}",
        "actor": side.world.staff,
        "at": clock.now(),
    }


@maker("notices.extrareminder")
def extra_reminder(side, number):
    return {"sent_by": side.world.staff, "asked_at": clock.now()}


@maker("notices.inboxmessage")
def inbox_message(side, number):
    return {"recipient": side.user, "unit": side.unit, "sent_at": clock.now(), "url": "/admin/"}


@maker("movements.field")
def field(side, number):
    return {}


@maker("movements.campaign")
def campaign(side, number):
    return {
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 12, 31),
        "registration_opens": date(2026, 1, 5),
        "registration_closes": date(2026, 3, 31),
        "state": CampaignState.LAUNCHED,
        **unpublished(side, CampaignState.DRAFT),
    }


@maker("movements.registrationcall")
def registration_call(side, number):
    return {"campaign": side.shared.new("movements.campaign"), "unit": side.unit, "due_on": DAY}


@maker("movements.exemplar")
def exemplar(side, number):
    return {"unit": side.unit, "field": side.shared.one("movements.field"), "launched_on": DAY}


@maker("movements.registration")
def registration(side, number):
    return {
        "campaign": side.shared.one("movements.campaign"),
        "unit": side.unit,
        "field": side.shared.one("movements.field"),
        "exemplar": side.new("movements.exemplar"),
    }


@maker("movements.reportingscheme")
def reporting_scheme(side, number):
    return {
        "kind": PeriodKind.MONTH,
        "window_rule": WindowRule.CALENDAR,
        "window_first_day": 26,
        "due_day": 5,
        "due_months_after": 1,
        "working_days_before": 3,
        "owed_by": Owing.ALL,
    }


@maker("movements.scheduleoverride")
def schedule_override(side, number):
    scheme = side.shared.new("movements.reportingscheme")
    return {"scheme": scheme, "unit": side.unit, "campaign": None, "due_day": 1 + number % 28}


@maker("movements.reportingperiod")
def reporting_period(side, number):
    year, month = 2001 + number // 12, number % 12 + 1
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return {
        "scheme": side.shared.one("movements.reportingscheme"),
        "campaign": side.shared.one("movements.campaign"),
        "year": year,
        "index": month,
        "data_from": first,
        "data_to": after - timedelta(days=1),
        "due_on": after + timedelta(days=4),
        "state": PeriodState.OPEN,
        **unpublished(side, PeriodState.PLANNED),
    }


@maker("movements.report")
def report(side, number):
    """The first of each side stands in one period, as the row of a unit does on the board."""
    owed = "movements.report" in side.rows
    period = side.shared.new("movements.reportingperiod") if owed else side.shared.one("movements.reportingperiod")
    return {"period": period, "unit": side.unit, "due_on": period.due_on}


@maker("movements.reportfile")
def report_file(side, number):
    stored = side.new("documents.storedfile", unit=side.unit)
    return {"report": side.one("movements.report"), "file": stored}


@maker("movements.extension")
def extension(side, number):
    return {
        "report": side.one("movements.report"),
        "old_due_on": DAY,
        "new_due_on": DAY + timedelta(days=number),
        "actor": side.world.staff,
        "given_at": clock.now(),
    }


@maker("awards.awardform")
def award_form(side, number):
    return {}


@maker("awards.awardround")
def award_round(side, number):
    return {
        "campaign": side.shared.one("movements.campaign"),
        "year": 2026,
        "achievement_from": date(2026, 1, 1),
        "achievement_to": date(2026, 12, 31),
        "form": side.shared.one("awards.awardform"),
        "letterhead": side.shared.one("documents.letterhead"),
        "opens_on": date(2026, 1, 5),
        "due_on": date(2026, 12, 1),
        "state": RoundState.OPEN,
        **unpublished(side, RoundState.DRAFT),
    }


@maker("awards.nominationcall")
def nomination_call(side, number):
    return {"round": side.shared.new("awards.awardround"), "unit": side.unit, "due_on": DAY}


@maker("awards.dossier")
def dossier(side, number):
    return {"round": side.shared.new("awards.awardround"), "unit": side.unit, "letter_date": DAY}


@maker("awards.dossierpaper")
def dossier_paper(side, number):
    stored = side.new("documents.storedfile", unit=side.unit)
    return {"dossier": side.one("awards.dossier"), "kind": "report", "file": stored}


@maker("awards.approvalslip")
def approval_slip(side, number):
    return {
        "signed_on": DAY,
        "file": side.world.ban.new("documents.storedfile"),
        "recorded_by": side.world.ban.user,
        "recorded_at": clock.now(),
    }


@maker("awards.nomination")
def nomination(side, number):
    """Approved on a slip: the way to the result is what its unit must not learn."""
    return {
        "dossier": side.one("awards.dossier"),
        "kind": SubjectKind.INDIVIDUAL,
        "person": side.new("organization.person"),
        "salutation": "mr",
        "field": side.shared.one("movements.field"),
        "exemplar": side.new("movements.exemplar"),
        "state": NominationState.APPROVED,
        "recommendation": "yes",
        "approved_via": Approval.SLIP,
        "approved_by": side.world.ban.user,
        "approved_on": DAY,
        "slip": side.world.ban.new("awards.approvalslip"),
        "decision": side.world.ban.new("awards.decision"),
    }


@maker("awards.decision")
def decision(side, number):
    return {
        "round": side.shared.one("awards.awardround"),
        "letterhead": side.shared.one("documents.letterhead"),
        "form": side.shared.one("awards.awardform"),
        "state": DecisionState.DRAFTING,
        "signs_for": "Trưởng Ban",
        "signer_mark": "KT",
    }


@maker("awards.commendation")
def commendation(side, number):
    issued = issued_decision(side)
    nominated = side.new("awards.nomination", decision=issued, state=NominationState.COMMENDED)
    issued.snapshot = snapshot_of(decision_data(issued))
    issued.save()
    return {
        "register_year": 2026,
        "register_number": 5000 + number,
        "kind": SubjectKind.INDIVIDUAL,
        "issued_on": DAY,
        "year": 2026,
        "achievement_from": date(2026, 1, 1),
        "achievement_to": date(2026, 12, 31),
        "nomination": nominated,
        "decision": issued,
        "round": issued.round,
        "form": issued.form,
        "letterhead": issued.letterhead,
        "unit": side.unit,
        "person": nominated.person,
        "field": nominated.field,
    }


def issued_decision(side):
    """A decision of its own for each commendation, in words that its unit may read."""
    entry = side.new("documents.documentnumber", taken_by=side.world.staff)
    return side.new("awards.decision", state=DecisionState.ISSUED, number=entry, issued_on=DAY)


@maker("awards.commendationtally")
def commendation_tally(side, number):
    return {
        "year": 2015,
        "form": side.shared.one("awards.awardform"),
        "unit": side.unit,
        "field": side.shared.one("movements.field"),
        "published_on": DAY,
    }


@maker("awards.certificatelayout")
def certificate_layout(side, number):
    return {
        "form": side.shared.new("awards.awardform"),
        "kind": SubjectKind.INDIVIDUAL,
        "width": 297,
        "height": 210,
        "offset_x": 0,
        "offset_y": 0,
    }


@maker("awards.certificatetext")
def certificate_text(side, number):
    return {
        "layout": side.new("awards.certificatelayout"),
        "field": "name",
        "x": 20,
        "y": 20,
        "width": 200,
        "max_height": 20,
        "size": 20,
    }


def report_that_came(side):
    return {"channel": "paper", "arrived_on": DAY, "first_submitted_at": clock.start_of_day(DAY)}


def of_received_dossier(side):
    received = side.new("awards.dossier", state=DossierState.RECEIVED, received_on=DAY)
    return {"dossier": received, "decision": None}


def with_number(side):
    return {"number": side.new("documents.documentnumber"), "issued_on": DAY}


STATES = {
    ("awards.decision", DecisionState.ISSUED): with_number,
    ("awards.dossier", DossierState.RETURNED): lambda side: {"supplement_due_on": DAY},
    ("movements.registration", RegistrationState.RETURNED): lambda side: {"complete_by": DAY},
    **dict.fromkeys((("movements.report", state) for state in ReportState if state != "expected"), report_that_came),
    ("movements.report", ReportState.RETURNED): lambda side: report_that_came(side) | {"complete_by": DAY},
    **dict.fromkeys((("awards.nomination", state) for state in NominationState), of_received_dossier),
}
"""The values that a row needs beside its state to stand in it, as ``function(side)``."""


def everything():
    """All rows of all tables, but for what a visit may write: sessions, the last login, refused attempts.

    As the database gives them, in the order of their keys: the suites ask for it after each of thousands of posts.
    """
    rows = {}
    with connection.cursor() as cursor:
        for label, query in queries_of_everything().items():
            cursor.execute(query)
            rows[label] = cursor.fetchall()
    return rows


@cache
def queries_of_everything():
    apart, quoted = {"sessions.session", "history.refusedattempt"}, connection.ops.quote_name
    queries = {}
    for meta in (model._meta for model in apps.get_models() if model._meta.label_lower not in apart):
        columns = [quoted(f.column) for f in meta.concrete_fields if (meta.model, f.name) != (User, "last_login")]
        table, key = quoted(meta.db_table), quoted(meta.pk.column)
        queries[meta.label] = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {key}"
    return queries
