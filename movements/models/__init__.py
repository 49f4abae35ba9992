from movements.models.call import RegistrationCall
from movements.models.campaign import Campaign
from movements.models.exemplar import Exemplar
from movements.models.extension import Extension
from movements.models.field import Field
from movements.models.period import ReportingPeriod
from movements.models.registration import Registration
from movements.models.report import Report, ReportFile
from movements.models.scheme import ReportingScheme, ScheduleOverride

__all__ = [
    "Campaign",
    "Exemplar",
    "Extension",
    "Field",
    "Registration",
    "RegistrationCall",
    "Report",
    "ReportFile",
    "ReportingPeriod",
    "ReportingScheme",
    "ScheduleOverride",
]
