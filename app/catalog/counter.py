"""How a partner sells at the counter: what a request is made of, how customers pay, and which rules hold where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from app.catalog.items import CounterItem
from app.catalog.words import fallback_chain
from app.domain.money import Money

RuleKind = Literal["written_quote", "cancellation", "deferral", "incentive_cap", "disclosure", "training"]
KINDS: tuple[str, ...] = get_args(RuleKind)
# What the number of a rule counts. The other kinds have none.
DAYS = frozenset({"written_quote", "cancellation", "deferral"})
AMOUNTS = frozenset({"incentive_cap"})
EVERYWHERE = "*"
# Stands in a rule's text for its number, so that six translations cannot state six.
VALUE = "{value}"

# What the counter knows of a sale, by the names that counter.yaml feeds a request with.
KNOWN = (
    *("language", "country", "region", "currency", "postcode", "subsidiary", "receipt"),
    *("sku", "title", "brand", "model", "variant", "category"),
    *("condition", "quantity", "price", "purchased_at", "serial"),
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CounterRule:
    """A rule as a row: where it holds, the number it sets, and what it says, with the number in it."""

    key: str
    kind: RuleKind
    country: str
    region: str | None
    value: float | None
    currency: str | None
    text: dict[str, str]

    def holds_in(self, country: str, region: str | None) -> bool:
        if self.country == EVERYWHERE:
            return True
        return self.country == country and (self.region is None or self.region == region)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, with its name in every language of the partner: a condition, a reason to cancel."""

    key: str
    label: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tender:
    """How a customer pays. `provider` is what a confirmation names; a drawer of cash has none."""

    key: str
    label: dict[str, str]
    provider: str | None


@dataclass(frozen=True, slots=True)
class Counter:
    """`request` says where each fact goes, `constants` what is the same in every sale."""

    schema: str
    request: tuple[tuple[Path, str], ...]
    constants: tuple[tuple[Path, Any], ...]
    tenders: tuple[Tender, ...]
    conditions: tuple[Choice, ...]
    return_reasons: tuple[Choice, ...]
    approval_above: dict[str, float]
    address_for: frozenset[str]
    rules: tuple[CounterRule, ...]
    default_language: str

    def said(self, texts: Mapping[str, str], language: str) -> str:
        """A label or a rule's text in this language, or in the nearest there is."""
        chain = fallback_chain(language, self.default_language)
        return next(texts[name] for name in chain if name in texts)

    def path_of(self, fact: str) -> Path | None:
        """Where in a request this fact goes."""
        return next((path for path, name in self.request if name == fact), None)

    def needs_approval(self, refund: Money) -> bool:
        """Whether a manager confirms this refund. In a currency without a limit, every one."""
        limit = self.approval_above.get(refund.currency.code)
        return limit is None or refund.amount > limit


def rules_in(
    counter: Counter, country: str, region: str | None, kind: RuleKind | None = None
) -> tuple[CounterRule, ...]:
    """The rules of a place, in the order of the file: those of everywhere, of the country, and of the region too."""
    return tuple(
        rule for rule in counter.rules if (kind is None or rule.kind == kind) and rule.holds_in(country, region)
    )


def days_in(counter: Counter, country: str, region: str | None, kind: RuleKind) -> int:
    """The days a kind of rule gives there: the most, where country and region both speak; 0 without a rule."""
    return int(max((rule.value or 0 for rule in rules_in(counter, country, region, kind)), default=0))


def request_for(counter: Counter, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The request for an offer. What the counter does not know (None) is left out, and so is a group left empty."""
    body: dict[str, Any] = {"schema": counter.schema}
    for path, value in counter.constants:
        _put(body, path, value)
    for path, name in counter.request:
        value = facts.get(name)
        if value is not None:
            _put(body, path, _plain(value))
    return body


def item_facts(item: CounterItem, code: str) -> dict[str, Any]:
    """What an item says of itself in a store of this currency."""
    return {
        "sku": item.sku,
        "title": item.title,
        "brand": item.brand,
        "model": item.model,
        "variant": item.variant,
        "category": item.category,
        "price": item.price_in(code),
    }


def _put(body: dict[str, Any], path: Path, value: Any) -> None:
    place = body
    for name in path[:-1]:
        place = place.setdefault(name, {})
    place[path[-1]] = value


def _plain(value: Any) -> Any:
    """As JSON has it: an amount is a number, a moment is text."""
    if isinstance(value, Money):
        return value.amount
    return value.isoformat() if isinstance(value, date) else value


def counter_of(data: dict[str, Any], default_language: str) -> Counter:
    """The counter of a checked counter.yaml."""
    return Counter(
        schema=data["schema"],
        request=tuple((tuple(path.split(".")), name) for path, name in data["request"].items()),
        constants=tuple((tuple(path.split(".")), value) for path, value in data.get("constants", {}).items()),
        tenders=tuple(Tender(row["key"], row["label"], row.get("provider")) for row in data["tenders"]),
        conditions=tuple(_choices(data["conditions"])),
        return_reasons=tuple(_choices(data["return_reasons"])),
        approval_above={code: float(limit) for code, limit in data["approval_above"].items()},
        address_for=frozenset(data.get("address_for", ())),
        rules=tuple(_rule(row) for row in data["rules"]),
        default_language=default_language,
    )


def _choices(rows: list[dict[str, Any]]) -> Iterator[Choice]:
    for row in rows:
        yield Choice(row["key"], row["label"])


def _rule(row: dict[str, Any]) -> CounterRule:
    value = row.get("value")
    number = "" if value is None else f"{value:g}"
    return CounterRule(
        key=row["key"],
        kind=row["kind"],
        country=row["country"],
        region=row.get("region"),
        value=None if value is None else float(value),
        currency=row.get("currency"),
        text={language: said.replace(VALUE, number) for language, said in row["text"].items()},
    )
