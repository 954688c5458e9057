"""What stands in the places that words leave open: prices, names, and what offer and product define themselves."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.catalog.calculation import Calculation, Request
from app.catalog.computed import ExpressionFails
from app.catalog.functions import Functions
from app.catalog.model import Catalog, Placeholder, Product
from app.domain.offers import Quote


class ProductWords(Mapping[str, str]):
    """The values a product's words ask for, each made when a word asks for it."""

    def __init__(self, work: Calculation, catalog: Catalog, quote: Quote) -> None:
        self._work = work
        self._catalog = catalog
        self._quote = quote
        self._made: dict[str, str] = {}
        self._own = {placeholder.name: placeholder for placeholder in work.product.placeholders}

    def __getitem__(self, name: str) -> str:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name)
        return found

    def _make(self, name: str) -> str:
        own = self._own.get(name)
        if own is not None:
            return _placeholder(self._work, own)
        return _READY[name](self._quote, self._work.product, self._catalog)

    def __iter__(self) -> Iterator[str]:
        yield from (*_READY, *self._own)

    def __len__(self) -> int:
        return len(_READY) + len(self._own)


_READY: dict[str, Callable[[Quote, Product, Catalog], str]] = {
    "quote_id": lambda quote, product, catalog: quote.id,
    "product_config_id": lambda quote, product, catalog: product.id,
    "price": lambda quote, product, catalog: quote.price.total.formatted,
    "price_without_tax": lambda quote, product, catalog: quote.price.net.formatted,
    "tax": lambda quote, product, catalog: quote.price.tax.formatted,
    "underwriter": lambda quote, product, catalog: str(product.policy["underwriter"]["name"]),
    "partner": lambda quote, product, catalog: str(catalog.partner["title"]),
}


def _placeholder(work: Calculation, placeholder: Placeholder) -> str:
    if placeholder.is_money:
        return work.money(placeholder.name, placeholder.computed).formatted
    return shown(work.value(placeholder.name, placeholder.computed))


def shown(value: Any) -> str:
    """A value as a customer reads it: whole numbers without a point, no exponents."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def offer_functions(catalog: Catalog, request: Request) -> Functions:
    """The functions of an offer's own expressions: an offer has no policy currency, so the customer's stands in."""
    code = request.currency.code
    return Functions(catalog.tables, catalog.exchange, code, code, request.on)


def offer_values(
    catalog: Catalog, placeholders: tuple[Placeholder, ...], request: Request, functions: Functions
) -> dict[str, str]:
    """The values the offer's own words ask for. A field the request does not have leaves its place empty."""
    values = {"partner": catalog.partner["title"]}
    for placeholder in placeholders:
        try:
            found = placeholder.computed.value(request.facts.gather(placeholder.computed.fields), functions)
        except ExpressionFails:
            found = ""
        values[placeholder.name] = shown(found)
    return values
