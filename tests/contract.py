"""What the contract promises of every answer, checked with the schemas that are published in the OpenAPI document."""

from functools import lru_cache
from typing import Any

from flask import Flask
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from sqlalchemy import Row, Table, func, select
from werkzeug.test import TestResponse

from app.adapters.tables import metadata, offers
from app.web.api.openapi import schema
from app.web.platform import Platform


@lru_cache
def _validator(name: str) -> Draft7Validator:
    found: Draft7Validator = Draft7Validator(schema(name), registry=Registry(retrieve=_file))
    return found


def _file(name: str) -> Any:
    """Another file of the same folder, as `$ref` names it."""
    return Resource.from_contents(schema(name.removesuffix(".json")))


def misfits(name: str, body: Any) -> list[str]:
    """Where the body does not fit the schema app/web/api/schemas/NAME.json."""
    return [f"{list(problem.absolute_path)}: {problem.message}" for problem in _validator(name).iter_errors(body)]


def offer_of(answer: TestResponse) -> dict[str, Any]:
    """The body of a Create Offer answer, after it was checked against its schema."""
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    assert misfits("offer", answer.json) == []
    body: dict[str, Any] = answer.json
    return body


def booking_of(answer: TestResponse) -> dict[str, Any]:
    """The body of a Confirm Offer or Get Booking answer, after it was checked against its schema."""
    return _answered(answer, "booking", 200)


def modification_of(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The body of an answer to a modification, after it was checked against its schema."""
    return _answered(answer, "modification", status)


def cancellation_of(answer: TestResponse) -> dict[str, Any]:
    """The body of an answer to a cancellation, after it was checked against its schema."""
    return _answered(answer, "cancellation", 200)


def _answered(answer: TestResponse, name: str, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    assert misfits(name, answer.json) == []
    body: dict[str, Any] = answer.json
    return body


def refusal_of(answer: TestResponse, status: int, version: str = "v1") -> dict[str, Any]:
    """The body of a refused request, after its status, its schema and its discretion were checked."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    assert misfits(f"error_{version}", answer.json) == []
    for betrayal in ("Traceback", 'File "', "sqlalchemy", "psycopg", "site-packages"):
        assert betrayal not in answer.text
    body: dict[str, Any] = answer.json
    return body


def stored_offers(app: Flask) -> int:
    """How many rows the offer table has."""
    platform: Platform = app.extensions["awning"]
    with platform.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(offers)) or 0


def stored_offer(app: Flask, offer_id: str) -> Row[Any]:
    platform: Platform = app.extensions["awning"]
    with platform.database.reading() as connection:
        return connection.execute(select(offers).where(offers.c.id == offer_id)).one()


def row_counts(app: Flask) -> dict[str, int]:
    """How many rows each table has: the same before and after a call that left no trace."""
    platform: Platform = app.extensions["awning"]
    with platform.database.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def stored_rows(app: Flask, table: Table, **columns: Any) -> list[Row[Any]]:
    """The rows with these values, in the order of their keys."""
    platform: Platform = app.extensions["awning"]
    query = select(table).order_by(*table.primary_key.columns)
    for name, value in columns.items():
        query = query.where(table.c[name] == value)
    with platform.database.reading() as connection:
        return list(connection.execute(query))
