"""What the awards put on the start page, and on the page of a person.

For unit leads tasks, for the Ban what waits, each a link to its list.
"""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awards.domain.duties import CALL
from awards.enums import DecisionState, DossierState
from awards.models import AwardRound, Commendation, Decision, Dossier, Nomination
from danvan import clock
from danvan.access.panels import Card, Task
from danvan.access.visibility import hidden_fields, is_hidden
from danvan.notices.domain.duties import owed
from danvan.notices.panels import tasks_of
from danvan.organization.enums import Owing
from danvan.organization.person_facts import Fact, Facts


def contribute(user, page):
    """Add the cards and tasks of *user* to *page*."""
    if user.own_units:
        page.tasks += dossier_tasks(user)
    if user.is_of_ban:
        page.cards += [card for card in cards(user) if card.count]


def dossier_tasks(user):
    """A Task for each own dossier that is to be begun, finished or completed.

    A round that addresses nobody in particular asks everybody.
    """
    today = clock.today()
    dossiers = Dossier.objects.visible_to(user).select_related("round", "unit")
    begun = {(dossier.round_id, dossier.unit_id): dossier for dossier in dossiers}
    calls = owed(CALL).visible_to(user).filter(unit__in=user.own_units).order_by()
    called = {(round_id, unit_id): due_on for round_id, unit_id, due_on in calls.values_list("round", "unit", "due_on")}
    for round in AwardRound.objects.visible_to(user).open_to_units().filter(opens_on__lte=today):
        for unit in user.own_units:
            dossier, due_on = begun.get((round.pk, unit.pk)), called.get((round.pk, unit.pk))
            if dossier is None and due_on is None and round.owed_by != Owing.NOBODY:
                continue  # it asks others, or has what it asked
            if dossier is None:
                url = f"{reverse('admin:awards_dossier_add')}?round={round.pk}"
                title = _("Prepare the dossier: %(round)s")
            elif dossier.state == DossierState.DRAFT:
                url = reverse("admin:awards_dossier_change", args=[dossier.pk])
                title = _("Finish and send the dossier: %(round)s")
            else:
                continue
            yield _task(title, url, round, due_on or round.due_on, unit, today)
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
            f"charge=all&state__exact={DossierState.SUBMITTED}",
        ),
        (
            "awards.appraise_nomination",
            _("Nominations to appraise"),
            waiting("appraisal"),
            "awards_nomination_changelist",
            "charge=all&waiting=appraisal",
        ),
        (
            "awards.approve_nomination",
            _("Nominations awaiting approval"),
            waiting("approval"),
            "awards_nomination_changelist",
            "charge=all&waiting=approval",
        ),
        (
            "awards.add_decision",
            _("Approved nominations without a decision"),
            waiting("decision"),
            "awards_nomination_changelist",
            "charge=all&waiting=decision",
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


# --- the page of a person ---------------------------------------------------------------------------------------------


def commendations_of(user, people):
    """What *people* were given, newest first."""
    rows = Commendation.objects.visible_to(user).filter(person__in=people).order_by("-issued_on", "-pk")
    words = _("%(form)s, decision %(number)s of %(date)s")
    lines = [
        Fact(
            person=row.person_id,
            words=words % {"form": row.form_name, "number": row.decision_number, "date": f"{row.issued_on:%d/%m/%Y}"},
            url=reverse("admin:awards_commendation_change", args=[row.pk]),
        )
        for row in rows
    ]
    return Facts(_("Commendations"), tuple(lines))


def nominations_of(user, people):
    """For what *people* were nominated, the newest round first, and what came of it as far as *user* may know."""
    rows = Nomination.objects.visible_to(user).filter(person__in=people).select_related("round", "dossier__unit")
    lines = [
        Fact(
            person=row.person_id,
            words=f"{row.round} – {row.dossier.unit} ({result_of(user, row)})",
            url=reverse("admin:awards_nomination_change", args=[row.pk]),
        )
        for row in rows.order_by("-round__due_on", "-pk")
    ]
    return Facts(capfirst(Nomination._meta.verbose_name_plural), tuple(lines))


def result_of(user, nomination):
    hidden = hidden_fields(Nomination, user, nomination)
    return nomination.result_for_unit if "state" in hidden else nomination.get_state_display()


def page_of_unit(unit, user, page):
    """How often *unit* was commended, and which dossiers it has to finish or complete."""
    if user.has_perm("awards.view_commendation"):
        count = Commendation.objects.visible_to(user).filter(unit=unit).count()
        url = f"{reverse('admin:awards_commendation_changelist')}?unit__id__exact={unit.pk}"
        page.counts.append(Card(title=_("Commendations"), count=count, url=url))
    if not user.has_perm("awards.view_dossier"):
        return
    begun = Dossier.objects.visible_to(user).filter(unit=unit).values("round")
    page.duties += tasks_of(CALL, owed(CALL).visible_to(user).filter(unit=unit).exclude(round__in=begun))
    for dossier in Dossier.objects.visible_to(user).with_the_unit().filter(unit=unit).select_related("round"):
        page.duties.append(
            Task(
                title=_("Dossier: %(round)s") % {"round": dossier.round},
                url=reverse("admin:awards_dossier_change", args=[dossier.pk]),
                due_on=dossier.asked_for_by,
                days_left=dossier.asked_for_by and (dossier.asked_for_by - clock.today()).days,
            )
        )
