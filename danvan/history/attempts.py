"""The record of refused attempts: noted while a request is served, written down when its answer stands.

Noting asks the database nothing, so a request of which nothing is refused costs nothing. Writing comes after the view
and outside its transaction: what the view rolls back stays recorded, and a failing record does not fail the request.
"""

import hashlib
import logging
from contextlib import contextmanager
from dataclasses import dataclass

from django import forms
from django.apps import apps
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.auth import get_user_model
from django.db import Error, IntegrityError, connection, transaction
from django.urls import reverse
from django_filters import FilterSet

from danvan import clock
from danvan.access.origin import address_of
from danvan.history.enums import Refusal
from danvan.history.models import RefusedAttempt

logger = logging.getLogger(__name__)

ROWS_OF_A_USER = 500
ROWS_OF_AN_ADDRESS = 100
ROWS_OF_THE_ANONYMOUS = 1000
"""Rows of one hour. What comes on top of them is still counted, in one row per sender and kind of refusal."""

NOTES_OF_A_REQUEST = 10
NAMES_OF_A_NOTE = 60
NOT_OFFERED = {"invalid_choice", "invalid_pk_value", "invalid_list"}
"""The codes of the errors that say: this is none of the choices."""


@dataclass(frozen=True)
class Note:
    """What was refused. ``kind`` is the label of the model, ``asked`` the id as it was asked for."""

    what: Refusal
    kind: str = ""
    asked: str = ""
    names: tuple[str, ...] = ()
    login_name: str = ""


# --- Noting -----------------------------------------------------------------------------------------------------------


def note(request, what, *, model=None, object_id="", names=(), login_name=""):
    """Note that *what* (a Refusal) was refused in *request*; :func:`write_down` records it once the answer stands.

    *model* and *object_id* are the record asked for; when not given, the one that the address names. *names* are those
    of fields, never values. Without a request (a shell, a task) nothing is noted.
    """
    if request is None:
        return
    if model is None:
        model, object_id = target_of(request)
    found = Note(
        what=what,
        kind=model._meta.label_lower if model else "",
        asked=printable(object_id, 40),
        names=tuple(sorted({printable(name, 60) for name in names}))[:NAMES_OF_A_NOTE],
        login_name=printable(login_name, 60),
    )
    notes = request.__dict__.setdefault("refusals", [])
    if found not in notes and len(notes) < NOTES_OF_A_REQUEST:
        notes.append(found)


def note_failed_login(sender, credentials, request=None, **kwargs):
    """Receiver of ``user_login_failed``."""
    note(request, Refusal.LOGIN, login_name=credentials.get(get_user_model().USERNAME_FIELD) or "")


def note_answer(request, response):
    """Note what the finished *response* itself refuses, unless the view has noted it."""
    if missing := getattr(request, "not_found", None):
        note(request, Refusal.RECORD, model=missing[0], object_id=missing[1])
    elif response.status_code == 400:
        note(request, Refusal.LOOKUP, names=request.GET)
    elif response.status_code == 403 and not notes_of(request):
        note(request, Refusal.FORBIDDEN)
    elif response.status_code == 404 and is_of_the_admin(request) and request.user.is_authenticated:
        note(request, Refusal.RECORD)


def note_forms(request, context):
    """Note the choices in the forms of *context* that were not on offer, and what was sent beside their fields."""
    for form in forms_in((context or {}).values()):
        if form.is_bound:
            note_choices(request, form)
            note_unasked(request, form)


def note_choices(request, form):
    """Note the fields of the bound *form* with a choice that was not on offer: foreign, locked, gone or made up."""
    errors = form.errors.as_data()
    refused = [name for name in errors if any(error.code in NOT_OFFERED for error in errors[name])]
    if refused:
        note(request, Refusal.CHOICE, names=[form.add_prefix(name) for name in refused])


def note_unasked(request, form, model=None):
    """Note the fields of the record that were sent although *form* does not ask for them.

    They are those of the form's model, or of *model* for a form that is none of a model. The form ignores them.
    """
    model = model or getattr(getattr(form, "_meta", None), "model", None)
    if model is None or request.method != "POST":
        return
    columns = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    columns |= {field.name for field in model._meta.many_to_many}
    unasked = [name for name in columns - form.fields.keys() if form.add_prefix(name) in request.POST]
    if unasked:
        note(request, Refusal.FIELD, names=[form.add_prefix(name) for name in unasked])


