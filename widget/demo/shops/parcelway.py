"""Parcelway is a shipping desk: the details of a parcel, then its label. Cover is charged by the insurer's side."""

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from widget.demo.days import day, is_within, today
from widget.demo.journey import attach
from widget.demo.money import COUNTRIES, Market, market, rounded
from widget.demo.shop import Basket, Line, Shop, Words

blueprint = Blueprint("parcelway", __name__, url_prefix="/parcelway")
# Measured: the panel at checkout, by the width of the window.
HEIGHTS = ((0, 1130), (360, 1040), (480, 755), (600, 670), (900, 825), (1000, 670))
# The service, its carrier, what it costs to start with and by the kilogram, and when it arrives.
SERVICES = {
    "economy": ("PW-ROAD", "3.20", "0.55", "5 to 7 days"),
    "standard": ("PW-ROAD", "4.90", "0.80", "2 to 4 days"),
    "express": ("PW-AIR", "11.50", "1.90", "Next day"),
}
ABROAD = Decimal("2.4")
CONTENTS = {
    "general": "Household goods",
    "clothing": "Clothing",
    "books": "Books",
    "electronics": "Electronics",
    "glass_ceramics": "Glass and ceramics",
    "sports_equipment": "Sports equipment",
    "documents": "Documents",
}
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")
FIRST = {
    "from_postcode": "EH1 1AA",
    "to_country": "ES",
    "to_postcode": "08002",
    "weight": "4.2",
    "value": "180",
    "contents": "glass_ceramics",
    "service": "standard",
    "quantity": "1",
}


def details(values: Any, here: Market) -> dict[str, str]:
    """What the desk's form says, or is first filled with."""
    tomorrow = (today() + timedelta(days=1)).isoformat()
    first = FIRST | {"from_country": here.country, "ship_on": tomorrow}
    return {name: values.get(name, otherwise).strip() for name, otherwise in first.items()}


def mistakes(given: dict[str, str]) -> dict[str, str]:
    found = {}
    for name in ("from_postcode", "to_postcode"):
        if not _POSTCODE.fullmatch(given[name]):
            found[name] = "Please give a postcode."
    for name in ("from_country", "to_country"):
        if given[name] not in COUNTRIES:
            found[name] = "Please choose a country."
    if not Decimal(0) < _number(given["weight"]) <= 70:
        found["weight"] = "A parcel may weigh up to 70 kg."
    if not Decimal(0) < _number(given["value"]) <= 10_000_000:
        found["value"] = "Please say what the goods are worth."
    if given["contents"] not in CONTENTS or given["service"] not in SERVICES:
        found["contents"] = "Please choose what is inside, and a service."
    if not given["quantity"].isdecimal() or not 1 <= int(given["quantity"][:4]) <= 20:
        found["quantity"] = "From 1 to 20 parcels of a kind."
    if not is_within(given["ship_on"], 28):
        found["ship_on"] = "Please choose a day within the next four weeks."
    return found


def basket(here: Market) -> Basket | None:
    given = details(request.values, here)
    if mistakes(given):
        return None
    quantity, is_abroad = int(given["quantity"]), given["from_country"] != given["to_country"]
    carrier, start, by_weight, _ = SERVICES[given["service"]]
    pounds = (Decimal(start) + Decimal(by_weight) * _number(given["weight"])) * (ABROAD if is_abroad else 1)
    where = f"{given['from_country']} {given['from_postcode']} to {given['to_country']} {given['to_postcode']}"
    line = Line(
        key="parcel",
        title=f"{given['service'].capitalize()} label" + (f" × {quantity}" if quantity > 1 else ""),
        detail=where,
        unit=here.price(pounds) * quantity,
        context={
            "order": {"reference": f"PW {given['to_postcode']}", "ship_date": given["ship_on"]},
            "carrier": {"code": carrier, "service": given["service"]},
            "sender": {"country": given["from_country"], "postcode": given["from_postcode"]},
            "receiver": {"country": given["to_country"], "postcode": given["to_postcode"]},
            "packages": [
                {
                    "declared_value": float(rounded(_number(given["value"]), here.currency)),
                    "weight_kg": float(_number(given["weight"])),
                    "contents": given["contents"],
                    "quantity": quantity,
                }
            ],
        },
        partner={"metadata": {"sales_channel": "desk"}},
        heights=HEIGHTS,
    )
    facts = {
        "Ships on": day(given["ship_on"]),
        "Weight": f"{given['weight']} kg",
        "Inside": CONTENTS[given["contents"]],
    }
    return Basket((line,), given, line.key, facts)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


SHOP = Shop(
    slug="parcelway",
    name="Parcelway",
    code="PRCLW",
    schema="parcelway-shipping:v1",
    numbers="PW",
    about="A shipping desk. Cover for what is inside; void the label, and it ends.",
    seller="Parcelway Ltd, 4 Sample Dock, Edinburgh EH1 0AA, VAT number GB 000 0000 03",
    mail_from="desk@parcelway.example",
    provider="shipping_account",
    words=Words(
        "Your parcel", "Buy label", "Your label is ready", "Shipping", "Void this label", "Shipping, label void"
    ),
    layout="compact",
    basket=basket,
    is_dual=True,
)


@blueprint.get("/")
def index() -> str:
    return _desk(details(request.args, market()), {})


@blueprint.get("/quote")
def quote() -> Any:
    """The desk's form comes here: on to checkout, or back with what to mend."""
    given = details(request.args, market())
    found = mistakes(given)
    return (_desk(given, found), 422) if found else redirect(url_for(".checkout", **given))


def _desk(given: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("parcelway/index.html", given=given, errors=errors, services=SERVICES, contents=CONTENTS)


attach(blueprint, SHOP)
