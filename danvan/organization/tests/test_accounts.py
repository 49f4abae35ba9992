import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from danvan.organization.domain.accounts.first_administrator import make_first_administrator
from danvan.organization.models import Unit, User
from tests.factories import logged_in

pytestmark = pytest.mark.django_db
FIRST = {
    "username": "quantri",
    "full_name": "Nguyễn Thanh Bình",
    "password": "mot-mat-khau-dai",
    "unit_code": "BTGDVTU",
    "unit_name": "Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk",
}


def test_a_new_office_gets_its_unit_and_its_administrator():
    user = make_first_administrator(**FIRST)
    assert user.check_password("mot-mat-khau-dai")
    assert Unit.objects.in_subtree(Unit.objects.get()).count() == 1
    assert logged_in(user).get("/admin/organization/user/add/").status_code == 200


def test_there_is_one_first_administrator():
    make_first_administrator(**FIRST)
    with pytest.raises(ValidationError):
        make_first_administrator(**{**FIRST, "username": "khac"})
    assert User.objects.count() == 1


def test_a_bad_login_name_leaves_nothing_behind():
    with pytest.raises(ValidationError):
        make_first_administrator(**{**FIRST, "username": "có dấu cách"})
    assert not Unit.objects.exists() and not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "refused"), [("danvankheo2026", True), ("binh.nguyenthanh", True), ("mua-thang-bay-gay-canh", False)]
)
def test_the_first_administrator_chooses_a_good_password(password, refused, monkeypatch):
    monkeypatch.setattr("danvan.organization.management.commands.tao_quan_tri.getpass", lambda prompt: password)
    arguments = ("tao_quan_tri", "quantri", "--ho-ten", FIRST["full_name"], "--don-vi", FIRST["unit_name"])
    if refused:
        with pytest.raises(CommandError):
            call_command(*arguments)
    else:
        call_command(*arguments, verbosity=0)
    assert User.objects.filter(username="quantri").exists() is not refused
