"""The test office of the story: the Ban Dân vận of Đắk Lắk in 2015, before the first unit is entered."""

from datetime import date

from danvan.access.roles import Role
from danvan.documents.models import Letterhead
from danvan.organization.domain.units.placement import place
from danvan.organization.models import Membership, Unit, UnitKind, User
from movements.models import Field

DISTRICTS = (
    "Buôn Ma Thuột", "Buôn Hồ", "Buôn Đôn", "Cư Kuin", "Cư M'gar", "Ea H'leo", "Ea Kar", "Ea Súp", "Krông Ana",
    "Krông Bông", "Krông Búk", "Krông Năng", "Krông Pắc", "Lắk", "M'Đrắk",
)  # fmt: skip
BEGINS = date(2015, 1, 5)
FIELDS = (("KT", "Kinh tế"), ("VHXH", "Văn hóa - xã hội"), ("QPAN", "Quốc phòng - an ninh"), ("HTCT", "Xây dựng HTCT"))


def set_up():
    """Make the Ban, its people and its short lists; return the accounts by role."""
    ban_kind = UnitKind.objects.create(code="BAN", name="Ban đảng Tỉnh ủy", is_party=True, is_ban=True)
    UnitKind.objects.create(code="HUYEN", name="Huyện, thị xã, thành phố", is_party=True)
    ban = Unit.objects.create(code="BDVTU", name="Ban Dân vận Tỉnh ủy Đắk Lắk", symbol="BDVTU", kind=ban_kind)
    place(unit=ban)
    for order, (code, name) in enumerate(FIELDS):
        Field.objects.create(code=code, name=name, order=order)
    Letterhead.objects.create(
        superior="TỈNH ỦY ĐẮK LẮK",
        issuer="BAN DÂN VẬN",
        full_name="Ban Dân vận Tỉnh ủy Đắk Lắk",
        symbol="BDVTU",
        place="Buôn Ma Thuột",
    )
    accounts = {
        Role.ADMINISTRATOR: ("quantri", "Nguyễn Thanh Bình"),
        Role.LEADER: ("lanhdao", "H'Lim Niê"),
        Role.STAFF: ("chuyenvien", "Trần Thị Thu Hà"),
        Role.CLERK: ("vanthu", "Lê Văn Tâm"),
    }
    return {role: make_account(username, name, role, ban) for role, (username, name) in accounts.items()}


def make_account(username, full_name, role, unit):
    user = User.objects.create_user(username, "mat-khau", full_name=full_name, email=f"{username}@daklak.example")
    Membership.objects.create(user=user, unit=unit, role=role, valid_from=BEGINS)
    return user


def unit_code(number):
    return f"H{number:02}"


def make_leads():
    """One lead for each of the fifteen units, by the unit's code."""
    return {
        unit.code: make_account(unit.code.lower(), f"Đầu mối {unit.short_name}", Role.UNIT_LEAD, unit)
        for unit in Unit.objects.filter(kind__code="HUYEN")
    }
