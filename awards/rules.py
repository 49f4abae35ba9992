"""Rules of commendation. Pure: they are given data and answer with a verdict."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Verdict:
    """Whether a rule is kept, why not, and where the rule stands."""

    ok: bool
    reason: str = ""
    source: Any = ""


@dataclass(frozen=True)
class Earlier:
    """An earlier commendation of the same subject. The period is empty where its decision names none."""

    form: str
    decision: str
    issued_on: date
    achievement_from: date | None = None
    achievement_to: date | None = None


LAW_ART_5 = gettext_lazy("Law on Emulation and Commendation 2022, article 5 (2)")


def rewarded_once(achievement_from, achievement_to, earlier):
    """R1: one achievement is not rewarded twice. *earlier* are the Earlier of the same subject.

    An earlier decision that names no period counts up to its own date (R2). Both ends of a period belong to it.
    """
    for one in earlier:
        begun = one.achievement_from is None or one.achievement_from <= achievement_to
        if begun and achievement_from <= (one.achievement_to or one.issued_on):
            words = _("Already commended for this time: %(form)s, decision %(decision)s of %(date)s.")
            values = {"form": one.form, "decision": one.decision, "date": one.issued_on.strftime("%d/%m/%Y")}
            return Verdict(False, words % values, LAW_ART_5)
    return Verdict(True, source=LAW_ART_5)


def missing_papers(present, labels):
    """R8: the kinds of paper a dossier still lacks, as their *labels*. *present* are the kinds it holds."""
    return [label for kind, label in labels.items() if kind not in present]


def issue_date(issued_on, approved_on, today):
    """R24: a decision is dated no earlier than the last approval it rests on, and not in the future."""
    if issued_on > today:
        return Verdict(False, _("The date lies in the future."))
    if approved_on is not None and issued_on < approved_on:
        words = _("The date lies before the approval of %(date)s.")
        return Verdict(False, words % {"date": approved_on.strftime("%d/%m/%Y")})
    return Verdict(True)
