"""The office with every kind of visitor in it, each with a live session."""

from contextlib import contextmanager
from datetime import timedelta

from django.contrib import admin
from django.test import Client

from danvan import clock
from danvan.access.roles import Role
from danvan.organization.models import Membership
from tests.factories import logged_in, make_user
from tests.isolation.case import Case
from tests.isolation.cast import ACTORS, BY_NAME
from tests.world import OWN, World, unchanged

WAITING = (
    ("movements.report", "returned"),
    ("movements.registration", "returned"),
    ("movements.registration", "submitted"),
    ("awards.dossier", "returned"),
    ("awards.dossier", "submitted"),
)
"""What start pages show as tasks or count."""


class Office:
    """The world, and the clients of all visitors. The ghosts' sessions are older than what happened to them."""

    def __init__(self):
        self.world = world = World().populate_the_family()
        for side in (world.own, world.other):
            for label, state in WAITING:
                side.in_state(label, state)
        # The Ban's own word about the unit that looks, and to it: kinds of which no unit has rows of its own.
        world.own.new("notices.contact")
        world.own.new("notices.reminder", rule=None, extra=world.ban.one("notices.extrareminder"))
        users = dict(world.accounts)
        users |= {"lead of the superior": world.parent.user, "lead of the subordinate": world.child.user}
        users["unit viewer"] = make_user(Role.UNIT_VIEWER, world.own.unit)
        users |= {name: make_user(Role.UNIT_LEAD, world.own.unit) for name in ("closed", "ended", "moved")}
        self.users = users
        self.clients = {"anonymous": Client()} | {name: logged_in(user) for name, user in users.items()}
        for name in ("closed", "ended", "moved"):
            assert self.clients[name].get("/admin/").status_code == 200
            self.clients[name].get("/admin/search/", {"s": OWN[:4], "extended": "1"})  # whatever a cache keeps of it
        self._make_ghosts()

    def _make_ghosts(self):
        closed, ended, moved = (self.users[name] for name in ("closed", "ended", "moved"))
        closed.is_active = False
        closed.save()
        yesterday = clock.today() - timedelta(days=1)
        for user in (ended, moved):
            membership = user.memberships.get()
            membership.valid_to = yesterday
            membership.save()
        Membership.objects.create(user=moved, unit=self.world.other.unit, role=Role.UNIT_LEAD)

    def case(self, actor, label, site=admin.site):
        return Case(site=site, world=self.world, actor=BY_NAME[actor], client=self.clients[actor], label=label)

    def cases(self, label, actors=None, site=admin.site):
        """A case for each of the visitors called *actors*, or for all."""
        names = [actor.name for actor in ACTORS] if actors is None else actors
        return [self.case(name, label, site) for name in names]

    @contextmanager
    def as_built(self):
        with unchanged(self.world):
            yield self
