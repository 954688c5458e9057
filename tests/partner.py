"""A partner's system, as tests see one: it has a key, signs its requests, and reads the answers."""

from collections.abc import Callable
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
from app.catalog.release import Release, content_hash, release_of
from app.catalog.source import read_folder
from app.config import settings_from
from app.domain.signature import signed_headers
from app.services.keys import create_key
from app.web.platform import Platform

CATALOG = Path(__file__).resolve().parent.parent / "catalog"
CODES = {"northwind": "NWIND", "meridian": "MRDTR", "encore": "ENCRE", "parcelway": "PRCLW", "hearthside": "HRTHS"}

# A policyholder with every field that must be there, and no other.
ANA = {
    "first_name": "Ana",
    "last_name": "Costa",
    "email": "ana.costa@example.org",
    "phone": "+12065550123",
    "country": "US",
}

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

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        full = self.path(path)
        given = {"Content-Type": "application/json"} | self.signed("PATCH", full, **headers)
        return self.client.patch(full, data=data, headers=given)

    def get(self, path: str, **headers: str) -> TestResponse:
        full = self.path(path)
        return self.client.get(full, headers=self.signed("GET", full, **headers))

    def create_offer(self, body: Any, query: str = "", **headers: str) -> TestResponse:
        return self.post(f"offers/{query}", body, **headers)

    def offered(self, name: str) -> dict[str, Any]:
        """A new offer, made from this example of the partner's demo folder."""
        folder = next(folder for folder, code in CODES.items() if code == self.code)
        answer = self.create_offer(example(folder, name), "?extra_fields=tax,commission,benefits,surcharge")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json
        return body

    def confirm(self, offer: dict[str, Any], body: Any = None, **headers: str) -> TestResponse:
        """`body`: what to confirm; without it the offer's first product."""
        return self.post(f"offers/{offer['id']}/confirm/", wish(offer) if body is None else body, **headers)

    def booked(self, name: str, *products: str) -> dict[str, Any]:
        """A new booking of these products of an example (of the first one when none is named), as it is shown."""
        offer = self.offered(name)
        answer = self.confirm(offer, wish(offer, *products))
        assert answer.status_code == 200, answer.text
        return self.shown(answer.json["id"])

    def shown(self, booking_id: str) -> dict[str, Any]:
        """The booking as Get Booking answers it."""
        answer = self.get(f"bookings/{booking_id}/")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json
        return body

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
    app.extensions["awning"].database.close()


def publish(app: Flask, folder: Path, code: str | None = None) -> str:
    """Puts a folder in force as the running server would, and gives the id of the release."""
    platform: Platform = app.extensions["awning"]
    mistakes, release, _ = publish_folder(platform.database, folder, code, datetime.now(UTC), platform.shelf)
    assert release is not None, "\n".join(str(mistake) for mistake in mistakes)
    return release.id


def republish(partner: Partner, folder: str, change: Callable[[dict[str, Any]], Any]) -> str:
    """Puts a demo folder in force with something in it changed; `change` gets the release's whole document."""
    found = release_of(read_folder(CATALOG / folder), partner.code)
    document = deepcopy(found.document)
    change(document)
    release = Release(content_hash(document), found.code, document, found.pages)
    partner.platform.shelf.publish(release, datetime.now(UTC))
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


def wish(offer: dict[str, Any], *products: str, **fields: Any) -> dict[str, Any]:
    """The body that confirms these products of an offer for Ana; without a name the first. Keywords add fields."""
    ids = quote_ids(offer)
    chosen = [ids[name] for name in products] or list(ids.values())[:1]
    return {"quotes": [{"id": one} for one in chosen], "policyholder": dict(ANA)} | fields


def quote_ids(offer: dict[str, Any]) -> dict[str, str]:
    """The quote id of each product of an offer, by the product's name."""
    return {product["name"]: product["id"] for product in offer["products"]}


def example(folder: str, name: str) -> dict[str, Any]:
    """A fresh copy of an example's request."""
    request: dict[str, Any] = deepcopy(read_folder(CATALOG / folder).files[f"examples/{name}.yaml"].data["request"])
    return request
