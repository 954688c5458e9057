"""What an associate looks for, and beside each article whether cover can be sold for it here."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.catalog.counter import Counter
from app.catalog.items import CounterItem, search
from app.catalog.model import Catalog
from app.domain.drafts import Draft
from app.services.eligible_items import Eligibility, Place, eligibility

# Working out one mark takes up to some milliseconds: more rows than these nobody reads with a queue in front of them.
MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Row:
    item: CounterItem
    standing: Eligibility


def found_items(catalog: Catalog, counter: Counter, words: str, place: Place) -> tuple[Row, ...]:
    return marked(catalog, counter, search(catalog.items, words, MOST_ROWS), place)


def marked(catalog: Catalog, counter: Counter, items: Iterable[CounterItem], place: Place) -> tuple[Row, ...]:
    return tuple(Row(item, eligibility(catalog, counter, item, place)) for item in items)


def recent_items(catalog: Catalog, drafts: Iterable[Draft], limit: int) -> tuple[CounterItem, ...]:
    """What this store sold or asked about last, each article once; as the catalog has it today."""
    skus = dict.fromkeys(line.sku for draft in drafts for line in reversed(draft.lines))
    found = (catalog.items.by_sku(sku) for sku in skus)
    return tuple(item for item in found if item is not None)[:limit]
