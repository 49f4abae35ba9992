from movements.models.campaign import Campaign, CampaignState
from movements.models.exemplar import Exemplar, ExemplarKind, SubjectKind
from movements.models.field import Field
from movements.models.registration import Registration, RegistrationState, RegistrationStatus

__all__ = [
    "Campaign",
    "CampaignState",
    "Exemplar",
    "ExemplarKind",
    "Field",
    "Registration",
    "RegistrationState",
    "RegistrationStatus",
    "SubjectKind",
]
