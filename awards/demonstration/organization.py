"""The units, people and accounts of the sample office."""

from datetime import date

from danvan.access.roles import Role
from danvan.organization.domain.units.placement import place
from danvan.organization.models import Membership, Unit, UnitKind, User

REORGANISED_ON = date(2025, 7, 1)
MAIL_DOMAIN = "minhhoa.example"

KINDS = (
    ("BAN", "Ban đảng Tỉnh ủy", True),
    ("DU-XA", "Đảng ủy xã", True),
    ("DU-PHUONG", "Đảng ủy phường", True),
    ("MTTQ", "Mặt trận Tổ quốc và đoàn thể", False),
    ("LLVT", "Lực lượng vũ trang", False),
    ("SO", "Sở, ngành", False),
    ("TRUONG", "Trường", False),
    ("HUYEN", "Huyện, thị xã, thành phố (đến 30/6/2025)", True),
)

# Code, name, short name, kind. The order is that of the list.
UNITS = (
    ("BTGDV", "Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk", "Ban TG&DV Tỉnh ủy", "BAN"),
    ("P-BMT", "Đảng ủy phường Buôn Ma Thuột", "Phường Buôn Ma Thuột", "DU-PHUONG"),
    ("P-BHO", "Đảng ủy phường Buôn Hồ", "Phường Buôn Hồ", "DU-PHUONG"),
    ("P-TLAP", "Đảng ủy phường Tân Lập", "Phường Tân Lập", "DU-PHUONG"),
    ("P-THOA", "Đảng ủy phường Tuy Hòa", "Phường Tuy Hòa", "DU-PHUONG"),
    ("X-EKAR", "Đảng ủy xã Ea Kar", "Xã Ea Kar", "DU-XA"),
    ("X-CMGA", "Đảng ủy xã Cư M'gar", "Xã Cư M'gar", "DU-XA"),
    ("X-KNAN", "Đảng ủy xã Krông Năng", "Xã Krông Năng", "DU-XA"),
    ("X-KPAC", "Đảng ủy xã Krông Pắc", "Xã Krông Pắc", "DU-XA"),
    ("X-ESUP", "Đảng ủy xã Ea Súp", "Xã Ea Súp", "DU-XA"),
    ("X-BDON", "Đảng ủy xã Buôn Đôn", "Xã Buôn Đôn", "DU-XA"),
    ("X-MDRA", "Đảng ủy xã M'Drắk", "Xã M'Drắk", "DU-XA"),
    ("X-LAK", "Đảng ủy xã Liên Sơn Lắk", "Xã Liên Sơn Lắk", "DU-XA"),
    ("X-SHOA", "Đảng ủy xã Sơn Hòa", "Xã Sơn Hòa", "DU-XA"),
    ("MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Đắk Lắk", "MTTQ tỉnh", "MTTQ"),
    ("HPN", "Hội Liên hiệp Phụ nữ tỉnh Đắk Lắk", "Hội LHPN tỉnh", "MTTQ"),
    ("CAT", "Công an tỉnh Đắk Lắk", "Công an tỉnh", "LLVT"),
    ("BCHQS", "Bộ Chỉ huy Quân sự tỉnh Đắk Lắk", "BCH Quân sự tỉnh", "LLVT"),
    ("SGDDT", "Sở Giáo dục và Đào tạo tỉnh Đắk Lắk", "Sở GD&ĐT", "SO"),
    ("SNNMT", "Sở Nông nghiệp và Môi trường tỉnh Đắk Lắk", "Sở NN&MT", "SO"),
    ("TCT", "Trường Chính trị tỉnh Đắk Lắk", "Trường Chính trị", "TRUONG"),
)

# The fifteen of 2015, which ended with the district level.
DISTRICTS_2015 = (
    ("Thành ủy", "Buôn Ma Thuột"),
    ("Thị ủy", "Buôn Hồ"),
    ("Huyện ủy", "Buôn Đôn"),
    ("Huyện ủy", "Cư Kuin"),
    ("Huyện ủy", "Cư M'gar"),
    ("Huyện ủy", "Ea H'leo"),
    ("Huyện ủy", "Ea Kar"),
    ("Huyện ủy", "Ea Súp"),
    ("Huyện ủy", "Krông Ana"),
    ("Huyện ủy", "Krông Bông"),
    ("Huyện ủy", "Krông Búk"),
    ("Huyện ủy", "Krông Năng"),
    ("Huyện ủy", "Krông Pắc"),
    ("Huyện ủy", "Lắk"),
    ("Huyện ủy", "M'Đrắk"),
)

