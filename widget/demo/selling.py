"""Placing an order: the goods are sold in any case; cover is booked, opted out of, or explained."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from widget.demo import orders
from widget.demo.money import decimal_of
from widget.demo.orders import Cover, Order
from widget.demo.partner_client import PartnerClient, Refused, Unreachable
from widget.demo.shop import Choice

# Days that depend on when the page was opened, which may have been before midnight.
ASKED_ON = frozenset({"purchase_date", "policy_start_date"})


def settle(order: Order, client: PartnerClient) -> None:
    """Money is reserved before and taken after: what is charged is what was really sold."""
    for cover in order.covers:
        if cover.choice.is_accepted:
            book(order, cover, client)
        else:
            opt_out(cover, client)
    booked = [cover for cover in order.covers if cover.state == orders.BOOKED]
    goods = order.shop.words.goods
    if order.shop.is_dual or not booked:
        order.charge(order.shop.name, goods, order.goods, order.payment)
        charge_cover(order, booked)
    else:
        together = order.goods + sum(cover.price for cover in booked)
        order.charge(order.shop.name, f"{goods} and cover", together, order.payment)


def charge_cover(order: Order, booked: list[Cover]) -> None:
    """Where there are two payments the insurer's side makes the second one, and is who the customer's bank names."""
    for cover in booked:
        order.charge(insurer(cover.booking) if order.shop.is_dual else order.shop.name, "Cover", cover.price)


def book(order: Order, cover: Cover, client: PartnerClient) -> None:
    """The same key at every attempt: it can be repeated without buying twice."""
    path = f"offers/{cover.choice.offer_id}/confirm/"
    try:
        booking = client.call("POST", path, confirmation(order, cover), f"{order.id}-{cover.line}")
    except Refused as refusal:
        cover.state, cover.reason = orders.REFUSED, refusal.sentence
        return
    except Unreachable:
        cover.state = orders.UNKNOWN
        return
    cover.booking, cover.state, cover.reason = booking, orders.BOOKED, ""


def confirmation(order: Order, cover: Cover) -> dict[str, Any]:
    """The token proves to the platform that these products at this price are what the shopper chose."""
    body: dict[str, Any] = {
        "quotes": [{"id": quote_id} for quote_id in cover.choice.quote_ids],
        "policyholder": asdict(order.customer),
        "partner_transaction_id": order.number,
        "payment_details": {"provider": order.shop.provider, "transaction_id": order.payment},
        "context": sold(order, cover),
    }
    return body | ({"selection_token": cover.choice.token} if cover.choice.token else {})


def sold(order: Order, cover: Cover) -> dict[str, Any]:
    """What the order is for, as this server knows it: the offer was asked for by a browser, which may say anything."""
    line = next(line for line in order.lines if line.key == cover.line)
    return {name: value for name, value in line.context.items() if name not in ASKED_ON}


def opt_out(cover: Cover, client: PartnerClient) -> None:
    """The law wants it on record that cover was offered and not taken. The order does not depend on it."""
    cover.state = orders.DECLINED if cover.choice.decision == "declined" else orders.NONE
    body = {"partner_metadata": {"decision": cover.choice.decision or "none", "page": "checkout"}}
    try:
        client.call("POST", f"offers/{cover.choice.offer_id}/opt_out/", body)
    except (Refused, Unreachable) as problem:
        cover.reason = str(problem)


def refresh(order: Order, client: PartnerClient) -> bool:
    """Fetches what the platform now says of each booking; whether it could be asked."""
    try:
        for cover in order.covers:
            if cover.booking_id:
                cover.booking = client.call("GET", f"bookings/{cover.booking_id}/")
    except (Refused, Unreachable):
        return False
    return True


def described(choice: Choice, client: PartnerClient) -> list[tuple[str, Decimal]]:
    """Name and price of what was chosen, from the platform: the browser is not asked what things cost."""
    try:
        offer = client.call("GET", f"offers/{choice.offer_id}/")
    except (Refused, Unreachable):
        return []
    titles = {one["id"]: one["title"] for one in offer.get("content", {}).get("products", ())}
    return [
        (titles.get(product["id"], "Cover"), decimal_of(_price(product), offer["currency"]))
        for product in offer["products"]
        if product["id"] in choice.quote_ids
    ]


def _price(product: dict[str, Any]) -> float:
    amount: float = product["details"]["finance"]["price"]["total_amount"]
    return amount


def insurer(booking: dict[str, Any]) -> str:
    return str(booking["quotes"][0]["policy"]["underwriter"]["name"])
