"""A lead goes from one unit to another while being logged in: the next request of every kind knows it."""

from datetime import timedelta

import pytest

from danvan import clock
from danvan.access.roles import Role
from danvan.organization.models import Membership
from danvan.workflow.admin import TransitionsMixin
from tests.crawl.addresses import addresses, deeds_of
from tests.factories import logged_in, make_user
from tests.isolation.answers import told_by
from tests.world import MAKERS, OTHER, OWN, registered_admins, registered_labels, rolled_back, traces

pytestmark = [pytest.mark.isolation, pytest.mark.usefixtures("quiet")]


def happen(what, user, world):
    membership = user.memberships.get()
    if what == "deleted":
        membership.delete()
        return
    if what == "closed":
        user.is_active = False
        user.save()
        return
    membership.valid_to = clock.today() - timedelta(days=1)
    membership.save()
    if what == "moved":
        Membership.objects.create(user=user, unit=world.other.unit, role=Role.UNIT_LEAD)


@pytest.mark.parametrize(
    "what", ["moved", *(pytest.param(what, marks=pytest.mark.full) for what in ("ended", "deleted", "closed"))]
)
def test_nothing_of_the_old_unit_at_the_next_request(what, office, record_property):
    world = office.world
    user = make_user(Role.UNIT_LEAD, world.own.unit)
    client = logged_in(user)
    rows = {label: world.own.rows.get(label, [])[:1] for label in MAKERS}
    found, _unknown = addresses(rows, registered_labels())
    asked = list(dict.fromkeys(address for each in found.values() for address in each))
    before = {address: told_by(client.get(address)) for address in asked if "logout" not in address}
    knew = [address for address, text in before.items() if traces(text, [OWN])]
    assert len(knew) > 40, "the pages told of the unit before"

    happen(what, user, world)

    stale = [address for address in before if traces(told_by(client.get(address)), [OWN])]
    stale += posts_that_change(client, world, rows)
    record_property("figure", f"transfer how={what} requests={len(before)} knew={len(knew)} stale={len(stale)}")
    assert stale == []
    start = client.get("/admin/")
    now = (200, [OTHER]) if what == "moved" else (302, [])
    assert (start.status_code, traces(told_by(start), [OTHER])[:1]) == now


def posts_that_change(client, world, rows):
    """The addresses at which a post with an old key still changes something: forms, deeds, deletion, actions."""
    changed = []
    for label in registered_labels():
        for row in rows.get(label, ()):
            name = label.replace(".", "/")
            targets = [
                (f"/admin/{name}/{row.pk}/change/", {"name": "x", "title": "x"}),
                (f"/admin/{name}/{row.pk}/delete/", {"post": "yes"}),
                (f"/admin/{name}/", {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}),
            ]
            if isinstance(registered_admins().get(label), TransitionsMixin):
                targets += [(f"/admin/{name}/{row.pk}/deed/{deed}/", {"reason": "vì"}) for deed in deeds_of(label)]
            for address, data in targets:
                with rolled_back():
                    before = everything_of(row)
                    client.post(address, data)
                    if everything_of(row) != before:
                        changed.append(address)
    return changed


def everything_of(row):
    return list(type(row)._base_manager.filter(pk=row.pk).values())
