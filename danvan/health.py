"""The state of the parts for a monitor: database, broker, worker, tick."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse

from danvan import clock
from danvan.mail.domain.heartbeat import last_beat

SILENCE = timedelta(seconds=120)


def healthz(request):
    """Answer 200 with each part ``ok``, or 503 naming the part that is down or has been silent for 120 s.

    ``worker`` and ``tick`` are judged by what they wrote into the database: the worker at every drain, the tick at
    every task that beat started.
    """
    parts = {"database": database_state(), "broker": broker_state()}
    for name in ("worker", "tick"):
        parts[name] = beat_state(name) if parts["database"] == "ok" else "unknown"
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


def beat_state(name):
    beat = last_beat(name)
    return "ok" if beat and clock.real_now() - beat < SILENCE else "silent"
