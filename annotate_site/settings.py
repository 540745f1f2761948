"""Settings, all from the environment; a missing or weak one stops the site with a sentence.

`ANNOTATE_ENV=local` (set by `make run` and `make test`) is for plain http on loopback; anything
else is production. Secrets may also come from files: SECRET_KEY_FILE, DATABASE_URL_FILE, ...
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF

from annotate_site.env import (
    demand_host_names,
    demand_long_token,
    demand_sender,
    demand_site_url,
    demand_strong_key,
    env,
    env_choice,
    env_flag,
    env_int,
    env_list,
    site_url,
)

django_stubs_ext.monkeypatch()  # lets typed code write ModelAdmin[Queue]

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / (os.environ.get("ANNOTATE_VAR") or "var")


LOCAL = env("ANNOTATE_ENV", "production") == "local"
DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if LOCAL else "")
if not LOCAL:
    demand_strong_key(SECRET_KEY)
    demand_host_names(ALLOWED_HOSTS)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "annotate_site.site_apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "annotate_site.site_apps.SiteConfig",
    "annotate_site.projects.apps.ProjectsConfig",
    "annotate_site.joining.apps.JoiningConfig",
    "fields.apps.FieldsConfig",
    "traces.apps.TracesConfig",
    "queues.apps.QueuesConfig",
    "reviews.apps.ReviewsConfig",
]

METRICS_TOKEN = env("METRICS_TOKEN", "")  # empty: there is no /metrics, and nothing is counted
demand_long_token("METRICS_TOKEN", METRICS_TOKEN)

MIDDLEWARE = [
    "annotate_site.metrics.RequestMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "annotate_site.http.SignedInPagesMiddleware",
    "annotate_site.errors.RefusalMiddleware",
]

ROOT_URLCONF = "annotate_site.urls"
WSGI_APPLICATION = "annotate_site.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "annotate_site.projects.context.access",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        env("DATABASE_URL", "postgresql:///annotate"), conn_max_age=600, conn_health_checks=True
    )
}
DATABASE_TIMEOUTS = {
    "lock_timeout": "3s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "10s",
}
# A pooler in transaction mode (PgBouncer) gives each transaction another session: what is kept in
# one (prepared statements, cursors between transactions, start-up options) must not be used.
POOLED = env_choice("DATABASE_POOLER", "", ("", "transaction")) == "transaction"
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = POOLED
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # Planning a claim costs more than running it: statements are prepared once a connection.
    "server_side_binding": True,
    "prepare_threshold": None if POOLED else 3,
}
if not POOLED:  # else they belong to the role: `manage.py set_timeouts`
    DATABASES["default"]["OPTIONS"]["options"] = " ".join(
        f"-c {name}={value}" for name, value in DATABASE_TIMEOUTS.items()
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Throttles must work with Redis down, so their cache lives in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "annotate_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},  # a flood of addresses must not push out counts
    }
}

AUTH_USER_MODEL = "projects.User"
AUTHENTICATION_BACKENDS = ["annotate_site.projects.sessions.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "annotate_site.projects.sign_in.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Beside allauth's own. `key`: an address (join_mail_to) or a link (the others).
ACCOUNT_RATE_LIMITS = {
    "join": "20/m/ip,200/d/ip",
    "join_taken": "5/h/ip,20/h/key",  # answers that tell whether an address has an account
    "join_mail_to": "3/h/key,10/d/key",
    "join_mail": "200/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

EMAIL_HOST = env("EMAIL_HOST", "")  # empty: the site sends no mail
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_SECURITY = env_choice("EMAIL_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", "")
demand_sender(EMAIL_HOST, DEFAULT_FROM_EMAIL)
# Where the links of a mail lead that no request has asked for.
SITE_URL = env("SITE_URL", "") or site_url(ALLOWED_HOSTS, local=LOCAL)
demand_site_url(SITE_URL)

SESSION_ENGINE = "annotate_site.projects.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "annotate_site.views.csrf_failure"
if not LOCAL:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env_flag("SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env_flag("HSTS_SUBDOMAINS", True)
    SECURE_HSTS_PRELOAD = env_flag("HSTS_PRELOAD", SECURE_HSTS_INCLUDE_SUBDOMAINS)
    # What an operator turned off on purpose is no finding of `check --deploy`.
    SILENCED_SYSTEM_CHECKS = [
        f"security.{check}"
        for check, wanted in (
            ("W004", SECURE_HSTS_SECONDS),
            ("W005", SECURE_HSTS_INCLUDE_SUBDOMAINS),
            ("W021", SECURE_HSTS_PRELOAD),
        )
        if not wanted
    ]
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "uploads"},
    },
    "staticfiles": {"BACKEND": "annotate_site.assets.Assets"},
}
UPLOAD_LIMIT = 60 * 1024 * 1024  # bytes of one uploaded file of traces
UPLOAD_AT_ONCE = 5 * 1024 * 1024  # bytes up to which an upload needs no worker
FILE_UPLOAD_HANDLERS = [
    "annotate_site.http.UploadLimitHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Bytes of a whole body, which the web server holds to before the site is asked.
BODY_LIMIT_OF_STRANGERS = 64 * 1024
BODY_LIMIT_OF_MEMBERS = DATA_UPLOAD_MAX_MEMORY_SIZE
OTLP_LIMIT, OTLP_UNPACKED_LIMIT = 32 * 1024 * 1024, 64 * 1024 * 1024
BODY_LIMITS = {  # of members, by route
    "traces:trace-upload": UPLOAD_LIMIT + 32 * 1024,
    "api:imports": UPLOAD_LIMIT + 32 * 1024,
    "otlp:traces": OTLP_LIMIT,
    "otlp:logs": OTLP_LIMIT,
}
PROOF_OF_TOKEN = "annotate_site.projects.token_access.is_live"
API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", 1200)  # of one token
REQUEST_SECONDS = env_int("REQUEST_SECONDS", 20)  # until a request is here; a large body has longer

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

REDIS_URL = env("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page must never wait for Redis: waking the worker fails fast, the outbox row remains.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 30,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "annotate_site.jobs.heartbeat:Scheduler"
# What waited for so long without a worker is dropped, since the next one does the same. Not sooner:
# by its own clock a worker would drop everything that another machine sends it.
EXPIRES = {"expires": 300.0}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "queues.tasks.sweep", "schedule": 60.0, "options": EXPIRES},
    "feed": {"task": "queues.tasks.feed", "schedule": 60.0, "options": EXPIRES},
    "notify": {"task": "queues.tasks.notify", "schedule": 60.0, "options": EXPIRES},
    "remind": {"task": "queues.tasks.remind", "schedule": 600.0, "options": {"expires": 600}},
    "drain": {
        "task": "annotate_site.jobs.tasks.drain_outbox", "schedule": 15.0, "options": EXPIRES,
    },
    "settle": {"task": "reviews.tasks.settle", "schedule": 300.0, "options": EXPIRES},
    "keep": {"task": "traces.tasks.keep", "schedule": 3600.0, "options": {"expires": 3600}},
    "prune": {
        "task": "annotate_site.jobs.tasks.prune", "schedule": 3600.0, "options": {"expires": 3600},
    },
}  # fmt: skip

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refusal that a person was told of is no news to the operator.
    "loggers": {"django.request": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}
