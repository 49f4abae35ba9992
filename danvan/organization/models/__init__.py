from danvan.organization.models.area import Area, AreaLevel
from danvan.organization.models.login import KnownPlace, LoginCounter
from danvan.organization.models.person import Collective, Person, PersonIdentity, Salutation
from danvan.organization.models.unit import Unit, UnitKind, UnitPlacement
from danvan.organization.models.user import Membership, User

__all__ = [
    "Area",
    "AreaLevel",
    "Collective",
    "KnownPlace",
    "LoginCounter",
    "Membership",
    "Person",
    "PersonIdentity",
    "Salutation",
    "Unit",
    "UnitKind",
    "UnitPlacement",
    "User",
]