def forms_in(values):
    """The forms among *values* and inside what holds forms there: formsets, their wrappers in the admin, lists."""
    for value in values:
        kind = type(value)  # isinstance() would wake lazy objects, and with them their queries
        if issubclass(kind, forms.BaseForm):
            yield value
        elif issubclass(kind, forms.BaseFormSet):
            yield from value.forms
        elif issubclass(kind, AdminForm | FilterSet):
            yield value.form
        elif issubclass(kind, InlineAdminFormSet):
            yield from value.formset.forms
        elif issubclass(kind, list | tuple) and value and issubclass(type(value[0]), HOLDERS):
            yield from forms_in(value)


HOLDERS = (forms.BaseForm, forms.BaseFormSet, AdminForm, FilterSet, InlineAdminFormSet)


def is_of_the_admin(request):
    return request.path.startswith(reverse("admin:index"))


def notes_of(request):
    return request.__dict__.get("refusals", [])


def target_of(request):
    """The model that the address of *request* belongs to, and the id of the record in it; None and "" without."""
    match = request.resolver_match
    app_label, *rest = (match and match.url_name or "").split("_")
    try:
        return apps.get_model(app_label, rest[0]), match.kwargs.get("object_id", "")
    except (LookupError, IndexError):
        return None, ""


def printable(text, length):
    """*text* without what could break a line or turn its direction in a list or a log, cut to *length*."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(text)[:length])


# --- Writing down -----------------------------------------------------------------------------------------------------


def write_down(request, status):
    """Record what was noted on *request*, which was answered with *status*. Call it outside the view's transaction.

    Whatever the database says to it, the answer stands.
    """
    try:
        with impatient_transaction():
            for found in notes_of(request):
                _write(request, status, found)
    except Error as error:
        logger.warning("A refused attempt was not recorded: %s", error)


def _write(request, status, found):
    now = clock.real_now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    user = request.user if request.user.is_authenticated else None
    address = address_of(request)
    sender = f"user {user.pk}" if user else f"address {address}"
    path = printable(request.path, 300)
    login_name = known_login_name(found.login_name)
    key = _key(sender, hour, found.what, request.method, path, found.kind, found.asked, found.names, login_name)
    rows = RefusedAttempt.objects
    if rows.again(key=key, at=now):
        return
    row = {"user": user, "address": address, "what": found.what, "method": printable(request.method, 10)}
    if has_room(hour, user, address):
        match = request.resolver_match
        row |= {
            "path": path,
            "view_name": match.view_name[:100] if match else "",
            "record_kind": found.kind,
            "record_id": found.asked,
            "names": list(found.names),
            "login_name": login_name,
        }
    else:
        key = _key(sender, hour, found.what)
        if rows.again(key=key, at=now):
            return
    try:
        with transaction.atomic():
            rows.create(first_at=now, last_at=now, status=status, hour=hour, key=key, **row)
    except IntegrityError:
        # Another request made the row meanwhile.
        rows.again(key=key, at=now)


def has_room(hour, user, address):
    """Whether the sender may have one more row in *hour*."""
    rows = RefusedAttempt.objects.filter(hour=hour, user=user)
    if user:
        return rows.count() < ROWS_OF_A_USER
    return rows.count() < ROWS_OF_THE_ANONYMOUS and rows.filter(address=address).count() < ROWS_OF_AN_ADDRESS


def known_login_name(text):
    """*text* where an account has this login name. Anything else may be a password in the wrong field: nothing."""
    user_model = get_user_model()
    known = text and user_model._default_manager.filter(**{user_model.USERNAME_FIELD: text}).exists()
    return text if known else ""


def _key(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@contextmanager
def impatient_transaction():
    """A transaction that waits one second for its turn: the answer is ready, and must not wait long for its record."""
    on_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if on_sqlite:
            cursor.execute("PRAGMA busy_timeout = 1000")
        try:
            with transaction.atomic():
                if not on_sqlite:
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
                yield
        finally:
            if on_sqlite:
                cursor.execute(f"PRAGMA busy_timeout = {connection.settings_dict['OPTIONS'].get('timeout', 5) * 1000}")
