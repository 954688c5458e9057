"""A panel's session is good for one offer, on one origin, for a while."""

from dataclasses import replace

import pytest

from app.domain.errors import PanelSessionRefused
from app.domain.panel_session import PanelSession

NOW = 1_800_000_000
SHOP = "https://shop.example"
SESSION = PanelSession("NWIND", "live", "pk_live_1", "offer-1", SHOP, "24.02", "GBP", "en", NOW + 60)


def test_it_is_good_for_what_it_was_made_for() -> None:
    SESSION.check("offer-1", SHOP, NOW)


def test_one_that_a_server_fetched_is_good_on_any_page_the_gate_lets_in() -> None:
    replace(SESSION, key_id="", origin="").check("offer-1", "https://other.example", NOW)


@pytest.mark.parametrize(
    ("offer_id", "origin", "now", "said"),
    [
        ("offer-2", SHOP, NOW, "another offer"),
        ("offer-1", "https://other.example", NOW, "another origin"),
        ("offer-1", SHOP, NOW + 60, "has ended"),
    ],
)
def test_it_is_good_for_nothing_else(offer_id: str, origin: str, now: int, said: str) -> None:
    with pytest.raises(PanelSessionRefused, match=said):
        SESSION.check(offer_id, origin, now)
