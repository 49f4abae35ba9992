from django.contrib import admin
from django.urls import reverse

from awards.admin.deeds import DeedsMixin
from awards.domain import calls, rounds
from awards.models import AwardRound, Nomination
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.addressed import ADDRESSED, AddressedMixin


@admin.register(AwardRound)
class AwardRoundAdmin(AddressedMixin, DeedsMixin, RecordAdmin):
    subject = "round"
    transition_functions = {"open": rounds.open_round, "close": rounds.close_round}
    change_form_outer_before_template = "awards/round_panel.html"
    list_display = ["title", "year", "form", "opens_on", "due_on", "state"]
    list_filter = ["state", "form"]
    list_select_related = ["form"]
    readonly_fields = ["state"]
    fields = [
        "title",
        "occasion",
        ("year", "campaign"),
        ("achievement_from", "achievement_to"),
        ("form", "letterhead"),
        ("opens_on", "due_on"),
        "guidance",
        *ADDRESSED,
        "state",
    ]

    def save_related(self, request, form, formsets, change):
        """A new due date, or other units, reach those that were called already."""
        super().save_related(request, form, formsets, change)
        if not set(ADDRESSED).isdisjoint(form.changed_data):
            calls.take_back(round=form.instance)
        calls.call_units(round=form.instance, actor=request.user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {**(extra_context or {})}
        round = self.get_object(request, object_id) if object_id else None
        if round is not None:
            context["next_steps"] = self.next_steps(request, round)
        return super().changeform_view(request, object_id, form_url, context)

    def next_steps(self, request, round):
        """Where a unit begins its dossier, and the Ban the decision over what is approved."""
        user = request.user
        ready = Nomination.objects.visible_to(user).ready_in(round).count() if user.is_of_ban else 0
        return {
            "dossier": round.state == "open" and user.has_perm("awards.add_dossier"),
            "dossier_url": f"{reverse('admin:awards_dossier_add')}?round={round.pk}",
            "decision": ready and user.has_perm("awards.add_decision"),
            "decision_url": f"{reverse('admin:awards_decision_add')}?round={round.pk}",
            "ready": ready,
        }
