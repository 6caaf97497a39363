"""One settings file: what may differ between places comes from the environment."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from ams import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("AMS_VAR", str(BASE_DIR / "var")))

DEBUG = env.switch("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-commands-that-serve-nobody")  # ams/wsgi.py wants a real one
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,.localhost")
# Where a browser finds us; {host} is the association's own host name. Links in mails are built from it.
PUBLIC_ORIGIN = env.text("PUBLIC_ORIGIN", "http://{host}:8000")
HTTPS = env.switch("HTTPS", default=False)

INSTALLED_APPS = [
    "ams",
    "consent",
    "portability",
    "erasure",
    "webhooks",
    "privacy",
    "ams.console.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_countries",
    "csp",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ams.middleware.AssociationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ams.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ams.middleware.NoStoreMiddleware",
    "ams.middleware.WordsMiddleware",
    "ams.show_again.ShowAgain",
]

ROOT_URLCONF = "ams.urls"
WSGI_APPLICATION = "ams.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our own templates of widgets come first

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
                "django.template.context_processors.i18n",
            ],
            "builtins": ["ams.templatetags.blocks"],
        },
    }
]

# The database. The application assumes a weaker role; migrations do not (privacy/tenancy.py).
APP_ROLE = env.text("APP_ROLE", "ams_app")
DATABASES = {
    "default": {
        **env.database(env.text("DATABASE_URL", "postgresql://owner@127.0.0.1:5432/ams")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {"assume_role": APP_ROLE},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The vault. Replicas of the keyring and root places: each on a volume of its own, none in the database's back-up.
KEYRING_REPLICAS = env.folders("KEYRING_REPLICAS", [VAR / "keyring-1", VAR / "keyring-2"])
KEYRING_ROOTS = env.folders("KEYRING_ROOTS", [VAR / "root-1", VAR / "root-2"])
FILES_ROOT = Path(env.text("FILES_ROOT", str(VAR / "files")))
SERIALIZATION_MODULES = {
    "json": "privacy.vault.serialization",
    "jsonl": "privacy.vault.serialization_lines",
}

# The seam (privacy/declarations.py): the two models that features name as strings only.
PRIVACY_ASSOCIATION = "ams.Association"
PRIVACY_INDIVIDUAL = "ams.Individual"
ERASURE_OBSTACLE = "ams.accounts.successor.reason_to_stay"
PRIVACY_MAILER = "ams.mailing.write_to"
PRIVACY_SECOND_PROOF = "ams.accounts.second_proof.second_proof_of"
CONSENT_FACTS = "ams.facts.facts_of"
CONSENT_AUDIENCE = "ams.facts.membership_type_choices"
CONSENT_SHARED_FIELDS = "ams.sharing.fields.choices"
ERASURE_OWED = "ams.owed.owed_by"
CONSENT_NUMBERS = "ams.uses.numbers"
# Tables without an association, by name: whoever adds one must say so here (privacy/catalog.py).
PRIVACY_SHARED_TABLES = frozenset(
    {
        "auth_group", "auth_group_permissions", "auth_permission", "django_admin_log",
        "django_content_type", "django_migrations",
    }
)  # fmt: skip

AUTH_USER_MODEL = "ams.Account"
AUTHENTICATION_BACKENDS = ["ams.authentication.ByEmail"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "profile:show"
LOGOUT_REDIRECT_URL = "home"

SESSION_ENGINE = "ams.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.switch("BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Uploads stay in memory until they are sealed: Django's temporary files would be plain.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["ams.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.InMemoryStorage"
    },  # nothing may use it: files are sealed
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.switch("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 15

# Celery: PostgreSQL is the queue of record, the broker only a doorbell.
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_SOFT_TIME_LIMIT = 150
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "portability.*": {"queue": "exports"},
    "erasure.*": {"queue": "erasure"},
    "webhooks.*": {"queue": "webhooks"},
}

# Webhooks: only public addresses are dialled. The demo and the tests name the loopback ports that they own.
WEBHOOK_ALLOW_LOOPBACK = env.switch("WEBHOOK_ALLOW_LOOPBACK", default=False)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ams.api.tokens.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "ams.api.tokens.HasScope"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ams.api.parsing.Json"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "ams.api.problems.as_problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AMS Privacy",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Words that mean different things in different places have a name each.
    "ENUM_NAME_OVERRIDES": {
        "StatementKind": "consent.models.Kind",
        "RequestKind": "ams.api.serializers.ASKED_HERE",
        "AnswerWord": "ams.api.choice_serializers.ANSWERS",
        "Act": "consent.models.Act",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "privacy.logs.OpaqueFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    # Celery tells of each task twice; what matters of one is written by its own code.
    # Django's own handlers, for its development server and for mails to admins, would write past the formatter.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        "django.db.backends": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
    },
}
