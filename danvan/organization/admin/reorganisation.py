"""Reorganisations: the form, the preview in which doubles and shares are chosen, what was carried out."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from danvan import clock
from danvan.access.admin import ScopedListFilter
from danvan.access.door import reaches, rows_visible_to
from danvan.access.visibility import reads
from danvan.access.widgets import QuickDropdownForm, is_key
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.reorganisation_form import ChoicesForm, ConfirmForm, ReorganisationForm, with_units
from danvan.organization.domain.units import reorganisation as domain
from danvan.organization.domain.units.succession import short_date
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Reorganisation
from danvan.workflow import Refused
from danvan.workflow.admin import RecordPages, TransitionsMixin

TONES = {
    ReorganisationState.DRAFT: "info",
    ReorganisationState.PLANNED: "warning",
    ReorganisationState.IN_EFFECT: "success",
    ReorganisationState.CANCELLED: "danger",
}
OPEN = (ReorganisationState.DRAFT, ReorganisationState.PLANNED)


class YearFilter(ScopedListFilter, DropdownFilter):
    """The year in which an event takes effect."""

    reads = ("effective_on",)
    form_class = QuickDropdownForm
    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        days = rows_visible_to(Reorganisation, request.user).dates("effective_on", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in days]

    def queryset(self, request, queryset):
        value = self.value()
        return (
            queryset.filter(effective_on__year=int(value)) if value and is_key(value) and len(value) == 4 else queryset
        )


@admin.register(Reorganisation)
class ReorganisationAdmin(RecordPages, TransitionsMixin, RecordAdmin):
    form = ReorganisationForm
    transition_forms = {"confirm": ConfirmForm}
    transition_functions = {"confirm": domain.confirm, "cancel": domain.cancel}
    change_form_outer_before_template = "organization/reorganisation_panel.html"
    initial_from_address = ("predecessors", "kind")
    list_display = ["decree", "kind", "effective_on", "old_units", "new_units", "state_label"]
    list_filter = ["kind", "state", YearFilter]
    autocomplete_fields = ["superior"]
    fieldsets = [
        (None, {"fields": ["kind", "predecessors", "successors", ("superior", "handed_to")]}),
        (None, {"fields": ["decree", ("decree_date", "effective_on"), "note"]}),
    ]
    settled_fieldsets = [
        (None, {"fields": [("kind", "state"), ("old_units", "new_units"), "superior"]}),
        (None, {"fields": ["decree", ("decree_date", "effective_on"), "note"]}),
        (None, {"fields": [("confirmed_by", "confirmed_at"), "took_effect_at"]}),
    ]

    def get_urls(self):
        return [self.page("plan/", self.plan), *super().get_urls()]

    # --- list and form ----------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("successions__predecessor", "successions__successor")

    @admin.display(description=gettext_lazy("old units"))
    @reads("successions")
    def old_units(self, event):
        rows = sorted(event.successions.all(), key=lambda row: (row.predecessor.order, row.predecessor_id))
        return ", ".join(dict.fromkeys(row.predecessor.name for row in rows))

    @admin.display(description=gettext_lazy("new units"), empty_value="–")
    @reads("successions")
    def new_units(self, event):
        rows = [row for row in event.successions.all() if row.successor]
        rows.sort(key=lambda row: (row.successor.order, row.successor_id))
        return ", ".join(dict.fromkeys(row.successor.name for row in rows))

    @display(description=gettext_lazy("state"), ordering="state", label=TONES)
    @reads("state")
    def state_label(self, event):
        return event.state, event.get_state_display()

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == ReorganisationState.DRAFT)

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.state == ReorganisationState.DRAFT)

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return self.without_hidden(request, self.settled_fieldsets, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, form=RecordAdmin.form, **kwargs)
        return with_units(super().get_form(request, obj, change, **kwargs), request, self.admin_site)

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        if "predecessors" in initial:
            initial["predecessors"] = [key for key in initial["predecessors"].split(",") if is_key(key)]
        return initial

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Saving leads to the preview, so that there is but one way to save."""
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, {**one_way, **(extra_context or {})})

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        domain.set_units(reorganisation=form.instance, **form.units)

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(self.address("plan", obj.pk))

    def response_change(self, request, obj):
        return HttpResponseRedirect(self.address("plan", obj.pk))

    def panel_transitions(self, request, obj):
        """Confirming begins with the preview."""
        return [transition for transition in super().panel_transitions(request, obj) if transition.action == "cancel"]

    def url_before(self, request, obj):
        return self.address("plan", obj.pk)

    def get_transition_form_kwargs(self, request, obj, action):
        if action != "confirm" or request.method == "POST":
            return {}
        try:
            return {"initial": {"seen": domain.preview(obj).mark}}
        except (ValidationError, Refused):
            return {}  # said when it is sent

    def do_transition(self, request, obj, action, data):
        super().do_transition(request, obj, action, data)
        obj.refresh_from_db()

    def url_of(self, obj):
        return self.address("plan", obj.pk)

    def transition_warning(self, request, obj, action):
        if action != "confirm":
            return ""
        units = f"{self.old_units(obj)} → {self.new_units(obj)}" if self.new_units(obj) else self.old_units(obj)
        words = {"units": units, "day": short_date(obj.effective_on)}
        if obj.effective_on > clock.today():
            return _("%(units)s: takes effect by itself on %(day)s. Until then it can be cancelled.") % words
        return _("%(units)s: takes effect at once and cannot be taken back, only another event can follow.") % words

    # --- the preview and the result -----------------------------------------------------------------------------------

    def plan(self, request, object_id):
        """What the event will do, with what has to be chosen; once it took effect, what it did."""
        event = self.get_object(request, str(object_id))
        if event is None:
            return self.missing(request, object_id)
        may_choose = event.state in OPEN and reaches(request.user, event, "confirm")
        context = {
            **self.admin_site.each_context(request),
            "title": str(event),
            "opts": self.opts,
            "original": event,
            "event": event,
            "state_tone": TONES[event.state],
            "may_choose": may_choose,
            "change_url": self.address("change", event.pk),
            "confirm_url": self.address("transition", event.pk, "confirm"),
            "cancel_url": self.address("transition", event.pk, "cancel") if may_choose else "",
            "is_to_come": event.effective_on > clock.today(),
            "is_confirmed": event.state == ReorganisationState.PLANNED,
        }
        if event.state not in OPEN:
            context |= self.what_was_done(event)
            return TemplateResponse(request, "organization/reorganisation_plan.html", context)
        try:
            found = domain.preview(event)
            if request.method == "POST":
                return self.keep_choices(request, event, found)
            context |= self.what_will_be_done(event, found)
        except (ValidationError, Refused) as error:
            context["errors"] = getattr(error, "messages", [str(error)])
        return TemplateResponse(request, "organization/reorganisation_plan.html", context)

    def keep_choices(self, request, event, found):
        """Keep what was chosen and go on: to the confirmation, where it is asked for and every record is assigned."""
        choices = ChoicesForm(request.POST, found)
        domain.choose(reorganisation=event, actor=request.user, doubles=choices.doubles, shares=choices.shares)
        if request.POST.get("seen", found.mark) != found.mark:
            messages.warning(request, _("What the event moves has changed meanwhile. Look at the preview once more."))
        elif "_continue" in request.POST and not domain.preview(event).unassigned:
            return HttpResponseRedirect(self.address("transition", event.pk, "confirm"))
        messages.success(request, _("The choices were saved."))
        return HttpResponseRedirect(self.url_of(event))

    def what_will_be_done(self, event, found):
        shares = found.handover.shares
        return {
            "found": found,
            "lines": [line for line in found.lines if not line.is_empty],
            "old_names": [unit.name for unit in found.old],
            "new_names": [unit.name for unit in found.takers],
            "total": domain.sum_of(found.lines),
            "kind_words": readers_in_words(event, found),
            "doubles": found.doubles,
            "questions": [question_in_words(question, shares) for question in found.questions],
            "subordinates": [
                (unit, superior, f"share:{domain.UNIT}:{unit.pk}") for unit, superior in found.subordinates
            ],
            "is_split": found.handover.is_split,
            "takers": found.takers,
        }

    def what_was_done(self, event):
        outcome = event.outcome
        lines = domain.lines_of_outcome(outcome)
        return {
            "lines": lines,
            "total": domain.sum_of(lines),
            "old_names": [name for _pk, name in outcome.get("old", ())],
            "new_names": [name for _pk, name in outcome.get("new", ())],
            "is_done": event.state == ReorganisationState.IN_EFFECT,
        }


