"""Northwind sells devices. It shows where in a shop an offer can stand: product page, between, basket, checkout."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for

from widget.demo.days import today
from widget.demo.journey import attach, choice_in, client_of
from widget.demo.money import Market, market
from widget.demo.selling import described
from widget.demo.shop import Basket, Choice, Heights, Line, Shop, Words

blueprint = Blueprint("northwind", __name__, url_prefix="/northwind")
MOST = 5
# Measured: a device's panel at checkout, by the width of the window.
CHECKOUT_HEIGHTS = ((0, 1590), (360, 1340), (480, 1180), (700, 950), (900, 1180), (1000, 1060), (1200, 950))


@dataclass(frozen=True)
class Item:
    """`place`: where cover is offered for it, and in which layout."""

    sku: str
    title: str
    model: str
    category: str
    pounds: str
    art: str
    place: str
    layout: str
    line: str
    points: tuple[str, ...]
    heights: Heights
    warranty: str = "1y"


ITEMS = (
    Item("NW-CAM-20", "Compact camera C20", "C20", "electronics/cameras", "289", "camera", "page", "compact",
         "Twenty megapixels that fit a coat pocket.", ("20 MP sensor, five times zoom", "Films in 4K", "Weighs 210 g"),
         ((0, 1530), (360, 1450), (480, 1030), (600, 860), (900, 1050), (1200, 930))),
    Item("NW-PH-5", "Phone 5", "P5", "electronics/phones", "549", "phone", "between", "cards",
         "Bright screen, two days of battery.", ("6.1 inch display", "128 GB", "Splash resistant"),
         ((0, 1575), (360, 1275), (480, 1145), (700, 905))),
    Item("NW-WM-8", "Washing machine W8", "W8", "appliances/washing-machines", "479", "washer", "basket", "line",
         "Eight kilograms, and quiet about it.", ("8 kg drum", "Energy class A", "49 dB while washing"),
         ((0, 700), (360, 615), (480, 525), (600, 415)), "2y"),
    Item("NW-HP-7", "Wireless headphones H7", "H7", "electronics/audio", "159", "headphones", "checkout", "cards",
         "Thirty hours between charges.", ("Cancels noise", "Folds flat", "Two devices at once"),
         ((0, 1240), (360, 1050), (480, 920), (600, 870), (700, 750), (900, 945), (1000, 840), (1200, 740))),
)  # fmt: skip
BY_SKU = {item.sku: item for item in ITEMS}


def line_of(item: Item, quantity: int, here: Market, choice: Choice | None = None) -> Line:
    price = here.price(item.pounds)
    context = {
        "purchase_date": today().isoformat(),
        "product": {
            "sku": item.sku,
            "title": item.title,
            "brand": "Northwind",
            "model": item.model,
            "category": item.category,
            "condition": "new",
            "quantity": quantity,
            "retail_value": float(price),
        },
        "warranty": {"manufacturer_duration": item.warranty},
    }
    heights = item.heights if item.place == "checkout" else CHECKOUT_HEIGHTS
    subsidiary = {"GB": "NORTHWIND-UK", "US": "NORTHWIND-US", "DE": "NORTHWIND-DE"}.get(here.country)
    partner = {"metadata": {"sales_channel": "online"}} | ({"subsidiary": subsidiary} if subsidiary else {})
    return Line(item.sku, item.title, item.line, price, quantity, context, partner, choice, heights)


def basket(here: Market) -> Basket | None:
    """What the visit's basket holds, at today's prices. Cover is asked for the dearest thing nobody decided on."""
    lines = tuple(
        line_of(BY_SKU[sku], kept["quantity"], here, _choice(kept, here))
        for sku, kept in _kept().items()
        if sku in BY_SKU
    )
    open_ones = sorted((line for line in lines if line.choice is None), key=lambda line: -line.total)
    return Basket(lines, {}, open_ones[0].key if open_ones else None) if lines else None


SHOP = Shop(
    slug="northwind",
    name="Northwind",
    code="NWIND",
    schema="northwind-retail:v1",
    numbers="NW",
    about="Cameras, phones, washing machines. Cover on the product page, in between, in the basket or at checkout.",
    seller="Northwind Ltd, 1 Sample Quay, Leeds LS1 0AA, VAT number GB 000 0000 00",
    mail_from="orders@northwind.example",
    provider="card_gateway",
    words=Words("Your basket", "Pay", "Thank you for your order", "Goods", "Return", "Goods, returned"),
    layout="cards",
    basket=basket,
    parts=lambda quantity: {"product": {"quantity": quantity}},
)


@blueprint.get("/")
def index() -> str:
    return render_template("northwind/index.html", items=ITEMS)


@blueprint.get("/products/<sku>")
def product(sku: str) -> str:
    item = BY_SKU.get(sku) or abort(404)
    return render_template("northwind/product.html", item=item, line=line_of(item, 1, market()), most=MOST)


@blueprint.post("/basket")
def add() -> Any:
    item = BY_SKU.get(request.form.get("sku", "")) or abort(404)
    asked = request.form.get("quantity", "1")
    quantity = min(int(asked), MOST) if asked.isdecimal() and asked != "0" and len(asked) < 4 else 1
    choice = choice_in(request.form)
    _put(item.sku, quantity, choice if choice and choice.is_made else None)
    is_open = item.place == "between" and not (choice and choice.is_made)
    return redirect(url_for(".between", sku=item.sku) if is_open else url_for(".cart"), 303)


@blueprint.get("/added/<sku>")
def between(sku: str) -> Any:
    item, kept = BY_SKU.get(sku), _kept().get(sku)
    if item is None or kept is None:
        return redirect(url_for(".cart"))
    return render_template("northwind/between.html", item=item, line=line_of(item, kept["quantity"], market()))


@blueprint.get("/cart")
def cart() -> str:
    found = basket(market())
    chosen = {line.key: described(line.choice, client_of(SHOP)) for line in found.lines if line.choice} if found else {}
    return render_template("northwind/cart.html", basket=found, chosen=chosen, items=BY_SKU, most=MOST)


@blueprint.post("/cart")
def change() -> Any:
    """A changed quantity needs a new price for cover, so the choice is asked for again."""
    sku, asked = request.form.get("sku", ""), request.form.get("quantity", "")
    if sku in _kept() and asked.isdecimal() and len(asked) < 4:
        _put(sku, min(int(asked), MOST), None)
    return redirect(url_for(".cart"), 303)


@blueprint.post("/choice")
def choose() -> Any:
    """From the page between, or on the way from the basket to checkout."""
    sku, choice = request.form.get("sku", ""), choice_in(request.form)
    kept = _kept().get(sku)
    if kept and choice and choice.is_made:
        _put(sku, kept["quantity"], choice)
    return redirect(url_for(".checkout" if request.form.get("next") == "checkout" else ".cart"), 303)


def _kept() -> dict[str, Any]:
    return dict(session.get("basket") or {})


def _put(sku: str, quantity: int, choice: Choice | None) -> None:
    """A choice is kept with the market it was made in: its price is of that currency and that country."""
    kept = _kept()
    kept[sku] = {"quantity": quantity, "market": asdict(market()), "choice": asdict(choice) if choice else None}
    session["basket"] = {name: one for name, one in kept.items() if one["quantity"]}


def _choice(kept: dict[str, Any], here: Market) -> Choice | None:
    same = (kept["market"]["country"], kept["market"]["currency"]) == (here.country, here.currency)
    if not same or not kept["choice"]:
        return None
    return Choice(**kept["choice"] | {"quote_ids": tuple(kept["choice"]["quote_ids"])})


def _empty() -> None:
    session.pop("basket", None)


attach(blueprint, SHOP, _empty)
