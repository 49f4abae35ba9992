"""Who looks: every kind of visitor, and what the policy lets each do with whose rows."""

from dataclasses import dataclass

from tests.isolation import policy
from tests.isolation.policy import LOGIN, MISSING, Access


@dataclass(frozen=True)
class Actor:
    """A visitor. ``column`` is the one of the policy, none for who has no membership; ``home`` the word of the unit.

    ``like`` names another visitor to whom the policy gives the same rights; only the way there was another.
    """

    name: str
    column: str = ""
    home: str = ""
    like: str = ""

    @property
    def is_of_a_unit(self):
        return self.column in ("lead", "unit viewer")


ACTORS = [
    Actor("anonymous"),
    Actor("nobody"),
    Actor("closed", like="nobody"),
    Actor("ended", like="nobody"),
    Actor("lead", "lead", "own"),
    Actor("lead of the superior", "lead", "parent", like="lead"),
    Actor("lead of the subordinate", "lead", "child", like="lead"),
    Actor("moved", "lead", "other", like="lead"),
    Actor("unit viewer", "unit viewer", "own"),
    Actor("council member", "council member"),
    Actor("auditor", "auditor"),
    Actor("clerk", "clerk"),
    Actor("staff", "officer"),
    Actor("leader", "leader"),
    Actor("administrator", "administrator"),
]
"""Those whose account is closed or whose membership has ended still have the session of before; so has who moved."""

ON_SQLITE = ("anonymous", "nobody", "lead", "unit viewer", "council member")
"""One of each way into a part of the rows, or into none. The Ban reaches all of them: there the role table decides."""

BY_NAME = {actor.name: actor for actor in ACTORS}


def access_of(actor, label, side):
    """The Access of *actor* to the rows of *side* (own, parent, child, sibling, other, ban, shared) of the kind."""
    if not actor.column:
        return Access(instead=LOGIN)
    row = policy.kinds()[label]
    if not actor.is_of_a_unit:
        return row[actor.column]
    own = row[actor.column]
    if side in (actor.home, "shared"):
        return own
    beyond = row["unpublished" if side == "ban" else "another unit"]
    return beyond if own.reads else Access(instead=own.instead or MISSING)
