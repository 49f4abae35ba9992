from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from awards.admin.deeds import DeedsMixin
from awards.admin.forms import IssueForm, RowsForm, SignedCopyForm, VoidForm
from awards.domain import decisions, documents
from awards.enums import DecisionState
from awards.models import AwardRound, Decision, Nomination
from awards.models.decision import KIND
from danvan.access.fields import ProseField
from danvan.access.visibility import reads
from danvan.documents.domain.files import DOCX, PDF
from danvan.documents.domain.numbering import void_number
from danvan.documents.download import attachment
from danvan.documents.models import DocumentNumber
from danvan.history.admin import RecordAdmin
from danvan.workflow import Refused


@admin.register(Decision)
class DecisionAdmin(DeedsMixin, RecordAdmin):
    """Drafting, forwarding and issuing decisions; their documents and certificates."""

    subject = "decision"
    transition_functions = {
        "forward": decisions.forward_decision,
        "rework": decisions.rework_decision,
        "issue": decisions.issue_decision,
    }
    transition_forms = {"issue": IssueForm}
    change_form_outer_before_template = "awards/decision_panel.html"
    list_before_template = "awards/decision_list.html"
    list_display = ["abstract", "number_text", "issued_on", "round", "form", "row_count", "state"]
    list_filter = ["state", "round", "form", "letterhead"]
    list_select_related = ["round", "form"]
    readonly_fields = ["state", "number_text", "issued_on"]
    fieldsets = [
        (None, {"fields": [("round", "form"), "letterhead", "abstract", "deciding"]}),
        (pgettext_lazy("decision", "Contents"), {"fields": ["grounds", "merit", "other_articles", "recipients"]}),
        (
            gettext_lazy("Signature"),
            {"fields": ["place", ("signer_mark", "signs_for"), ("signer_post", "signer_name")]},
        ),
        (None, {"fields": [("state", "number_text", "issued_on")]}),
    ]

    def get_urls(self):
        return [
            path("void-number/", self.admin_site.admin_view(self.void), name="awards_decision_void"),
            self.page("rows/", self.rows),
            self.page("docx/", self.docx),
            self.page("pdf/", self.pdf),
            self.page("certificates/", self.certificates),
            self.page("signed-copy/", self.signed_copy),
            *super().get_urls(),
        ]

    # --- list and form ----------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(rows=Count("nominations"))

    @admin.display(description=pgettext_lazy("decision", "rows"), ordering="rows")
    @reads("nominations")
    def row_count(self, decision):
        return decision.rows

    def changelist_view(self, request, extra_context=None):
        may_void = request.user.has_perm("documents.void_documentnumber")
        context = {"void_url": self.address("void") if may_void else None, **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "round"] if obj else fields

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, ProseField) and field is not None:
            field.widget.attrs["rows"] = 4
        return field

    def get_changeform_initial_data(self, request):
        """The usual words for the round in the address, or for the round that has most recently approved rows."""
        rounds = AwardRound.objects.visible_to(request.user)
        asked = request.GET.get("round", "")
        round = rounds.filter(pk=asked).first() if asked.isdecimal() else rounds.with_ready_nominations().first()
        return decisions.first_words(round=round) if round else {}

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == DecisionState.DRAFTING)

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.state == DecisionState.DRAFTING)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            ready = Nomination.objects.visible_to(request.user).ready_in(obj.round)
            decisions.gather(decision=obj, nominations=ready, actor=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        words = _("The decision was drafted with %(count)s approved nominations.")
        messages.success(request, words % {"count": obj.nominations.count()})
        return HttpResponseRedirect(self.url_of(obj))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {**(extra_context or {})}
        decision = self.get_object(request, object_id) if object_id else None
        if decision is not None:
            context["decision"] = self.parts_of(request, decision)
        return super().changeform_view(request, object_id, form_url, context)

    def parts_of(self, request, decision):
        """What the page shows besides the form."""
        rows = Nomination.objects.visible_to(request.user).filter(decision=decision)
        return {
            "rows": rows.select_related("dossier__unit").in_printed_order(),
            "choose": self.has_change_permission(request, decision) and self.address("rows", decision.pk),
            "docx": self.address("docx", decision.pk),
            "pdf": self.address("pdf", decision.pk),
            "certificates": decision.is_issued and self.address("certificates", decision.pk),
            "add_signed_copy": decision.is_issued
            and (self.may(request, "issue") or self.may(request, "change"))
            and self.address("signed_copy", decision.pk),
            "signed_copy": decision.signed_copy,
        }

    def get_transition_form_kwargs(self, request, obj, action):
        if action != "issue":
            return {}
        last = DocumentNumber.objects.visible_to(request.user).filter(letterhead=obj.letterhead, kind=KIND).first()
        return {
            "initial": {"signer_name": obj.signer_name},
            "sample_number": obj.letterhead.number_text("…", KIND),
            "last_number": str(last or ""),
        }

    # --- pages ------------------------------------------------------------------------------------------------------

    def rows(self, request, object_id):
        """Which of the approved nominations stand in the decision."""
        decision = self.get_object(request, object_id)
        if decision is None or not self.has_change_permission(request, decision):
            return self.missing(request, object_id)
        visible = Nomination.objects.visible_to(request.user)
        present = visible.filter(decision=decision)
        choosable = (present | visible.ready_in(decision.round)).select_related("dossier__unit").in_printed_order()
        form = RowsForm(request.POST or None, rows=choosable, initial={"rows": present})
        return self.form_page(
            request,
            decision,
            form,
            lambda data: self.choose(decision, set(present), set(data["rows"]), request.user),
            title=_("Nominations in this decision"),
            button=_("Save"),
            done=_("The rows of the decision were saved."),
        )

    @transaction.atomic
    def choose(self, decision, present, chosen, actor):
        decisions.release(decision=decision, nominations=present - chosen, actor=actor)
        decisions.gather(decision=decision, nominations=chosen - present, actor=actor)

    def signed_copy(self, request, object_id):
        decision = self.get_object(request, object_id)
        if decision is None:
            return self.missing(request, object_id)
        return self.form_page(
            request,
            decision,
            SignedCopyForm(request.POST or None, request.FILES or None),
            lambda data: decisions.attach_signed_copy(decision=decision, upload=data["file"], actor=request.user),
            title=_("Attach the signed copy"),
            button=_("Upload"),
            done=_("The signed copy was attached."),
        )

    def void(self, request):
        """Keep a number that was taken in the book and never used."""
        if not request.user.has_perm("documents.void_documentnumber"):
            return self.missing(request, "")
        form = VoidForm(request.POST or None, actor=request.user)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                void_number(kind=KIND, typed=data.pop("number"), actor=request.user, **data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The number is kept as void."))
                return HttpResponseRedirect(self.address("changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Enter a void number"),
            "opts": self.opts,
            "form": form,
            "lead": _("A number that was taken in the book of decisions and will not be used."),
            "button": _("Keep as void"),
            "tone": "danger",
            "back": self.address("changelist"),
        }
        return TemplateResponse(request, "workflow/form.html", context)

    # --- documents --------------------------------------------------------------------------------------------------

    def docx(self, request, object_id):
        return self.document(request, object_id, documents.decision_docx, _("Decision %(name)s.docx"), DOCX)

    def pdf(self, request, object_id):
        return self.document(request, object_id, documents.decision_pdf, _("Decision %(name)s.pdf"), PDF)

    def certificates(self, request, object_id):
        return self.document(request, object_id, documents.certificates_pdf, _("Certificates %(name)s.pdf"), PDF)

    @method_decorator(require_GET)
    def document(self, request, object_id, render, filename, content_type):
        decision = self.get_object(request, object_id)
        if decision is None:
            return self.missing(request, object_id)
        try:
            content = render(decision=decision)
        except Refused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self.url_of(decision))
        name = decision.number_text.replace("/", "-") or pgettext("file name", "draft")
        return attachment(content, filename=filename % {"name": name}, content_type=content_type)
