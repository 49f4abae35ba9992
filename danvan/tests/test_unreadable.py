"""Requests that cannot be read: a page in Vietnamese with all headers, never an error of ours."""

import pytest

from tests.factories import logged_in, make_administrator

NINES = "9" * 40


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("CRITICAL", logger="django")


@pytest.mark.django_db
def test_a_body_in_an_alphabet_that_forms_do_not_use(client):
    kind = "application/x-www-form-urlencoded; charset=utf-7"
    answer = client.post("/admin/login/", data=b"username=x&password=y", content_type=kind)
    assert answer.status_code == 400
    assert "Yêu cầu không hợp lệ" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "default-src" in answer["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        f"/admin/awards/dossier/?round={NINES}",
        f"/admin/organization/person/?unit={NINES}",
        f"/admin/history/activity/?actor={NINES}",
    ],
)
def test_a_number_that_no_column_holds_in_a_filter(address):
    answer = logged_in(make_administrator()).get(address)
    assert answer.status_code in (200, 302, 400)


@pytest.mark.django_db
def test_a_number_that_no_column_holds_in_a_form():
    data = {"full_name": "Y Biêr", "unit": NINES}
    answer = logged_in(make_administrator()).post("/admin/organization/person/add/", data)
    assert answer.status_code in (200, 400)
