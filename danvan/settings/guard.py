"""What a server of an office must not run with."""

from django.core.exceptions import ImproperlyConfigured

WEAK_SECRET = 50


def refuse_unsafe(values: dict) -> None:
    """Raise ImproperlyConfigured naming every setting in *values* that is fit for a demonstration only.

    Called at the end of the production settings, so that no process starts with one of them.
    """
    problems = []
    if values["DEBUG"]:
        problems.append("DEBUG is on: error pages would show data.")
    secret = values["SECRET_KEY"]
    if len(secret) < WEAK_SECRET or len(set(secret)) < 5 or secret.startswith("django-insecure"):
        problems.append(f"SECRET_KEY must be at least {WEAK_SECRET} random characters.")
    if values.get("CELERY_TASK_ALWAYS_EAGER"):
        problems.append("CELERY_TASK_ALWAYS_EAGER is on: reminders would be lost with the request that made them.")
    if not values["EMAIL_BACKEND"].endswith(".smtp.EmailBackend"):
        problems.append("EMAIL_URL does not name an SMTP server: no mail would leave.")
    if "sqlite" in values["DATABASES"]["default"]["ENGINE"] and not values["SQLITE_IN_PRODUCTION"]:
        problems.append(
            "DATABASE_URL names SQLite. Use PostgreSQL, or say SQLITE_IN_PRODUCTION=true for a small office."
        )
    if not values["ALLOWED_HOSTS"] or "*" in values["ALLOWED_HOSTS"]:
        problems.append("ALLOWED_HOSTS must name the hosts.")
    if values["BUSINESS_CLOCK_SHIFTABLE"]:
        problems.append("BUSINESS_CLOCK_SHIFTABLE is on: the business clock is real in production.")
    if problems:
        raise ImproperlyConfigured("\n".join(problems))
