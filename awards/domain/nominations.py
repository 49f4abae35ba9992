"""Nominating: who, for what. The subject always belongs to the unit of the dossier."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from awards.domain.dossiers import require_writable
from awards.enums import DecisionState, NominationState, SubjectKind
from awards.models import Dossier, Nomination
from danvan.access.door import permission_name, reaches, reaches_all
from danvan.access.scope import reach_of
from danvan.history import domain as history
from danvan.organization.models import Collective, Person
from danvan.text.normalise import clean_line
from danvan.text.ordering import person_sort_key, sort_key
from danvan.workflow import NotAllowed, Refused


@transaction.atomic
def nominate_person(
    *, dossier, actor, achievement, person=None, full_name="", salutation="", birth_year=None, post="", **words
):
    """Nominate *person*, or the person of these words, who is looked for in the unit and made when not found there.

    *words* are the optional ``field`` and ``exemplar``. Returns the Nomination. Raises NotAllowed, Refused when the
    dossier cannot be changed any more, ValidationError for a subject of another unit or one that is already nominated.
    """
    require_writable(dossier=dossier, actor=actor)
    if person is None:
        person = find_or_make_person(
            unit=dossier.unit,
            actor=actor,
            full_name=full_name,
            salutation=salutation,
            birth_year=birth_year,
            post=post,
            is_sample=dossier.is_sample,
        )
    return _nominate(
        dossier=dossier,
        actor=actor,
        kind=SubjectKind.INDIVIDUAL,
        person=person,
        salutation=salutation or person.salutation,
        name=person.full_name,
        post=post or person.post,
        achievement=achievement,
        **words,
    )


@transaction.atomic
def nominate_collective(*, dossier, actor, achievement, unit=None, collective=None, name="", **words):
    """Nominate the *unit* itself, one of its *collective*s, or the collective called *name*, made when it is new.

    Returns and raises as nominate_person.
    """
    require_writable(dossier=dossier, actor=actor)
    if unit is not None:
        if unit.pk != dossier.unit_id and not reaches_all(actor, Dossier, "change"):
            raise ValidationError({"subject": _("Choose the unit itself or one of its collectives.")})
        subject = {"nominated_unit": unit, "name": unit.name}
    else:
        if collective is None:
            collective = find_or_make_collective(unit=dossier.unit, actor=actor, name=name, is_sample=dossier.is_sample)
        subject = {"collective": collective, "name": collective.name}
    return _nominate(
        dossier=dossier, actor=actor, kind=SubjectKind.COLLECTIVE, achievement=achievement, **subject, **words
    )


def _nominate(*, dossier, actor, kind, exemplar=None, **columns):
    if not dossier.round.form.is_for(kind):
        raise ValidationError(_("This form of award is not given to this kind of subject."))
    if kind == SubjectKind.INDIVIDUAL:
        require_not_nominated(person=columns["person"], round=dossier.round)
    nomination = Nomination(dossier=dossier, kind=kind, exemplar=exemplar, is_sample=dossier.is_sample, **columns)
    try:
        with transaction.atomic():
            nomination.save()
    except IntegrityError:
        raise nominated_already(nomination) from None
    history.record(actor=actor, action="add", obj=nomination)
    return nomination


def nominated_already(name):
    """The error for a second nomination. Neutral on purpose: who else nominated is not this unit's business."""
    return ValidationError(_("“%(name)s” cannot be nominated again in this round.") % {"name": name})


def require_not_nominated(*, person, round):
    """Raise ValidationError where any row of *person* stands in *round* already.

    The rows stay locked until the end of the transaction, so that two of them are not nominated at once.
    """
    list(Person.objects.same_as(person).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if Nomination.objects.of_person(person).filter(round=round).exists():
        raise nominated_already(person)


def may_change(*, nomination, actor):
    """Whether the words of the nomination can still be changed: by its unit until sent, by the Ban until decided on.

    The caller has made sure of the right itself.
    """
    if not reaches_all(actor, Nomination, "change"):
        return nomination.dossier.is_with_unit
    if nomination.state == NominationState.COMMENDED:
        return False
    return nomination.decision is None or nomination.decision.state == DecisionState.DRAFTING


def may_withdraw(*, nomination, actor):
    """Whether the nomination can still be taken out of its dossier: the unit's own, or the Ban's before appraisal."""
    with_whom = reaches_all(actor, Nomination, "delete") or nomination.dossier.is_with_unit
    return with_whom and nomination.state == NominationState.PROPOSED


@transaction.atomic
def withdraw_nomination(*, nomination, actor):
    """Take a nomination out of its dossier. Raises NotAllowed, or Refused once it is too late."""
    if not reaches(actor, nomination, "delete"):
        raise NotAllowed
    if not may_withdraw(nomination=nomination, actor=actor):
        raise Refused(_("The nomination cannot be withdrawn any more."))
    history.record(actor=actor, action="delete", obj=nomination)
    nomination.delete()


# --- subjects ---------------------------------------------------------------------------------------------------------


def _require_may_add(model, *, unit, actor):
    reach = reach_of(actor, permission_name(model, "add"))
    if not reach.everything and unit.pk not in reach.unit_ids:
        raise NotAllowed


def find_or_make_person(*, unit, actor, full_name, salutation="", birth_year=None, post="", is_sample=False):
    """The person of *unit* with this name, and this year of birth where both are known; made when there is none.

    Raises NotAllowed for a unit to which *actor* may not add people, and ValidationError where several answer to it:
    which one is meant, only the unit can say.
    """
    _require_may_add(Person, unit=unit, actor=actor)
    full_name = clean_line(full_name)
    if not full_name:
        raise ValidationError({"full_name": _("Choose a person or type the full name.")})
    alike = [
        person
        for person in Person.objects.filter(unit=unit, sort_key=person_sort_key(full_name))
        if person.full_name.casefold() == full_name.casefold()
        and (birth_year is None or person.birth_year is None or person.birth_year == birth_year)
    ]
    if len(alike) > 1:
        raise ValidationError({"full_name": _("The unit has several people of this name. Choose one.")})
    if alike:
        return alike[0]
    person = Person(
        unit=unit, full_name=full_name, salutation=salutation, birth_year=birth_year, post=post, is_sample=is_sample
    )
    person.full_clean()
    person.save()
    history.record(actor=actor, action="add", obj=person)
    return person


def find_or_make_collective(*, unit, actor, name, is_sample=False):
    """The collective of *unit* with this name; made when there is none. Raises NotAllowed as find_or_make_person."""
    _require_may_add(Collective, unit=unit, actor=actor)
    name = clean_line(name)
    if not name:
        raise ValidationError({"name": _("Choose a collective or type its name.")})
    for collective in Collective.objects.filter(unit=unit, sort_key=sort_key(name)):
        if collective.name.casefold() == name.casefold():
            return collective
    collective = Collective(unit=unit, name=name, is_sample=is_sample)
    collective.full_clean()
    collective.save()
    history.record(actor=actor, action="add", obj=collective)
    return collective
