"""Rules that a context can break: a division by zero, a currency without a rate, a date that does not exist."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.catalog.golden import golden_table
from app.catalog.source import read_folder
from tests.contract import offer_of, refusal_of, stored_offers
from tests.partner import CATALOG, Partner, example, publish, with_key

Edit = Callable[[str], str]


def edited(folder: str, into: Path, edits: dict[str, Edit]) -> Path:
    """A copy of a demo folder with some files rewritten, and its golden table priced anew."""
    copy = into / folder
    shutil.copytree(CATALOG / folder, copy)
    for name, edit in edits.items():
        file = copy / name
        before = file.read_text(encoding="utf-8")
        file.write_text(edit(before), encoding="utf-8")
        assert file.read_text(encoding="utf-8") != before, f"{name} was not changed"
    (copy / "golden.csv").write_text(golden_table(read_folder(copy)), encoding="utf-8")
    return copy


def with_step(expression: str) -> Edit:
    """One more pricing step after the premium; no price rests on it."""

    def edit(text: str) -> str:
        lines = text.splitlines()
        place = next(number for number, line in enumerate(lines) if "{name: premium," in line)
        lines.insert(place + 1, f"    - {{name: quotient, is: '{expression}'}}")
        return "\n".join(lines) + "\n"

    return edit


def with_condition(condition: str) -> Edit:
    def edit(text: str) -> str:
        start = text.index("when:")
        end = text.index("\npriority:")
        return f"{text[:start]}when: '{condition}'{text[end:]}"

    return edit


# No example has this value: the folder passes its check, and one request finds the gap.
UNLUCKY = 12_345
ZERO = f"context.contents_value - {UNLUCKY}"


def unlucky() -> dict[str, Any]:
    body = example("hearthside", "apartment-in-paris")
    body["context"]["contents_value"] = UNLUCKY
    return body


@pytest.mark.parametrize(
    "expression",
    [
        f"premium / ({ZERO})",
        f"divided(int(premium), int({ZERO}))",
        f"int(premium) % int({ZERO})",
        f"largest(divided(premium, {ZERO}), 1)",
        f"({ZERO}) / ({ZERO})",
        f"divided({ZERO}, {ZERO})",
    ],
    ids=["of doubles", "of whole numbers", "remainder", "inside a function", "zero by zero", "zero divided by zero"],
)
def test_a_pricing_step_that_divides_by_zero_fails_its_product_and_says_which_step(
    hearthside: Partner, tmp_path: Path, expression: str
) -> None:
    folder = edited("hearthside", tmp_path, {"products/renters-contents-plus.yaml": with_step(expression)})
    publish(hearthside.app, folder, "ZERO1")
    caller = with_key(hearthside.app, "ZERO1")

    offer = offer_of(caller.create_offer(unlucky()))

    assert list(offer["errors"]) == ["1"]
    assert offer["errors"]["1"]["message"] == f"quotient calculation failed. Expression: {expression}"
    assert [product["name"] for product in offer["products"]] == ["renters-contents-basic", "renters-liability"]


def test_when_all_products_divide_by_zero_nothing_is_stored(hearthside: Partner, tmp_path: Path) -> None:
    edits = {
        f"products/{name}.yaml": with_step(f"premium / ({ZERO})")
        for name in ("renters-contents-basic", "renters-contents-plus", "renters-liability")
    }
    publish(hearthside.app, edited("hearthside", tmp_path, edits), "ZERO2")
    caller = with_key(hearthside.app, "ZERO2")
    before = stored_offers(hearthside.app)

    said = refusal_of(caller.create_offer(unlucky()), 422)
    listed = refusal_of(caller.create_offer(unlucky(), X_API_Error_Version="v2"), 422, "v2")

    assert said["code"] == "offer_quote_generation_failed"
    assert list(said["errors"]) == ["0", "1", "2", "metadata"]
    assert {tuple(failure["details"]) for failure in listed["errors"]} == {("division by zero",)}
    assert stored_offers(hearthside.app) == before


@pytest.mark.parametrize(
    "condition",
    [
        f"divided(int({ZERO}), int({ZERO})) == 1.0",
        f"divided({ZERO}, {ZERO}) == 1.0",
        f"smallest(divided({ZERO}, {ZERO}), 2) == 1.0",
        f"divided(1, {ZERO}) < 2.0",
        f"int(1) % int({ZERO}) == int(1)",
    ],
    ids=["of whole numbers", "of doubles", "inside a function", "one by zero", "remainder"],
)
def test_a_condition_that_divides_by_zero_is_told_as_an_expression_error(
    hearthside: Partner, tmp_path: Path, condition: str
) -> None:
    whole = f"context.contents_value >= 2000 && {condition}"
    edits = {"offers/renters-bundle.yaml": with_condition(whole)}
    publish(hearthside.app, edited("hearthside", tmp_path, edits), "ZERO3")
    caller = with_key(hearthside.app, "ZERO3")
    before = stored_offers(hearthside.app)

    said = refusal_of(caller.create_offer(unlucky()), 422)

    assert said["code"] == "offer_expression_error"
    assert list(said["errors"]) == ["renters-bundle"]
    assert condition in said["errors"]["renters-bundle"][0]
    assert stored_offers(hearthside.app) == before


@pytest.mark.parametrize("currency", ["BRL", "NOK", "ISK"])
def test_a_currency_without_a_rate_is_named_and_nothing_is_stored(hearthside: Partner, currency: str) -> None:
    body = example("hearthside", "apartment-in-paris")
    body["customer"]["currency"] = currency
    before = stored_offers(hearthside.app)

    said = refusal_of(hearthside.create_offer(body), 422)
    listed = refusal_of(hearthside.create_offer(body, X_API_Error_Version="v2"), 422, "v2")

    assert said["code"] == "offer_quote_generation_failed"
    details = [detail for failure in listed["errors"] for detail in failure["details"]]
    assert set(details) == {f"customer.currency: there is no exchange rate for {currency}"}
    assert stored_offers(hearthside.app) == before


@pytest.mark.parametrize("day", ["2026-02-30", "2026-11-31", "2027-02-29", "2026-02-30T10:00:00Z"])
def test_a_day_that_does_not_exist_is_named_and_nothing_is_stored(hearthside: Partner, day: str) -> None:
    body: dict[str, Any] = example("hearthside", "apartment-in-paris")
    body["context"]["tenancy"]["start_date"] = day
    before = stored_offers(hearthside.app)

    said = refusal_of(hearthside.create_offer(body), 422)
    listed = refusal_of(hearthside.create_offer(body, X_API_Error_Version="v2"), 422, "v2")

    assert any("tenancy.start_date" in one.get("message", "") for one in said["errors"].values())
    details = [detail for failure in listed["errors"] for detail in failure["details"]]
    assert all("day is out of range" in detail or "not a date" in detail for detail in details), details
    assert stored_offers(hearthside.app) == before


def test_a_partner_without_a_default_schema_must_name_one(hearthside: Partner, tmp_path: Path) -> None:
    def without_default(text: str) -> str:
        return text.replace("default_schema: hearthside-renters:v1", "default_schema: null")

    publish(hearthside.app, edited("hearthside", tmp_path, {"partner.yaml": without_default}), "NODFT")
    caller = with_key(hearthside.app, "NODFT")
    body = example("hearthside", "apartment-in-paris")

    assert offer_of(caller.create_offer(body))["offer_schema"] == "hearthside-renters:v1"
    del body["schema"]
    before = stored_offers(hearthside.app)
    said = refusal_of(caller.create_offer(body), 422)
    listed = refusal_of(caller.create_offer(body, X_API_Error_Version="v2"), 422, "v2")

    assert said["code"] == listed["code"] == "offer_validation_schema_required"
    assert said["errors"] == {"schema": ["This field is required."]}
    assert stored_offers(hearthside.app) == before
