"""Two requests at the same moment, on real connections."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from danvan.organization.models import Unit
from danvan.organization.resources.unit import UnitResource
from danvan.transfers import domain
from danvan.transfers.models import Export, ImportJob
from danvan.transfers.tests.samples import UNIT_HEADER, workbook
from tests.factories import make_kind, make_staff, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deed):
    """The answers of *deed*, called twice at the same moment."""
    barrier = Barrier(2)

    def call(_number):
        barrier.wait(timeout=10)
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(call, range(2)))


def upload(user, key):
    content = workbook(UNIT_HEADER, ["A1", "Xã A", "xa"])
    return domain.upload(
        user=user, resource=UnitResource(user), content=content, name="a.xlsx", sheet="", form_key=key
    )


def test_a_double_click_on_the_upload_makes_one_job():
    make_kind(code="xa")
    staff, key = make_staff(), uuid.uuid4()

    first, second = at_once(lambda: upload(staff, key).pk)

    assert first == second == ImportJob.objects.get().pk


def test_a_double_click_on_the_confirmation_imports_once():
    make_kind(code="xa")
    staff = make_staff()
    pk = upload(staff, uuid.uuid4()).pk

    answers = at_once(
        lambda: domain.confirm(user=staff, resource=UnitResource(staff), job=ImportJob.objects.get(pk=pk))
    )

    assert sorted(answers) == [False, True]
    assert Unit.objects.filter(code="A1").count() == 1


def test_two_exports_at_once_share_what_the_day_leaves(settings):
    settings.EXPORT_ROWS_PER_DAY = 3
    make_unit()
    make_unit()
    staff = make_staff()
    assert Unit.objects.count() == 3

    def take():
        try:
            return len(domain.export(user=staff, resource=UnitResource(staff), queryset=Unit.objects.all())) > 0
        except domain.ExportRefused:
            return False

    assert sorted(at_once(take)) == [False, True]
    assert Export.objects.get().rows == 3
