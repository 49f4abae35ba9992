"""Settings that hold in every installation. What differs is read from the environment or from ``.env``."""

from pathlib import Path
from urllib.parse import quote

import environ
from celery.schedules import crontab

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "danvan.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "import_export",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "danvan.clock",
    "danvan.access",
    "danvan.history",
    "danvan.documents",
    "danvan.mail",
    "danvan.transfers",
    "danvan.organization",
    "danvan.notices",
    "movements",
    "awards",
]

MIDDLEWARE = [
    "danvan.headers.BrowserPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "danvan.busy.BusyDatabaseMiddleware",
    "danvan.unreadable.NumberTooLargeMiddleware",
    "danvan.clock.middleware.BusinessClockMiddleware",
    "danvan.history.middleware.RequestMiddleware",
    "danvan.history.middleware.RefusedAttemptMiddleware",
]

ROOT_URLCONF = "danvan.urls"
CSRF_FAILURE_VIEW = "danvan.history.views.csrf_failure"
WSGI_APPLICATION = "danvan.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "danvan" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------------


def database(url: str) -> dict:
    """Return Django's settings for *url*, with what each engine needs to behave alike under several processes.

    SQLite without IMMEDIATE loses updates when web server and workers write at once, and WAL alone makes it worse.
    """
    config = env.db_url_config(url)
    config["CONN_HEALTH_CHECKS"] = True
    if "sqlite" in config["ENGINE"]:
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
    return config


SQLITE_URL = f"sqlite:///{quote(str(VAR_DIR / 'danvan.sqlite3'))}"
DATABASES = {"default": database(env("DATABASE_URL", default="") or SQLITE_URL)}

# --- Accounts ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = ["danvan.access.backend.MembershipBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Long, not guessable, any letter; nothing about capitals and signs, and no change by the calendar: both make people
# write passwords down.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "danvan.organization.domain.accounts.passwords.GuessableWordsValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "telephone")},
    },
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"

# Who must prove more than the password: a code of the telephone at every login (of a remembered browser every 30 days).
# Others may switch it on themselves.
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=["staff", "administrator", "clerk"])
OTP_TOTP_ISSUER = "Dân vận khéo"

# How many proxies of ours stand before the server, each adding the address it heard from to X-Forwarded-For. With 0 the
# header is not read: whoever asks could write it, and would have as many addresses as wanted to try passwords from.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# A session lasts one working day of 12 hours from the login, however busy (nothing else writes it), and no longer than
# the browser: machines of an office are shared. No shorter limit for the idle: a long form that is written for two
# hours without a request would be lost. It lives in the database, so that it can be ended from here.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# --- What browsers may do ---------------------------------------------------------------------------------------------

# The theme's scripts (Alpine) compile the expressions in the pages, its widgets set styles, its icons are data: grant
# just that. No script is written into a page.
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- Vietnamese -------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["danvan.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "danvan" / "static"]
PRIVATE_FILES_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_FILES_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "danvan.documents.uploads.CutOff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What one account may upload, as files and bytes. A unit's papers of a year are some thirty files of a few MB: a day
# with all of them at once has room, an account in the wrong hands does not fill the disk. The Ban scans for everybody.
UPLOAD_PER_DAY = env.int("UPLOAD_FILES_PER_DAY", default=100), env.int("UPLOAD_MB_PER_DAY", default=300) * 2**20
UPLOAD_PER_DAY_OF_THE_BAN = (
    env.int("UPLOAD_FILES_PER_DAY_OF_THE_BAN", default=1_000),
    env.int("UPLOAD_MB_PER_DAY_OF_THE_BAN", default=3_000) * 2**20,
)
# Of an account of a unit, over all years.
UPLOAD_IN_ALL = env.int("UPLOAD_FILES_IN_ALL", default=3_000), env.int("UPLOAD_MB_IN_ALL", default=5_000) * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Returning --------------------------------------------------------------------------------------------------------

# How many working days a unit is given to complete what was returned to it, unless whoever returns it says another day.
RETURN_WORKING_DAYS = env.int("RETURN_WORKING_DAYS", default=5)

# --- Exports to Excel -------------------------------------------------------------------------------------------------

# A longer workbook asks what it is needed for. One person takes so many rows in a business day, all workbooks together.
EXPORT_REASON_ROWS = env.int("EXPORT_REASON_ROWS", default=2_000)
EXPORT_ROWS_PER_DAY = env.int("EXPORT_ROWS_PER_DAY", default=50_000)

# --- Mail -------------------------------------------------------------------------------------------------------------

# "off": an office without mail. Nothing is queued and nothing sent; inbox, Zalo and paper carry the work.
EMAIL_URL = env("EMAIL_URL", default="smtp://127.0.0.1:2525")
MAIL_ENABLED = EMAIL_URL != "off"
_mail_server = env.email_url_config(EMAIL_URL if MAIL_ENABLED else "dummymail://")
vars().update(_mail_server)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Dân vận khéo <danvankheo@localhost>")
EMAIL_TIMEOUT = 20
MAIL_DIR = VAR_DIR / "mail"

# The numbers of delivery, in real seconds: one mail's own deadline < the lease < what makes recovery ≤ 90 s.
MAIL_DEADLINE_SECONDS = env.int("MAIL_DEADLINE_SECONDS", default=30)
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=45)
MAIL_SWEEP_SECONDS = env.int("MAIL_SWEEP_SECONDS", default=15)
# One drain ends after this and asks for the next, so that it blocks neither a worker nor its warm stop.
MAIL_DRAIN_SECONDS = env.int("MAIL_DRAIN_SECONDS", default=20)
# The waits after each temporary refusal (16 hours together); after the last one the mail has failed.
MAIL_RETRY_SECONDS = env.list("MAIL_RETRY_SECONDS", cast=int, default=[60, 300, 900, 1800, 3600, 7200, 14400, 28800])
# The wait of all mails while the server cannot be reached.
MAIL_RECONNECT_SECONDS = env.int("MAIL_RECONNECT_SECONDS", default=30)
# Never more attempts within 60 seconds, all workers together; 0: as many as the server takes. Providers allow 30
# (Exchange Online); a server on this machine has no such limit.
_is_local = _mail_server["EMAIL_HOST"] in {"127.0.0.1", "localhost", "::1"}
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=0 if _is_local else 30)
PLANNER_SECONDS = env.int("PLANNER_SECONDS", default=60)
# People are told of what is due between these hours of working days, the second not counted.
REMINDER_HOURS = tuple(env.list("REMINDER_HOURS", cast=int, default=[7, 18]))

