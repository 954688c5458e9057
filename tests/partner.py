"""A partner's system, as tests see one: it has a key, signs its requests, and reads the answers."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.adapters.migrating import migrate
from app.adapters.publishing import publish_folder
from app.catalog.source import read_folder
from app.config import settings_from
from app.domain.signature import signed_headers
from app.services.keys import create_key
from app.web.platform import Platform

CATALOG = Path(__file__).resolve().parent.parent / "catalog"
CODES = {"northwind": "NWIND", "meridian": "MRDTR", "encore": "ENCRE", "parcelway": "PRCLW", "hearthside": "HRTHS"}

# Applications made since the last test ended: their connections are closed after it.
OPENED: list[Flask] = []


@dataclass
class Partner:
    app: Flask
    code: str
    key_id: str
    secret: str
    algorithm: str = "hmac-sha512"
    prefix: str = "/x"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def platform(self) -> Platform:
        found: Platform = self.app.extensions["awning"]
        return found

    def signed(self, method: str, path: str, **headers: str) -> dict[str, str]:
        """Headers of a request signed now; keyword arguments replace or add some."""
        now = datetime.now(UTC)
        signed = signed_headers(self.key_id, self.secret, self.algorithm, ("date",), (method, path), now)
        return signed | self.headers | {name.replace("_", "-"): value for name, value in headers.items()}

    def path(self, path: str) -> str:
        return f"{self.prefix}/partners/{self.code}/{path}"

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        """`body`: a value to write as JSON, or the bytes to send as they are."""
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        full = self.path(path)
        given = {"Content-Type": "application/json"} | self.signed("POST", full, **headers)
        return self.client.post(full, data=data, headers=given)

    def get(self, path: str, **headers: str) -> TestResponse:
        full = self.path(path)
        return self.client.get(full, headers=self.signed("GET", full, **headers))

    def create_offer(self, body: Any, query: str = "", **headers: str) -> TestResponse:
        return self.post(f"offers/{query}", body, **headers)

    def config_ids(self) -> dict[str, str]:
        """The offer_config_id of each offer in the catalog, by name."""
        return {offer.name: offer.id for offer in self.platform.shelf.catalog(self.code).offers}


def running_app(environment: dict[str, str]) -> Flask:
    """The application on its own migrated database."""
    app = unmigrated_app(environment)
    migrate(app.extensions["awning"].database)
    return app


def unmigrated_app(environment: dict[str, str]) -> Flask:
    app = create_app(settings_from(environment))
    OPENED.append(app)
    return app


def close(app: Flask) -> None:
    app.extensions["awning"].database.engine.dispose()


def publish(app: Flask, folder: Path, code: str | None = None) -> str:
    """Puts a folder in force as the running server would, and gives the id of the release."""
    platform: Platform = app.extensions["awning"]
    mistakes, release, _ = publish_folder(platform.database, folder, code, datetime.now(UTC), platform.shelf)
    assert release is not None, "\n".join(str(mistake) for mistake in mistakes)
    return release.id


def with_catalog(app: Flask, folder: str, kind: str = "live") -> Partner:
    """The partner of a demo folder, its catalog published and a key made."""
    publish(app, CATALOG / folder)
    return with_key(app, CODES[folder], kind)


def published_platform(environment: dict[str, str], *folders: str, kind: str = "live") -> Partner:
    """The application on its own database with these demo folders published; speaks as the first one's partner."""
    app = running_app(environment)
    for folder in folders:
        publish(app, CATALOG / folder)
    return with_key(app, CODES[folders[0]], kind)


def with_key(app: Flask, code: str, kind: str = "live", **wishes: Any) -> Partner:
    key = create_key(app.extensions["awning"].keyring, code, kind, datetime.now(UTC), wishes)
    return Partner(app, code, key.id, key.secret)


def example(folder: str, name: str) -> dict[str, Any]:
    """A fresh copy of an example's request."""
    request: dict[str, Any] = deepcopy(read_folder(CATALOG / folder).files[f"examples/{name}.yaml"].data["request"])
    return request
