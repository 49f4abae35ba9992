"""Every form of the site, found through the resolver, and who may fill it in."""

from django.apps import apps
from django.urls import reverse

from danvan.access.roles import Role
from danvan.notices.domain.duties import owed
from danvan.workflow import workflow_of
from movements.domain.duties import CALL
from tests.bad_input.filling import open_form
from tests.crawl.addresses import ROWS_OF, deeds_of, label_of, patterns
from tests.world import registered_admins, rights

NO_FORM = {
    "healthz",
    "calendar_feed",
    "admin:index",
    # Previews by the address; movements/tests/admin/test_period_admin.py types into them.
    "admin:notices_holiday_fill",
    "admin:movements_reportingscheme_choose",
    "admin:movements_reportingscheme_year",
    "admin:notices_duties",
    "admin:notices_remind_preview",  # a piece of another page; test_forms.py types into it
    "admin:notices_duties_zalo",
    "admin:notices_reminder_without_recipient",
    "admin:notices_reconciliation_run",
    "admin:own_calendar",
    "admin:search",
    "admin:login",
    "admin:login_code",
    "admin:login_set_up",
    "admin:login_forgotten",
    "admin:logout",
    "admin:activation",
    "admin:activation_link",
    "admin:security",
    "admin:security_set_up",
    "admin:password_change_done",
    "admin:end_own_sessions",
    "admin:organization_user_end_sessions",
    "admin:organization_user_invite",
    "admin:end_delegation",
    "admin:handover",
    "admin:organization_person_duplicates",
    "admin:organization_person_unmerge",
    "admin:organization_person_reveal_identity",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:app_list",
    "admin:movements_board",
    "admin:movements_punctuality",
    "admin:movements_report_selected",
    "admin:awards_statistics",
    "admin:awards_statistics_xlsx",
    "admin:awards_dossier_remove_paper",
    "admin:mail_outgoingmail_kept",
    "admin:notices_inboxmessage_read",
    "admin:notices_reminderrule_preview",
}
NO_FORM_OF_A_MODEL = {
    "changelist",
    "delete",
    "history",
    "export",
    "import",
    "import_template",
    "import_job",
    "import_confirm",
    "import_errors",
    "download",
    "docx",
    "pdf",
    "certificates",
    "specimen",
    "plan",
}
"""The pages that take nothing typed, or a workbook, or a code that its owner alone has, which have tests of their
own. Any other page has a form."""

READ_ONLY = {
    "history.activity": ("add", "change"),
    "history.refusedattempt": ("add", "change"),
    "documents.storedfile": ("add", "change"),
    "documents.documentnumber": ("add", "change"),
    "mail.outgoingmail": ("add", "change"),
    "notices.inboxmessage": ("add", "change"),
    "notices.reminder": ("add", "change"),
    "notices.settlement": ("add", "change"),
    "notices.reconciliation": ("add", "change"),
    "awards.commendation": ("add", "change"),
    "movements.report": ("add",),
    "awards.nomination": ("add",),
}
"""Models whose rows are made or changed elsewhere."""

STATE_FOR = {"admin:awards_decision_signed_copy": "issued"}
"""Pages whose form is of use in one state only."""

ABOUT_A_DUTY = {
    "admin:notices_duties_receive",
    "admin:notices_duties_exempt",
    "admin:notices_duties_extend",
    "admin:notices_duties_contact",
    "admin:notices_remind_now",
    "admin:notices_urging_letter",
}
"""Pages whose form is about the duties that the address names."""

ACCOUNTS = ("lead", "staff", "clerk", "leader", "administrator")


def form_pages():
    """The name of the pattern and the deed (or "") of every page with a form."""
    labels = list(registered_admins())
    for name, _pattern in patterns():
        label = label_of(name, labels)
        page = name.removeprefix(f"admin:{label.replace('.', '_')}_") if label else ""
        if not name or name in NO_FORM or page in NO_FORM_OF_A_MODEL or page in READ_ONLY.get(label, ()):
            continue
        yield from (
            (name, deed) for deed in (dict.fromkeys(deeds_with_a_form(label)) if page == "transition" else [""])
        )


def deeds_with_a_form(label):
    """The deeds that somebody may do and that ask for something: the others are one button."""
    forms = registered_admins()[label].transition_forms
    for transition in workflow_of(apps.get_model(label)).transitions:
        open_to_somebody = any(transition.action in rights(label, role) for role in Role)
        asked = getattr(forms.get(transition.action), "base_fields", {}).values()
        if open_to_somebody and (transition.reason_required or not all(field.widget.is_hidden for field in asked)):
            yield transition.action


def addresses_of(world, name, deed):
    """The addresses of the page with rows of every side, those of the lead first."""
    label = label_of(name, list(registered_admins()))
    if name in ABOUT_A_DUTY:
        yield f"{reverse(name)}?duty={duty_of_the_lead(world)}"
        return
    parameters = list(dict(patterns())[name].pattern.regex.groupindex)
    if not parameters:
        yield reverse(name)
        return
    sides = [side for side in (world.own, world.shared, world.ban) if side in world.sides_of(apps.get_model(label))]
    if state := deeds_of(label)[deed] if deed else STATE_FOR.get(name):
        row = sides[0].in_state(label, state)
        yield reverse(name, kwargs={"object_id": row.pk, **({"action": deed} if deed else {})})
        return
    for side in sides:
        for row in side.rows.get(label, ())[:3]:
            others = {key: side.one(ROWS_OF[key]).pk for key in parameters if key != "object_id"}
            yield reverse(name, kwargs={"object_id": row.pk, **others})


def duty_of_the_lead(world):
    """A duty of the lead's unit, as the pages of deeds name it."""
    call = owed(CALL).filter(unit=world.own.unit).first()
    return f"{CALL}:{call.pk}"


def first_form(world, name, deed):
    """The first account that may fill in a form on the page: its client, the address and the page, or None."""
    for account in ACCOUNTS:
        client = world.client(account)
        for address in addresses_of(world, name, deed):
            if answer := open_form(client, address):
                return client, address, answer
    return None
