"""Memberships that overlap are refused, wherever they are written; what has ended gives no right any more."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from danvan.access.roles import Role
from danvan.organization.models import Membership
from tests.factories import logged_in, make_administrator, make_unit, make_user

pytestmark = pytest.mark.django_db
D = date


def days(text):
    """``"5-9"``: from the 5th to the 9th of March; ``"-9"`` and ``"5-"``: open on one side."""
    first, last = text.split("-")
    return {
        "valid_from": D(2026, 3, int(first)) if first else None,
        "valid_to": D(2026, 3, int(last)) if last else None,
    }


OVERLAPPING = [("5-9", "9-12"), ("5-9", "1-5"), ("5-9", "6-7"), ("-9", "9-"), ("-", "5-9"), ("5-", "1-5"), ("-", "-")]
APART = [("5-9", "10-12"), ("5-9", "1-4"), ("-9", "10-"), ("5-", "-4")]


@pytest.fixture
def unit():
    return make_unit()


@pytest.fixture
def user():
    return make_user()


@pytest.mark.parametrize(("first", "second"), OVERLAPPING)
@pytest.mark.parametrize("turned", [False, True])
def test_the_same_role_twice_on_a_day_is_refused(user, unit, first, second, turned):
    first, second = (second, first) if turned else (first, second)
    one = Membership.objects.create(user=user, unit=unit, role=Role.UNIT_LEAD, **days(first))
    other = Membership(user=user, unit=unit, role=Role.UNIT_LEAD, **days(second))
    assert one.shares_a_day_with(other)
    for write in (other.full_clean, other.save):
        with pytest.raises(ValidationError) as refused:
            write()
        assert one.period in refused.value.message_dict["role"][0]
    assert Membership.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(("first", "second"), APART)
def test_days_that_follow_one_another_are_taken(user, unit, first, second):
    one = Membership.objects.create(user=user, unit=unit, role=Role.UNIT_LEAD, **days(first))
    other = Membership(user=user, unit=unit, role=Role.UNIT_LEAD, **days(second))
    assert not one.shares_a_day_with(other)
    other.full_clean()
    other.save()


def test_one_person_leads_several_units_and_has_several_roles(user, unit):
    other = make_unit()
    for at, role in ((unit, Role.UNIT_LEAD), (other, Role.UNIT_LEAD), (unit, Role.UNIT_VIEWER)):
        Membership.objects.create(user=user, unit=at, role=role)
    Membership.objects.create(user=make_user(), unit=unit, role=Role.UNIT_LEAD)
    assert user.own_units == [unit, other]


def test_a_row_does_not_overlap_with_itself(user, unit):
    row = Membership.objects.create(user=user, unit=unit, role=Role.UNIT_LEAD)
    row.valid_to = D(2027, 1, 1)
    row.full_clean()
    row.save()


# --- the page of an account -------------------------------------------------------------------------------------------


def post(user, *rows):
    """Save the memberships *rows* (unit, from, to, and the row that is changed) on the page of *user*."""
    sent = {"full_name": "Y Biêr Niê", "username": user.username, "is_active": "on", "_version": str(user.version)}
    sent |= {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": sum(bool(row[3]) for row in rows)}
    for place, (unit, first, last, known) in enumerate(rows):
        sent |= {
            f"memberships-{place}-id": known.pk if known else "",
            f"memberships-{place}-user": user.pk,
            f"memberships-{place}-unit": unit.pk,
            f"memberships-{place}-role": Role.UNIT_LEAD,
            f"memberships-{place}-valid_from": first,
            f"memberships-{place}-valid_to": last,
        }
    return logged_in(make_administrator()).post(reverse("admin:organization_user_change", args=[user.pk]), sent)


def errors_of(answer):
    return [form.errors.get("role") for form in answer.context["inline_admin_formsets"][0].formset.forms]


def test_the_page_says_at_the_role_what_is_in_the_way(user, unit):
    row = Membership.objects.create(user=user, unit=unit, role=Role.UNIT_LEAD, **days("5-9"))
    answer = post(user, (unit, "05/03/2026", "09/03/2026", row), (unit, "09/03/2026", "", None))
    assert errors_of(answer)[1][0].startswith(
        "Người này đã giữ vai trò này ở đơn vị (từ 05/03/2026 đến hết 09/03/2026)"
    )
    assert Membership.objects.filter(user=user).count() == 1


def test_two_new_rows_overlap_with_one_another(user, unit):
    answer = post(user, (unit, "05/03/2026", "09/03/2026", None), (unit, "09/03/2026", "", None))
    assert [bool(errors) for errors in errors_of(answer)] == [False, True]
    assert not Membership.objects.filter(user=user).exists()


def test_two_units_are_saved(user, unit):
    assert post(user, (unit, "05/03/2026", "", None), (make_unit(), "05/03/2026", "", None)).status_code == 302
    assert Membership.objects.filter(user=user).count() == 2
