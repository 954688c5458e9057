"""A release is checked before it is published. Should a mistake get through, it costs a product, never a 500."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.catalog.release import Release, content_hash, release_of
from app.catalog.source import read_folder
from tests.partner import CATALOG, example, published_platform

Document = dict[str, Any]
BASIC = "renters-contents-basic"


def _placeholder_on_a_missing_field(document: Document) -> None:
    document["products"][BASIC]["placeholders"] = {"street": {"text": "customer.postcode"}}
    document["words"]["en"]["products"][BASIC]["title"] = "{street}"
    document["words"]["fr"]["products"][BASIC]["title"] = "{street}"


def _tax_written_in_percent(document: Document) -> None:
    document["products"][BASIC]["pricing"]["taxes"] = [{"code": "IPT", "rate": 12}]


def _surcharge_below_zero(document: Document) -> None:
    document["products"][BASIC]["pricing"]["surcharges"] = [{"code": "handling", "amount": -50}]


@pytest.mark.parametrize(
    ("change", "calculation"),
    [
        (_placeholder_on_a_missing_field, "street calculation failed. Expression: customer.postcode"),
        (_tax_written_in_percent, "IPT calculation failed. Expression: 12"),
        (_surcharge_below_zero, "handling calculation failed. Expression: -50"),
    ],
)
def test_a_mistake_in_a_product_fails_that_product_and_says_why(
    environment: dict[str, str], tmp_path: Any, change: Callable[[Document], None], calculation: str
) -> None:
    own = environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/own.db"}
    partner = published_platform(own, "hearthside")
    release = release_of(read_folder(CATALOG / "hearthside"))
    change(release.document)
    broken = Release(content_hash(release.document), release.code, release.document, release.pages)
    partner.platform.shelf.publish(broken, datetime.now(UTC))

    body = example("hearthside", "apartment-in-paris")
    body["customer"].pop("postcode", None)
    answer = partner.create_offer(body)

    assert answer.status_code == 200, answer.get_data(as_text=True)
    (failure,) = answer.get_json()["errors"].values()
    assert failure["message"].startswith(calculation)
    assert BASIC not in [product["name"] for product in answer.get_json()["products"]]
