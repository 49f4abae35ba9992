"""A round that is decided, a round under way with dossiers in every state, and the figures of 2015."""

from datetime import date, timedelta

from awards.demonstration.organization import MAIL_DOMAIN
from awards.domain import appraisal, decisions, dossiers, nominations, rounds
from awards.domain.layouts import make_default_layouts
from awards.enums import Recommendation
from awards.models import AwardForm, AwardRound, CommendationTally, Decision, Dossier
from danvan import clock
from danvan.documents.models import Letterhead, NumberCounter, Style
from danvan.mail.models import OutgoingMail
from danvan.organization.enums import Owing

FORMS = (("GK", "Giấy khen"), ("BK", "Bằng khen"), ("KNC", "Kỷ niệm chương “Vì sự nghiệp Dân vận”"))
ACHIEVEMENT = "Đã có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo”"
POSTS = ("Già làng, người có uy tín", "Chi hội trưởng Chi hội Phụ nữ", "Bí thư chi bộ", "Trưởng ban Công tác Mặt trận")
# A different pair of people for each dossier.
PEOPLE = (
    ("mr", "Y Bhiông Niê", 1968),
    ("mrs", "H'Nga Byă", 1979),
    ("mr", "Nguyễn Văn Quý", 1972),
    ("mrs", "Lê Thị Ánh", 1985),
    ("mr", "Y Sơn Êban", 1975),
    ("mrs", "Phạm Thị Hạnh", 1982),
    ("mr", "Đỗ Xuân Hòa", 1969),
    ("mrs", "H'Yuin Kđoh", 1990),
    ("mr", "Trần Đình Khôi", 1977),
    ("mrs", "Hoàng Thị Nhung", 1984),
    ("mr", "Lý Văn Phúc", 1971),
    ("mrs", "Bế Thị Thơm", 1988),
    ("mr", "Y Wen Mlô", 1980),
    ("mrs", "Võ Thị Út", 1978),
    ("mr", "Ngô Quang Vũ", 1973),
    ("mrs", "Đinh Thị Xuân", 1986),
    ("mr", "Rơ Châm Yit", 1981),
    ("mrs", "Cao Thị Yến", 1992),
    ("mr", "Phan Thanh Tùng", 1976),
    ("mrs", "Mai Thị Thúy", 1983),
)
TEAMS = ("Tổ dân vận Buôn Tơng Jú", "Tổ dân vận Thôn 3", "Tổ tự quản về an ninh, trật tự Buôn Đung")

SOURCE = "Báo Đắk Lắk, ngày 06/01/2016"
"""Where the figures of 2015 were read; the tally is a fact with a source, no sample."""


def build(*, units, actors, campaign, today):
    letterhead = Letterhead.objects.create(
        superior="TỈNH ỦY ĐẮK LẮK",
        issuer="BAN TUYÊN GIÁO VÀ DÂN VẬN",
        full_name="Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk",
        symbol="BTGDVTU",
        style=Style.PARTY,
        place="Đắk Lắk",
        valid_from=date(2025, 3, 1),
        is_sample=True,
    )
    forms = {
        code: AwardForm.objects.get_or_create(
            code=code,
            defaults={"name": name, "order": order, "for_collectives": code != "KNC", "is_sample": True},
        )[0]
        for order, (code, name) in enumerate(FORMS, 1)
    }
    make_default_layouts(form=forms["GK"])
    _round_decided(units, actors, campaign, letterhead, forms["GK"], today)
    _round_under_way(units, actors, campaign, letterhead, forms["GK"], today)


def build_tally_of_2015():
    """The bare figure of the review of 2015: 17 collectives and 23 individuals, without names."""
    CommendationTally.objects.create(
        year=2015,
        occasion="Tổng kết công tác dân vận năm 2015",
        form=AwardForm.objects.get(code="GK"),
        issuer="Ban Dân vận Tỉnh ủy Đắk Lắk",
        collectives=17,
        individuals=23,
        source=SOURCE,
        published_on=date(2016, 1, 6),
    )


def _make_round(title, occasion, campaign, letterhead, form, today, *, actor, opened=30, due=10):
    made = AwardRound.objects.create(
        title=title,
        occasion=occasion,
        campaign=campaign,
        year=today.year,
        achievement_from=date(today.year, 1, 1),
        achievement_to=date(today.year, 12, 31),
        form=form,
        letterhead=letterhead,
        guidance="Mỗi đơn vị đề nghị không quá 02 tập thể, 02 cá nhân; kèm báo cáo thành tích và biên bản họp xét.",
        opens_on=today - timedelta(days=opened),
        due_on=today + timedelta(days=due),
        owed_by=Owing.ALL,
        is_sample=True,
    )
    return rounds.open_round(round=made, actor=actor)


