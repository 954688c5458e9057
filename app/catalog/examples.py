"""Pricing the examples of a folder: what the check compares, and what `awning catalog price` prints."""

import csv
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from math import isfinite
from typing import Any

from app.catalog.calculation import ProductNotPriced, Request
from app.catalog.facts import Facts
from app.catalog.matching import Asker, matching_offers
from app.catalog.model import Catalog, OfferConfig
from app.catalog.placeholders import ProductWords, offer_functions
from app.catalog.pricing import quote_of
from app.catalog.source import plain_number
from app.domain.errors import DomainError
from app.domain.money import UnknownCurrency, currency
from app.domain.offers import Quote

COLUMNS = ("example", "change", "product", "net", "tax", "total", "commission")
NOT_PRICED = "offer_quote_pricing_error"


class ExampleFails(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class GoldenRow:
    line: int
    cells: dict[str, str]

    @property
    def prices(self) -> tuple[str, ...]:
        return tuple(self.cells[name] for name in COLUMNS[3:])


def golden_rows(text: str) -> Iterator[GoldenRow]:
    lines = text.splitlines()
    for number, cells in enumerate(csv.reader(lines), start=1):
        if number > 1 and any(cells):
            yield GoldenRow(number, dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False)))


def changed(request: dict[str, Any], change: str) -> dict[str, Any]:
    """The example's request with `path=value; path=value` put in. Numbers and true/false are themselves."""
    result = deepcopy(request)
    for part in filter(None, (piece.strip() for piece in change.split(";"))):
        path, equals, value = part.partition("=")
        names = path.strip().split(".")
        if not equals or not all(names):
            raise ExampleFails(f"{part!r} is not of the form path=value")
        _put(result, names, value.strip())
    return result


def _put(request: dict[str, Any], names: list[str], value: str) -> None:
    place: Any = request
    for name in names[:-1]:
        place = place[_number_of(name, place)] if isinstance(place, list) else _inside(place, name).setdefault(name, {})
    last: Any = _number_of(names[-1], place) if isinstance(place, list) else names[-1]
    if value:
        _inside(place, names[-1])[last] = _value(value)
    elif isinstance(place, list):
        place.pop(last)
    else:
        _inside(place, last).pop(last, None)


def _inside(place: Any, name: str) -> Any:
    if not isinstance(place, (dict, list)):
        raise ExampleFails(f"{name} cannot be put into {place!r}, which is neither an object nor a list")
    return place


def _number_of(name: str, place: list[Any]) -> int:
    if not name.isdecimal() or int(name) >= len(place):
        raise ExampleFails(f"{name} is no element of a list of {len(place)}: they are counted from 0")
    return int(name)


def _value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    number = plain_number(text)
    return text if number is None or not isfinite(number) else number


def offers_for(catalog: Catalog, request: dict[str, Any], on: str) -> list[OfferConfig]:
    """The offers a test key could get for this request; several where an experiment shares the traffic."""
    schema = catalog.schemas.get(str(request.get("schema") or catalog.default_schema))
    if schema is None:
        raise ExampleFails("schema: there is no such schema")
    if not schema.accepts(request):
        path, message = schema.errors(request)[0]
        raise ExampleFails(f"does not validate: {'.'.join(str(part) for part in path) or 'body'}: {message}")
    partner = request.get("partner")
    asker = Asker("test", partner.get("subsidiary") if isinstance(partner, dict) else None, active_only=False)
    try:
        asked = _asked(request, on)
        matches = matching_offers(catalog, schema.identifier, asked.facts, asker, offer_functions(catalog, asked))
    except DomainError as problem:
        raise ExampleFails(_sentence(problem)) from problem
    best = max(offer.priority for offer in matches)
    top = [offer for offer in matches if offer.priority == best]
    return top if top[0].experiment else top[:1]


def _sentence(problem: DomainError) -> str:
    """What failed, and of which offer: for a person, who does not read {'name': ['...']}."""
    if not isinstance(problem.errors, dict):
        return problem.message
    said = "; ".join(f"{name}: {' '.join(reasons)}" for name, reasons in problem.errors.items())
    return f"{problem.message} {said}".strip()


def priced(catalog: Catalog, request: dict[str, Any], on: str, product_name: str) -> tuple[str, ...]:
    """Net, tax, total and commission as a golden row writes them, or the code of the reason there is none."""
    return reckoned(catalog, request, on, product_name)[0]


def reckoned(catalog: Catalog, request: dict[str, Any], on: str, product_name: str) -> tuple[tuple[str, ...], str]:
    """The cells of a golden row; and where there is no price, why."""
    try:
        price = _quoted(catalog, request, on, product_name)[0].price
    except ProductNotPriced as problem:
        return (NOT_PRICED, "", "", ""), _why(problem)
    amounts = (price.net, price.tax, price.total, price.commission)
    return tuple(_figures(money.units, money.digits) for money in amounts), ""


def unsaid(catalog: Catalog, request: dict[str, Any], on: str, product_name: str) -> str:
    """Why a priced product's words cannot be filled in one of the partner's languages; empty where they can."""
    try:
        values = _quoted(catalog, request, on, product_name)[1]
    except ProductNotPriced:
        return ""  # without a price nothing is said of it
    try:
        for language in catalog.partner["languages"]:
            catalog.words.product(product_name, language).filled(values)
    except ProductNotPriced as problem:
        return _why(problem)
    return ""


def _quoted(catalog: Catalog, request: dict[str, Any], on: str, product_name: str) -> tuple[Quote, ProductWords]:
    product = next((p for offer in catalog.offers for p in offer.products if p.name == product_name), None)
    if product is None:
        raise ExampleFails(f"product: no offer has a product {product_name}")
    return quote_of(catalog, product, _asked(request, on), "00000000-0000-0000-0000-000000000000")


def _why(problem: ProductNotPriced) -> str:
    return f"{problem.message}: {problem.reason}"


def _asked(request: dict[str, Any], on: str) -> Request:
    customer = request["customer"]
    try:
        money = currency(customer["currency"])
        return Request(Facts(request), money, customer["language"], on, True, lambda path: path)
    except UnknownCurrency as problem:
        raise ExampleFails(str(problem)) from problem


def _figures(units: int, digits: int) -> str:
    if digits == 0:
        return str(units)
    text = str(abs(units)).zfill(digits + 1)
    return f"{'-' if units < 0 else ''}{text[:-digits]}.{text[-digits:]}"
