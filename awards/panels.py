"""What the awards put on the start page: tasks of unit leads, and for the Ban what waits, each a link to its list."""

from django.urls import reverse
from django.utils.translation import gettext as _

from awards.enums import DecisionState, DossierState
from awards.models import AwardRound, Decision, Dossier, Nomination
from danvan import clock
from danvan.access.panels import Card, Task
from danvan.access.visibility import is_hidden


def contribute(user, page):
    """Add the cards and tasks of *user* to *page*."""
    if user.own_units:
        page.tasks += dossier_tasks(user)
    if user.is_of_ban:
        page.cards += [card for card in cards(user) if card.count]


def dossier_tasks(user):
    """A Task for each own dossier that is to be begun, finished or completed."""
    today = clock.today()
    dossiers = Dossier.objects.visible_to(user).select_related("round", "unit")
    begun = {(dossier.round_id, dossier.unit_id): dossier for dossier in dossiers}
    for round in AwardRound.objects.visible_to(user).open_to_units().filter(opens_on__lte=today):
        for unit in user.own_units:
            dossier = begun.get((round.pk, unit.pk))
            if dossier is None:
                url = f"{reverse('admin:awards_dossier_add')}?round={round.pk}"
                title = _("Prepare the dossier: %(round)s")
            elif dossier.state == DossierState.DRAFT:
                url = reverse("admin:awards_dossier_change", args=[dossier.pk])
                title = _("Finish and send the dossier: %(round)s")
            else:
                continue
            yield _task(title, url, round, round.due_on, unit, today)
    for dossier in begun.values():
        if dossier.state == DossierState.RETURNED:
            url = reverse("admin:awards_dossier_change", args=[dossier.pk])
            title = _("Complete the returned dossier: %(round)s")
            yield _task(title, url, dossier.round, dossier.supplement_due_on, dossier.unit, today)


def _task(title, url, round, due_on, unit, today):
    return Task(title=title % {"round": round}, url=url, due_on=due_on, days_left=(due_on - today).days, unit=str(unit))


def cards(user):
    """A Card for each list that waits for a role of *user*."""
    waiting = Nomination.objects.visible_to(user).waiting_for
    for permission, title, rows, address, query in (
        (
            "awards.receive_dossier",
            _("Dossiers to receive"),
            Dossier.objects.visible_to(user).filter(state=DossierState.SUBMITTED),
            "awards_dossier_changelist",
            f"state__exact={DossierState.SUBMITTED}",
        ),
        (
            "awards.appraise_nomination",
            _("Nominations to appraise"),
            waiting("appraisal"),
            "awards_nomination_changelist",
            "waiting=appraisal",
        ),
        (
            "awards.approve_nomination",
            _("Nominations awaiting approval"),
            waiting("approval"),
            "awards_nomination_changelist",
            "waiting=approval",
        ),
        (
            "awards.add_decision",
            _("Approved nominations without a decision"),
            waiting("decision"),
            "awards_nomination_changelist",
            "waiting=decision",
        ),
        (
            "awards.issue_decision",
            _("Decisions awaiting a number"),
            Decision.objects.visible_to(user).filter(state=DecisionState.AWAITING_NUMBER),
            "awards_decision_changelist",
            f"state__exact={DecisionState.AWAITING_NUMBER}",
        ),
    ):
        # Each of these numbers tells of states.
        if user.has_perm(permission) and not is_hidden(rows.model, "state", user):
            yield Card(title=title, count=rows.count(), url=f"{reverse(f'admin:{address}')}?{query}")
