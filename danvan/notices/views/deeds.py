"""Deeds on ticked duties: GET and the POST of the list ask, the POST of the form does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from danvan.history.actions import LABELS
from danvan.history.attempts import note_unasked
from danvan.notices.domain import contacts, settlements
from danvan.notices.domain.once import once
from danvan.notices.forms import ContactForm, ExemptForm, ExtendForm, ReceiveForm
from danvan.notices.models import Contact, Settlement
from danvan.notices.views.choosing import asked, back_of, chosen_in, key_of, nothing_chosen, page_context
from danvan.workflow import Refused
from danvan.workflow.forms import at_known_fields


@dataclass(frozen=True)
class Deed:
    """``do`` is called for each kind of duty with ``code``, ``object_ids``, ``actor`` and the data of the form."""

    name: str
    permission: str
    model: type
    form: type
    do: Callable
    title: Any
    tone: str = "primary"


RECORD = "notices.record_settlement"
DEEDS = (
    Deed("receive", RECORD, Settlement, ReceiveForm, settlements.receive, _("Record as received another way")),
    Deed("exempt", RECORD, Settlement, ExemptForm, settlements.exempt, pgettext_lazy("duties", "Exempt"), "danger"),
    Deed("extend", RECORD, Settlement, ExtendForm, settlements.extend, pgettext_lazy("duties", "Give longer")),
    Deed("contact", contacts.ADD, Contact, ContactForm, contacts.log_contacts, _("Write down a call or message")),
)
LABELS["duties.receive"] = _("recorded duties as received another way")
LABELS["duties.exempt"] = _("exempted from duties")
LABELS["duties.extend"] = _("gave longer for duties")
LABELS["duties.contact"] = _("wrote down contacts about duties")


def deed_page(request, site, deed):
    """The page of one deed on what was ticked. What is refused stands at its field, and nothing is recorded then."""
    user = request.user
    if not user.has_perm(deed.permission):
        raise PermissionDenied
    found = chosen_in(request)
    if not found.rows:
        return nothing_chosen(request)
    form = deed.form(request.POST, request.FILES) if asked(request) else deed.form()
    if len(found.rows) > 1 and "upload" in form.fields:
        del form.fields["upload"]
    note_unasked(request, form, deed.model)
    if asked(request) and form.is_valid():
        try:
            do_once(deed, found, form.cleaned_data, user, key_of(request))
        except Refused as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, at_known_fields(error, form))
        else:
            count = len(found.rows)
            messages.success(request, ngettext("Done for %(n)s duty.", "Done for %(n)s duties.", count) % {"n": count})
            return HttpResponseRedirect(back_of(request))
    context = {**page_context(request, site, found, form, deed.title), "tone": deed.tone}
    return TemplateResponse(request, "notices/duty_deed.html", context)


def do_once(deed, found, data, user, form_key):
    """Do *deed* for every kind among *found*, all or none, once for the form."""

    def do():
        for code, object_ids in found.by_code.items():
            deed.do(code=code, object_ids=object_ids, actor=user, **data)

    once(form_key=form_key, actor=user, action=f"duties.{deed.name}", do=do, about=found.words)
