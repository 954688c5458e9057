"""Settings: environment variables, each with its default and its reason. The README's table is checked against this."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MODES = ("production", "demo", "test")
ROOT = Path(__file__).resolve().parent.parent


class SettingsInvalid(ValueError):
    """The program cannot start with these settings; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    reason: str


SETTINGS = (
    Setting("AWNING_MODE", "production", "production, demo or test; demo keys work in demo only"),
    Setting("AWNING_SECRET_KEY", "", "root secret, 32 characters or more; every other key is derived from it"),
    Setting("AWNING_URL", "", "public origin, in every link we send; production refuses to start without it"),
    Setting("AWNING_VAR", "var", "folder for what the program keeps"),
    Setting("DATABASE_URL", "sqlite:///var/awning.db", "SQLite needs no server; postgresql://... for several machines"),
    Setting("REDIS_URL", "", "shares rate limits between processes; without it each process counts for itself"),
    Setting("AWNING_RATE_LIMITS", "on", "off for a benchmark: answers say -1, unlimited"),
    Setting("AWNING_RATE_SALES", "50", "Create and Confirm Offer, requests a second and partner"),
    Setting("AWNING_RATE_OTHER", "20", "all other endpoints together, requests a second and partner"),
    Setting("AWNING_RATE_TEST", "2", "test keys, requests a second and partner"),
    Setting("AWNING_RATE_WIDGET", "20", "requests a second from one address to one partner's widget"),
    Setting(
        "AWNING_RATE_SIGN_IN", "60", "passwords and codes a minute from one address, PINs from one tablet; 20 ms each"
    ),
    Setting("AWNING_THREADS", "16", "requests a server process works on at once; group commit gathers among them"),
    Setting("AWNING_CATALOG_REFRESH", "10", "seconds until a server looks for new publications; 300 at most"),
    Setting("AWNING_CATALOG_CACHE", "2000", "compiled catalogs kept in memory, least recently used out first"),
    Setting("AWNING_BODY_LIMIT", "262144", "bytes of a request body; a partner's request has about two thousand"),
    Setting("AWNING_IDEMPOTENT_REPLAY", "409", "original answers a repeated call with its first status, not with 409"),
    Setting("AWNING_PRODUCT_RULES", "report", "reject refuses a confirmation that does not keep to the product rules"),
    Setting("AWNING_SHA1", "off", "on accepts hmac-sha1 signatures, which the contract calls deprecated"),
    Setting("AWNING_PROXY", "off", "on trusts one proxy's X-Forwarded-* headers, for the outer path and address"),
    Setting("AWNING_LOG", "json", "json for machines, plain for people, off for neither; defects are always told"),
    Setting("SMTP_URL", "", "smtp://user:password@host:587 or smtps://...; without it mail is kept in var/outbox"),
    Setting("AWNING_WEBHOOK_TIMEOUT", "15", "seconds a webhook's receiver has to answer"),
    Setting("AWNING_WEBHOOK_SPACING", "60,300,3600", "seconds before a webhook's 2nd attempt, the 3rd, all others"),
    Setting("AWNING_PRIVATE_WEBHOOKS", "off", "on delivers to private addresses and over http: a receiver beside us"),
    Setting("AWNING_MAIL_TIMEOUT", "20", "seconds the mail server has to take a message"),
    Setting("AWNING_MAIL_SPACING", "60,300,900,3600", "seconds before a mail's 2nd attempt, 3rd, 4th, all others"),
    Setting("AWNING_LEASE", "60", "seconds until what a killed worker had in hand is due again"),
    Setting("AWNING_UNDECIDED_HOURS", "48", "hours until an offer that was seen and not decided counts as undecided"),
    Setting("AWNING_WORKER_POLL", "0.5", "seconds an idle worker waits before it looks again"),
)


SMTP_PATTERN = r"smtps?://([^\s@/]+@)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?(\?starttls=required)?"
SMTP_FORM = "smtp://USER:PASSWORD@HOST:PORT (with ?starttls=required if it must be), or smtps://..."
SPACING = r"[0-9]{1,7}(\.[0-9]{1,3})?(,[0-9]{1,7}(\.[0-9]{1,3})?)*"
SPACING_FORM = "seconds, separated by commas"

