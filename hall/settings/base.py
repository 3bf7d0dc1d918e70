"""Settings of the hall (Django)."""

from __future__ import annotations

import os

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from hall.embedded.postgres import database_url
from hall.embedded.redis import redis_url
from hall.settings import environment as env

try:
    HALL_MODE = env.mode()
    SECRET_KEY = env.secret("SECRET_KEY")
    # Key of the encrypted columns (ID numbers, telephones) and of their blind index.
    HALL_FIELD_KEY = env.secret("HALL_FIELD_KEY")
    HALL_DEMO = env.demonstration_cases()
except env.Misconfigured as error:
    raise ImproperlyConfigured(str(error)) from error

BASE_DIR = env.BASE_DIR
HALL_DATA = env.data_folder()
# Demonstration mode: movable clock, demonstration accounts, no forced change of password.
DEMONSTRATION = HALL_MODE == env.DEMO
# Only a demonstration may be moved forward in time.
HALL_MOVABLE_CLOCK = DEMONSTRATION
# Seconds without a heartbeat of the porters that count as an outage and are credited to every clock.
HALL_OUTAGE_THRESHOLD = 300
# Founding data of the five places, lists, worked-out matters.
HALL_FIXTURES = BASE_DIR / "fixtures"
# Fonts for papers that no package puts in place (bin/fonts fills it when it can; may be empty or absent).
HALL_FONTS = BASE_DIR / ".cache" / "fonts"
# The address that QR codes and e-mails carry.
HALL_ADDRESS = os.environ.get("HALL_ADDRESS") or f"http://127.0.0.1:{os.environ.get('HALL_PORT', '8000')}"
# What the footer of the public pages says; a real hall fills these in, what is empty is not shown.
HALL_SITE = {
    "organiser": os.environ.get("HALL_ORGANISER", ""),
    "operator": os.environ.get("HALL_OPERATOR", ""),
    "phone": os.environ.get("HALL_PHONE", "12345"),
    "site_code": os.environ.get("HALL_SITE_CODE", ""),
    "icp": os.environ.get("HALL_ICP", ""),
    "police": os.environ.get("HALL_POLICE_FILING", ""),
}
# Staff are logged out after this many seconds without a request, and change their password this often.
STAFF_IDLE_SECONDS = 30 * 60
STAFF_PASSWORD_DAYS = 90

DEBUG = env.flag("HALL_DEBUG")
# The machine itself always: health checks ask there.
ALLOWED_HOSTS = [*env.words("HALL_HOSTS", "*" if DEMONSTRATION else ""), "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = env.words("HALL_ORIGINS")

INSTALLED_APPS = [
    "hall",
    "hall.organisation",
    "hall.people",
    "hall.calendars",
    "hall.clocks",
    "hall.trail",
    "hall.numbers",
    "hall.files",
    "hall.notices",
    "matters",
    "applications",
    "routing",
    "certificates",
    "supervision",
    "fixtures",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "axes",
    "csp",
    "django_htmx",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hall.people.middleware.StaffIdleTimeout",
    "hall.people.middleware.ForcedPasswordChange",
    "hall.middleware.HallMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hall.urls"
WSGI_APPLICATION = "hall.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hall.context.hall",
            ],
        },
    }
]

# --- Database: PostgreSQL only -------------------------------------------------------------------

DATABASES = {
    "default": env.database(os.environ.get("DATABASE_URL") or database_url(HALL_DATA))
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
# Off where a pooler hands one connection to many clients in turn (PgBouncer by transactions).
HALL_PREPARED_STATEMENTS = env.flag("HALL_PREPARED_STATEMENTS", default=True)

# --- Redis: broker, and a cache that may be missing ----------------------------------------------

REDIS_URL = os.environ.get("REDIS_URL") or redis_url(HALL_DATA)
# A web request must not wait for a broker that is down or hangs: deploy/gunicorn.py asks for less patience
# than a worker has. A nudge costs at most twice this; the sweeps take what it lost.
_BROKER_PATIENCE = float(os.environ.get("HALL_BROKER_PATIENCE", "5"))
_CACHE_PATIENCE = 0.5

CACHES = {
    "default": {
        "BACKEND": "hall.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "hall",
        "OPTIONS": {"socket_timeout": _CACHE_PATIENCE, "socket_connect_timeout": _CACHE_PATIENCE},
    }
}

CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": _BROKER_PATIENCE,
    "socket_timeout": _BROKER_PATIENCE,
    "socket_keepalive": True,
    # A message whose worker was killed comes back after this many seconds; the sweeps are faster.
    "visibility_timeout": 600,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_DEFAULT_QUEUE = "hall"
# One queue per room: `clocks.sweep` goes to `clocks`, `routing.dispatch` to `routing`, the rest to `hall`.
_ROOM_QUEUES = ["clocks", "notices", "matters", "applications", "routing", "certificates", "supervision"]
HALL_QUEUES = ["hall", *_ROOM_QUEUES]
CELERY_TASK_QUEUES = [Queue(name) for name in HALL_QUEUES]  # a worker without -Q takes them all
CELERY_TASK_ROUTES = {f"{queue}.*": {"queue": queue} for queue in _ROOM_QUEUES}
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000  # kB: drawing papers leaves some behind
CELERY_BEAT_SCHEDULE_FILENAME = str(HALL_DATA / "beat-schedule")
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_ENABLE_UTC = True

# --- Who comes in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "hall.people.validators.CharacterClassesValidator"},
]
# Staff choose a new password after this many days (等保三级).
STAFF_PASSWORD_DAYS = 90
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Locked per account: a whole hall shares one address, so an address says nothing.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # it asks for the address
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "hall.people.views.locked_out"

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a broker that is down must not log anybody out
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx reads it to send the header

