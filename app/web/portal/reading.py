"""What a customer reads before they agree, from the very offers that were stored: covers, prices, what the law says.

Every text is noted with the hash of exactly what was shown, so that a consent can say what it was given to.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import url_for

from app.adapters.figures import amount_of
from app.adapters.locales import Said, said
from app.adapters.shelf import Shelf
from app.catalog.counter import CounterRule, rules_in
from app.catalog.model import Catalog
from app.catalog.seller import Seller, seller_of
from app.catalog.words import fallback_chain
from app.domain.counter_total import total_of
from app.domain.drafts import Draft, Line
from app.domain.money import Money, currency
from app.domain.people import RetailStore
from app.services.find_wording import Policy, of_offer
from app.services.record_choice import total_of as price_of
from app.services.records import OfferOnFile
from app.web.platform import platform
from app.web.widget.panel import LAYOUTS, Look, Shown, panel_facts

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """One product that was chosen; `facts` are those of the offer's panel."""

    facts: Mapping[str, Any]
    price: str
    days: int


@dataclass(frozen=True, slots=True)
class Article:
    line: Line
    covers: tuple[Cover, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Wording:
    name: str
    version: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`mark` is the hash of all of it: a form that carries another one was about something else."""

    language: str
    seller: Seller
    logo: str
    articles: tuple[Article, ...]
    total: str
    disclosures: tuple[CounterRule, ...]
    rights: tuple[CounterRule, ...]
    days: int
    wordings: tuple[Wording, ...]
    documents: tuple[Document, ...]
    mark: str
    texts: Mapping[str, str]


def reading_of(draft: Draft, store: RetailStore) -> Reading:
    shared = platform()
    catalog = shared.shelf.catalog(draft.partner_code)
    rules = _rules(catalog, store, "disclosure"), _rules(catalog, store, "cancellation")
    texts = {rule.key: catalog.counter.said(rule.text, draft.language) for rule in (*rules[0], *rules[1])}  # type: ignore[union-attr]
    offers = [(line, _offer(draft, line)) for line in draft.wanted]
    articles = tuple(_article(draft, line, offer, store) for line, offer in offers)
    found = [one for line, offer in offers for one in _wordings(shared.shelf, draft, line, offer)]
    # Two articles with the same cover rest on the same text: it stands once.
    wordings = {document["hash"]: (wording, document) for wording, document in reversed(found)}
    documents = (
        *(_document(key, catalog.release_id, text, draft.language) for key, text in texts.items()),
        *(document for _, document in reversed(wordings.values())),
    )
    partner = shared.shelf.partner(catalog.release_id)
    seller = seller_of(partner, store.subsidiary)
    return Reading(
        language=draft.language,
        seller=seller,
        logo=url_for("documents.document", release_id=catalog.release_id, name=seller.logo),
        articles=articles,
        total=amount_of(total_of(draft, store.currency), draft.language),
        disclosures=rules[0],
        rights=rules[1],
        days=min((cover.days for article in articles for cover in article.covers), default=0),
        wordings=tuple(wording for wording, _ in reversed(wordings.values())),
        documents=documents,
        mark=_hash("\n".join((draft.agreed_to, *(document["hash"] for document in documents)))),
        texts=texts,
    )


def _rules(catalog: Catalog, store: RetailStore, kind: Any) -> tuple[CounterRule, ...]:
    return () if catalog.counter is None else rules_in(catalog.counter, store.country, store.region, kind)


def _offer(draft: Draft, line: Line) -> OfferOnFile:
    assert line.offer is not None
    found = platform().store_of(draft.partner_code, draft.mode).offer_on_file(line.offer.id)
    assert found is not None
    return found


def _article(draft: Draft, line: Line, offer: OfferOnFile, store: RetailStore) -> Article:
    catalog = platform().shelf.release(offer.release_id)
    answer, asked = orjson.loads(offer.answer), orjson.loads(offer.request)["customer"]
    shown = panel_facts(Shown(answer, catalog, asked), Look(LAYOUTS[0], is_required=False))
    products = {one["id"]: one for group in shown["groups"] for one in group["products"]}
    terms = {term["id"]: term for term in orjson.loads(offer.terms)}
    assert line.offer is not None
    covers = tuple(
        Cover(
            products[quote_id],
            amount_of(_price(offer, terms[quote_id]), draft.language),
            catalog.products[terms[quote_id]["product"]].terms.cooling_off_in(store.country, store.region),
        )
        for quote_id in line.offer.quote_ids
    )
    return Article(line, covers, shown["content_language"])


def _price(offer: OfferOnFile, term: Mapping[str, Any]) -> Money:
    return price_of([term], currency(offer.currency).code, [term["id"]])


def _wordings(shelf: Shelf, draft: Draft, line: Line, offer: OfferOnFile) -> Iterator[tuple[Wording, Document]]:
    assert line.offer is not None
    catalog = shelf.release(offer.release_id)
    terms = {term["id"]: term for term in orjson.loads(offer.terms) if term["id"] in line.offer.quote_ids}
    products = {quote_id: term["product"] for quote_id, term in terms.items()}
    for policy in of_offer(catalog, products, offer.subsidiary).policies:
        language, html = _text(shelf, catalog, policy, draft.language)
        own = next(term["policy_version_id"] for quote_id, term in terms.items() if quote_id in policy.quote_ids)
        url = url_for("wording.show", language=draft.language, reference=offer.id, policy_type=policy.slug)
        wording = Wording(policy.name, policy.version, url, language)
        yield wording, _document(policy.slug, f"{catalog.release_id} {own}", html, language)


def _text(shelf: Shelf, catalog: Catalog, policy: Policy, language: str) -> tuple[str, str]:
    """In the language the customer reads, or in the nearest there is: the one its page shows."""
    for spoken in fallback_chain(language, catalog.default_language):
        page = shelf.wording(catalog.release_id, f"{policy.wording}.{spoken}")
        if page is not None:
            return spoken, page[1]
    raise LookupError(policy.wording)


def _document(name: str, version: str, text: str, language: str) -> Document:
    return {"name": name, "version": version, "hash": _hash(text), "language": language}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def words_of(draft: Draft) -> Said:
    """What the customer's own pages say."""
    return said("counter_customer", draft.language)
