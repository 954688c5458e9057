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
    Setting("AWNING_THREADS", "16", "requests a server process works on at once; group commit gathers among them"),
    Setting("AWNING_CATALOG_REFRESH", "10", "seconds until a server looks for new publications; 300 at most"),
    Setting("AWNING_CATALOG_CACHE", "2000", "compiled catalogs kept in memory, least recently used out first"),
    Setting("AWNING_BODY_LIMIT", "262144", "bytes of a request body; a partner's request has about two thousand"),
    Setting("AWNING_SHA1", "off", "on accepts hmac-sha1 signatures, which the contract calls deprecated"),
    Setting("AWNING_PROXY", "off", "on trusts one proxy's X-Forwarded-* headers, for the outer path and address"),
    Setting("AWNING_LOG", "json", "json for machines, plain for people, off for neither; defects are always told"),
)


# What a setting must look like: name, pattern, rule in words.
FORMS = (
    ("AWNING_URL", r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", "an origin such as https://cover.example"),
    ("DATABASE_URL", r"(sqlite:///|postgres(ql)?(\+psycopg)?://).+", "sqlite:///FILE or postgresql://..."),
    ("REDIS_URL", r"(rediss?|unix|redis\+unix)://.+", "redis://..., rediss://... or unix://..."),
    ("AWNING_LOG", r"json|plain|off", "json, plain or off"),
)


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
    threads: int
    catalog_refresh: int
    catalog_cache: int
    body_limit: int
    sha1: bool
    proxy: bool
    log: str

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
            raise SettingsInvalid(f"{name} must be {rule}, not {values[name]!r}")
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
        threads=_number(values, "AWNING_THREADS", 1, 256),
        catalog_refresh=_number(values, "AWNING_CATALOG_REFRESH", 0, 300),
        catalog_cache=_number(values, "AWNING_CATALOG_CACHE", 1),
        body_limit=_number(values, "AWNING_BODY_LIMIT", 1_024),
        sha1=_switch(values, "AWNING_SHA1"),
        proxy=_switch(values, "AWNING_PROXY"),
        log=values["AWNING_LOG"],
    )


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


def _switch(values: Mapping[str, str], name: str) -> bool:
    if values[name] not in ("on", "off"):
        raise SettingsInvalid(f"{name} must be on or off, not {values[name]!r}")
    return values[name] == "on"
