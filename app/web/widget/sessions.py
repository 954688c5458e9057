"""The session that goes with a panel."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.panel_session import PanelSession
from app.web.platform import platform
from app.web.widget.panel import Shown

# Long enough for a basket that is filled over an afternoon; after it the element asks for the offer again.
SESSION_LIFE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Page:
    """Whose page shows the panel. A partner's own server that fetched it has neither key nor origin."""

    partner_code: str
    mode: str
    key_id: str = ""
    origin: str = ""


def session_text(page: Page, shown: Shown) -> str:
    offer = shown.answer
    amounts = [str(product["details"]["finance"]["price"]["total_amount"]) for product in offer["products"]]
    return platform().panel_sessions.text(
        PanelSession(
            partner_code=page.partner_code,
            mode=page.mode,
            key_id=page.key_id,
            offer_id=offer["id"],
            origin=page.origin,
            amount=" ".join(amounts),
            currency=offer["currency"],
            language=shown.customer["language"],
            expires_at=int((datetime.now(UTC) + SESSION_LIFE).timestamp()),
        )
    )
