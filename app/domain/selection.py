"""What a shopper chose in a panel, as the token says that travels through the shop's own checkout to Confirm."""

from dataclasses import dataclass
from typing import Literal

from app.domain.errors import BodyInvalid


@dataclass(frozen=True, slots=True)
class Selection:
    partner_code: str
    offer_id: str
    decision: Literal["accepted", "declined"]
    quote_ids: tuple[str, ...]
    total: str
    expires_at: int

    def check(self, expected: "Selection", now: int) -> None:
        """`expected`: what is being confirmed. Its own expiry says nothing."""
        rules = (
            (self.partner_code == expected.partner_code, "the token is for another partner"),
            (self.offer_id == expected.offer_id, "the token is for another offer"),
            (now < self.expires_at, "the token has expired; ask the shopper again"),
            (self.decision == "accepted", "the shopper declined"),
            (set(self.quote_ids) == set(expected.quote_ids), "the shopper chose other products"),
            (self.total == expected.total, f"the shopper was shown {self.total}, this would cost {expected.total}"),
        )
        for holds, rule in rules:
            if not holds:
                raise BodyInvalid(errors={"selection_token": [f"{rule[0].upper()}{rule[1:]}."]})
