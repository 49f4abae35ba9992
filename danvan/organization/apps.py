from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    name = "danvan.organization"
    verbose_name = _("Organization")

    def ready(self):
        from danvan.access.panels import contribute
        from danvan.history.actions import LABELS
        from danvan.mail.domain import register_renderer
        from danvan.organization import checks, panels, workflow  # noqa: F401 - importing registers
        from danvan.organization.domain.accounts import activation
        from danvan.organization.domain.accounts import letters as account_letters
        from danvan.organization.domain.units import movers

        LABELS["correct"] = _("corrected a typing mistake in the name")
        LABELS["change_password"] = _("changed the own password")
        LABELS["delegate"] = _("handed work over for a time")
        LABELS["end_delegation"] = _("took work that was handed over back")
        LABELS["hand_over_assignment"] = _("handed over to another officer")
        LABELS["make_handover"] = _("made minutes of handing over")
        LABELS["merge"] = _("merged into another row")
        LABELS["keep"] = _("kept for a row that was merged into it")
        LABELS["unmerge"] = _("split off again")
        LABELS["enter_identity"] = _("entered the citizen identity number")
        LABELS["remove_identity"] = _("took the citizen identity number away")
        LABELS["reveal_identity"] = _("read the citizen identity number in full")
        LABELS["follow_unit"] = _("went to the new unit")
        LABELS["end_with_unit"] = _("ended with its unit")
        LABELS["reorganise"] = _("reorganised")
        LABELS["end_sessions"] = _("logged out everywhere")
        LABELS["invite_activate"] = _("made a link to activate the account")
        LABELS["invite_reset"] = _("made a link for a new password")
        LABELS["set_password"] = _("set the password by a link")
        LABELS["switch_on_second_factor"] = _("set up the second step of logging in")
        LABELS["switch_off_second_factor"] = _("switched the second step of logging in off")
        LABELS["reset_second_factor"] = _("took the second step of logging in away")
        LABELS["renew_recovery_codes"] = _("made new recovery codes")
        LABELS["use_recovery_code"] = _("logged in with a recovery code")
        register_renderer(activation.ACTIVATION_LETTER, account_letters.activation_letter)
        register_renderer(activation.NOTICE_LETTER, account_letters.account_notice)
        movers.register()
        contribute(panels.stuck_reorganisations)
