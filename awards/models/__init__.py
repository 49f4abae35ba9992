from awards.models.call import NominationCall
from awards.models.commendation import Commendation, CommendationTally
from awards.models.decision import Decision
from awards.models.dossier import Dossier, DossierPaper
from awards.models.form import AwardForm
from awards.models.layout import CertificateLayout, CertificateText
from awards.models.nomination import ApprovalSlip, Nomination
from awards.models.round import AwardRound

__all__ = [
    "ApprovalSlip",
    "AwardForm",
    "AwardRound",
    "CertificateLayout",
    "CertificateText",
    "Commendation",
    "CommendationTally",
    "Decision",
    "Dossier",
    "DossierPaper",
    "Nomination",
    "NominationCall",
]
