"""From reports that did not come on to what brings them: a text for Zalo, a reminder, the official letter."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy

from danvan.notices.domain.contacts import ADD
from danvan.notices.views.choosing import value_of
from danvan.notices.views.duties import OTHER_DEEDS
from movements.domain.board import text_of_late
from movements.domain.duties import RETURNED_REPORT, source_of
from movements.enums import ReportState

WAYS = (*OTHER_DEEDS, (ADD, gettext_lazy("Write down a call or message"), "admin:notices_duties_contact"))


class Late(NamedTuple):
    """The late reports of one period: how many, the message to their units, and themselves as the pages of deeds take
    them."""

    title: str
    count: int
    text: str
    duties: str


def pressing(user, groups, today, back):
    """What a page shows *user*, who is of the Ban, of *groups*: pairs of a period and its late reports.

    Periods come with their scheme, reports with their unit. The pages of deeds return to the address *back*.
    """
    late = [
        Late(period.title, len(reports), text_of_late(reports, period, today), duties_of(reports, period))
        for period, reports in groups
    ]
    return {"late": late, "ways": ways_of(user), "back": back}


def ways_of(user, ways=WAYS):
    """The words and addresses of the pages that *user* may go on to with the duties that were chosen."""
    return [(words, reverse(name)) for permission, words, name in ways if user.has_perm(permission)]


def duties_of(reports, period):
    """*reports*, all of *period*, as one value of the parameter ``duty`` of these pages."""
    return " ".join(value_of(codes_of(report, period)[0], report.pk) for report in reports)


def codes_of(report, period):
    """The sources whose duty *report* of *period* is or was, first the one to which it is owed now."""
    codes = [source_of(period.scheme.kind), RETURNED_REPORT]
    return codes[::-1] if report.state == ReportState.RETURNED else codes
