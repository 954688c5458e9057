"""What came of asking: how many customers were asked, and what they said. A decline is an answer, not a failure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """`begun`: sales that were begun, `asked_in`: those of them in which the customer was asked.

    `asked`, `sold`, `declined`, `cancelled` count articles; `cancelled` are those sold and given back within 30 days.
    """

    begun: int = 0
    asked_in: int = 0
    asked: int = 0
    sold: int = 0
    declined: int = 0
    cancelled: int = 0

    @property
    def ask_rate(self) -> float | None:
        """None where nothing could be asked: no sale is not a bad day."""
        return self.asked_in / self.begun if self.begun else None

    @property
    def attach_rate(self) -> float | None:
        return self.sold / self.asked if self.asked else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.begun + other.begun,
            self.asked_in + other.asked_in,
            self.asked + other.asked,
            self.sold + other.sold,
            self.declined + other.declined,
            self.cancelled + other.cancelled,
        )


def together(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())
