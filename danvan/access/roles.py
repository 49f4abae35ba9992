"""The role table: who may do what with which kind of record. The only place where rights are written.

Read a row as "of these records, the administrator may …, the leader may …". The verbs ``view add change delete`` are
Django's, ``import`` and ``export`` are those of ``transfers``, the rest are the actions of the workflow tables. A verb
that is not named is denied. ``personal`` is to read what a model calls its ``personal_fields``. The Ban's roles reach
every unit; a unit's lead (U) and its viewer (R) reach the own unit only (see ``Role.reaches_everything``), never a
superior or subordinate one.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("administrator")
    LEADER = "leader", _("leader of the Ban")
    STAFF = "staff", _("officer of the Ban")
    CLERK = "clerk", _("clerk")
    COUNCIL_MEMBER = "council_member", _("council member")
    UNIT_LEAD = "unit_lead", _("unit lead")
    UNIT_VIEWER = "unit_viewer", _("unit viewer")
    VIEWER = "viewer", _("viewer")

    @property
    def reaches_everything(self) -> bool:
        return self not in (Role.UNIT_LEAD, Role.UNIT_VIEWER)

    @property
    def is_of_the_ban(self) -> bool:
        """Whether only the Ban's own people hold it. A council also has members from other offices."""
        return self not in (Role.UNIT_LEAD, Role.UNIT_VIEWER, Role.COUNCIL_MEMBER)


A, L, S, C, M, U, R, V = Role
EDIT = "view add change delete"

RIGHTS: dict[str, dict[Role, str]] = {
    # --- the ground -------------------------------------------------------------------------------------------------
    "organization.area": {A: EDIT, S: "view", L: "view", C: "view", V: "view"},
    "organization.areasuccession": {A: EDIT, S: "view", L: "view", C: "view", V: "view"},
    "organization.unitkind": {A: EDIT, S: "view", L: "view", C: "view", U: "view", R: "view", V: "view"},
    "organization.unit": {A: EDIT + " import export correct", S: "view add change import export", L: "view", C: "view",
                          M: "view",
                          U: "view", R: "view", V: "view"},
    "organization.unitplacement": {A: "view", S: "view", L: "view", C: "view", V: "view"},
    # Who may not change accounts invites those alone that have no role of the Ban.
    "organization.reorganisation": {A: EDIT + " confirm cancel", S: EDIT + " confirm cancel", L: "view", C: "view",
                                    V: "view"},
    "organization.succession": {A: "view", S: "view", L: "view", C: "view", V: "view"},
    "organization.apportionment": {A: "view", S: "view", L: "view", C: "view", V: "view"},
    # Who may not change accounts invites those alone that never had a role of the Ban. "reset" takes the second step of
    # logging in away.
    "organization.user": {A: "view add change personal invite reset", S: "view personal invite", L: "view personal"},
    "organization.membership": {A: EDIT, S: "view", L: "view"},
    "organization.person": {A: EDIT + " personal merge unmerge", S: EDIT + " personal merge unmerge",
                            L: "view personal", C: "view personal", M: "view",
                            U: "view add change personal", R: "view personal", V: "view"},
    # "reveal" is to read the number in full, for a reason. Nobody reads it elsewhere, so nobody holds "personal".
    "organization.personidentity": {A: "view change reveal", S: "view change reveal", L: "view", C: "view",
                                    U: "view change"},
    "organization.collective": {A: EDIT, S: EDIT, L: "view", C: "view", M: "view", U: "view add change",
                                R: "view", V: "view"},
    "organization.assignment": {A: EDIT, L: "view add change", S: "view", C: "view", V: "view"},
    "organization.cluster": {A: EDIT, S: EDIT, L: "view", C: "view", V: "view"},
    "history.activity": {A: "view"},
    "history.refusedattempt": {A: "view"},
    # --- documents and mail -----------------------------------------------------------------------------------------
    # Whoever sees a file may report that it was uploaded by mistake.
    "documents.storedfile": {A: "view report release destroy", L: "view report", S: "view add report",
                             C: "view add report", M: "view report", U: "view add report", R: "view report",
                             V: "view report"},
    "documents.letterhead": {A: EDIT, S: "view", C: "view", L: "view"},
    "documents.documentnumber": {A: "view", S: "view", L: "view", C: "view void"},
    "mail.outgoingmail": {A: "view resend", S: "view resend", L: "view"},
    "transfers.importjob": {A: "view", S: "view", U: "view"},
    "notices.holiday": {A: EDIT, S: EDIT, L: "view", C: "view"},
    "notices.reminderrule": {A: EDIT, S: "view change", L: "view"},
    # "send" is to remind by hand, whatever the steps say.
    "notices.reminder": {A: "view", S: "view send", L: "view"},
    # "record" is to write down that a duty came another way, that a unit is exempt or has longer, "withdraw" to take
    # that back. Of reports the rights of the report itself are asked as well.
    "notices.reconciliation": {A: "view run", S: "view run", L: "view"},
    "notices.settlement": {A: "view", S: "view record withdraw", L: "view", C: "view record withdraw", U: "view",
                           R: "view", V: "view"},
    "notices.contact": {A: "view", S: "view add", L: "view", C: "view add"},
    "notices.inboxmessage": {A: "view", L: "view", S: "view", C: "view", M: "view", U: "view", R: "view", V: "view"},
    # --- the movement -----------------------------------------------------------------------------------------------
    "movements.field": {A: EDIT, S: "view", L: "view", C: "view", M: "view", U: "view", R: "view", V: "view"},
    "movements.campaign": {A: EDIT, S: "view add change launch conclude", L: "view launch conclude", C: "view",
                           M: "view",
                           U: "view", R: "view", V: "view"},
    "movements.exemplar": {A: "view export", S: "view add change export", L: "view export", C: "view", M: "view",
                           U: "view add change", R: "view", V: "view"},
    "movements.registration": {A: "view export",
                               S: "view add change import export submit accept return recognise decline",
                               L: "view export recognise", C: "view", M: "view", U: "view add change import submit", R: "view",
                               V: "view"},
    "movements.reportingscheme": {A: EDIT, S: "view add change", L: "view", C: "view"},
    # What is another day for a movement or a unit is changed with its scheme.
    "movements.scheduleoverride": {A: EDIT, S: EDIT, L: "view", C: "view"},
    "movements.reportingperiod": {A: EDIT, S: "view add change open enlist redate close reopen", L: "view", C: "view",
                                  U: "view", R: "view", V: "view"},
    "movements.report": {A: "view export", S: "view change export accept return exempt reopen receive extend copy",
                         L: "view export",
                         C: "view receive copy", U: "view change submit copy", R: "view", V: "view"},
    "movements.registrationcall": {A: "view", S: "view", L: "view", C: "view", U: "view", R: "view", V: "view"},
    "movements.extension": {A: "view", S: "view", L: "view", C: "view", U: "view", R: "view", V: "view"},
    # --- awards -----------------------------------------------------------------------------------------------------
    "awards.awardform": {A: EDIT, S: "view", L: "view", C: "view", M: "view", U: "view", R: "view", V: "view"},
    "awards.awardround": {A: EDIT, S: "view add change open close", L: "view", C: "view", M: "view", U: "view",
                          R: "view", V: "view"},
    "awards.nominationcall": {A: "view", S: "view", L: "view", C: "view", U: "view", R: "view", V: "view"},
    "awards.dossier": {A: "view", S: "view add change submit receive return conclude", L: "view", C: "view",
                       M: "view",
                       U: "view add change submit", R: "view", V: "view"},
    # Papers are changed with their dossier.
    "awards.dossierpaper": {A: "view", S: "view", L: "view", C: "view", M: "view", U: "view", R: "view", V: "view"},
    # "decide" is to speak the leader's word in one's own name; without it a signed slip must be recorded.
    "awards.nomination": {A: "view export", S: EDIT + " export appraise approve refuse reconsider",
                          L: "view export approve refuse reconsider decide", C: "view export", M: "view",
                          U: EDIT + " import", R: "view", V: "view"},
    "awards.decision": {A: "view", S: EDIT + " forward rework", L: "view forward rework", C: "view rework issue",
                        V: "view"},
    "awards.commendation": {A: "view export", S: "view export", L: "view export", C: "view export", M: "view",
                            U: "view", R: "view",
                            V: "view export"},
    "awards.commendationtally": {A: EDIT, S: EDIT, L: "view", C: "view", V: "view"},
    "awards.certificatelayout": {A: EDIT, S: "view add change", C: "view change"},
    "awards.certificatetext": {A: EDIT, S: EDIT, C: "view change"},
}  # fmt: skip


