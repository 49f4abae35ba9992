"""Reading a page as a visitor would: its words, its links, its forms."""

import re
from functools import cache
from urllib.parse import urlsplit

from django.utils import translation
from lxml import html

from tests.lint.completeness import SAME_IN_VIETNAMESE, read_sources

HOST = "testserver"
TYPED_HOST = "example.vn"
"""Stands only in addresses that people typed, as that of a source. Following such a link is up to the reader."""

SPOKEN = ("title", "alt", "placeholder", "aria-label", "label")
"""Attributes that are shown or read out, beside ``data-*`` and the words on buttons."""

NAMES = (
    "data-ajax--cache",
    "data-allow-clear",
    "data-app-label",
    "data-field-name",
    "data-inline-type",
    "data-model-name",
    "data-popup",
    "data-simplebar-auto-hide",
)
"""Attributes that hold names of the code for scripts."""

_SILENT = ("script", "style", "noscript")
_SCRIPT_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'')
_WORD = re.compile(r"[A-Za-z]{2,}")
_ADDRESS = re.compile(r"(?:https?:)?//([\w.:-]+)")


def parse(answer):
    """The page of *answer* as a tree."""
    return html.document_fromstring(answer.content.decode().replace("\x00", ""))


def is_page(answer):
    """Whether *answer* is a page: not a file, and not an empty way to another page."""
    return answer.headers.get("Content-Type", "").startswith("text/html") and bool(answer.content)


def has_nested_forms(answer):
    """Whether a form begins before another has ended: browsers drop the inner one, and its button sends the outer."""
    depth = 0
    for mark in re.findall(r"<(/?)form\b", answer.content.decode()):
        depth += -1 if mark else 1
        if depth > 1:
            return True
    return False


# --- English ----------------------------------------------------------------------------------------------------------


@cache
def english():
    """The English texts that a visitor must never meet: every msgid but those that are the same in Vietnamese.

    A text without a translation is among them.
    """
    texts = set()
    with translation.override("vi"):
        for message in read_sources().places:
            vietnamese = translation.pgettext(message.context, message.msgid) if message.context else ""
            vietnamese = vietnamese or translation.gettext(message.msgid)
            same = vietnamese == message.msgid and set(_WORD.findall(message.msgid)) <= SAME_IN_VIETNAMESE
            texts |= {capital(text) for text in (message.msgid, message.plural) if text and not same}
    return texts | {text[:1].lower() + text[1:] for text in texts}


def capital(text):
    return text[:1].upper() + text[1:]


def english_in(page):
    """The English texts on *page* (a tree), each with where it stands."""
    texts = ((where, " ".join(text.split())) for where, text in spoken(page) if text and not text.isspace())
    return [f"{where}: {text}" for where, text in texts if text in english()]


def spoken(page):
    """Every text of *page* that is shown, read out, or held by a script (where single small words are code)."""
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script":
            yield from (("script", text) for text in _script_texts(element.text or ""))
        elif element.tag not in _SILENT and not _is_icon(element):
            yield f"<{element.tag}>", element.text or ""
        yield "text", element.tail or ""
        for name, value in element.items():
            is_button = element.tag == "input" and element.get("type") in ("submit", "button", "reset")
            if name in NAMES:
                continue
            if name in SPOKEN or name.startswith("data-") or (name == "value" and is_button):
                yield f"<{element.tag} {name}>", value
            elif name.startswith(("x-", "@", ":")):
                yield from ((f"<{element.tag} {name}>", text) for text in _script_texts(value))


def _script_texts(script):
    texts = (found[1] or found[2] or "" for found in _SCRIPT_STRING.finditer(script))
    return (text for text in texts if " " in text or text[:1].isupper())


def _is_icon(element):
    """Icons are drawn by a font from their English names."""
    return "material-symbols-outlined" in element.get("class", "")


# --- Links ------------------------------------------------------------------------------------------------------------


def foreign_hosts(page):
    """The attributes of *page* that name another host. A name of an XML namespace is no address."""
    return [
        f"<{element.tag} {name}>: {value}"
        for element in page.iter()
        if isinstance(element.tag, str)
        for name, value in element.items()
        if not name.startswith("xmlns")
        for host in _ADDRESS.findall(value)
        if host not in (HOST, TYPED_HOST)
    ]


def links(page):
    """The addresses on this host that *page* links to."""
    for element in page.iter("a", "link", "iframe", "img"):
        address = urlsplit(element.get("href") or element.get("src") or "")
        if address.scheme in ("", "http") and address.netloc in ("", HOST) and (address.path or address.query):
            yield address


# --- Forms ------------------------------------------------------------------------------------------------------------


def typed(form):
    """What the controls of *form* (an element) hold, as a browser would send it: name → list of values."""
    sent = {}
    for control in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        name, kind = control.get("name"), control.get("type", "text")
        if control.get("disabled") is not None or kind in ("submit", "button", "image", "reset", "file"):
            continue
        if control.tag == "select":
            chosen = control.xpath(".//option[@selected]")
            if not chosen and control.get("multiple") is None:
                chosen = control.xpath(".//option[1]")
            values = [option.get("value", option.text or "") for option in chosen]
        elif control.tag == "textarea":
            # A browser drops the line break that follows the opening tag.
            values = [(control.text or "").removeprefix("\n")]
        elif kind in ("checkbox", "radio"):
            values = [control.get("value", "on")] if control.get("checked") is not None else []
        else:
            values = [control.get("value", "")]
        if values or control.tag == "select":
            sent.setdefault(name, []).extend(values)
    return sent


def main_form(page):
    """The form of a change page, a deed, an upload: the one that posts to its own page."""
    forms = page.xpath("//form[@method='post' and not(@id='logout-form') and not(contains(@action, 'logout'))]")
    own = [form for form in forms if form.get("id", "").endswith("_form")] or forms
    return own[-1] if own else None
