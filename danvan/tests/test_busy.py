"""A database that is busy or away: a Vietnamese page that says so, and nothing of other faults hidden."""

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import RequestFactory

from danvan.busy import BusyDatabaseMiddleware


def answer_to(exception):
    return BusyDatabaseMiddleware(get_response=None).process_exception(RequestFactory().get("/admin/"), exception)


@pytest.mark.parametrize("exception", [OperationalError("database is locked"), InterfaceError("connection closed")])
def test_a_busy_database_means_try_later(exception):
    answer = answer_to(exception)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Hệ thống đang bận" in answer.content.decode()


@pytest.mark.parametrize("exception", [ProgrammingError("no such column"), ValueError("x")])
def test_a_fault_of_the_program_is_not_called_busy(exception):
    assert answer_to(exception) is None
