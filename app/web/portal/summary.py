"""What is being sold, for how much and until when: beside every step, as it is in the draft at this moment."""

from dataclasses import dataclass
from typing import Literal

from flask import request

from app.adapters.figures import amount_of
from app.adapters.locales import Said
from app.domain.counter_total import total_of
from app.domain.drafts import REFUSED, Draft, Line
from app.domain.moments import day
from app.domain.money import currency
from app.web.platform import platform
from app.web.portal.gate import AtCounter
from app.web.portal.reworded import answer_in, titles_in

State = Literal["wanted", "refused", "none", "open"]
# Where the tablet is turned to the customer or left on the counter, nobody's name stands beside the plans.
NAMELESS = frozenset({"portal_product", "portal_offer", "portal_quote"})


@dataclass(frozen=True, slots=True)
class Cover:
    title: str
    price: str
    until: str


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    detail: str
    price: str
    state: State
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """`total` is what the customer pays for cover, of which there is `count`; nothing while nothing is chosen."""

    articles: tuple[Article, ...]
    total: str
    count: int
    name: str
    words: Said


def summary_of(at: AtCounter, draft: Draft) -> Summary:
    total = amount_of(total_of(draft, at.store.currency), at.language) if draft.wanted else ""
    articles = tuple(_article(at, draft, line) for line in draft.lines)
    count = sum(len(article.covers) for article in articles)
    return Summary(articles, total, count, _name(draft), at.say("offering"))


def _name(draft: Draft) -> str:
    if draft.customer is None or request.blueprint in NAMELESS:
        return ""
    parts = (draft.customer.get("first_name"), draft.customer.get("last_name"))
    return " ".join(part for part in parts if part)


def _article(at: AtCounter, draft: Draft, line: Line) -> Article:
    detail = ", ".join(part for part in (line.variant, f"{line.quantity} ×" if line.quantity > 1 else "") if part)
    price = _written(at, float(line.price)) if line.price else ""
    return Article(line.title, detail, price, _state(line), tuple(_covers(at, draft, line)))


def _written(at: AtCounter, amount: float) -> str:
    return amount_of(currency(at.store.currency).money(amount), at.language)


def _state(line: Line) -> State:
    if line.no_offer:
        return "none"
    if line.offer is None or not line.offer.decision:
        return "open"
    return "refused" if line.offer.decision == REFUSED else "wanted"


def _covers(at: AtCounter, draft: Draft, line: Line) -> list[Cover]:
    """Chosen so far: a plan is among them as soon as it was tapped, also while the next question waits."""
    if line.offer is None or not line.offer.quote_ids:
        return []
    stored = platform().store_of(draft.partner_code, draft.mode).offer_on_file(line.offer.id)
    if stored is None:
        return []
    answer = answer_in(stored, at.language)
    titles = titles_in(answer)
    words = at.say("offering")
    found = []
    for product in answer["products"]:
        if product["id"] in line.offer.quote_ids:
            end = product["details"]["end_date"]
            price = _written(at, product["details"]["finance"]["price"]["total_amount"])
            until = words("until", day=words.day(day(end))) if end else ""
            found.append(Cover(titles[product["id"]], price, until))
    return found
