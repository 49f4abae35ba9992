"""The pages that say no, also to who is not logged in, are ours and in Vietnamese."""

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.views import defaults

from tests.crawl.reading import english_in, foreign_hosts, parse
from tests.factories import logged_in, make_lead

pytestmark = pytest.mark.django_db


def must_be_ours(answer, status, heading):
    page = parse(answer)
    assert answer.status_code == status
    assert page.get("lang") == "vi"
    assert page.findtext(".//h1") == heading
    assert page.findtext(".//title") == heading
    assert english_in(page) == foreign_hosts(page) == []


def test_missing_page(client):
    must_be_ours(client.get("/khong-co-trang-nay/"), 404, "Không có trang này")


def test_forbidden_page():
    answer = logged_in(make_lead()).get("/admin/organization/area/")
    must_be_ours(answer, 403, "Đồng chí không có quyền mở trang này")


def test_expired_form():
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    must_be_ours(answer, 403, "Biểu đã hết hiệu lực")


def test_bad_request():
    answer = Client(HTTP_HOST="elsewhere.example").get("/admin/")
    must_be_ours(answer, 400, "Yêu cầu không hợp lệ")


def test_fault_of_the_program_needs_neither_database_nor_session():
    answer = defaults.server_error(RequestFactory().get("/"))
    must_be_ours(answer, 500, "Hệ thống gặp lỗi")


def test_a_missing_page_does_not_repeat_why():
    answer = defaults.page_not_found(RequestFactory().get("/"), Http404("BIMATB"))
    assert b"BIMATB" not in answer.content
