"""What a server of an office must not run with."""

from django.core.exceptions import ImproperlyConfigured

WEAK_SECRET = 50
MUST_BE_ON = (
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_HSTS_SECONDS",
)
MUST_STAY_HERE = ("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE")


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
    if values["MAIL_ENABLED"] and not values["EMAIL_BACKEND"].endswith(".smtp.EmailBackend"):
        problems.append("EMAIL_URL does not name an SMTP server: no mail would leave. An office without mail says off.")
    if "sqlite" in values["DATABASES"]["default"]["ENGINE"] and not values["SQLITE_IN_PRODUCTION"]:
        problems.append(
            "DATABASE_URL names SQLite. Use PostgreSQL, or say SQLITE_IN_PRODUCTION=true for a small office."
        )
    if not values["ALLOWED_HOSTS"] or "*" in values["ALLOWED_HOSTS"]:
        problems.append("ALLOWED_HOSTS must name the hosts.")
    if values["BUSINESS_CLOCK_SHIFTABLE"]:
        problems.append("BUSINESS_CLOCK_SHIFTABLE is on: the business clock is real in production.")
    problems += [f"{name} must be on." for name in MUST_BE_ON if not values[name]]
    problems += [f"{name} must be Lax or Strict." for name in MUST_STAY_HERE if values[name] not in ("Lax", "Strict")]
    if not values["SESSION_ENGINE"].endswith(".db"):
        problems.append("SESSION_ENGINE must be the database's: other sessions cannot be ended from here.")
    if "argon2" not in values["PASSWORD_HASHERS"][0].lower():
        problems.append("PASSWORD_HASHERS must begin with Argon2.")
    if not values["AUTH_PASSWORD_VALIDATORS"]:
        problems.append("AUTH_PASSWORD_VALIDATORS is empty: any password would do.")
    if values["MIDDLEWARE"][0] != "danvan.headers.BrowserPolicyMiddleware":
        problems.append("MIDDLEWARE must begin with BrowserPolicyMiddleware, or some answers lack the policy.")
    scripts = values["SECURE_CSP"].get("script-src", [])
    if not {"'self'", "'unsafe-eval'"}.issuperset(scripts) or not scripts:
        problems.append("SECURE_CSP must allow scripts of this host alone.")
    if values["TRUSTED_PROXIES"] < 0:
        problems.append("TRUSTED_PROXIES must be the number of proxies before the server.")
    if problems:
        raise ImproperlyConfigured("\n".join(problems))
