"""Deeds of the Ban for many reports at once: all of them or none, and once for each form that asks for it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.history.actions import LABELS
from danvan.notices.domain.once import once
from danvan.workflow import NotAllowed, Refused
from movements.domain import report as domain

LABELS["reports.receive"] = gettext_lazy("recorded for several units what came in writing")
LABELS["reports.extend"] = gettext_lazy("extended the due date of several units")
LABELS["reports.exempt"] = gettext_lazy("exempted several units")


class RefusedForSome(Refused):
    """Nothing was done. ``reasons`` says why, by the ids of the reports that stood in the way."""

    def __init__(self, reasons):
        super().__init__(_("Nothing was recorded: see the units that are marked."))
        self.reasons = reasons


def receive_selected(*, reports, actor, own=None, form_key, **came):
    """Record that *reports* came another way, as :func:`movements.domain.report.receive_elsewhere` does for one.

    *came* holds for all; ``own`` maps the id of a report to what it has of its own, such as its number and its scan.
    Returns False, and does nothing, when the form with *form_key* (a UUID) was sent before. Raises NotAllowed, or
    RefusedForSome.
    """
    own = own or {}
    return _all_or_none(
        "receive",
        reports,
        actor,
        form_key,
        lambda report: domain.receive_elsewhere(obj=report, actor=actor, **came | own.get(report.pk, {})),
    )


def extend_selected(*, reports, actor, new_due_on, reason, form_key):
    """Give the units of *reports* until *new_due_on*. Returns and raises as :func:`receive_selected`."""
    return _all_or_none(
        "extend",
        reports,
        actor,
        form_key,
        lambda report: domain.extend(obj=report, actor=actor, new_due_on=new_due_on, reason=reason),
    )


def exempt_selected(*, reports, actor, reason, form_key):
    """Let the units off *reports*. Returns and raises as :func:`receive_selected`."""
    return _all_or_none(
        "exempt", reports, actor, form_key, lambda report: domain.exempt(obj=report, actor=actor, reason=reason)
    )


def _all_or_none(deed, reports, actor, form_key, do):
    def do_all():
        reasons = {}
        # In one order, so that two of these wait for each other and neither is chosen as the victim of a deadlock.
        for report in sorted(reports, key=lambda report: report.pk):
            try:
                do(report)
            except NotAllowed:
                raise
            except Refused as refused:
                reasons[report.pk] = str(refused)
        if reasons:
            raise RefusedForSome(reasons)

    words = "\n".join(map(str, reports))
    return once(form_key=form_key, actor=actor, action=f"reports.{deed}", do=do_all, about=words)