def readers_in_words(event, found):
    """Who reads what afterwards, one sentence a line."""
    names = {"old": ", ".join(unit.name for unit in found.old), "new": ", ".join(unit.name for unit in found.takers)}
    kind = ReorganisationKind(event.kind)
    if kind.hands_on_everything:
        return [
            _("The people of %(new)s read all records of %(old)s, and change none of the history.") % names,
            _("Who served at %(old)s serves at %(new)s from that day on.") % names,
        ]
    if kind == ReorganisationKind.SPLIT:
        return [
            _("Each of %(new)s reads what it is given of %(old)s, and nothing else of it.") % names,
            _("Who served at %(old)s serves from that day on where the membership is assigned.") % names,
        ]
    if kind == ReorganisationKind.DISSOLVE:
        return [
            _("All memberships at %(old)s end: nobody reads its records any more but the Ban.") % names,
            _("Its open work goes to %(new)s.") % names
            if found.takers
            else _("Its open work is closed, but for the dossiers that the Ban has received: the Ban finishes these."),
        ]
    return [_("%(old)s keeps its records and its people: nothing moves but its place in the tree.") % names]


def question_in_words(question, shares):
    """A Question as the page draws it: each record with the name of its drop-down and who was chosen."""
    return {
        "key": question.mover.key,
        "title": question.mover.title,
        "rows": [_choice(question, row, shares) for row in question.rows],
        "history": [_choice(question, row, shares) for row in question.history],
    }


def _choice(question, row, shares):
    label, pk = share = question.mover.share(row)
    return str(question.mover.subject(row)), f"share:{label}:{pk}", shares.get(share)
