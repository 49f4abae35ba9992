"""The page on which a lead who leaves, or the Ban for such a lead, makes the minutes of handing over."""

from django import forms
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from danvan import clock
from danvan.access.widgets import is_key
from danvan.documents.download import attachment
from danvan.documents.examining import DOCX, PDF
from danvan.documents.rendering.handover import render_handover_docx, render_handover_pdf
from danvan.organization.domain.people.handover import handed_over_by, handover_data, open_work_of
from danvan.workflow.forms import PlainForm


class HandoverForm(PlainForm):
    membership = forms.ChoiceField(label=gettext_lazy("Work of"))
    receiver = forms.CharField(
        label=gettext_lazy("Who receives"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Full name and post. Left empty, there are dots to be filled in by hand."),
    )
    witness = forms.CharField(
        label=gettext_lazy("Witness of the Ban"), max_length=200, required=False, help_text=gettext_lazy("Full name.")
    )
    place = forms.CharField(label=pgettext_lazy("document", "Place"), max_length=80, required=False)
    day = forms.DateField(label=gettext_lazy("Day of handing over"), initial=clock.today)

    def __init__(self, *args, memberships, **kwargs):
        super().__init__(*args, **kwargs)
        self.memberships = {str(row.pk): row for row in memberships}
        self.fields["membership"].choices = [(key, f"{row.user} – {row.unit}") for key, row in self.memberships.items()]

    def clean_membership(self):
        return self.memberships[self.cleaned_data["membership"]]


def handover(request, site):
    """GET shows what is open and asks for the names; POST answers with the minutes as Word file or PDF."""
    user = request.user
    account = request.GET.get("account", "")
    whose = account if is_key(account) else user.pk
    memberships = list(handed_over_by(user).filter(user=whose))
    form = HandoverForm(request.POST or None, memberships=memberships)
    if request.method == "POST" and form.is_valid():
        return _file(form.cleaned_data, user, is_pdf="pdf" in request.POST)
    context = {
        **site.each_context(request),
        "title": _("Minutes of handing over"),
        "form": form,
        "memberships": [(row, open_work_of(row.unit, user)) for row in memberships],
    }
    return TemplateResponse(request, "organization/handover.html", context)


def _file(asked, user, *, is_pdf):
    unit = asked["membership"].unit
    data = handover_data(actor=user, **asked)
    name = f"Biên bản bàn giao - {unit.short_name or unit.name}"
    if is_pdf:
        content = render_handover_pdf(data, sample=unit.is_sample)
        return attachment(content, filename=f"{name}.pdf", content_type=PDF)
    content = render_handover_docx(data, sample=unit.is_sample)
    return attachment(content, filename=f"{name}.docx", content_type=DOCX)