def roles_granting(permission: str) -> frozenset[Role]:
    """The roles that hold *permission*, written ``app.verb_model``. Unknown permissions are held by nobody."""
    app_label, _dot, codename = permission.partition(".")
    verb, _underscore, model_name = codename.partition("_")
    row = RIGHTS.get(f"{app_label}.{model_name}", {})
    return frozenset(role for role, verbs in row.items() if verb in verbs.split())


# --- handing work over for a time (Ủy quyền xử lý) --------------------------------------------------------------------

STAND_INS: dict[Role, frozenset[Role]] = {
    U: frozenset(Role),  # of the same unit, see danvan/organization/domain/people/delegation.py
    L: frozenset({L, S}),
    S: frozenset({S, C}),
    C: frozenset({C, S}),
}
"""Whose work may be handed over for a time, and which roles may take it. The one who decides neither drafts nor numbers;
what an administrator, a council member or an auditor may do is handed over to nobody."""

OF_ONES_OWN = frozenset({"decide"})
"""Verbs that nobody does for another: to speak the leader's word in one's own name."""


def may_be_handed_over(permission: str) -> bool:
    """Whether who acts on behalf of another holds *permission*, written ``app.verb_model``, with the other's role."""
    return permission.partition(".")[2].partition("_")[0] not in OF_ONES_OWN


def has_module_right(roles, app_label: str) -> bool:
    """Whether one of *roles* may do anything with records of the app."""
    return any(key.startswith(f"{app_label}.") and not row.keys().isdisjoint(roles) for key, row in RIGHTS.items())
