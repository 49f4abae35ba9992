"""Each guard of access, how to switch it off, and the cells of the matrix that must turn red then.

A guard is the door at one place where it is called (found by itself, so that a new caller must be named here), or a
function that stands in the way. The probes that must see it are named by people.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from django.contrib.admin import ModelAdmin
from django.http import HttpResponse

from awards.models import Nomination
from danvan.access import admin, backend, visibility
from danvan.access.scope import OwnScope, SharedScope, UnitScope
from danvan.documents.admin import file as file_admin
from danvan.headers import BrowserPolicyMiddleware
from danvan.history.admin import record
from danvan.notices.views import duties as duties_page
from danvan.notices.views import zalo as zalo_page
from danvan.organization.models import Person, User
from danvan.organization.models.user import MembershipQuerySet
from danvan.transfers.admin import TransferMixin
from tests.isolation.sabotage import open_door, replaced


@dataclass(frozen=True)
class Guard:
    """``probes`` are pairs of a channel and a kind of record; all are asked, and at least one must find a leak."""

    name: str
    off: Callable[[], AbstractContextManager]
    probes: tuple[tuple[str, str], ...]


def nothing_hidden(*args, **kwargs):
    return frozenset()


def never(*args, **kwargs):
    return False


def always(*args, **kwargs):
    return True


def untouched(self, queryset, user, permission):
    return queryset


def readable_in_full(self, user, obj, activity):
    return [record.readable(self.model, name, values) for name, values in activity.changes.items()]


def plain_answer(content, *, filename, content_type):
    return HttpResponse(content, content_type=content_type)


LIST, OWN, KEY = "rows_of_the_list", "own_record", "pages_by_key"
START, NUMBERS = "start_page_and_app_lists", "pages_of_numbers"
DUE, DEEDS = "duties_of_the_visitor", "deeds_on_duties"
REGISTRATION, NOMINATION, PERSON = "movements.registration", "awards.nomination", "organization.person"
UNIT, FILE = "organization.unit", "documents.storedfile"

FUNCTIONS = [
    # --- the door itself ---
    (UnitScope, "restrict", untouched, [(LIST, PERSON)]),
    (SharedScope, "restrict", untouched, [(LIST, "movements.campaign")]),
    (OwnScope, "restrict", untouched, [(LIST, "notices.inboxmessage")]),
    # --- rights ---
    (backend.MembershipBackend, "has_perm", always, [(LIST, "awards.decision")]),
    (MembershipQuerySet, "holding", lambda self, day=None: self.all(), [(LIST, PERSON)]),
    (admin.ScopedModelAdmin, "may", always, [("changes_of_those_who_only_read", PERSON), (LIST, "history.activity")]),
    (TransferMixin, "require", nothing_hidden, [("import_pages", REGISTRATION), ("export", REGISTRATION)]),
    # --- fields ---
    (visibility, "hidden_fields", nothing_hidden, [(LIST, NOMINATION), (LIST, PERSON)]),
    (Nomination, "ban_only_fields", (), [(OWN, NOMINATION), ("history_of_an_own_record", NOMINATION)]),
    (Nomination, "hidden_until", {}, [(OWN, NOMINATION), ("history_of_an_own_record", NOMINATION)]),
    (Person, "personal_fields", (), [(LIST, PERSON), (OWN, PERSON)]),
    (User, "secret_fields", (), [("history_of_an_own_record", "organization.user")]),
    (admin.ScopedFormFields, "shows", always, [(LIST, NOMINATION), (LIST, PERSON), (OWN, NOMINATION)]),
    (record.RecordAdmin, "_readable", readable_in_full, [("history_of_an_own_record", NOMINATION)]),
    # --- lists and forms ---
    (admin.ScopedModelAdmin, "lookup_allowed", always, [("lookups_in_the_address", NOMINATION)]),
    (admin.ScopedModelAdmin, "_scoped_filter", lambda self, item: item, [("choices_of_filters", REGISTRATION)]),
    # --- answers ---
    (
        admin.ScopedModelAdmin,
        "_get_obj_does_not_exist_redirect",
        ModelAdmin._get_obj_does_not_exist_redirect,
        [("neutral_words", PERSON)],
    ),
    (BrowserPolicyMiddleware, "__call__", lambda self, request: self.get_response(request), [("headers", PERSON)]),
    (
        file_admin,
        "open_file",
        lambda *, stored: stored.file.open("rb"),
        [("quarantined_files", "documents.storedfile")],
    ),
    (file_admin, "attachment", plain_answer, [("stored_files", "documents.storedfile")]),
    # --- duties ---
    (duties_page, "reaches_all", always, [(DUE, UNIT)]),
    (zalo_page, "reaches_all", always, [(DEEDS, UNIT)]),
]

NO_RIGHT = "the role table gives units no right to it"
NO_FORM = "no form of a unit has a relation to many"
OWN_KEY = "the key of a row holds its unit or dossier, whose cell is refused first"
OWN_DOSSIER = "the rows are those of the dossier at hand, which came through the door"
OWN_UNIT = "the rows are those of the unit at hand, which came through the door"
ASKED_AGAIN = "it narrows rows that another function has let through the door"

CALLERS_OF_THE_DOOR = {
    "danvan/access/admin.py::ScopedRelatedFilter.field_choices": [("choices_of_filters", REGISTRATION)],
    "danvan/access/admin.py::ScopedFormFields.formfield_for_foreignkey": [
        ("choices_of_the_add_form", REGISTRATION),
        ("foreign_records_in_forms", REGISTRATION),
    ],
    "danvan/access/admin.py::ScopedFormFields.get_queryset": [(LIST, PERSON)],
    "danvan/access/filters.py::visible": [(NUMBERS, UNIT)],
    "danvan/notices/domain/duties.py::open_rows": [(DUE, UNIT)],
    "danvan/notices/panels.py::unread_of": [(START, UNIT)],
    "danvan/transfers/admin.py::ImportMixin._own_job": [("uploads_of_others", REGISTRATION)],
    "danvan/transfers/widgets.py::RelatedWidget.candidates": [("foreign_codes_in_files", REGISTRATION)],
    "movements/domain/board.py::board": [(NUMBERS, UNIT)],
    "movements/domain/punctuality.py::punctuality_by_unit": [(NUMBERS, UNIT)],
    "movements/panels.py::owed_reports": [(START, UNIT)],
    "movements/panels.py::returned_registrations": [(START, UNIT)],
    "awards/admin/statistics.py::StatisticsMixin._statistics_filter": [(NUMBERS, UNIT)],
    "awards/filters.py::UnderUnitFilter.lookups": [("choices_of_filters", "awards.commendation")],
    "awards/panels.py::dossier_tasks": [(START, UNIT)],
}
"""What must turn red when the function lets all rows through."""

SECOND_WALLS = {
    "danvan/access/admin.py::ScopedFormFields.formfield_for_manytomany": NO_FORM,
    "danvan/documents/panels.py::quarantined_files": NO_RIGHT,
    "danvan/history/panels.py::refused_attempts": NO_RIGHT,
    "danvan/mail/panels.py::troubles": NO_RIGHT,
    "danvan/mail/admin/outgoing.py::OutgoingMailAdmin.resend": NO_RIGHT,
    "danvan/notices/admin/reminder.py::ReminderAdmin.without_recipient": NO_RIGHT,
    "danvan/notices/domain/duties.py::chosen": NO_RIGHT,
    "danvan/notices/domain/feed.py::calendar_of": "the events are those of the own units; the Ban's are counts",
    "danvan/notices/domain/settlements.py::_chosen": NO_RIGHT,
    "danvan/notices/forms.py::DutiesForm.__init__": NO_RIGHT,
    "danvan/notices/forms.py::DutiesForm.units": ASKED_AGAIN,
    "danvan/notices/forms.py::LetterForm.__init__": NO_RIGHT,
    "danvan/notices/panels.py::unreached_units": NO_RIGHT,
    "danvan/notices/views/finding.py::kinds_of": ASKED_AGAIN,
    "danvan/organization/domain/people/handover.py::handed_over_by": NO_RIGHT,
    "danvan/organization/views/delegation.py::end_delegation": "the deed asks again whose it was",
    "danvan/organization/filters.py::ClusterFilter.lookups": NO_RIGHT,
    "danvan/notices/panels.py::missing_reminders": NO_RIGHT,
    "danvan/notices/admin/reconciliation.py::ReconciliationAdmin.changelist_view": NO_RIGHT,
    "danvan/notices/admin/reconciliation.py::lines_of": NO_RIGHT,
    "danvan/organization/admin/person.py::PersonAdmin.parts_of": "the rows are those of a person whom one sees",
    "danvan/organization/admin/person.py::PersonAdmin.duplicates": NO_RIGHT,
    "danvan/organization/admin/person.py::PersonAdmin.merge": NO_RIGHT,
    "danvan/organization/admin/person.py::PersonAdmin.column_of": NO_RIGHT,
    "danvan/organization/admin/person.py::PersonAdmin.may_reveal": NO_RIGHT,
    "danvan/organization/admin/area.py::ProvinceFilter.lookups": NO_RIGHT,
    "danvan/organization/admin/area.py::kin_of": NO_RIGHT,
    "danvan/organization/admin/unit.py::UnitAdmin.about": NO_RIGHT,
    "danvan/organization/admin/reorganisation.py::YearFilter.lookups": NO_RIGHT,
    "danvan/organization/admin/reorganisation_form.py::with_units": NO_RIGHT,
    "danvan/organization/panels.py::stuck_reorganisations": NO_RIGHT,
    "danvan/organization/admin/unit.py::UnitAdmin.get_form": NO_RIGHT,
    "danvan/organization/admin/unit.py::UnitAdmin.people_of": NO_RIGHT,
    "danvan/organization/admin/unit.py::UnitAdmin.superiors": NO_RIGHT,
    "danvan/organization/admin/unit_list.py::UnitChangeList.people": NO_RIGHT,
    "danvan/organization/filters.py::RowFilter.__init__": "the rows are those of the list",
    "danvan/organization/resources/unit.py::SuperiorWidget.candidates": NO_RIGHT,
    "danvan/transfers/admin.py::ExportMixin.export_view": "the rows are those of the list",
    "danvan/transfers/resources.py::GuardedResource.get_queryset": OWN_KEY,
    "danvan/transfers/resources.py::GuardedResource.reached": OWN_KEY,
    "movements/admin/board.py::boards_of": "what is unpublished has not begun; the board shows what one sees",
    "movements/admin/cell.py::CellMixin.cell": NO_RIGHT,
    "movements/admin/selected.py::SelectedMixin.selected": NO_RIGHT,
    "movements/admin/unit_filter.py::UnitFilterForm.units": "the reports are those that one sees",
    "movements/admin/unit_filter.py::choices_for": NO_RIGHT,
    "movements/admin/unit_filter.py::area_choices": NO_RIGHT,
    "movements/admin/unit_filter.py::charge_choices": NO_RIGHT,
    "movements/admin/registration.py::RegistrationAdmin.get_changeform_initial_data": "what is launched is published",
    "movements/admin/beginning.py::ScheduleForm.__init__": NO_RIGHT,
    "movements/admin/beginning.py::BeginningMixin.choose": NO_RIGHT,
    "movements/admin/year.py::YearForm.__init__": NO_RIGHT,
    "movements/panels.py::reporting_schedule": NO_RIGHT,
    "movements/panels.py::page_of_unit": OWN_UNIT,
    "movements/panels.py::registrations_to_begin": "the units are one's own",
    "movements/panels.py::open_work_of_unit": "the unit is one whose work one hands over",
    "movements/panels.py::waiting_registrations": NO_RIGHT,
    "movements/panels.py::waiting_reports": NO_RIGHT,
    "awards/admin/decision.py::DecisionAdmin.get_changeform_initial_data": NO_RIGHT,
    "awards/admin/decision.py::DecisionAdmin.save_model": NO_RIGHT,
    "awards/admin/decision.py::DecisionAdmin.parts_of": NO_RIGHT,
    "awards/admin/decision.py::DecisionAdmin.get_transition_form_kwargs": NO_RIGHT,
    "awards/admin/decision.py::DecisionAdmin.rows": NO_RIGHT,
    "awards/admin/dossier.py::DossierAdmin.parts_of": OWN_DOSSIER,
    "awards/admin/dossier.py::DossierAdmin.remove_paper": OWN_DOSSIER,
    "awards/admin/forms.py::NominationForm.__init__": OWN_DOSSIER,
    "awards/admin/forms.py::NominatePersonForm.__init__": OWN_DOSSIER,
    "awards/admin/forms.py::NominateCollectiveForm.__init__": OWN_DOSSIER,
    "awards/admin/forms.py::VoidForm.__init__": NO_RIGHT,
    "awards/admin/nomination.py::NominationAdmin.get_form": OWN_DOSSIER,
    "awards/admin/round.py::AwardRoundAdmin.next_steps": NO_RIGHT,
    "awards/domain/appraisal.py::_reaches_all_of": NO_RIGHT,
    "awards/domain/appraisal.py::prospects": NO_RIGHT,
    "awards/filters.py::StatisticsFilter.filter_unit": "the rows are those that one sees",
    "awards/filters.py::StatisticsFilter.left_out": "the rows are those that one sees",
    "awards/admin/statistics.py::StatisticsMixin._figures": "what own units became, see test_statistics.py",
    "awards/panels.py::cards": NO_RIGHT,
    "awards/panels.py::page_of_unit": OWN_UNIT,
    "awards/panels.py::commendations_of": "the people are those whom one sees",
    "awards/panels.py::nominations_of": "the people are those whom one sees",
    "awards/resources/nomination.py::DossierWidget.candidates": "it narrows what RelatedWidget found through the door",
}
"""Callers behind another guard, so that nothing turns red when they alone fall: which one stands before them."""


def guards():
    """Every guard with the way to switch it off."""
    for owner, name, function, probes in FUNCTIONS:
        yield Guard(f"{owner.__name__}.{name}", partial(replaced, owner, name, function), tuple(probes))
    for site, probes in CALLERS_OF_THE_DOOR.items():
        yield Guard(site, partial(open_door, site), tuple(probes))
