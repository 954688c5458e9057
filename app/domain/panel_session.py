"""What a shown panel may be used for: this offer of this partner, on this page's origin, for a while."""

from dataclasses import dataclass

from app.domain.errors import PanelSessionRefused


@dataclass(frozen=True, slots=True)
class PanelSession:
    """`key_id` and `origin` are empty for a panel that the partner's own server has put into its page."""

    partner_code: str
    mode: str
    key_id: str
    offer_id: str
    origin: str
    amount: str
    currency: str
    language: str
    expires_at: int

    def check(self, offer_id: str, origin: str, now: int) -> None:
        rules = (
            (self.offer_id == offer_id, "The session is for another offer."),
            (self.origin in ("", origin), "The session is for a page of another origin."),
            (now < self.expires_at, "The session has ended; ask for the offer again."),
        )
        for holds, rule in rules:
            if not holds:
                raise PanelSessionRefused(rule, errors={"session": [rule]})
