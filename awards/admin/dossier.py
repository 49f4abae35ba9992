from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from awards.admin.deeds import DeedsMixin
from awards.admin.forms import (
    NominateCollectiveForm,
    NominatePersonForm,
    PaperForm,
    ReceiveForm,
    ReturnForm,
)
from awards.domain import dossiers
from awards.domain.nominations import nominate_collective, nominate_person
from awards.domain.words import first_achievement
from awards.enums import DossierState
from awards.models import Dossier, DossierPaper, Nomination
from danvan.access.visibility import hidden_fields, reads
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.owned import UnitOwnedMixin
from danvan.organization.filters import ChargeFilter
from danvan.workflow import Refused


@admin.register(Dossier)
class DossierAdmin(UnitOwnedMixin, DeedsMixin, RecordAdmin):
    """The dossier page is where a unit works: its letter, its nominations, its papers, and sending."""

    subject = "dossier"
    transition_functions = {
        "submit": dossiers.submit_dossier,
        "receive": dossiers.receive_dossier,
        "return": dossiers.return_dossier,
        "conclude": dossiers.conclude_dossier,
    }
    transition_forms = {"receive": ReceiveForm, "return": ReturnForm}
    change_form_outer_before_template = "awards/dossier_panel.html"
    initial_from_address = ("round",)
    list_display = ["unit", "round", "state", "nomination_count", "submitted_at", "in_time", "received_on"]
    list_filter = [ChargeFilter, "state", "round", "unit"]
    list_select_related = ["unit", "round"]
    search_fields = ["unit__search_text", "round__search_text", "letter_number"]
    readonly_fields = [
        "state",
        "submitted_at",
        "in_time",
        "received_on",
        "return_reason",
        "supplement_due_on",
        "times_returned",
    ]

    def get_urls(self):
        return [
            self.page("nominate/person/", self.nominate_person),
            self.page("nominate/collective/", self.nominate_collective),
            self.page("papers/add/", self.add_paper),
            path(
                "<int:object_id>/papers/<int:paper_id>/remove/",
                self.admin_site.admin_view(self.remove_paper),
                name="awards_dossier_remove_paper",
            ),
            *super().get_urls(),
        ]

    def transition_warning(self, request, obj, action):
        missing = dossiers.papers_missing(dossier=obj) if action == "submit" else ()
        if not missing:
            return ""
        return _("Still missing: %(papers)s.") % {"papers": "; ".join(str(kind) for kind in missing)}

    # --- list and form ----------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(rows=Count("nominations"))

    @admin.display(description=gettext_lazy("nominations"), ordering="rows")
    @reads("nominations")
    def nomination_count(self, dossier):
        return dossier.rows

    @admin.display(description=pgettext_lazy("dossier", "in time"))
    @reads("submitted_at", "round__due_on")
    def in_time(self, dossier):
        return {None: None, False: _("in time"), True: _("late")}[dossier.is_late]

    def get_fieldsets(self, request, obj=None):
        letter = (None, {"fields": [("round", "unit"), ("letter_number", "letter_date"), "letter_signer"]})
        if obj is None:
            return [letter]
        progress = [("state", "submitted_at", "in_time"), ("received_on", "times_returned")]
        if obj.return_reason:
            progress.append(("return_reason", "supplement_due_on"))
        return [letter, (None, {"fields": progress})]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "round"] if obj else fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "round":
            field.queryset = field.queryset.open_to_units()
        return field

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or dossiers.is_writable(dossier=obj, actor=request.user))

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("The dossier is begun. Now add the collectives and people that are nominated."))
        return HttpResponseRedirect(self.url_of(obj))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {**(extra_context or {})}
        dossier = self.get_object(request, object_id) if object_id else None
        if dossier is not None:
            context["dossier"] = self.parts_of(request, dossier)
        return super().changeform_view(request, object_id, form_url, context)

    def parts_of(self, request, dossier):
        """What the page shows besides the form."""
        user = request.user
        writable = self.has_change_permission(request, dossier)
        nominations = Nomination.objects.visible_to(user).filter(dossier=dossier).select_related("dossier")
        return {
            "nominations": [result_for(user, nomination) for nomination in nominations.in_printed_order()],
            "papers": DossierPaper.objects.visible_to(user).filter(dossier=dossier).select_related("file"),
            "missing": dossiers.papers_missing(dossier=dossier),
            "writable": writable,
            "add_person": writable
            and dossier.round.form.for_individuals
            and self.address("nominate_person", dossier.pk),
            "add_collective": writable
            and dossier.round.form.for_collectives
            and self.address("nominate_collective", dossier.pk),
            "import": writable
            and user.has_perm("awards.import_nomination")
            and reverse("admin:awards_nomination_import"),
            "add_paper": writable and self.address("add_paper", dossier.pk),
            "guidance": dossier.round.guidance,
            "appraise": dossier.state == DossierState.RECEIVED
            and user.has_perm("awards.appraise_nomination")
            and f"{reverse('admin:awards_nomination_changelist')}?charge=all&round__id__exact={dossier.round_id}"
            f"&dossier__unit__id__exact={dossier.unit_id}",
        }

    # --- pages ------------------------------------------------------------------------------------------------------

    def nominate_person(self, request, object_id):
        return self.nominate(request, object_id, NominatePersonForm, nominate_person, _("Add an individual"))

    def nominate_collective(self, request, object_id):
        return self.nominate(request, object_id, NominateCollectiveForm, nominate_collective, _("Add a collective"))

    def nominate(self, request, object_id, form_class, function, title):
        dossier = self.get_object(request, object_id)
        if dossier is None or not self.has_change_permission(request, dossier):
            return self.missing(request, object_id)
        form = form_class(
            request.POST or None,
            actor=request.user,
            dossier=dossier,
            initial={"achievement": first_achievement(dossier.round)},
        )
        return self.form_page(
            request,
            dossier,
            form,
            lambda data: function(dossier=dossier, actor=request.user, **data),
            title=title,
            button=_("Add to the dossier"),
            done=_("Added to the dossier."),
        )

    def add_paper(self, request, object_id):
        dossier = self.get_object(request, object_id)
        if dossier is None or not self.has_change_permission(request, dossier):
            return self.missing(request, object_id)
        return self.form_page(
            request,
            dossier,
            PaperForm(request.POST or None, request.FILES or None),
            lambda data: dossiers.attach_paper(
                dossier=dossier, kind=data["kind"], upload=data["file"], actor=request.user
            ),
            title=_("Add a paper"),
            button=_("Upload"),
            done=_("The file was added."),
        )

    @method_decorator(require_POST)
    def remove_paper(self, request, object_id, paper_id):
        papers = DossierPaper.objects.visible_to(request.user).filter(dossier=object_id, pk=paper_id)
        paper = papers.select_related("dossier").first()
        if paper is None:
            return self.missing(request, object_id)
        try:
            dossiers.detach_paper(paper=paper, actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(self.url_of(paper.dossier))


def result_for(user, nomination):
    """A row of the list of nominations: what *user* may know of the result."""
    hidden = hidden_fields(Nomination, user, nomination)
    return {
        "nomination": nomination,
        "result": nomination.result_for_unit if "state" in hidden else nomination.get_state_display(),
        "reason": "" if "refusal_reason" in hidden else nomination.refusal_reason,
    }
