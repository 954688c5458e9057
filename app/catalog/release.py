"""A release: everything a partner folder says, as one immutable document named by the hash of its content."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import orjson

from app.catalog.source import Source

NAMESPACE = UUID("7b0f3a52-5c1d-5e0a-9d1e-2f6a0c3b4d11")


@dataclass(frozen=True, slots=True)
class Release:
    """`document` is what a server needs to make offers; `pages` are the texts people open, twice as large."""

    id: str
    code: str
    document: dict[str, Any]
    pages: dict[str, dict[str, str]]


def release_of(source: Source, code: str | None = None) -> Release:
    """The release a checked folder makes; `code` publishes it under another partner's code."""
    partner = dict(source.files["partner.yaml"].data)
    partner["code"] = code or partner["code"]
    pages = {
        "wording": {name: file.text for name, file in source.under("wording", ".html")},
        "files": {name: file.text for name, file in source.under("files", "")},
    }
    document = {
        "partner": partner,
        "schemas": {schema_identifier(name): file.data for name, file in source.under("schemas", ".json")},
        "offers": {name: file.data for name, file in source.under("offers", ".yaml")},
        "products": {name: file.data for name, file in source.under("products", ".yaml")},
        "rates": {name: file.text for name, file in source.under("rates", ".csv")},
        "exchange_rates": source.file("exchange-rates.csv").text,
        "words": {name: file.data for name, file in source.under("words", ".yaml")},
        "wording": {name: content_hash(text) for name, text in pages["wording"].items()},
        "files": {name: content_hash(text) for name, text in pages["files"].items()},
    }
    # Only where they are there: a folder without a counter keeps the name its release has always had.
    if "counter.yaml" in source.files:
        document["counter"] = source.files["counter.yaml"].data
    if "items.csv" in source.files:
        document["items"] = source.files["items.csv"].text
    return Release(content_hash(document), partner["code"], document, pages)


def schema_identifier(file_name: str) -> str:
    """northwind-retail.v1 -> northwind-retail:v1"""
    name, _, version = file_name.rpartition(".")
    return f"{name}:{version}"


def content_hash(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def config_id(code: str, kind: str, name: str, value: Any) -> str:
    """An id that says: this partner's configuration of this name, with exactly this content."""
    return str(uuid5(NAMESPACE, f"{code}/{kind}/{name}/{content_hash(value)}"))
