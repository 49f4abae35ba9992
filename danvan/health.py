"""The state of the parts for a monitor: database, broker, worker, tick, planner."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse

from danvan.mail.domain.heartbeat import WATCHED, silent_parts


def healthz(request):
    """Answer 200 with each part ``ok``, or 503 naming the part that is down or has been silent for 120 s.

    ``worker``, ``tick`` and ``planner`` are judged by what they wrote into the database, as on the start page.
    """
    parts = {"database": database_state(), "broker": broker_state()}
    parts |= beat_states() if parts["database"] == "ok" else dict.fromkeys(WATCHED, "unknown")
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def database_state():
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "down"
    return "ok"


def broker_state():
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1).ping()
    except redis.RedisError:
        return "down"
    return "ok"


def beat_states():
    silent = silent_parts()
    return {name: "silent" if name in silent else "ok" for name in WATCHED}