# Login name, name, role, unit code.
ACCOUNTS = (
    ("quantri", "Nguyễn Thanh Bình", Role.ADMINISTRATOR, "BTGDV"),
    ("lanhdao", "H'Lim Niê", Role.LEADER, "BTGDV"),
    ("chuyenvien", "Trần Thị Thu Hà", Role.STAFF, "BTGDV"),
    ("vanthu", "Lê Văn Tâm", Role.CLERK, "BTGDV"),
    ("xa1", "Y Thăng Ayun", Role.UNIT_LEAD, "X-EKAR"),
    ("phuong1", "Phạm Thị Ngọc Ánh", Role.UNIT_LEAD, "P-BMT"),
)

GIVEN_TO_LEADS = (
    "Hoàng Văn Đức",
    "Đặng Thị Hồng",
    "Võ Minh Tuấn",
    "H'Yar Kbuôr",
    "Nguyễn Hữu Phước",
    "Bùi Thị Lan",
    "Y Khoa Niê",
    "Lương Văn Sơn",
    "Đỗ Thị Mai",
    "Phan Đình Ân",
    "Nông Thị Tuyết",
    "Trương Quang Vinh",
    "Ngô Thị Thúy",
    "Mai Xuân Trường",
    "Huỳnh Thị Kim Oanh",
    "Tạ Đức Long",
    "Cao Thị Bích",
)

NOBODY_TO_TELL = "X-SHOA"


def build(*, password, today):
    """Make units, people and accounts and return the units by code. Every account gets *password*."""
    kinds = {
        code: UnitKind.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "is_party": is_party,
                "is_ban": code == "BAN",
                "order": order,
                "is_sample": True,
            },
        )[0]
        for order, (code, name, is_party) in enumerate(KINDS, 1)
    }
    units = {
        code: Unit.objects.create(
            code=code,
            name=name,
            short_name=short_name,
            kind=kinds[kind],
            order=order,
            valid_from=REORGANISED_ON,
            email="" if code == NOBODY_TO_TELL else f"{code.lower()}@{MAIL_DOMAIN}",
            is_sample=True,
        )
        for order, (code, name, short_name, kind) in enumerate(UNITS)
    }
    ban = units["BTGDV"]
    place(unit=ban, valid_from=REORGANISED_ON)
    for unit in units.values():
        if unit != ban:
            place(unit=unit, superior=ban, valid_from=REORGANISED_ON)
    _accounts(units, password)
    return units


def build_districts_of_2015():
    """The units of 2015 under the names of their time."""
    kind = UnitKind.objects.get(code="HUYEN")
    districts = [
        Unit.objects.create(
            code=f"H{number:02}-2015",
            name=f"Ban Dân vận {committee} {name}",
            short_name=name,
            kind=kind,
            order=900 + number,
            is_sample=True,
        )
        for number, (committee, name) in enumerate(DISTRICTS_2015, 1)
    ]
    for district in districts:
        place(unit=district)
    return districts


def _accounts(units, password):
    taken = set()
    for username, full_name, role, code in ACCOUNTS:
        _account(username, full_name, role, units[code], password)
        taken.add(code)
    free = [unit for code, unit in units.items() if code not in taken and code != NOBODY_TO_TELL]
    for unit, full_name in zip(free, GIVEN_TO_LEADS, strict=False):
        _account(unit.code.lower(), full_name, Role.UNIT_LEAD, unit, password)


def _account(username, full_name, role, unit, password):
    user = User.objects.create_user(
        username, password, full_name=full_name, email=f"{username}@{MAIL_DOMAIN}", is_sample=True
    )
    Membership.objects.create(user=user, unit=unit, role=role, valid_from=REORGANISED_ON, is_sample=True)
