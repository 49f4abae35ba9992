import pytest
from django.core.exceptions import ValidationError

from danvan.organization.domain.accounts import make_first_administrator
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
