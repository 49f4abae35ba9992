from danvan.organization.models.activation import Activation
from danvan.organization.models.addressed import ADDRESSING, Addressed
from danvan.organization.models.area import Area, AreaLevel, AreaSuccession
from danvan.organization.models.assignment import Assignment, Cluster
from danvan.organization.models.login import KnownPlace, LoginCounter
from danvan.organization.models.person import Collective, Person, PersonIdentity, Salutation
from danvan.organization.models.placed import PlacedFact, PlacedQuerySet
from danvan.organization.models.succession import Apportionment, Reorganisation, Succession
from danvan.organization.models.unit import Unit, UnitKind, UnitPlacement
from danvan.organization.models.user import Membership, User

__all__ = [
    "Activation",
    "ADDRESSING",
    "Addressed",
    "Apportionment",
    "Area",
    "AreaLevel",
    "AreaSuccession",
    "Assignment",
    "Cluster",
    "Collective",
    "KnownPlace",
    "LoginCounter",
    "Membership",
    "Person",
    "PersonIdentity",
    "PlacedFact",
    "PlacedQuerySet",
    "Reorganisation",
    "Salutation",
    "Succession",
    "Unit",
    "UnitKind",
    "UnitPlacement",
    "User",
]
