"""An offer as it is read at the counter: from the stored answer in the customer's language, or in the associate's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from app.adapters.locales import Said, said
from app.catalog.counter import Counter, CounterRule, RuleKind, rules_in
from app.catalog.model import Catalog
from app.domain.counter_choice import open_groups
from app.domain.cover_question import CoverAnswer, PlanWords, answer_from
from app.domain.drafts import Draft, Line
from app.domain.people import RetailStore
from app.services.records import OfferOnFile
from app.web.platform import platform
from app.web.portal.reworded import answer_in
from app.web.widget.panel import Look, Shown, panel_facts

LOOK = Look("cards", is_required=False)
Facts = Mapping[str, Any]
# Rules of a place that are said beside an offer.
BESIDE_OFFER: tuple[RuleKind, ...] = ("written_quote", "cancellation")


@dataclass(frozen=True, slots=True)
class Asked:
    """A group of plans that waits for an answer."""

    slug: str
    follows: bool
    products: Sequence[Facts]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the sale with its offer. `words` are ours, in the language the offer is shown in."""

    line: Line
    words: Said
    facts: Facts | None = None
    asked: tuple[Asked, ...] = ()
    chosen: tuple[Facts, ...] = ()
    deferred_until: datetime | None = None

    @property
    def products(self) -> list[Facts]:
        """Those that can be had from the start; what follows a choice is shown with its question."""
        return (
            []
            if self.facts is None
            else [one for group in self.facts["groups"] if group["state"] == "show" for one in group["products"]]
        )

    @property
    def is_deferred(self) -> bool:
        return self.deferred_until is not None

    @property
    def no(self) -> str:
        return self.words("no") if self.facts is None else str(self.facts["negative"])


@dataclass(frozen=True, slots=True)
class Reading:
    """Where an offer is read: whose language, at which moment."""

    language: str
    is_original: bool
    now: datetime

    @property
    def words(self) -> Said:
        return said("offering", self.language)


def articles_of(draft: Draft, reading: Reading) -> list[Article]:
    store = platform().store_of(draft.partner_code, draft.mode)
    found = []
    for line in draft.lines:
        stored = None if line.offer is None else store.offer_on_file(line.offer.id)
        found.append(Article(line, reading.words) if stored is None else _article(line, stored, reading))
    return found


def _article(line: Line, stored: OfferOnFile, reading: Reading) -> Article:
    assert line.offer is not None
    catalog = platform().shelf.release(stored.release_id)
    answer = orjson.loads(stored.answer) if reading.is_original else answer_in(stored, reading.language)
    facts = panel_facts(_shown(answer, catalog, reading), LOOK)
    products = {product["id"]: product for group in facts["groups"] for product in group["products"]}
    until = line.offer.deferred_until
    return Article(
        line=line,
        words=reading.words,
        facts=facts,
        asked=tuple(_asked(answer, line, products)),
        chosen=tuple(products[quote_id] for quote_id in line.offer.quote_ids if quote_id in products),
        deferred_until=until if until is not None and reading.now < until else None,
    )


def _shown(answer: Facts, catalog: Catalog, reading: Reading) -> Shown:
    return Shown(answer, catalog, {"language": reading.language})


def _asked(answer: Facts, line: Line, products: Mapping[str, Facts]) -> Iterator[Asked]:
    assert line.offer is not None
    if line.offer.decision:
        return
    for group in open_groups(answer, line.offer.quote_ids, line.offer.refused):
        yield Asked(group.slug, group.follows, [products[quote_id] for quote_id in group.quote_ids])


def answers_of(articles: Sequence[Article], question: str) -> list[tuple[Article, CoverAnswer]]:
    """From each article's own plans, those that may be added later included: the customer may ask before choosing."""
    return [
        (article, answer_from(question, [_words_of(product) for product in _spoken_of(article)]))
        for article in articles
        if article.facts is not None
    ]


def _spoken_of(article: Article) -> list[Facts]:
    """What is being asked about, or has been chosen. A second chance after a no is nothing anybody asks about."""
    asked = [product for group in article.asked for product in group.products]
    return [*article.chosen, *asked] or article.products


def _words_of(product: Facts) -> PlanWords:
    return PlanWords(product["title"], product["covered"], product["excluded"])


def rules_beside(counter: Counter, store: RetailStore, language: str) -> list[str]:
    kept: list[CounterRule] = []
    for kind in BESIDE_OFFER:
        kept += rules_in(counter, store.country, store.region, kind)
    return [counter.said(rule.text, language) for rule in kept]


def deferral_text(counter: Counter, store: RetailStore, language: str) -> str:
    texts = [counter.said(rule.text, language) for rule in rules_in(counter, store.country, store.region, "deferral")]
    return " ".join(texts)


def read_only(articles: Sequence[Article]) -> list[Article]:
    """For whoever only reads: every plan that can be chosen at first, and no question."""
    return [replace(article, asked=()) for article in articles]
