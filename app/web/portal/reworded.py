"""An offer in another language than it was made in: the words of its own release, the prices exactly as they stand."""

from collections.abc import Mapping
from typing import Any

import orjson

from app.adapters.locales import known_language
from app.catalog.model import Catalog
from app.catalog.placeholders import offer_functions, offer_values
from app.catalog.pricing import Priced, quote_again
from app.catalog.words import content
from app.domain.money import currency
from app.services.booked_quotes import Buyer, asked, quoted_price
from app.services.records import OfferOnFile
from app.web.api.offer_presenter import benefit_json
from app.web.platform import platform

Answer = dict[str, Any]


def answer_in(offer: OfferOnFile, language: str) -> Answer:
    """The stored answer as it stands where it is in `language` already, and otherwise reworded."""
    if known_language(offer.language) == language:
        return dict(orjson.loads(offer.answer))
    documents = f"{platform().settings.url}/documents/{offer.release_id}/"
    return reworded(platform().shelf.release(offer.release_id), offer, language, documents)


def titles_in(answer: Answer) -> dict[str, str]:
    """What each plan is called, by its id."""
    named = {product["id"]: product["name"] for product in answer["products"]}
    return named | {one["id"]: one["title"] for one in answer.get("content", {}).get("products", [])}


def reworded(catalog: Catalog, offer: OfferOnFile, language: str, documents: str) -> Answer:
    """The stored answer, read in `language`. Nothing about a price or a date is worked out again."""
    answer: Answer = orjson.loads(offer.answer)
    buyer = Buyer(orjson.loads(offer.request), offer.currency, language, offer.created_at.date().isoformat())
    terms = {term["id"]: term for term in orjson.loads(offer.terms)}
    words: list[bytes] = []
    for product in answer["products"]:
        words.append(_product(catalog, product, terms[product["id"]], buyer, documents))
        details = product["details"]
        details["pds_url"] = details["pds_url"].replace(f"/{offer.language.lower()}/pds/", f"/{language}/pds/")
    if "content" in answer:
        answer["content"] = orjson.loads(content(_offer(catalog, offer, buyer, documents), words))
    return answer


def _product(catalog: Catalog, product: Answer, term: Mapping[str, Any], buyer: Buyer, documents: str) -> bytes:
    found = catalog.products[term["product"]]
    then = Priced(quoted_price(term, currency(buyer.currency)), term["start_at"], term["end_at"], term["steps"])
    quote, values = quote_again(catalog, found, asked(buyer, documents), term["id"], then)
    details = product["details"]
    details["benefits"] = [benefit_json(benefit) for benefit in quote.benefits]
    details["files"] = [{"name": file.name, "url": file.url, "type": file.type} for file in quote.files]
    return catalog.words.product(found.name, buyer.language).filled(values)


def _offer(catalog: Catalog, offer: OfferOnFile, buyer: Buyer, documents: str) -> bytes:
    """What stands over the plans: the heading, the words of yes and no, the disclaimer."""
    config = next(config for config in catalog.offers if config.id == _config_of(offer))
    request = asked(buyer, documents)
    filling = offer_values(catalog, config.placeholders, request, offer_functions(catalog, request))
    return catalog.words.offer(config.name, buyer.language).filled(filling)


def _config_of(offer: OfferOnFile) -> str:
    return str(orjson.loads(offer.answer)["offer_config_id"])
