"""Whatever is typed into any form: it is kept as typed, or refused at its field, in Vietnamese, with nothing lost."""

import traceback
from datetime import date
from itertools import chain
from urllib.parse import urljoin

import pytest
from django import forms
from django.apps import apps
from django.urls import reverse
from django.utils.html import strip_tags

from tests.bad_input.discovery import duty_of_the_lead, first_form, form_pages
from tests.bad_input.filling import Filled, forms_on
from tests.bad_input.kinds import DATES, FITTING, KINDS, TEXTS, kept_as, spoilt
from tests.crawl.addresses import label_of
from tests.crawl.reading import english_in, is_page, main_form, parse, typed
from tests.world import built_world, everything, registered_admins, rolled_back, world  # noqa: F401 - fixtures

SCRIPT = "<script>alert(1)"

NEEDS_MORE = {("admin:organization_unit_correct", ""): "another name or code than the present one"}
"""Forms that the values of :mod:`tests.bad_input.filling` do not satisfy, with what is missing."""


class Trial:
    """One form, into which one kind of bad input after the other is typed. ``wrong`` collects what went wrong."""

    def __init__(self, filled, is_add):
        self.filled, self.is_add = filled, is_add
        self.before = everything()
        self.wrong = []

    def try_(self, kind, changes):
        """Type *changes* and look at the answer. Everything is undone afterwards."""
        with rolled_back():
            answer = self.send(kind, changes)
            if answer is not None and not is_done(answer):
                self.must_say_why(kind, changes, answer)
        if answer is not None and not is_done(answer) and kind in FITTING:
            refused = set(chain.from_iterable(errors_by_name(answer)))
            self.must_be_saved(kind, {name: text for name, text in changes.items() if name not in refused})

    def send(self, kind, changes):
        try:
            answer = self.filled.post(changes, **({"_continue": "1"} if self.is_add else {}))
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.wrong.append(f"{kind}: {error!r} at {where.filename}:{where.lineno}")
            return None
        if answer.status_code == 302:
            self.must_come_back(kind, changes, answer)
        elif not is_done(answer) and (answer.status_code != 200 or not is_page(answer)):
            self.wrong.append(f"{kind}: answered with {answer.status_code}")
        return answer

    def must_be_saved(self, kind, changes):
        with rolled_back():
            answer = self.send(kind, changes)
            if answer is not None and not is_done(answer):
                self.wrong.append(f"{kind}: not saved: {[form.errors for form in forms_on(answer)]}")

    def must_say_why(self, kind, changes, answer):
        page = parse(answer)
        shown = " ".join(page.text_content().split())
        messages = [str(text) for form in forms_on(answer) for texts in form.errors.values() for text in texts]
        self.wrong += [f"{kind}: not on the page: {text}" for text in messages if plain(text) not in shown]
        self.wrong += [f"{kind}: in English: {text}" for text in messages if text.isascii()]
        self.wrong += [f"{kind}: in English: {text}" for text in english_in(page)]
        if not messages:
            self.wrong.append(f"{kind}: refused without a word")
        if SCRIPT in answer.content.decode():
            self.wrong.append(f"{kind}: not escaped")
        if everything() != self.before:
            self.wrong.append(f"{kind}: refused, yet something was written")
        held, sent = typed(main_form(page)), self.filled.with_(changes)
        for name in self.filled.fields:
            field = self.filled.fields[name]
            if not isinstance(field, forms.FileField) and not isinstance(field.widget, forms.PasswordInput):
                wanted = [text.replace("\x00", "") for text in sent.get(name, ()) if text != ""]
                kept = [text for text in held.get(name, ()) if text != ""]
                if wanted != kept:
                    self.wrong.append(f"{kind}: {name} was {wanted} and is now {kept}"[:300])

    def must_come_back(self, kind, changes, answer):
        """What was saved stands on the page of the record as it was typed, and nowhere as a script."""
        target = urljoin(self.filled.address, answer.headers["Location"])
        page = self.filled.address if self.filled.address.endswith("/change/") else target
        shown = self.filled.client.get(page, follow=True)
        if kind == "HTML":
            history = self.filled.client.get(page.replace("/change/", "/history/"), follow=True)
            if SCRIPT in shown.content.decode() + history.content.decode():
                self.wrong.append(f"{kind}: not escaped at {page}")
        form = main_form(parse(shown)) if "/change/" in page and kind in FITTING | DATES.keys() else None
        held = {} if form is None else typed(form)
        for name, text in changes.items():
            if name in held and held[name] != [kept_as(text)]:
                self.wrong.append(f"{kind}: {name} was {text!r} and came back as {held[name]}")


def is_done(answer):
    """Whether the form was taken: the answer leads on, or is the file that was asked for."""
    return answer.status_code == 302 or (answer.status_code == 200 and "Content-Disposition" in answer.headers)


def errors_by_name(answer):
    for form in forms_on(answer):
        yield [form.add_prefix(name) for name in form.errors]


def plain(text):
    return " ".join(strip_tags(text).split())


@pytest.mark.parametrize(("name", "deed"), form_pages())
def test_whatever_is_typed(name, deed, world, caplog):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")
    found = first_form(world, name, deed)
    if not found:
        pytest.fail(f"{name} {deed}: no account gets a form: say so in tests/bad_input/discovery.py", pytrace=False)
    client, address, answer = found
    is_add = name.endswith("_add")
    side = None
    if is_add:
        model = apps.get_model(label_of(name, list(registered_admins())))
        side = world.own if world.own in world.sides_of(model) else world.sides_of(model)[0]
    filled = Filled(client, address, answer, side and side.draft(model._meta.label_lower))
    trial = Trial(filled, is_add)

    with rolled_back():
        accepted = filled.post({})
        reasons = [] if is_done(accepted) else [form.errors for form in forms_on(accepted)]
    if is_done(accepted) is ((name, deed) in NEEDS_MORE):
        pytest.fail(f"{address}: {reasons or 'it is enough now'}", pytrace=False)

    for kind in KINDS:
        changes = {key: text for key, field in filled.fields.items() if (text := spoilt(kind, field)) is not None}
        if changes:
            trial.try_(kind, changes)
    if is_add:
        trial.try_("duplicate", Filled(client, address, answer, side.one(model._meta.label_lower)).texts())
    for key, field in filled.fields.items():
        if isinstance(field, forms.DateField) and field.clean(DATES["day"]) != date(2026, 11, 2):
            trial.wrong.append(f"{key}: 02/11/2026 is no 2 November")
    if trial.wrong:
        pytest.fail("\n".join([address, *trial.wrong]), pytrace=False)


@pytest.mark.parametrize("kind", TEXTS)
def test_whatever_is_typed_is_seen_before_it_is_sent(kind, world):  # noqa: F811
    """The letter beside the form shows what stands in the form, right or wrong, and writes nothing."""
    before = everything()
    typed_words = {"subject": TEXTS[kind], "text": TEXTS[kind], "duty": duty_of_the_lead(world)}
    answer = world.client("staff").post(reverse("admin:notices_remind_preview"), typed_words)
    assert answer.status_code == 200
    assert SCRIPT not in answer.content.decode()
    assert english_in(parse(answer)) == []
    assert everything() == before
