"""The panel: an offer as a shopper reads it, made from the very answer that is stored as evidence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from app.adapters.locales import Said, direction_of, said
from app.catalog.model import Catalog
from app.catalog.sanitizer import sanitized
from app.domain.moments import day

LAYOUTS = ("cards", "compact", "line")
THEMES = ("auto", "light", "dark")
FIELD = "awning_quote_id"
# Content systems write this where a text is empty.
NOTHING = ("", "N/A")

# The templates are indented for us; between two tags no browser shows it.
_BETWEEN = re.compile(r">\n\s*<")

Answer = Mapping[str, Any]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    layout: str
    is_required: bool

    @staticmethod
    def of(args: Mapping[str, str]) -> "Look":
        """From the element's attributes, which come along as a query; what we do not know is the usual layout."""
        layout = args.get("layout", "")
        return Look(layout if layout in LAYOUTS else LAYOUTS[0], args.get("required", "false") != "false")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: an answer, the release behind it, and for whom."""

    answer: Answer
    catalog: Catalog
    customer: Mapping[str, Any]
    deferred_until: datetime | None = None

    @property
    def content(self) -> Answer:
        found: Answer = self.answer.get("content") or {}
        return found


def panel_html(shown: Shown) -> str:
    """The panel and, behind it, the radios and checkboxes that go into the page itself."""
    facts = panel_facts(shown, Look(LAYOUTS[0], is_required=False))  # the element sees to both itself
    html = render_template("widget/panel.html", **facts) + render_template("widget/choices.html", **facts)
    return _BETWEEN.sub("><", html)


def panel_facts(shown: Shown, look: Look) -> Facts:
    words = said("widget", shown.customer["language"])
    content = shown.content
    language = content.get("locale") or shown.catalog.default_language
    groups = list(_groups(shown, words))
    return {
        "say": words,
        "offer_id": shown.answer["id"],
        "own_language": shown.catalog.default_language,
        "direction": direction_of(words.language),
        "content_language": language,
        "content_direction": direction_of(language),
        "field": FIELD,
        "is_required": look.is_required and shown.deferred_until is None,
        "groups": groups,
        "points": list(content.get("extras", {}).items()),
        "deferred": None if shown.deferred_until is None else words.day(shown.deferred_until),
        "negative": _text(content, "negative_cta") or words("no"),
        "positive": _text(content, "positive_cta") or words("yes"),
        "disclaimer": _html(content, "disclaimer"),
        "terms_url": _terms_url(content),
        **{
            name: _text(content, name)
            for name in ("title", "heading", "sub_heading", "description", "price_unit", "negative_cta_warning")
            + ("required_message", "credibility_message")
        },
    }


def _groups(shown: Shown, words: Said) -> Iterator[Facts]:
    """One a product rule; what stands in no rule is offered by itself, always there and never needed."""
    products = {product["id"]: product for product in _products(shown, words)}
    listed = set()
    opened_by = _openers(shown.answer)
    for rule in shown.answer.get("product_rules", []):
        listed.update(rule["product_ids"])
        yield {
            "slug": rule["slug"],
            "state": rule["initial_state"],
            "is_single": rule["max_select"] == 1,
            "most": rule["max_select"],
            "opened_by": opened_by.get(rule["slug"]),
            "products": [products[quote_id] for quote_id in rule["product_ids"]],
        }
    for quote_id, product in products.items():
        if quote_id not in listed:
            alone = {"slug": quote_id, "state": "show", "is_single": True, "most": 1, "opened_by": None}
            yield alone | {"products": [product]}


def _openers(answer: Answer) -> dict[str, str]:
    """Which kind of event shows a group: what is added to a choice, and what is offered after a no."""
    return {
        event["target"]: event["type"]
        for rule in answer.get("product_rules", [])
        for event in rule.get("events", [])
        if event["action"] in ("show", "enable")
    }


def _products(shown: Shown, words: Said) -> Iterator[Facts]:
    texts = {text["id"]: text for text in shown.content.get("products", [])}
    by_config = {product.id: product for product in shown.catalog.products.values()}
    unit = _text(shown.content, "price_unit")
    for product in shown.answer["products"]:
        policy = by_config[product["product_config_id"]].policy
        text, details = texts.get(product["id"], {}), product["details"]
        price = details["finance"]["price"]["total_amount_formatted"]
        title = _text(text, "title") or policy["name"]
        yield {
            "id": product["id"],
            "title": title,
            "price": price,
            "label": f"{title}, {price} {unit}".rstrip(),
            "tax": _tax(details["finance"]["tax"], words),
            "period": _period(details, words),
            "description": _text(text, "description"),
            "badge": _text(text, "credibility_badge"),
            "covered": [*text.get("inclusions", {}).items()] or [*text.get("benefits", {}).items()],
            "included": [*text.get("benefits", {}).items()] if text.get("inclusions") else [],
            "excluded": [*text.get("exclusions", {}).items()],
            "extras": [*text.get("extras", {}).items()],
            "limits": [(benefit["description"], _limit(benefit, words)) for benefit in details["benefits"]],
            "disclaimer": _html(text, "disclaimer"),
            "terms_cta": _html(text, "terms_cta"),
            "wording": details["pds_url"],
            "files": details["files"],
            "underwriter": policy.get("underwriter") or {},
        }


def _tax(tax: Answer, words: Said) -> str:
    amount = tax["total_amount_formatted"]
    return words("tax", amount=amount) if tax["total_amount"] else words("untaxed")


def _period(details: Answer, words: Said) -> str:
    start, end = details["start_date"], details["end_date"]
    if start is None:
        return ""
    if end is None:
        return words("period.open", start=words.day(day(start)))
    return words("period.closed", start=words.day(day(start)), end=words.day(day(end)))


def _limit(benefit: Answer, words: Said) -> str:
    parts = [
        words("limit", amount=benefit["limit_formatted"]) if benefit.get("limit_formatted") else "",
        benefit.get("limit_description") or "",
        words("excess", amount=benefit["excess_formatted"]) if benefit.get("excess") else "",
    ]
    return ", ".join(part for part in parts if part)


def _text(texts: Answer, name: str) -> str:
    found = str(texts.get(name) or "").strip()
    return "" if found in NOTHING else found


def _terms_url(content: Answer) -> str:
    """Most disclaimers link to the terms of sale already."""
    url = _text(content, "terms_url")
    return "" if url in _text(content, "disclaimer_html") or not url.startswith(("https://", "http://")) else url


def _html(texts: Answer, name: str) -> Facts:
    """The HTML where there is any, sanitized once more: what stands in the database may be older than our rules."""
    return {"html": sanitized(_text(texts, f"{name}_html")), "text": _text(texts, name)}
