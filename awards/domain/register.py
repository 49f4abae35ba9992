"""The register of commendations: its only writer."""

from awards.domain.words import printed_salutation, signing_text, unit_beside
from awards.enums import SubjectKind
from awards.models import Commendation
from danvan.documents.domain.numbering import next_number


def enter(*, nomination, decision):
    """Enter one line with every word that is printed, under the next number of the register, and return it.

    Call it inside the transaction that issues *decision*, which has its number and date. The register counts by the
    calendar year of the decision.
    """
    round = decision.round
    is_sample = nomination.is_sample or decision.is_sample
    year = decision.issued_on.year
    return Commendation.objects.create(
        is_sample=is_sample,
        register_year=year,
        register_number=next_number(key=f"commendations:{year}{':samples' if is_sample else ''}"),
        kind=nomination.kind,
        salutation=printed_salutation(nomination),
        name=nomination.name,
        post=nomination.post if nomination.kind == SubjectKind.INDIVIDUAL else "",
        unit_name=unit_beside(nomination),
        achievement=nomination.achievement,
        form_name=decision.form.name,
        occasion=round.occasion,
        issuer=decision.letterhead.full_name,
        deciding=decision.deciding,
        decision_number=decision.number_text,
        issued_on=decision.issued_on,
        place=decision.place,
        signing=signing_text(decision),
        signer_name=decision.signer_name,
        year=round.year,
        achievement_from=round.achievement_from,
        achievement_to=round.achievement_to,
        nomination=nomination,
        decision=decision,
        round=round,
        form=decision.form,
        letterhead=decision.letterhead,
        unit_id=nomination.nominated_unit_id or nomination.dossier.unit_id,
        person_id=nomination.person_id,
        nominated_unit_id=nomination.nominated_unit_id,
        collective_id=nomination.collective_id,
        field_id=nomination.field_id,
    )
