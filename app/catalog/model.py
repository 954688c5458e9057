"""What may be sold, ready to be asked: the compiled form of one partner's release."""

from dataclasses import dataclass, field
from typing import Any

from app.catalog.computed import Computed
from app.catalog.counter import Counter
from app.catalog.exchange import ExchangeRates
from app.catalog.items import Items
from app.catalog.offer_schema import OfferSchema
from app.catalog.rate_tables import RateTable
from app.catalog.tokens import Field
from app.catalog.words import Words
from app.domain.money import Currency
from app.domain.offers import Experiment, ProductRule
from app.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value that words may name: shown as text, or as money given in the policy currency."""

    name: str
    computed: Computed
    is_money: bool


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    computed: Computed


@dataclass(frozen=True, slots=True)
class Levy:
    """A tax or a surcharge: due when its condition holds, as a fraction of the net price or as an amount."""

    code: str
    when: Computed | None
    rate: Computed | None
    amount: Computed | None


@dataclass(frozen=True, slots=True)
class BenefitConfig:
    key: str
    limit: Computed | None
    excess: Computed | None


@dataclass(frozen=True, slots=True)
class FileConfig:
    key: str
    type: str
    file: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product configuration."""

    id: str
    name: str
    policy_version_id: str
    policy: dict[str, Any]
    policy_currency: Currency
    steps: tuple[Step, ...]
    minimum: Computed | None
    maximum: Computed | None
    surcharges: tuple[Levy, ...]
    taxes: tuple[Levy, ...]
    commission_rate: Computed
    start: Computed
    end: Computed | None
    cover_amount: Computed | None
    benefits: tuple[BenefitConfig, ...]
    files: tuple[FileConfig, ...]
    extra_fields: tuple[Step, ...]
    placeholders: tuple[Placeholder, ...]
    terms: Terms
    fields: tuple[Field, ...]

    @property
    def policy_type_slug(self) -> str:
        return f"{self.policy['type']}_v{self.policy['version']}"


@dataclass(frozen=True, slots=True)
class OfferConfig:
    """An offer configuration: when an offer is made, to whom, and with which products."""

    id: str
    name: str
    is_active: bool
    schema: str
    when: Computed | None
    key_kinds: frozenset[str]
    subsidiaries: frozenset[str]
    priority: int
    experiment: Experiment | None
    weight: int
    products: tuple[Product, ...]
    product_rules: tuple[ProductRule, ...]
    placeholders: tuple[Placeholder, ...]
    expires_after_hours: float | None


@dataclass(frozen=True, slots=True)
class Catalog:
    """One partner's release, compiled."""

    release_id: str
    code: str
    partner: dict[str, Any]
    schemas: dict[str, OfferSchema]
    offers: tuple[OfferConfig, ...]
    products: dict[str, Product]
    tables: dict[str, RateTable]
    exchange: ExchangeRates
    words: Words
    files: frozenset[str]
    default_language: str
    subsidiaries: frozenset[str] = field(default=frozenset())
    counter: Counter | None = None
    items: Items = field(default=Items())

    @property
    def default_schema(self) -> str | None:
        return self.partner["default_schema"]  # type: ignore[no-any-return]
