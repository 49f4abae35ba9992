"""Decisions as print-ready PDF."""

from danvan.documents.rendering.data import DecisionData
from danvan.documents.rendering.decision_text import decision_text
from danvan.documents.rendering.typesetting import typeset


def render_decision_pdf(data: DecisionData, *, sample: bool) -> bytes:
    """Return the decision with its annexes as PDF, with the same words as the .docx of the same data."""
    return typeset("decision.typ", decision_text(data, sample=sample))
