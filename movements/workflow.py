"""The states of what the movement keeps, as tables: from, deed, to, words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from danvan import clock
from danvan.workflow import Transition, Workflow
from movements.enums import CampaignState, RegistrationState

# --- the movement of a year -------------------------------------------------------------------------------------------

CAMPAIGN = Workflow(
    "movements.campaign",
    (
        Transition(
            "launch",
            (CampaignState.DRAFT,),
            CampaignState.LAUNCHED,
            _("Launch"),
            _("launched the movement"),
            tone="primary",
        ),
        Transition(
            "conclude",
            (CampaignState.LAUNCHED,),
            CampaignState.CONCLUDED,
            _("Conclude"),
            _("concluded the movement"),
        ),
    ),
)

# --- registrations ----------------------------------------------------------------------------------------------------


def campaign_takes_registrations(registration, actor):
    """Sent while the movement runs and not before the window opens. A late one is taken, and shows as late."""
    campaign = registration.campaign
    if campaign.state != CampaignState.LAUNCHED:
        return _("The movement is not open.")
    if clock.today() < campaign.registration_opens:
        return _("Registration opens on %(date)s.") % {"date": campaign.registration_opens.strftime("%d/%m/%Y")}
    return None


REGISTRATION = Workflow(
    "movements.registration",
    (
        Transition(
            "submit",
            (RegistrationState.DRAFT, RegistrationState.RETURNED),
            RegistrationState.SUBMITTED,
            _("Send the registration"),
            _("sent the registration"),
            guard=campaign_takes_registrations,
            tone="primary",
        ),
        Transition(
            "accept",
            (RegistrationState.SUBMITTED,),
            RegistrationState.ACCEPTED,
            pgettext_lazy("button", "Accept"),
            _("accepted the registration"),
            tone="primary",
        ),
        Transition(
            "return",
            (RegistrationState.SUBMITTED,),
            RegistrationState.RETURNED,
            _("Return to be completed"),
            _("returned the registration to be completed"),
            reason_required=True,
        ),
        Transition(
            "recognise",
            (RegistrationState.ACCEPTED,),
            RegistrationState.RECOGNISED,
            _("Recognise"),
            _("recognised the model"),
            tone="primary",
        ),
        Transition(
            "decline",
            (RegistrationState.SUBMITTED, RegistrationState.ACCEPTED),
            RegistrationState.DECLINED,
            _("Do not recognise"),
            _("did not recognise the model"),
            reason_required=True,
            tone="danger",
        ),
    ),
)
