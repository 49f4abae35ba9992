"""The official letter to units that are late: names and days are asked, the letter is a file to be signed and sent."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.documents.download import attachment
from danvan.documents.examining import DOCX, PDF
from danvan.documents.rendering.urging import render_urging_docx, render_urging_pdf
from danvan.history.actions import LABELS
from danvan.history.attempts import note_unasked
from danvan.notices.domain.contacts import log_contacts
from danvan.notices.domain.once import once
from danvan.notices.domain.urging import RECIPIENTS, is_sample, urging_data
from danvan.notices.enums import ContactKind
from danvan.notices.forms import LetterForm
from danvan.notices.models import Settlement
from danvan.notices.views.choosing import asked, back_of, chosen_in, key_of, nothing_chosen, page_context, value_of
from danvan.workflow import Refused

PRINT = "notices.record_settlement"
ACTION = "duties.letter"
LABELS[ACTION] = gettext_lazy("made an official letter to units that are late")
NAME = "Công văn đôn đốc"


def letter_page(request, site):
    """GET and the POST of a list ask; the POST of the form answers with the letter to the units ticked there.

    What is not overdue yet is left out: the letter says that the Ban has not received it in time.
    """
    user = request.user
    if not user.has_perm(PRINT):
        raise PermissionDenied
    found = chosen_in(request)
    if not found.rows:
        return nothing_chosen(request)
    late = replace(found, rows=[row for row in found.rows if row[1].due_on < clock.today()])
    if not late.rows:
        messages.warning(request, _("Nothing of what was chosen is overdue. The letter is to units that are late."))
        return HttpResponseRedirect(back_of(request))
    found, early = late, len(found.rows) - len(late.rows)
    form = LetterForm(request.POST if asked(request) else None, user=user, initial={"recipients": RECIPIENTS})
    note_unasked(request, form, Settlement)
    if asked(request) and form.is_valid():
        try:
            log_once(found, user, key_of(request), is_wanted=form.cleaned_data["is_logged"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return letter_file(found, form.cleaned_data, is_pdf="pdf" in request.POST)
    context = {
        **page_context(request, site, found, form, _("Official letter urging")),
        "early": early,
        "rows": [(value_of(code, duty.object_id), duty) for code, duty in found.rows],
    }
    return TemplateResponse(request, "notices/letter_page.html", context)


def log_once(found, user, form_key, *, is_wanted):
    """Write down, once for the form, that the letter goes to the units, where that *is_wanted*."""

    def do():
        for code, object_ids in found.by_code.items():
            log_contacts(code=code, object_ids=object_ids, kind=ContactKind.LETTER, note="", actor=user)

    if is_wanted:
        once(form_key=form_key, actor=user, action=ACTION, do=do, about=found.words)


def letter_file(found, asked_for, *, is_pdf):
    data, sample = urging_data(found.duties, **asked_for), is_sample(found.duties)
    if is_pdf:
        return attachment(render_urging_pdf(data, sample=sample), filename=f"{NAME}.pdf", content_type=PDF)
    return attachment(render_urging_docx(data, sample=sample), filename=f"{NAME}.docx", content_type=DOCX)
