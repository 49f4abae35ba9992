from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from awards.admin.deeds import DeedsMixin
from awards.admin.forms import AppraiseForm, ApproveForm, RefuseForm
from awards.admin.selection import SelectionMixin
from awards.domain import appraisal, nominations
from awards.enums import NominationState
from awards.models import Nomination
from awards.resources.nomination import NominationResource
from danvan.access.admin import ScopedListFilter, ScopedRelatedFilter
from danvan.access.visibility import hidden_fields, reads
from danvan.documents.links import file_link
from danvan.history.admin import RecordAdmin
from danvan.organization.filters import ChargeFilter
from danvan.transfers.admin import ExportMixin, ImportMixin
from movements.models import Exemplar

OUTCOMES = {NominationState.REFUSED: "nomination.refuse", NominationState.COMMENDED: "nomination.commend"}
"""The deed behind a result, which is all that a unit reads of how it came about."""


class WaitingFilter(ScopedListFilter, DropdownFilter):
    """What waits for whom: the lists that the cards of the start page lead to."""

    reads = ("state", "decision", "dossier__state")
    title = gettext_lazy("waiting for")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [
            ("appraisal", _("appraisal")),
            ("approval", _("the leader's approval")),
            ("decision", _("a decision")),
        ]

    def queryset(self, request, queryset):
        known = self.value() in dict(self.lookup_choices)
        return queryset.waiting_for(self.value()) if known else queryset


class NominationChargeFilter(ChargeFilter):
    reads = ("dossier__unit",)
    path = "dossier__unit"


@admin.register(Nomination)
class NominationAdmin(SelectionMixin, DeedsMixin, ImportMixin, ExportMixin, RecordAdmin):
    """Nominations are added on the page of their dossier. Here they are found, appraised, approved or refused."""

    subject = "nomination"
    resource_class = NominationResource
    transition_functions = {"appraise": appraisal.appraise, "reconsider": appraisal.reconsider}
    transition_forms = {"appraise": AppraiseForm, "approve": ApproveForm, "refuse": RefuseForm}
    list_display = ["name", "kind", "post", "unit", "round", "recommendation", "score", "state", "result"]
    list_filter = [
        NominationChargeFilter,
        WaitingFilter,
        "state",
        "recommendation",
        "round",
        "kind",
        ("dossier__unit", ScopedRelatedFilter),
        "field",
    ]
    list_select_related = ["dossier__unit", "round"]
    readonly_fields = [
        "dossier",
        "kind_text",
        "result",
        "refusal_reason",
        "state",
        "recommendation",
        "score",
        "internal_note",
        "approved_via",
        "approved_by",
        "approved_for",
        "approved_on",
        "slip_link",
        "decision",
        "earlier",
    ]

    # --- list -------------------------------------------------------------------------------------------------------

    def get_list_display(self, request):
        """The result in the unit's words stands in the place of the state for those who must not see it."""
        columns = super().get_list_display(request)
        return [name for name in columns if name != "result"] if "state" in columns else columns

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=gettext_lazy("unit"), ordering="dossier__unit__sort_key")
    @reads("dossier__unit")
    def unit(self, nomination):
        return nomination.dossier.unit

    @admin.display(description=gettext_lazy("result"))
    @reads("dossier__state")
    def result(self, nomination):
        return nomination.result_for_unit

    # --- form -------------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        words = ["dossier", ("kind_text", "salutation"), "name", "post", "achievement", ("field", "exemplar")]
        if not request.user.is_of_ban:
            result = ["result", "score", *(["refusal_reason"] if obj and obj.refusal_reason else [])]
            fieldsets = [(None, {"fields": words}), (_("Result"), {"fields": result})]
            return self.without_hidden(request, fieldsets, obj)
        return [
            (None, {"fields": words}),
            (_("Given before"), {"fields": ["earlier"]}),
            (
                _("Appraisal and approval"),
                {
                    "fields": [
                        "state",
                        ("recommendation", "score"),
                        "internal_note",
                        ("approved_via", "approved_on"),
                        ("approved_for", "approved_by"),
                        "slip_link",
                        "refusal_reason",
                        "decision",
                    ]
                },
            ),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "exemplar" in form.base_fields:
            models = Exemplar.objects.visible_to(request.user).filter(unit=obj.dossier.unit_id)
            form.base_fields["exemplar"].queryset = models
        return form

    @admin.display(description=gettext_lazy("collective or individual"))
    @reads("kind")
    def kind_text(self, nomination):
        return nomination.get_kind_display()

    @admin.display(description=gettext_lazy("signed slip"))
    @reads("slip")
    def slip_link(self, nomination):
        if nomination.slip is None:
            return None
        return file_link(nomination.slip.file, words=str(nomination.slip))

    @admin.display(description=gettext_lazy("commendations of the same subject"))
    @reads("person__commendations", "nominated_unit__own_commendations", "collective__commendations")
    def earlier(self, nomination):
        """What the subject was given before, and the warning of R1."""
        if "given_before" not in vars(nomination):  # the theme asks for a column five times
            nomination.given_before = appraisal.earlier_of([nomination])[nomination.pk]
        rows = nomination.given_before
        if not rows:
            return _("None in the register.")
        words = _("%(form)s, decision %(number)s of %(date)s")
        lines = [
            (words % {"form": row.form_name, "number": row.decision_number, "date": f"{row.issued_on:%d/%m/%Y}"},)
            for row in rows
        ]
        verdict = appraisal.rewarded_before(nomination, rows)
        warning = "" if verdict.ok else format_html('<p class="dv-warn">{} ({})</p>', verdict.reason, verdict.source)
        return format_html("{}<ul>{}</ul>", warning, format_html_join("", "<li>{}</li>", lines))

    def activities_of(self, request, obj):
        """A unit reads the outcome, not the way to it: appraisals and approvals carry words that are not for it."""
        rows = super().activities_of(request, obj)
        if "state" not in hidden_fields(self.model, request.user):
            return rows
        told = OUTCOMES.get(obj.state) if obj.is_told else None
        rows = list(rows.filter(action__in=filter(None, ("add", "change", "import", told))))
        outcome = next((activity for activity in rows if activity.action == told), None)
        if outcome:
            outcome.actor = None
        return [activity for activity in rows if activity.action != told or activity is outcome]

    # --- rights -----------------------------------------------------------------------------------------------------

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or nominations.may_change(nomination=obj, actor=request.user))

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or nominations.may_withdraw(nomination=obj, actor=request.user))

    def delete_model(self, request, obj):
        nominations.withdraw_nomination(nomination=obj, actor=request.user)

    def log_deletions(self, request, queryset):
        """Written by the domain."""

    # --- deeds ------------------------------------------------------------------------------------------------------

    def get_transition_form_kwargs(self, request, obj, action):
        return {"by_login": self.may(request, "decide")} if action in ("approve", "refuse") else {}

    def do_transition(self, request, obj, action, data):
        if action in ("approve", "refuse"):
            self.do_deed(action, nominations=[obj], actor=request.user, data=data)
        else:
            super().do_transition(request, obj, action, data)
