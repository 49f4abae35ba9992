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
    "awards.awardform": (8, 8),
    "awards.awardround": (9, 9),
    "awards.certificatelayout": (9, None),
    "awards.commendation": (15, 15),
    "awards.commendationtally": (11, None),
    "awards.decision": (11, None),
    "awards.dossier": (11, 10),
    "awards.nomination": (12, 11),
    "documents.documentnumber": (9, None),
    "documents.letterhead": (8, None),
    "documents.storedfile": (9, 9),
    "history.activity": (10, None),
    "history.refusedattempt": (10, None),
    "mail.outgoingmail": (11, None),  # three of them count what each filter would show
    "movements.campaign": (8, 8),
    "movements.exemplar": (11, 10),
    "movements.field": (8, 8),
    "movements.registration": (12, 11),
    "movements.report": (11, 10),
    "movements.reportingperiod": (10, 9),
    "movements.reportingscheme": (8, None),
    "notices.holiday": (10, None),
    "notices.inboxmessage": (8, 8),
    "notices.reconciliation": (13, None),
    "notices.reminder": (11, None),
    "notices.reminderrule": (8, None),
    "notices.settlement": (11, 11),
    "organization.area": (9, None),
    "organization.areasuccession": (8, None),
    "organization.assignment": (9, None),
    "organization.cluster": (8, None),
    "organization.collective": (9, 9),
    "organization.person": (9, 9),
    "organization.reorganisation": (10, None),
    "organization.unit": (13, 9),
    "organization.unitkind": (8, 8),
    "organization.user": (10, None),
    "movements_board": (15, 10),
    "movements_punctuality": (13, 8),
    "notices_duties": (13, 9),
    "awards_statistics": (17, 15),  # the kinds to choose from; the kinds and areas of the units that are counted
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