# --- What browsers may do ------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # QR codes, a picture just taken at the counter
        "media-src": [SELF, "blob:"],
        "frame-src": [SELF],  # the viewer of materials shows our own files
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        # A view that serves a file for the viewer relaxes this to 'self' with csp_update.
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# Production stands behind a proxy that speaks HTTPS; HALL_HTTPS=0 for a closed network without it.
HTTPS = env.flag("HALL_HTTPS", default=not DEMONSTRATION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/"]

# --- Language, time ------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英语"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FIRST_DAY_OF_WEEK = 1

# --- Files ---------------------------------------------------------------------------------------

MEDIA_ROOT = HALL_DATA / "files"  # private: never served by path, only by views that ask who you are
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# `collected`: hashed, compressed files made by collectstatic (what the supervisor and the image use).
# Otherwise files are found where they lie, so that any manage.py command works without a build.
STATIC_COLLECTED = os.environ.get("HALL_STATIC") == "collected"
STATIC_ROOT = BASE_DIR / "staticfiles" if STATIC_COLLECTED else None
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What people upload and what the hall issues. No base_url: only hall.files hands it out.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HALL_DATA / "files",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
HALL_FILE_MAX_BYTES = int(os.environ.get("HALL_FILE_MAX_MB", "30")) * 1024 * 1024
# Who signs papers: empty for the software key of the place, or the dotted path of another SignerPort.
HALL_SIGNER = os.environ.get("HALL_SIGNER", "")
# A virus scanner, if there is one: unix:/run/clamav/clamd.ctl or tcp:host:3310.
HALL_CLAMD = os.environ.get("HALL_CLAMD", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Mail, log, API ------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("HALL_MAIL_FROM", "yichuang@localhost")
EMAIL_HOST = os.environ.get("HALL_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("HALL_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("HALL_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HALL_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("HALL_MAIL_TLS")
EMAIL_TIMEOUT = 10
# Without a mail host, letters are files: nothing is lost and nothing leaves the machine.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = HALL_DATA / "mail"

# How short messages leave: "console", "file" (HALL_DATA/sms), or the dotted path of another SmsPort.
HALL_SMS = os.environ.get("HALL_SMS", "file")

# Webhooks to outside systems go to public HTTPS addresses. Hosts of a closed network are listed by name or
# address; their own certificate authority is a PEM file. All of one attempt ends within the seconds given.
HALL_WEBHOOK_HOSTS = env.words("HALL_WEBHOOK_HOSTS")
HALL_WEBHOOK_CA = os.environ.get("HALL_WEBHOOK_CA", "")
HALL_WEBHOOK_SECONDS = float(os.environ.get("HALL_WEBHOOK_SECONDS", "10"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {
        # A hall that is still starting, or ill, answers 503 to its watchers; they know.
        "no_health": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: "/healthz/" not in record.getMessage(),
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_health"]}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("HALL_LOG", "INFO").upper()},
    "loggers": {
        # Celery tells of each task received and done; at one sweep every few seconds that hides the rest.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "pyhanko": {"level": "WARNING"},
        "pyhanko_certvalidator": {"level": "WARNING"},
    },
}

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "hall.api.answer_refusal",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "一窗 API",
    "DESCRIPTION": "Department systems exchange tasks, opinions, results and ratings with the hall.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "OAS_VERSION": "3.1.1",  # webhooks have a place there
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "WEBHOOKS": ["supervision.exchange_api.decision_webhook"],
    "ENUM_NAME_OVERRIDES": {
        "MatterType": "matters.choices.MatterType",
        "MatterState": "matters.choices.MatterState",
        "StepKind": "matters.choices.StepKind",
        "CaseState": "applications.choices.State",
        "PushState": "supervision.choices.PushState",
        "NoteKind": "supervision.choices.NoteKind",
        "MessageKind": "supervision.choices.MessageKind",
        "TaskState": "routing.choices.TaskState",
        "SessionKind": "routing.choices.SessionKind",
        "SessionState": "routing.choices.SessionState",
        "Unit": "hall.clocks.choices.Unit",
    },
}
