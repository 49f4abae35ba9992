"""The page of one cell of the board: how a unit's report stands, what was done to get it, what can be done now."""

import uuid
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.history.attempts import note_unasked
from danvan.history.forms import FORM_KEY, valid_key
from danvan.notices.admin.reminder import TONES, step_words
from danvan.notices.domain.contacts import ADD, DEED, log_contacts
from danvan.notices.domain.duties import duties_in
from danvan.notices.domain.once import once
from danvan.notices.enums import Audience, ContactKind, ReminderState
from danvan.notices.models import Contact, Reminder
from danvan.notices.views.duties import OTHER_DEEDS
from danvan.workflow import Refused
from danvan.workflow.admin import RecordPages
from danvan.workflow.forms import PlainForm
from movements.admin.board import SIGNS
from movements.admin.pressing import codes_of, duties_of, ways_of
from movements.models import Extension

FROM_CELL = "cell"
BADGES = {"success": "ok", "warning": "warn", "danger": "bad", "info": "info", "default": ""}
"""The colours of the theme's labels as those of our own pages."""


class ContactForm(PlainForm):
    """One button for each way to reach a unit, and room for a few words."""

    kind = forms.ChoiceField(choices=ContactKind.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Not needed. For instance: the office promises it for tomorrow."),
    )


class CellMixin(RecordPages):
    """The page of a cell, and the way from it to the deeds and back."""

    def get_urls(self):
        return [self.page("cell/", self.cell), *super().get_urls()]

    def cell(self, request, object_id):
        """GET shows, POST writes down a contact. A unit goes to its report itself."""
        report = self.get_object(request, str(object_id))
        if report is None:
            return self.missing(request, object_id)
        user = request.user
        if not user.is_of_ban:
            return HttpResponseRedirect(self.url_of(report))
        owed_to, *_others = codes = codes_of(report, report.period)
        is_owed = report.pk in duties_in(owed_to, [report.pk])
        form = ContactForm(request.POST or None) if is_owed and user.has_perm(ADD) else None
        if form:
            note_unasked(request, form, self.model)
            if form.is_valid():
                return self.log_contact(request, report, owed_to, form.cleaned_data)
        query = board_query(request)
        reminders = Reminder.objects.visible_to(user).filter(source__in=codes, object_id=report.pk)
        contacts = Contact.objects.visible_to(user).filter(source__in=codes, object_id=report.pk)
        standing = report.standing_on(clock.today())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Duty of a unit"),
            "opts": self.opts,
            "original": report,
            "sign": SIGNS[standing],
            "standing": standing,
            "came": self.came_words(report),
            "days_late": (clock.today() - report.due_on).days,
            "moves": Extension.objects.visible_to(user).filter(report=report).select_related("actor"),
            "reminders": [told(row) for row in reminders.select_related("rule", "extra__sent_by", "user", "mail")],
            "shows_reminders": user.has_perm("notices.view_reminder"),
            "contacts": contacts.select_related("actor"),
            "shows_contacts": user.has_perm("notices.view_contact"),
            "form": form,
            "kinds": ContactKind.choices,
            "form_key": uuid.uuid4(),
            "duties": duties_of([report], report.period),
            "ways": ways_of(user, OTHER_DEEDS) if is_owed else [],
            "transitions": self.panel_transitions(request, report),
            "deed_query": urlencode({"from": FROM_CELL, **query}),
            "board_url": board_url(report, query),
        }
        return TemplateResponse(request, "movements/cell.html", context)

    def log_contact(self, request, report, code, data):
        """Write down a contact and show the page again."""
        form_key, actor = valid_key(request.POST.get(FORM_KEY)) or uuid.uuid4(), request.user
        write = partial(log_contacts, code=code, object_ids=[report.pk], actor=actor, **data)
        try:
            once(form_key=form_key, actor=actor, action=DEED, do=write, about=str(report))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The contact is written down."))
        return HttpResponseRedirect(request.get_full_path())

    def url_before(self, request, obj):
        if request.GET.get("from") != FROM_CELL:
            return super().url_before(request, obj)
        return f"{self.address('cell', obj.pk)}?{urlencode(board_query(request))}"

    def transition_view(self, request, object_id, action):
        """Whoever came from the page of a cell goes back to it."""
        response = super().transition_view(request, object_id, action)
        if response.status_code == 302 and request.GET.get("from") == FROM_CELL:
            return HttpResponseRedirect(f"{self.address('cell', object_id)}?{urlencode(board_query(request))}")
        return response


def told(reminder):
    """A line of the ledger in words: when, which step, to whom, what came of it and the tone of that."""
    rule, mail = reminder.rule, reminder.mail
    step = step_of(rule) if rule else _("by hand: %(name)s") % {"name": reminder.extra.sent_by}
    state, outcome = reminder.state, reminder.get_state_display()
    if state == ReminderState.MAILED and mail:
        state, outcome, trouble = mail.state, mail.get_state_display(), mail.trouble_words
        outcome = f"{outcome}: {trouble}" if trouble else outcome
    return reminder.planned_at, step, reminder.user or reminder.address, outcome, BADGES[TONES[state]]


def step_of(rule):
    """The step in words, and whom it tells where that is not the unit's leads."""
    words = step_words(rule.offset_days)
    return words if rule.audience == Audience.UNIT_LEADS else f"{words} – {rule.get_audience_display()}"


def board_query(request):
    """Which board the reader came from."""
    return {name: text for name, text in request.GET.items() if name != "from"}


def board_url(report, query):
    """The board as it was when the reader left it."""
    period = report.period
    return f"{reverse('admin:movements_board')}?{urlencode({'board': f'{period.scheme_id}-{period.year}', **query})}"