# What a setting must look like: name, pattern, rule in words.
FORMS = (
    ("AWNING_URL", r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", "an origin such as https://cover.example"),
    ("DATABASE_URL", r"(sqlite:///|postgres(ql)?(\+psycopg)?://).+", "sqlite:///FILE or postgresql://..."),
    ("REDIS_URL", r"(rediss?|unix|redis\+unix)://.+", "redis://..., rediss://... or unix://..."),
    ("AWNING_IDEMPOTENT_REPLAY", r"409|original", "409 or original"),
    ("AWNING_PRODUCT_RULES", r"report|reject", "report or reject"),
    ("AWNING_LOG", r"json|plain|off", "json, plain or off"),
    ("SMTP_URL", SMTP_PATTERN, SMTP_FORM),
    ("AWNING_WEBHOOK_SPACING", SPACING, SPACING_FORM),
    ("AWNING_MAIL_SPACING", SPACING, SPACING_FORM),
)
# A mistake in these is told without the value: it holds a password.
UNSPOKEN = frozenset({"DATABASE_URL", "REDIS_URL", "SMTP_URL"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """How mail and webhooks leave; all times in seconds."""

    smtp_url: str = field(repr=False)
    webhook_timeout: float
    webhook_spacing: tuple[float, ...]
    private_webhooks: bool
    mail_timeout: float
    mail_spacing: tuple[float, ...]
    lease: float
    poll: float


@dataclass(frozen=True, slots=True)
class Settings:
    mode: str
    secret_key: str = field(repr=False)
    url: str
    var: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    rate_limits: bool
    rate_sales: int
    rate_other: int
    rate_test: int
    rate_widget: int
    rate_sign_in: int
    threads: int
    catalog_refresh: int
    catalog_cache: int
    body_limit: int
    replays_original: bool
    rejects_broken_rules: bool
    sha1: bool
    proxy: bool
    log: str
    delivery: Delivery
    undecided_hours: int

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    given = os.environ if environment is None else environment
    values = {setting.name: given.get(setting.name) or setting.default for setting in SETTINGS}
    if values["AWNING_MODE"] not in MODES:
        raise SettingsInvalid(f"AWNING_MODE must be one of {', '.join(MODES)}, not {values['AWNING_MODE']!r}")
    if values["AWNING_MODE"] == "production":
        _check_production(values)
    for name, pattern, rule in FORMS:
        if values[name] and not re.fullmatch(pattern, values[name]):
            shown = "" if name in UNSPOKEN else f", not {values[name]!r}"
            raise SettingsInvalid(f"{name} must be {rule}{shown}")
    var = Path(values["AWNING_VAR"])
    database_url = given.get("DATABASE_URL") or f"sqlite:///{var / 'awning.db'}"
    return Settings(
        mode=values["AWNING_MODE"],
        secret_key=values["AWNING_SECRET_KEY"] or "only for a demo or a test: production needs its own",
        url=(values["AWNING_URL"] or "http://127.0.0.1:8000").rstrip("/"),
        var=var,
        database_url=database_url,
        redis_url=values["REDIS_URL"],
        rate_limits=_switch(values, "AWNING_RATE_LIMITS"),
        rate_sales=_number(values, "AWNING_RATE_SALES", 1),
        rate_other=_number(values, "AWNING_RATE_OTHER", 1),
        rate_test=_number(values, "AWNING_RATE_TEST", 1),
        rate_widget=_number(values, "AWNING_RATE_WIDGET", 1),
        rate_sign_in=_number(values, "AWNING_RATE_SIGN_IN", 1),
        threads=_number(values, "AWNING_THREADS", 1, 256),
        catalog_refresh=_number(values, "AWNING_CATALOG_REFRESH", 0, 300),
        catalog_cache=_number(values, "AWNING_CATALOG_CACHE", 1),
        body_limit=_number(values, "AWNING_BODY_LIMIT", 1_024),
        replays_original=values["AWNING_IDEMPOTENT_REPLAY"] == "original",
        rejects_broken_rules=values["AWNING_PRODUCT_RULES"] == "reject",
        sha1=_switch(values, "AWNING_SHA1"),
        proxy=_switch(values, "AWNING_PROXY"),
        log=values["AWNING_LOG"],
        delivery=_delivery(values),
        undecided_hours=_number(values, "AWNING_UNDECIDED_HOURS", 1, 100_000),
    )


def _delivery(values: Mapping[str, str]) -> Delivery:
    made = Delivery(
        smtp_url=values["SMTP_URL"],
        webhook_timeout=_seconds(values, "AWNING_WEBHOOK_TIMEOUT"),
        webhook_spacing=tuple(float(part) for part in values["AWNING_WEBHOOK_SPACING"].split(",")),
        private_webhooks=_switch(values, "AWNING_PRIVATE_WEBHOOKS"),
        mail_timeout=_seconds(values, "AWNING_MAIL_TIMEOUT"),
        mail_spacing=tuple(float(part) for part in values["AWNING_MAIL_SPACING"].split(",")),
        lease=_seconds(values, "AWNING_LEASE"),
        poll=_seconds(values, "AWNING_WORKER_POLL"),
    )
    if made.lease <= max(made.webhook_timeout, made.mail_timeout):
        raise SettingsInvalid(
            "AWNING_LEASE must be longer than AWNING_WEBHOOK_TIMEOUT and AWNING_MAIL_TIMEOUT: "
            "what is still on its way would be sent a second time"
        )
    return made


def _check_production(values: Mapping[str, str]) -> None:
    missing = [name for name in ("AWNING_SECRET_KEY", "AWNING_URL") if not values[name]]
    if missing:
        raise SettingsInvalid(
            f"Set {' and '.join(missing)}: production has no default for them. "
            'A good secret: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if len(values["AWNING_SECRET_KEY"]) < 32:
        raise SettingsInvalid("AWNING_SECRET_KEY is too short: 32 characters or more")


def _number(values: Mapping[str, str], name: str, least: int, most: int = 10**9) -> int:
    text = values[name]
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise SettingsInvalid(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _seconds(values: Mapping[str, str], name: str) -> float:
    text = values[name]
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text, re.ASCII) or float(text) <= 0:
        raise SettingsInvalid(f"{name} must be seconds, such as 15 or 0.5, not {text!r}")
    return float(text)


def _switch(values: Mapping[str, str], name: str) -> bool:
    if values[name] not in ("on", "off"):
        raise SettingsInvalid(f"{name} must be on or off, not {values[name]!r}")
    return values[name] == "on"
