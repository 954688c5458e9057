"""What the zoo's pages ask cover for: one camera, bought in the money of whoever reads the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

KEY = "pk_test_demo_nwind"
SCHEMA = "northwind-retail:v1"
PARTNER, SECRET_KEY, SECRET = "NWIND", "demo_test_nwind", "demo-secret-test-nwind"
# Language: country, currency, what the camera costs there.
MARKETS = {
    "en": ("US", "USD", 300),
    "de": ("DE", "EUR", 300),
    "fr": ("FR", "EUR", 300),
    "es": ("ES", "EUR", 300),
    "ja": ("JP", "JPY", 45000),
    "ar": ("KW", "KWD", 90),
}
# What a visitor may change in the address, to see the same page with another panel.
OPEN = ("key", "schema", "language", "country", "currency", "layout", "theme")
# Nobody insures these, and the purchase of that one has no date.
NOTHING = {"product": {"category": "groceries/fruit"}}
UNKNOWN = {"product": {"quantity": "many"}}


def attributes(asked: Mapping[str, str], language: str) -> dict[str, str]:
    """The element's attributes: the page's own, and over them those of the address."""
    spoken = asked.get("language", language)
    country, currency, _ = MARKETS.get(spoken, MARKETS["en"])
    own = {"key": KEY, "schema": SCHEMA, "language": spoken, "country": country, "currency": currency}
    given = own | {"layout": "cards", "theme": "auto"} | {name: asked[name] for name in OPEN if name in asked}
    return given | ({"required": ""} if "required" in asked else {})


def wish(asked: Mapping[str, str], language: str) -> dict[str, Any]:
    """The request. `?offer=none` is for something nobody insures, `?offer=wrong` for something nobody understands."""
    _, _, value = MARKETS.get(asked.get("language", language), MARKETS["en"])
    product = {"sku": "NW-CAM-20", "title": "Compact camera", "category": "electronics/cameras", "quantity": 1}
    changed = {"none": NOTHING, "wrong": UNKNOWN}.get(asked.get("offer", ""), {})
    context = {"purchase_date": date.today().isoformat()}
    context["product"] = product | {"condition": "new", "retail_value": value} | changed.get("product", {})
    return {"customer": {}, "context": context, "partner": {"transaction_id": "ZOO-1"}}
