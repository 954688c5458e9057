"""What every door of one running server shares."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from app.adapters.database import Database
from app.adapters.drafts import Drafts
from app.adapters.encryption import Cipher
from app.adapters.keyring import Keyring
from app.adapters.limits import SIGN_INS_A_SECOND, Limits, NoLimits
from app.adapters.panel_sessions import PanelSessions
from app.adapters.people import People
from app.adapters.running import Running
from app.adapters.selections import Selections
from app.adapters.shelf import Shelf
from app.adapters.store import Logs, Store
from app.adapters.tokens import Tokens
from app.adapters.webhook_endpoints import Endpoints
from app.config import Settings
from app.domain.keys import PartnerKey


@dataclass(frozen=True, slots=True)
class Platform:
    settings: Settings
    database: Database
    shelf: Shelf
    keyring: Keyring
    limits: Limits | NoLimits
    logs: Logs
    tokens: Tokens
    selections: Selections
    panel_sessions: PanelSessions
    running: Running
    endpoints: Endpoints
    people: People
    drafts: Drafts

    @staticmethod
    def of(settings: Settings) -> "Platform":
        database = Database(settings.database_url, settings.threads)
        limits = _limits(settings)
        return Platform(
            settings=settings,
            database=database,
            shelf=Shelf(database, settings.catalog_refresh, settings.catalog_cache),
            keyring=Keyring(database, Cipher(settings.secret_key, "partner-keys")),
            limits=limits,
            logs=Logs.of(database),
            tokens=Tokens(settings.secret_key),
            selections=Selections(settings.secret_key),
            panel_sessions=PanelSessions(settings.secret_key),
            running=Running(),
            endpoints=Endpoints(database, Cipher(settings.secret_key, "webhook-secrets")),
            drafts=Drafts(database),
            people=People.of(database, settings.secret_key, settings.is_demo, limits),
        )

    def store(self, key: PartnerKey) -> Store:
        return self.store_of(key.partner_code, key.mode)

    def store_of(self, partner_code: str, mode: str) -> Store:
        return Store(self.database, self.logs, partner_code, mode)


def _limits(settings: Settings) -> Limits | NoLimits:
    buckets = ("sales", "other", "test", "widget", "sign_in")
    rates = {bucket: getattr(settings, f"rate_{bucket}") for bucket in buckets}
    rates |= {"pin": settings.rate_sign_in, "away": SIGN_INS_A_SECOND}
    return Limits(rates, settings.redis_url) if settings.rate_limits else NoLimits()


def platform() -> Platform:
    return cast(Platform, current_app.extensions["awning"])
