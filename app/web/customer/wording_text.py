"""A policy wording in the language somebody reads, or in the one it exists in."""

from dataclasses import dataclass
from typing import Any

from flask import abort

from app.adapters.documents.wording import WordingFacts, blocks_of, drawn_wording, wording_pdf
from app.adapters.locales import said
from app.adapters.shelf import Shelf
from app.catalog.seller import Seller, seller_of
from app.catalog.words import fallback_chain
from app.services.find_wording import Policy, Wordings


@dataclass(frozen=True, slots=True)
class WordingText:
    slug: str
    language: str
    seller: Seller
    facts: WordingFacts

    @property
    def blocks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = drawn_wording(self.facts)["blocks"]
        return found

    @property
    def pdf(self) -> bytes:
        return wording_pdf(self.facts)


def text_of(shelf: Shelf, found: Wordings, policy: Policy, language: str) -> WordingText:
    catalog = shelf.release(found.release_id)
    pages = (
        (spoken, shelf.wording(found.release_id, f"{policy.wording}.{spoken}"))
        for spoken in fallback_chain(language, catalog.default_language)
    )
    spoken, page = next(((spoken, page) for spoken, page in pages if page is not None), ("", None))
    if page is None:
        abort(404)
    seller = seller_of(page[0], found.subsidiary)
    version = said("customer", spoken)("wording.version", version=policy.version)
    facts = WordingFacts(spoken, _title(page[1], policy), seller.title, version, page[1])
    return WordingText(policy.slug, spoken, seller, facts)


def _title(html: str, policy: Policy) -> str:
    """The first line of the text is its title, in its own language."""
    blocks: list[dict[str, Any]] = blocks_of(html)
    if blocks and blocks[0]["kind"] == "heading":
        return "".join(run["text"] for run in blocks[0]["runs"]).strip()
    return policy.name
