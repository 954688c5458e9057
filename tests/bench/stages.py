"""What each stage of Create Offer costs, in microseconds and as a share of the whole request without a database."""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from flask import Flask

from app import create_app
from app.adapters.group_commit import GroupCommit
from app.adapters.migrating import migrate
from app.adapters.publishing import publish_folder
from app.catalog.calculation import Request
from app.catalog.facts import Facts
from app.catalog.matching import Asker, matching_offers
from app.catalog.placeholders import offer_functions
from app.catalog.pricing import quote_of
from app.config import settings_from
from app.domain.money import currency
from app.domain.signature import authorization, check_date, check_form, check_signature, signed_text
from app.services.keys import create_key
from app.web.api.body import parsed
from app.web.platform import Platform
from tests.bench.create_offer import CODE, KEY, SECRET, fixture_body, signed_request
from tests.bench.fixture import write_fixture

REPEATS = 1_000
BATCH = 16


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as name:
        app = _application(Path(name))
        whole = _microseconds(_request(app, keeps=False))
        stages = {name: _microseconds(action) for name, action in _stages(app).items()}
        row = _row(app)
        stages[f"store, each of {BATCH} rows together (SQLite)"] = _stored(app, row)
    result = {"whole_without_database_us": round(whole)} | {name: round(taken, 1) for name, taken in stages.items()}
    print(f"stages of create offer; the whole request without a database takes {whole:.0f} us")
    for name, taken in stages.items():
        print(f"  {name:52} {taken:7.1f} us  {taken / whole:5.1%}")
    return result


def _microseconds(action: Callable[[], Any]) -> float:
    best = float("inf")
    for _ in range(5):
        begin = perf_counter()
        for _ in range(REPEATS // 5):
            action()
        best = min(best, (perf_counter() - begin) / (REPEATS // 5))
    return best * 1e6


def _application(folder: Path) -> Flask:
    settings = settings_from(
        {"AWNING_MODE": "test", "AWNING_VAR": str(folder), "AWNING_RATE_LIMITS": "off", "AWNING_LOG": "off"}
    )
    app = create_app(settings)
    platform: Platform = app.extensions["awning"]
    migrate(platform.database)
    publish_folder(platform.database, write_fixture(folder), None, datetime.now(UTC), platform.shelf)
    create_key(platform.keyring, CODE, "live", datetime.now(UTC), {"id": KEY, "secret": SECRET})
    return app


def _request(app: Flask, keeps: bool) -> Callable[[], Any]:
    """One request through the whole application, its log line thrown away; without keeping, nothing is stored."""
    request, original = signed_request(CODE, fixture_body()), GroupCommit.append
    client = app.test_client()
    environ = client._request_from_builder_args(
        (f"/x/partners/{CODE}/offers/",), {"method": "POST", "headers": request["headers"], "data": request["body"]}
    ).environ

    def send() -> Any:
        GroupCommit.append = original if keeps else _thrown_away  # type: ignore[method-assign]
        environ["wsgi.input"].seek(0)
        try:
            return b"".join(app.wsgi_app(dict(environ), lambda *_: None))
        finally:
            GroupCommit.append = original  # type: ignore[method-assign]

    return send


def _thrown_away(self: GroupCommit, item: Any) -> None:
    return None


def _stages(app: Flask) -> dict[str, Callable[[], Any]]:
    platform: Platform = app.extensions["awning"]
    catalog = platform.shelf.catalog(CODE)
    raw = fixture_body()
    body, headers = orjson.loads(raw), signed_request(CODE, raw)["headers"]
    schema = catalog.schemas[body["schema"]]
    asked = Request(Facts(body), currency(body["customer"]["currency"]), "en", "2026-11-21", False, str)
    functions, asker = offer_functions(catalog, asked), Asker("live", None, False)
    offer = matching_offers(catalog, schema.identifier, asked.facts, asker, functions)[0]
    priced = [quote_of(catalog, product, asked, "id") for product in offer.products]

    def words() -> None:
        for product in offer.products:
            values = quote_of(catalog, product, asked, "id")[1]
            catalog.words.product(product.name, "en").filled(values)

    def pricing() -> None:
        for product in offer.products:
            quote_of(catalog, product, asked, "id")

    return {
        "signature": lambda: _signature(headers),
        "body parsed and checked for repeated keys": lambda: parsed(raw),
        "validated": lambda: schema.accepts(body),
        "offer chosen": lambda: matching_offers(catalog, schema.identifier, asked.facts, asker, functions),
        f"{len(priced)} products priced": pricing,
        f"{len(priced)} products priced, and their words filled": words,
    }


def _signature(headers: dict[str, str]) -> None:
    given = authorization(headers["Authorization"])
    check_form(given, False)
    check_date(headers["Date"], datetime.now(UTC), datetime.now(UTC) - datetime(2000, 1, 1, tzinfo=UTC))
    check_signature(given, SECRET, signed_text(given.headers, "POST", "", headers["Date"]))


def _row(app: Flask) -> dict[str, Any]:
    """A row as it is stored."""
    _request(app, keeps=True)()
    platform: Platform = app.extensions["awning"]
    with platform.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM offer").mappings().one()
    return dict(row) | {"created_at": datetime.now(UTC), "expires_at": None}


def _stored(app: Flask, row: dict[str, Any]) -> float:
    platform: Platform = app.extensions["awning"]
    writer = platform.logs.offers._writer
    number = iter(range(10**9))

    def together() -> None:
        writer.write([row | {"id": f"{os.getpid()}-{next(number)}"} for _ in range(BATCH)])

    return _microseconds(together) / BATCH
