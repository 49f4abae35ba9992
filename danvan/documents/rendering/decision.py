"""Decisions as .docx, to be worked on in Word before they are signed."""

import io

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from danvan.documents.rendering.data import DecisionData
from danvan.documents.rendering.decision_text import decision_text
from danvan.documents.rendering.typesetting import TEMPLATES


def render_decision_docx(data: DecisionData, *, sample: bool) -> bytes:
    """Return the decision with its annexes as an editable .docx in the layout of its style."""
    return filled(f"decision_{data.style}.docx", decision_text(data, sample=sample))


def filled(name: str, texts: dict) -> bytes:
    """Return the kept template *name* with *texts* in it."""
    template = DocxTemplate(TEMPLATES / name)
    environment = SandboxedEnvironment(autoescape=True, finalize=_literal)
    template.render(texts, environment, autoescape=True)
    document = io.BytesIO()
    template.save(document)
    return document.getvalue()


def _literal(value):
    # docxtpl turns "{_{" and "%_}" in the finished text into jinja's marks; braces as references stay as typed.
    if not isinstance(value, str):
        return value
    return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))