def _dossier(award_round, unit, number, today):
    """A dossier of *unit* with two people and a team, written by its lead but not sent."""
    lead = unit.memberships.first().user
    dossier = Dossier.objects.create(
        round=award_round,
        unit=unit,
        letter_number=f"{20 + number}-TTr/ĐU",
        letter_date=today - timedelta(days=3),
        letter_signer="Bí thư Đảng ủy",
        is_sample=True,
    )
    for place, (salutation, full_name, birth_year) in enumerate(PEOPLE[2 * number : 2 * number + 2]):
        nominations.nominate_person(
            dossier=dossier,
            actor=lead,
            full_name=full_name,
            salutation=salutation,
            birth_year=birth_year,
            post=POSTS[(number + place) % len(POSTS)],
            achievement=f"{ACHIEVEMENT} năm {today.year}",
        )
    nominations.nominate_collective(
        dossier=dossier, actor=lead, name=TEAMS[number % 3], achievement=f"{ACHIEVEMENT} năm {today.year}"
    )
    return dossier, lead


def _appraised(dossier, lead, staff):
    dossier = dossiers.submit_dossier(dossier=dossier, actor=lead)
    dossier = dossiers.receive_dossier(dossier=dossier, actor=staff)
    for number, nomination in enumerate(dossier.nominations.all()):
        appraisal.appraise(
            nomination=nomination,
            actor=staff,
            recommendation=Recommendation.YES,
            score=92 - number,
            note="Hồ sơ đầy đủ, thành tích rõ.",
        )
    return dossier


def _draft_decision(award_round, actors):
    words = decisions.first_words(round=award_round)
    fields = {f"{name}_id" if name in ("round", "letterhead", "form") else name: value for name, value in words.items()}
    decision = Decision.objects.create(
        **fields,
        grounds="Căn cứ chức năng, nhiệm vụ của Ban Tuyên giáo và Dân vận Tỉnh ủy\nXét đề nghị của các đơn vị",
        signer_post="TRƯỞNG BAN",
        signer_name="H'Lim Niê",
        is_sample=True,
    )
    ready = award_round.nominations.filter(state="approved", decision=None)
    decisions.gather(decision=decision, nominations=list(ready), actor=actors["chuyenvien"])
    decision.refresh_from_db()
    return decisions.forward_decision(decision=decision, actor=actors["chuyenvien"])


def _round_decided(units, actors, campaign, letterhead, form, today):
    """The review of the first half of the year: decided, numbered, in the register."""
    award_round = _make_round(
        f"Khen thưởng sơ kết 6 tháng đầu năm {today.year}",
        f"Sơ kết 6 tháng đầu năm {today.year}",
        campaign,
        letterhead,
        form,
        today,
        actor=actors["chuyenvien"],
        opened=90,
        due=-45,
    )
    for number, code in enumerate(("P-BMT", "X-CMGA", "CAT")):
        dossier, lead = _dossier(award_round, units[code], number, today)
        _appraised(dossier, lead, actors["chuyenvien"])
    sent_at = clock.now() - timedelta(days=50)
    award_round.dossiers.update(submitted_at=sent_at, received_on=clock.local_date(sent_at))
    appraisal.approve(nominations=list(award_round.nominations.all()), actor=actors["lanhdao"])
    decision = _draft_decision(award_round, actors)
    decisions.issue_decision(decision=decision, number="41", issued_on=today, actor=actors["vanthu"])
    rounds.close_round(round=AwardRound.objects.get(pk=award_round.pk), actor=actors["chuyenvien"])


def _round_under_way(units, actors, campaign, letterhead, form, today):
    """The review of the year: dossiers in every state, and a decision that waits for its number."""
    award_round = _make_round(
        f"Khen thưởng tổng kết phong trào “Dân vận khéo” năm {today.year}",
        f"Tổng kết năm {today.year}",
        campaign,
        letterhead,
        form,
        today,
        actor=actors["chuyenvien"],
    )
    staff, leader = actors["chuyenvien"], actors["lanhdao"]
    codes = ("X-EKAR", "P-BHO", "X-KNAN", "X-KPAC", "MTTQ", "BCHQS", "SGDDT")
    made = {code: _dossier(award_round, units[code], number, today) for number, code in enumerate(codes, 3)}
    for code in ("P-BHO", "X-KNAN"):
        dossier, lead = made[code]
        dossiers.submit_dossier(dossier=dossier, actor=lead)
    dossiers.return_dossier(
        dossier=Dossier.objects.get(pk=made["X-KNAN"][0].pk),
        actor=staff,
        reason="Thiếu biên bản họp xét.",
        supplement_due_on=today + timedelta(days=5),
    )
    for code in ("X-KPAC", "MTTQ", "BCHQS", "SGDDT"):
        _appraised(*made[code], staff)
    approved = [row for code in ("MTTQ", "BCHQS") for row in made[code][0].nominations.all()]
    appraisal.approve(nominations=approved[:-1], actor=leader)
    appraisal.refuse(nominations=approved[-1:], actor=leader, reason="Đã được khen trong năm cho cùng thành tích.")
    _draft_decision(award_round, actors)


def forget_figures():
    """Take away the figure of 2015 and the counters of the samples' register, which are no sample rows."""
    CommendationTally.objects.filter(year=2015, source=SOURCE).delete()
    NumberCounter.objects.filter(key__endswith=":samples").delete()


def forget_letters():
    """Take away the letters to samples. Reminders hold on to theirs, so these go first."""
    OutgoingMail.objects.filter(to__endswith=f"@{MAIL_DOMAIN}").delete()
