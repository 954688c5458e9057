"""What a shop is, what lies in its basket, and how its own pages plug into the one checkout all five share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from widget.demo.money import Market

# From this width of the window on, in pixels, so much height is kept for the panel.
Heights = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Choice:
    """What the shopper said in an offer panel, as the form fields carry it."""

    offer_id: str
    quote_ids: tuple[str, ...]
    decision: str
    token: str

    @property
    def is_accepted(self) -> bool:
        return bool(self.quote_ids) and self.decision != "declined"

    @property
    def is_made(self) -> bool:
        return self.is_accepted or self.decision == "declined"


@dataclass(frozen=True)
class Line:
    """One thing that is bought. `context`: what the insurer is told of it; `heights`: of its panel at checkout."""

    key: str
    title: str
    detail: str
    unit: Decimal
    quantity: int = 1
    context: dict[str, Any] = field(default_factory=dict)
    partner: dict[str, Any] = field(default_factory=dict)
    choice: Choice | None = None
    heights: Heights = ()

    @property
    def total(self) -> Decimal:
        return self.unit * self.quantity


@dataclass(frozen=True)
class Basket:
    """`carried`: fields that bring the basket back with the checkout form. `asks`: the line cover is offered for."""

    lines: tuple[Line, ...]
    carried: dict[str, str] = field(default_factory=dict)
    asks: str | None = None
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def asked_line(self) -> Line | None:
        return next((line for line in self.lines if line.key == self.asks), None)


@dataclass(frozen=True)
class Words:
    """The shop's own words in pages that all shops share."""

    summary: str
    pay: str
    thanks: str
    goods: str
    take_back: str
    taken_back: str


@dataclass(frozen=True)
class Shop:
    """A partner. `is_dual`: the insurer's side charges for cover, so that a customer sees two charges.

    `parts`: where single pieces can go back, what the insurer is told of those that are left.
    """

    slug: str
    name: str
    code: str
    schema: str
    numbers: str
    about: str
    seller: str
    mail_from: str
    provider: str
    words: Words
    layout: str
    basket: Callable[[Market], Basket | None]
    is_dual: bool = False
    is_required: bool = False
    is_taxed: bool = True
    tax_note: str = ""
    parts: Callable[[int], dict[str, Any]] | None = None

    @property
    def publishable_key(self) -> str:
        """In the page for everybody to see: it can create offers from this origin, and nothing else."""
        return f"pk_live_demo_{self.code.lower()}"

    @property
    def secret_key(self) -> tuple[str, str]:
        """The demo's. A real shop has its own in the environment of its server, never in a page."""
        return f"demo_live_{self.code.lower()}", f"demo-secret-live-{self.code.lower()}"
