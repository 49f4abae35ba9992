import json
import logging
import sys

import pytest

from danvan.logs import JsonFormatter, request_id


def line(record):
    return json.loads(JsonFormatter().format(record))


def record(**extra):
    made = logging.LogRecord("danvan.mail", logging.WARNING, __file__, 1, "Thư %s bị từ chối", ("A-1",), None)
    vars(made).update(created=1_795_306_000.25, **extra)
    return made


def test_a_record_is_one_line_of_time_level_logger_and_message():
    assert JsonFormatter().format(record()).count("\n") == 0
    assert line(record()) == {
        "time": "2026-11-22T00:06:40.250+00:00",
        "level": "WARNING",
        "logger": "danvan.mail",
        "message": "Thư A-1 bị từ chối",
    }


def test_the_id_of_the_request_is_written_while_one_is_served():
    token = request_id.set("r-1")
    try:
        assert line(record())["request_id"] == "r-1"
    finally:
        request_id.reset(token)
    assert "request_id" not in line(record())


def test_what_callers_attach_is_not_written():
    assert "079" not in JsonFormatter().format(record(citizen_id="079123456789"))


@pytest.mark.parametrize("reason", ["duplicate key\nDETAIL:  Key (email)=(a@b.vn) already exists."])
def test_an_exception_is_written_without_the_row_it_is_about(reason):
    try:
        raise ValueError(reason)
    except ValueError:
        written = line(record(exc_info=sys.exc_info()))["exception"]
    assert "ValueError: duplicate key" in written
    assert "a@b.vn" not in written
