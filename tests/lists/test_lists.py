"""Every list costs the same number of queries for one row as for three, and an empty one says what comes next."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from danvan.access.door import rows_visible_to
from danvan.access.roles import Role
from danvan.access.scope import SharedScope
from danvan.organization.models import Membership, Unit
from danvan.site import PAGES
from tests.crawl.reading import parse
from tests.factories import logged_in, make_user
from tests.world import World, registered_admins, rights

pytestmark = pytest.mark.django_db

ROLES = {"administrator": Role.ADMINISTRATOR, "lead": Role.UNIT_LEAD}

# The queries of each list and page: for the administrator, for a lead of a unit. None: not open to the account.
QUERIES = {
    "awards.awardform": (7, 7),
    "awards.awardround": (8, 8),
    "awards.certificatelayout": (8, None),
    "awards.commendation": (14, 14),
    "awards.commendationtally": (10, None),
    "awards.decision": (10, None),
    "awards.dossier": (10, 9),
    "awards.nomination": (11, 10),
    "documents.documentnumber": (8, None),
    "documents.letterhead": (7, None),
    "documents.storedfile": (8, 8),
    "history.activity": (9, None),
    "history.refusedattempt": (9, None),
    "mail.outgoingmail": (10, None),  # three of them count what each filter would show
    "movements.campaign": (7, 7),
    "movements.exemplar": (10, 9),
    "movements.field": (7, 7),
    "movements.registration": (11, 10),
    "movements.report": (10, 9),
    "movements.reportingperiod": (9, 8),
    "movements.reportingscheme": (7, None),
    "notices.holiday": (9, None),
    "notices.inboxmessage": (7, 7),
    "notices.reconciliation": (13, None),
    "notices.reminder": (10, None),
    "notices.reminderrule": (7, None),
    "notices.settlement": (11, 11),
    "organization.area": (8, None),
    "organization.areasuccession": (7, None),
    "organization.assignment": (8, None),
    "organization.cluster": (7, None),
    "organization.collective": (8, 8),
    "organization.person": (8, 8),
    "organization.reorganisation": (9, None),
    "organization.unit": (12, 8),
    "organization.unitkind": (7, 7),
    "organization.user": (9, None),
    "movements_board": (14, 9),
    "movements_punctuality": (13, 9),
    "notices_duties": (13, 9),
    "awards_statistics": (16, 14),  # the kinds to choose from; the kinds and areas of the units that are counted
}  # fmt: skip


def lists():
    """The address of each list and page with the label of the model whose rows it shows."""
    found = {label: (f"admin:{label.replace('.', '_')}_changelist", label) for label in registered_admins()}
    return found | {name.partition(":")[2]: (name, label) for label, _icon, _words, name in PAGES}


class Viewer:
    """An account and the rows it sees, which all lie in its own unit or are shared by all."""

    def __init__(self, account, label):
        self.model, self.label = apps.get_model(label), label
        world = World()
        self.user = world.own.user = make_user(ROLES[account], world.own.unit)
        self.side = world.shared if isinstance(self.model.access_scope, SharedScope) else world.own
        self.client = logged_in(self.user)

    def sees(self, count):
        """Add rows until the viewer sees *count*."""
        while self.visible() < count:
            row = self.side.new(self.label)
            if isinstance(row, Unit):
                Membership.objects.create(user=self.user, unit=row, role=Role.UNIT_LEAD)
        assert self.visible() == count

    def visible(self):
        # Whom the account was before the row came is remembered for the length of a request only.
        return rows_visible_to(self.model, type(self.user).objects.get(pk=self.user.pk)).count()

    def queries(self, address):
        with CaptureQueriesContext(connection) as captured:
            answer = self.client.get(address)
        assert answer.status_code == 200
        return len(captured)


@pytest.mark.parametrize("account", ROLES)
@pytest.mark.parametrize("name", lists())
def test_a_list_costs_the_same_for_one_row_and_for_three(name, account):
    url_name, label = lists()[name]
    expected = dict(zip(ROLES, QUERIES[name], strict=True))[account]
    viewer = Viewer(account, label)
    try:
        address = reverse(url_name)
    except NoReverseMatch:
        pytest.fail(f"danvan/site.py names a page that does not exist: {url_name}")
    if expected is None:
        assert viewer.client.get(address).status_code in (302, 403)
        return
    viewer.sees(1)
    viewer.queries(address)  # fills the process's caches of content types and templates
    with_one = viewer.queries(address)
    viewer.sees(3)
    assert (with_one, viewer.queries(address)) == (expected, expected)


def test_every_list_has_its_number_here():
    assert set(lists()) == set(QUERIES), "add the new list to QUERIES, or take the old one out"


OPEN_LISTS = [(label, name) for label in registered_admins() for name in ROLES if "view" in rights(label, ROLES[name])]


@pytest.mark.parametrize(("label", "account"), OPEN_LISTS)
def test_an_empty_list_says_what_comes_next(label, account):
    viewer = Viewer(account, label)
    address = reverse(lists()[label][0])
    page = parse(viewer.client.get(address, {"q": "khongcogi"} if viewer.visible() else {}))
    shown = " ".join(page.xpath("//div[@id='content-main']")[0].text_content().split())
    assert gettext("This page yielded into no results. Create a new item or reset your filters.") in shown
    assert "No results" not in shown and "This page" not in shown