# Where links in mails point.
SITE_ADDRESS = env("SITE_ADDRESS", default=f"http://127.0.0.1:{env('PORT', default='8000')}")

# --- Celery -----------------------------------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6390/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Whoever sends a task waits for no broker: without ``max_retries`` one refused connection costs six seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
# Worker and beat log as the rest does.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# ``expires`` a little under the period: a stopped worker does not find a pile of old ticks.
CELERY_BEAT_SCHEDULE = {
    "plan-reminders": {
        "task": "danvan.notices.tasks.plan_reminders",
        "schedule": PLANNER_SECONDS,
        "options": {"expires": PLANNER_SECONDS},
    },
    "carry-out-reorganisations": {
        "task": "danvan.organization.tasks.carry_out_due",
        "schedule": PLANNER_SECONDS,
        "options": {"expires": PLANNER_SECONDS},
    },
    # What could not be carried out is tried again in the morning: what stood in the way may be gone.
    "try-reorganisations-again": {
        "task": "danvan.organization.tasks.carry_out_due",
        "schedule": crontab(hour=5, minute=30),
        "kwargs": {"again": True},
    },
    # Planned reporting periods open on their day; units that came since are added to the open ones in the morning.
    "open-periods": {
        "task": "movements.tasks.open_due",
        "schedule": PLANNER_SECONDS,
        "options": {"expires": PLANNER_SECONDS},
    },
    "add-units-to-periods": {
        "task": "movements.tasks.enlist_all",
        "schedule": crontab(hour=5, minute=45),
    },
    # What the planner and the drain have done is compared with what was due, by code that knows neither.
    "reconcile": {
        "task": "danvan.notices.tasks.reconcile",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 10 * 60},
    },
    "call-units-to-register": {
        "task": "movements.tasks.call_units",
        "schedule": crontab(minute=20),
    },
    "call-units-to-nominate": {
        "task": "awards.tasks.call_units",
        "schedule": crontab(minute=25),
    },
    "sweep-mail": {
        "task": "danvan.mail.tasks.sweep",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Business clock ---------------------------------------------------------------------------------------------------

# Business time can be shifted by a row in the database; production refuses it.
BUSINESS_CLOCK_SHIFTABLE = True

# --- Logs -------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "danvan.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}

# --- Look -------------------------------------------------------------------------------------------------------------

# The rest of the look (titles, sidebar, start page) is in danvan/site.py.
UNFOLD = {
    "SITE_TITLE": "danvan.site.title",
    "SITE_HEADER": "danvan.site.title",
    "SITE_SYMBOL": "handshake",
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "STYLES": ["danvan.site.stylesheet"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "danvan.site.favicon"}],
    "ACCOUNT": {"navigation": "danvan.site.account_links"},
    "SIDEBAR": {"navigation": "danvan.site.navigation", "show_search": False, "show_all_applications": False},
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .013 17.38)",
            "100": "oklch(93.6% .032 17.717)",
            "200": "oklch(88.5% .062 18.334)",
            "300": "oklch(80.8% .114 19.571)",
            "400": "oklch(70.4% .191 22.216)",
            "500": "oklch(63.7% .237 25.331)",
            "600": "oklch(57.7% .245 27.325)",
            "700": "oklch(50.5% .213 27.518)",
            "800": "oklch(44.4% .177 26.899)",
            "900": "oklch(39.6% .141 25.723)",
            "950": "oklch(25.8% .092 26.042)",
        },
    },
}
