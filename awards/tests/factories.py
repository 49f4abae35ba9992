"""Small makers of award rows for tests, beside those of ``tests.factories``.

A nomination is brought into its state by the domain, so that every column that belongs to the state is filled.
"""

from datetime import date
from itertools import count

from awards.domain import appraisal, decisions, dossiers, nominations
from awards.enums import DecisionState, DossierState, NominationState, Recommendation, RoundState
from awards.models import AwardForm, AwardRound, Decision, Dossier
from danvan.documents.models import Letterhead
from tests.factories import make_clerk, make_leader, make_staff, make_unit

_number = count(1)

PDF = b"%PDF-1.7 a scan\n%%EOF\n"
NOTE = "Ghi chú của chuyên viên"
ACHIEVEMENT = "Đã có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo” năm 2015"


def make_form(**fields):
    number = next(_number)
    return AwardForm.objects.create(**{"code": f"GK{number}", "name": "Giấy khen", **fields})


def make_letterhead(**fields):
    return Letterhead.objects.create(
        **{
            "superior": "Tỉnh ủy Đắk Lắk",
            "issuer": "Ban Dân vận",
            "full_name": "Ban Dân vận Tỉnh ủy Đắk Lắk",
            "symbol": "BDVTU",
            "place": "Đắk Lắk",
            **fields,
        }
    )


def make_round(**fields):
    """A round for the year 2015, open, with dossiers from 01/11/2015 to 30/11/2015."""
    fields.setdefault("form", AwardForm.objects.first() or make_form())
    fields.setdefault("letterhead", Letterhead.objects.first() or make_letterhead())
    return AwardRound.objects.create(
        **{
            "title": f"Khen thưởng Dân vận khéo năm 2015, đợt {next(_number)}",
            "occasion": "Tổng kết công tác dân vận năm 2015",
            "year": 2015,
            "achievement_from": date(2015, 1, 1),
            "achievement_to": date(2015, 12, 31),
            "opens_on": date(2015, 11, 1),
            "due_on": date(2015, 11, 30),
            "state": RoundState.OPEN,
            **fields,
        }
    )


def make_dossier(unit=None, round=None, **fields):
    """A dossier with its submission letter, received by the Ban unless another *state* is given."""
    return Dossier.objects.create(
        **{
            "unit": unit or make_unit(),
            "round": round or AwardRound.objects.first() or make_round(),
            "letter_number": "12-TTr/ĐU",
            "letter_date": date(2015, 11, 20),
            "state": DossierState.RECEIVED,
            **fields,
        }
    )


def make_nomination(dossier=None, full_name=None, state=NominationState.PROPOSED, *, team=None, unit=None, **words):
    """A nomination of a person, or of the collective called *team*, or of *unit*."""
    dossier = dossier or make_dossier()
    words = {"dossier": dossier, "actor": make_staff(), "achievement": ACHIEVEMENT, **words}
    if team or unit:
        nomination = nominations.nominate_collective(name=team or "", unit=unit, **words)
    else:
        name = full_name or f"Trần Thị Số {next(_number)}"
        nomination = nominations.nominate_person(full_name=name, **words)
    return bring_to(nomination, state)


def bring_to(nomination, state):
    """Take *nomination* from proposed to *state* (not to commended: a decision does that)."""
    if state != NominationState.PROPOSED:
        appraisal.appraise(
            nomination=nomination, actor=make_staff(), recommendation=Recommendation.YES, score=91.5, note=NOTE
        )
    if state == NominationState.APPROVED:
        appraisal.approve(nominations=[nomination], actor=make_leader())
    if state == NominationState.REFUSED:
        appraisal.refuse(nominations=[nomination], actor=make_leader(), reason="Chưa đủ thời gian công tác.")
    return nomination


def make_decision(rows=(), state=DecisionState.DRAFTING, **fields):
    """A decision over the approved nominations *rows*, by the leader of the Ban in the own name."""
    round = rows[0].round if rows else AwardRound.objects.first() or make_round()
    words = {
        "abstract": "Về việc tặng Giấy khen",
        "deciding": "Ban Dân vận Tỉnh ủy Đắk Lắk",
        "merit": "đã có thành tích xuất sắc trong công tác dân vận năm 2015",
        "place": "Đắk Lắk",
        "signer_post": "Trưởng Ban",
        "signer_name": "Nguyễn Thị Ánh",
    }
    decision = Decision.objects.create(round=round, letterhead=round.letterhead, form=round.form, **{**words, **fields})
    decisions.gather(decision=decision, nominations=rows, actor=make_staff())
    if state != DecisionState.DRAFTING:
        decisions.forward_decision(decision=decision, actor=make_staff())
    if state == DecisionState.ISSUED:
        decision = issue(decision)
    return decision


def issue(decision, number="12", issued_on=None):
    """Issue *decision* as a clerk. The business day must not lie before *issued_on* (today when not given)."""
    issued_on = issued_on or decision.nominations.latest("approved_on").approved_on
    return decisions.issue_decision(decision=decision, number=number, issued_on=issued_on, actor=make_clerk())


def submit(dossier):
    return dossiers.submit_dossier(dossier=dossier, actor=make_staff())
