from movements.models.campaign import Campaign
from movements.models.exemplar import Exemplar
from movements.models.field import Field
from movements.models.registration import Registration

__all__ = ["Campaign", "Exemplar", "Field", "Registration"]
