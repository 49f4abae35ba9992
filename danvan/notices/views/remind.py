"""Reminding by hand: what would be sent and to how many, and the button that sends it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.history.actions import LABELS
from danvan.history.attempts import note_unasked
from danvan.notices.domain.extra import remind_now
from danvan.notices.domain.once import once
from danvan.notices.domain.reminding import outlook, words_to_begin_with
from danvan.notices.domain.wording import piece
from danvan.notices.forms import RemindForm
from danvan.notices.models import ExtraReminder, Reminder
from danvan.notices.views.choosing import asked, back_of, chosen_in, key_of, nothing_chosen, page_context
from danvan.workflow import Refused
from danvan.workflow.forms import at_known_fields

SEND = "notices.send_reminder"
ACTION = "duties.remind"
LABELS[ACTION] = gettext_lazy("reminded units by hand")

# The page asks the server for the preview again after each pause in typing, by htmx, which the theme carries.
LIVE = {
    "hx-post": reverse_lazy("admin:notices_remind_preview"),
    "hx-trigger": "input changed delay:400ms, change",
    "hx-target": "#dv-preview",
    "hx-swap": "outerHTML",
    "hx-include": "closest form",
    "hx-params": "csrfmiddlewaretoken,subject,text,duty",
}


def remind_page(request, site):
    """GET and the POST of a list show whom it reaches, and the words; the POST of the form sends, once."""
    user = request.user
    if not user.has_perm(SEND):
        raise PermissionDenied
    found = chosen_in(request)
    if not found.rows:
        return nothing_chosen(request)
    form = RemindForm(request.POST) if asked(request) else RemindForm(initial=words_to_begin_with(found.rows))
    for field in form.fields.values():
        field.widget.attrs.update(LIVE)
    note_unasked(request, form, Reminder)
    if asked(request) and form.is_valid():
        try:
            send(found, form.cleaned_data, user, key_of(request))
        except Refused as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, at_known_fields(error, form))
        else:
            messages.success(request, _("The reminder is on its way."))
            return HttpResponseRedirect(back_of(request))
    words = form.data if form.is_bound else form.initial
    context = {
        **page_context(request, site, found, form, _("Remind now")),
        "outlook": outlook(found.rows),
        "piece": read_by_first(found, words.get("subject", ""), words.get("text", "")),
    }
    return TemplateResponse(request, "notices/remind.html", context)


def send(found, data, user, form_key):
    """Send the reminder, once for the form."""

    def do():
        remind_now(pairs=found.pairs, subject=data["subject"], text=data["text"], actor=user)

    once(form_key=form_key, actor=user, action=ACTION, do=do, about=found.words)


def preview(request, site):
    """The letter that the typed words would make now of the first of the chosen duties, as a piece of the page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm(SEND):
        raise PermissionDenied
    found = chosen_in(request)
    if not found.rows:
        return nothing_chosen(request)
    words = read_by_first(found, request.POST.get("subject", ""), request.POST.get("text", ""))
    return TemplateResponse(request, "notices/remind_preview.html", {"piece": words})


def read_by_first(found, subject, text):
    """What *subject* and *text* would say to the unit of the first of the chosen duties."""
    _code, duty = found.rows[0]
    return piece(words=ExtraReminder(subject=subject, text=text), duties=[duty], addressed=duty.unit_name)
