"""The message to units about what they owe, to be pasted into Zalo."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.calendar.working_days import days_between


def text_for_zalo(duties, today):
    """A message that names the units of *duties* (Duty rows) with their due dates; empty when there are none.

    Duties of one title stand together, in the order in which they came.
    """
    groups = defaultdict(list)
    for duty in duties:
        groups[duty.title].append(duty)
    lines = []
    for title, group in groups.items():
        words = _("By %(today)s these units have not sent “%(report)s”:")
        lines.append(words % {"today": f"{today:%d/%m/%Y}", "report": title})
        for number, duty in enumerate(group, 1):
            lines.append(_line(number, duty, days_between(duty.due_on, today)))
        lines.append("")
    if lines:
        lines.append(_("Please send it soon. If it has gone by another way, kindly tell the Ban. Thank you."))
    return "\n".join(lines)


def _line(number, duty, days_late):
    words = _("%(number)s. %(unit)s (due on %(due)s)")
    if days_late > 0:
        words = ngettext(
            "%(number)s. %(unit)s (due on %(due)s, %(days)s day late)",
            "%(number)s. %(unit)s (due on %(due)s, %(days)s days late)",
            days_late,
        )
    return words % {"number": number, "unit": duty.unit_name, "due": f"{duty.due_on:%d/%m/%Y}", "days": days_late}
