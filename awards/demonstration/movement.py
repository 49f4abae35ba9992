"""The movement of the year in the sample office, with its models."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from danvan.history.domain import record_all
from danvan.organization.enums import Owing
from movements.domain.calls import call_units
from movements.enums import CampaignState, RegistrationState, RegistrationStatus, SubjectKind
from movements.models import Campaign, Exemplar, Field, Registration

FIELDS = (
    ("KT", "Kinh tế"),
    ("VHXH", "Văn hóa - xã hội"),
    ("QPAN", "Quốc phòng - an ninh"),
    ("HTCT", "Xây dựng hệ thống chính trị"),
)

# Name, field, place.
MODELS = (
    ("Tiếng kẻng an ninh", "QPAN", "Buôn Tơng Jú"),
    ("Thắp sáng đường quê", "VHXH", "Thôn 3"),
    ("Biến rác thải thành quỹ an sinh", "VHXH", "Tổ dân phố 5"),
    ("Hiến đất mở đường", "KT", "Buôn Ea Sút"),
    ("Camera an ninh từ sức dân", "QPAN", "Tổ dân phố 2"),
    ("Tổ hợp tác cà phê sạch", "KT", "Buôn Kuôr Đăng"),
    ("Chính quyền thân thiện, vì Nhân dân phục vụ", "HTCT", "Trung tâm Phục vụ hành chính công"),
    ("Ngày thứ Bảy cùng dân", "HTCT", "Thôn 7"),
    ("Giữ nghề dệt thổ cẩm", "VHXH", "Buôn Đung"),
    ("Mái ấm nghĩa tình", "VHXH", "Thôn Tân Hòa"),
    ("Vườn rau của người lính", "KT", "Đồn đóng quân"),
    ("Tổ công nghệ số cộng đồng", "HTCT", "Tổ dân phố 1"),
    ("Nhóm liên kết nuôi bò sinh sản", "KT", "Buôn Hra Ea Tlă"),
    ("Không rác thải nhựa trong trường học", "VHXH", "Khối các trường"),
)

STATES = (
    RegistrationState.RECOGNISED,
    RegistrationState.ACCEPTED,
    RegistrationState.ACCEPTED,
    RegistrationState.SUBMITTED,
    RegistrationState.ACCEPTED,
    RegistrationState.DRAFT,
    RegistrationState.RECOGNISED,
    RegistrationState.RETURNED,
)

MODELS_IN_ALL = 40


def build(*, units, officer, today):
    """Make the movement of the year of *today* with about forty registrations in every state; return the Campaign.

    Registration is still open, and two units have sent none: they are called. *officer* has returned a few.
    """
    fields = {
        code: Field.objects.get_or_create(code=code, defaults={"name": name, "order": order, "is_sample": True})[0]
        for order, (code, name) in enumerate(FIELDS, 1)
    }
    campaign = Campaign.objects.create(
        code=f"DVK-{today.year}",
        title=f"Phong trào thi đua “Dân vận khéo” năm {today.year}",
        theme="Gần dân, trọng dân, khơi dậy sức dân",
        theme_issued_by="Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk",
        guidance="Mỗi đơn vị đăng ký từ 01 đến 03 mô hình, ghi rõ tên, địa điểm và lĩnh vực.",
        starts_on=date(today.year, 1, 5),
        ends_on=date(today.year, 12, 31),
        registration_opens=date(today.year, 1, 5),
        registration_closes=max(date(today.year, 3, 31), today + timedelta(days=15)),
        owed_by=Owing.ALL,
        state=CampaignState.LAUNCHED,
        is_sample=True,
    )
    owners = [unit for unit in units.values() if unit.code not in ("BTGDV", "P-BMT", "X-SHOA")]
    sent_at = timezone.make_aware(datetime.combine(date(today.year, 1, 20), time(9)))
    for number in range(MODELS_IN_ALL):
        unit = owners[number % len(owners)]
        name, field, place = MODELS[(number + number // len(owners)) % len(MODELS)]
        _register(campaign, unit, name, fields[field], place, STATES[number % len(STATES)], sent_at)
    call_units(campaign=campaign)
    record_all(actor=officer, action="registration.return", objects=campaign.registrations.returned())
    return campaign


def _register(campaign, unit, name, field, place, state, sent_at):
    with_ban = state not in {RegistrationState.DRAFT, RegistrationState.RETURNED}
    exemplar = None
    if with_ban:
        exemplar, _made = Exemplar.objects.get_or_create(
            unit=unit,
            name=name,
            defaults={"field": field, "place": place, "launched_on": campaign.starts_on, "is_sample": True},
        )
    Registration.objects.create(
        campaign=campaign,
        unit=unit,
        exemplar=exemplar,
        name=name,
        field=field,
        place=place,
        subject_kind=SubjectKind.COLLECTIVE,
        status=RegistrationStatus.NEW,
        state=state,
        submitted_at=None if state == RegistrationState.DRAFT else sent_at,
        complete_by=campaign.registration_closes if state == RegistrationState.RETURNED else None,
        result_reason="Đề nghị ghi rõ địa điểm và lực lượng tham gia." if state == RegistrationState.RETURNED else "",
        is_sample=True,
    )
