"""Logs for machines: one line of JSON per record."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

# The id of the request or task that is being served; whoever begins one sets it.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """Formats a record as time, level, logger, message, request id and exception.

    Nothing else of the record is written: what callers attach through ``extra`` may hold personal data.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        # Of a suspicious request the message says all: whoever sends a thousand must not wash out the log.
        if record.exc_info and not record.name.startswith("django.security."):
            line["exception"] = _without_values(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _without_values(traceback: str) -> str:
    """Drop the lines in which PostgreSQL quotes the row that broke a constraint."""
    return "\n".join(line for line in traceback.splitlines() if not line.startswith("DETAIL:"))
