"""Settings of the site. A deployment sets environment variables, never this file.

`LANTIAN_HOME`      folder of database, stored files and key (./var/office)
`LANTIAN_DATABASE`  postgresql://user:password@host/name; SQLite where left out
`LANTIAN_HOSTS`     names under which the site is reached, separated by commas
`LANTIAN_LEDGER_KEY`  file of the key that seals the ledger (ledger-key.json in the folder)
`LANTIAN_PROXIES`   addresses or networks of proxies whose X-Forwarded-For is believed; none where left out
`LANTIAN_GATEWAY`   folder of the HJ 212 gateway (gateway/ in the folder above)
`LANTIAN_HTTP`      1: served over plain HTTP (a demonstration on one machine)
`LANTIAN_DEBUG`     1: pages of error for developers
`LANTIAN_RECEIVERS` hosts (or host:port) to which orders may be delivered, separated by commas
"""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from lantian.office.site.sign_on import city_provider, read_sign_on

OFFICE = Path(__file__).parents[1]
HOME = Path(os.environ.get("LANTIAN_HOME", "var/office")).absolute()
PLAIN_HTTP = os.environ.get("LANTIAN_HTTP") == "1"
DEBUG = os.environ.get("LANTIAN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("LANTIAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
RECEIVERS = tuple(filter(None, os.environ.get("LANTIAN_RECEIVERS", "").lower().split(",")))
VAULT = HOME / "vault"
GATEWAY_HOME = Path(os.environ.get("LANTIAN_GATEWAY", HOME / "gateway")).absolute()
LEDGER_ALGORITHM = os.environ.get("LANTIAN_LEDGER", "sm3")
LEDGER_KEY = Path(os.environ.get("LANTIAN_LEDGER_KEY") or HOME / "ledger-key.json")


def _proxies(text: str) -> tuple[str, ...]:
    """Return the addresses and networks of a list; a wrong one stops the start, in words."""
    found = tuple(filter(None, map(str.strip, text.split(","))))
    for one in found:
        try:
            ip_network(one, strict=False)
        except ValueError:
            raise SystemExit(
                f"LANTIAN_PROXIES：“{one}”不是地址或网段 is no address or network"
            ) from None
    return found


def _secret_key() -> str:
    """Return the key of this deployment, made once and kept in its folder."""
    path = HOME / "secret-key"
    if not path.exists():
        (HOME / "static").mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), "ascii")
    return path.read_text("ascii").strip()


def _database() -> dict[str, Any]:
    address = os.environ.get("LANTIAN_DATABASE", "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "lantian.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


PROXIES = _proxies(os.environ.get("LANTIAN_PROXIES", ""))
SECRET_KEY = os.environ.get("LANTIAN_SECRET_KEY") or _secret_key()
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "lantian.office.site",
    "lantian.office.people",
    "lantian.office.audit",
    "lantian.office.forms",
    "lantian.office.process",
    "lantian.office.air",
    "lantian.office.water",
    "lantian.office.soil",
    "lantian.office.alert",
    "lantian.office.rulebook",
    "lantian.office.registry",
    "lantian.office.dynamic",
    "lantian.office.grading",
    "lantian.office.publicity",
    "lantian.office.exchange",
    "lantian.office.api",
    "lantian.office.monitoring",
    "lantian.office.public",
    "lantian.office.help",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lantian.office.people.second_factor.SecondFactorMiddleware",
    "lantian.office.forms.once.OnceMiddleware",
    "axes.middleware.AxesMiddleware",
]
CSRF_FAILURE_VIEW = "lantian.office.forms.once.stale_form"
ROOT_URLCONF = "lantian.office.site.urls"
WSGI_APPLICATION = "lantian.office.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lantian.office.site.context.office",
            ],
            "builtins": ["lantian.office.site.templatetags.parts"],
        },
    }
]

# --- people --------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "sign-in", "today", "public-home"
AXES_FAILURE_LIMIT, AXES_COOLOFF_TIME = 5, 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # of one-time links

# allauth: accounts are made by the operator; there is no mail, no sign-up, no other provider
ACCOUNT_ADAPTER = "lantian.office.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"username"}, ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER, ACCOUNT_SESSION_COOKIE_AGE = True, 12 * 3600
ACCOUNT_RATE_LIMITS = {
    "login_failed": "60/m/ip,5/5m/key",
    "login": "120/m/ip",
}  # an office shares an address
SOCIALACCOUNT_ADAPTER = "lantian.office.people.adapters.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "lantian.office.people.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: clocks of closed networks drift
MFA_RECOVERY_CODES_SHOW_ONCE = True
SIGN_ON = read_sign_on(HOME, os.environ)
SOCIALACCOUNT_PROVIDERS = city_provider(SIGN_ON)

# --- what browsers are told ----------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY, SESSION_COOKIE_SAMESITE = True, "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_PROXY_SSL_HEADER = None if PLAIN_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
MOST_UPLOAD_BYTES = 200 * 2**20

# --- caches of a process: pages everybody sees, and how often an address asked -------------
_LOCAL = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _LOCAL},
    "pages": {"BACKEND": _LOCAL, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 500}},
    "rates": {"BACKEND": _LOCAL, "LOCATION": "rates", "OPTIONS": {"MAX_ENTRIES": 100_000}},
}

# --- language, time, files -----------------------------------------------------------------
LANGUAGE_CODE, TIME_ZONE, USE_TZ, USE_I18N = "zh-hans", "Asia/Shanghai", True, True
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
