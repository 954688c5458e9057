"""The way every shop shares: checkout, the order's page, and giving things back."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, render_template, request
from flask import url_for as url

from widget.demo import orders, returning, selling
from widget.demo.mailing import confirm_purchase
from widget.demo.money import COUNTRIES, market
from widget.demo.orders import Cover, Customer, Order
from widget.demo.partner_client import PartnerClient, Refused, Unreachable
from widget.demo.shop import Basket, Choice, Shop

# The browser names offers and quotes; only what has the form of an id becomes part of a signed address.
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PHONE = re.compile(r"\+[0-9 ().-]{4,40}")
_MAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}")
AWAY = "The insurer cannot be reached just now, so nothing was changed. Please try again in a moment."


def client_of(shop: Shop) -> PartnerClient:
    return PartnerClient(current_app.config["AWNING"], shop.code, *shop.secret_key)


def attach(blueprint: Blueprint, shop: Shop, after_order: Callable[[], None] | None = None) -> None:
    """Adds the shared pages to a shop. `after_order`: what the shop tidies away once an order stands."""
    blueprint.context_processor(lambda: {"shop": shop, "market": market(), "countries": COUNTRIES})
    pages: list[tuple[str, str, str, Callable[..., Any]]] = [
        ("mark.svg", "mark", "GET", lambda: _mark(shop)),
        ("checkout", "checkout", "GET", lambda: _checkout(shop)),
        ("checkout", "place", "POST", lambda: _place(shop, after_order)),
        ("orders/<order_id>", "order", "GET", lambda order_id: _show(shop, order_id)),
        ("orders/<order_id>/cover", "ask_again", "POST", lambda order_id: _ask_again(shop, order_id)),
        ("orders/<order_id>/return", "take_back", "POST", lambda order_id: _take_back(shop, order_id)),
        (
            "orders/<order_id>/proposals/<name>",
            "proposal",
            "GET",
            lambda order_id, name: _proposal(shop, order_id, name),
        ),
        ("orders/<order_id>/proposals/<name>", "carry_out", "POST", lambda order_id, name: _do(shop, order_id, name)),
    ]
    for path, endpoint, method, view in pages:
        blueprint.add_url_rule(f"/{path}", endpoint, view, methods=[method])


def choice_in(form: Any) -> Choice | None:
    """What the panel left in the form; None when there was no panel, or its script never ran."""
    offer_id = form.get("awning_offer_id", "")
    if not _ID.fullmatch(offer_id):
        return None
    quote_ids = tuple(one for one in form.getlist("awning_quote_id") if _ID.fullmatch(one))
    return Choice(offer_id, quote_ids, form.get("awning_decision", ""), form.get("awning_selection", "")[:4000])


def order_or_404(shop: Shop, order_id: str) -> Order:
    found: Order | None = current_app.config["ORDERS"].order(shop, order_id)
    return found if found is not None else abort(404)


def _mark(shop: Shop) -> Response:
    return Response(render_template(f"{shop.slug}/mark.svg", is_icon=True), mimetype="image/svg+xml")


def _checkout(shop: Shop) -> Any:
    basket = shop.basket(market())
    if basket is None:
        return redirect(url(".index"))
    country = market().country
    return _form(shop, basket, {"checkout": secrets.token_urlsafe(16), "country": country}, {}, None)


def _form(shop: Shop, basket: Basket, given: Any, errors: dict[str, str], kept: Choice | None) -> str:
    chosen = {line.key: selling.described(line.choice, client_of(shop)) for line in basket.lines if line.choice}
    to_pay = basket.total + sum(price for covers in chosen.values() for _, price in covers)
    words = {"basket": basket, "given": given, "errors": errors, "kept": kept, "chosen": chosen, "to_pay": to_pay}
    return render_template("checkout.html", **words)


def _place(shop: Shop, after_order: Callable[[], None] | None) -> Any:
    """Whatever becomes of cover, the order of the goods is taken; its price is the shop's, not the browser's."""
    basket, form = shop.basket(market()), request.form
    book: orders.OrderBook = current_app.config["ORDERS"]
    if basket is None or not form.get("checkout"):
        known = book.of_checkout(form.get("checkout", ""))
        return redirect(url(".order", order_id=known.id) if known else url(".index"), 303)
    customer, errors = _customer(form)
    choice = choice_in(form)
    if errors:
        return make_response(_form(shop, basket, form, errors, choice if choice and choice.is_made else None), 422)
    order, is_new = book.opened(form["checkout"], shop, _order_of(shop, basket, customer))
    if is_new:
        order.covers = _covers(basket, choice)
        selling.settle(order, client_of(shop))
        confirm_purchase(order, current_app.config["MAILER"])
        if after_order is not None:
            after_order()
    return redirect(url(".order", order_id=order.id), 303)


def _order_of(shop: Shop, basket: Basket, customer: Customer) -> Callable[[str, str, str], Order]:
    lines = [replace(line, choice=None) for line in basket.lines]
    now, here, facts = datetime.now(UTC), market(), dict(basket.facts)
    return lambda id, number, invoice: Order(id, number, invoice, shop, customer, here, lines, facts, now)


def _covers(basket: Basket, choice: Choice | None) -> list[Cover]:
    earlier = [Cover(line.key, line.choice) for line in basket.lines if line.choice and line.key != basket.asks]
    return earlier + ([Cover(basket.asks, choice)] if basket.asks and choice else [])


def _customer(form: Any) -> tuple[Customer, dict[str, str]]:
    given = {name: " ".join(form.get(name, "").split()) for name in Customer.__dataclass_fields__}
    errors = {name: "Please fill this in." for name in ("first_name", "last_name") if not given[name]}
    errors |= {name: "This is longer than a name." for name in ("first_name", "last_name") if len(given[name]) > 200}
    if not _MAIL.fullmatch(given["email"]):
        errors["email"] = "Please give an address such as ana@example.org."
    if not _PHONE.fullmatch(given["phone"]):
        errors["phone"] = "Please begin with + and the country's number, such as +44 20 7946 0000."
    if given["country"] not in COUNTRIES:
        errors["country"] = "Please choose a country."
    return Customer(**given), errors


def _show(shop: Shop, order_id: str) -> str:
    order = order_or_404(shop, order_id)
    is_fresh = selling.refresh(order, client_of(shop))
    return render_template("order.html", order=order, is_fresh=is_fresh, states=orders)


def _ask_again(shop: Shop, order_id: str) -> Any:
    """Under the key of the first attempt: when that one did arrive, this answers with what it booked."""
    order = order_or_404(shop, order_id)
    with order.lock:
        open_ones = [cover for cover in order.covers if cover.state == orders.UNKNOWN]
        for cover in open_ones:
            selling.book(order, cover, client_of(shop))
        booked = [cover for cover in open_ones if cover.state == orders.BOOKED]
        selling.charge_cover(order, booked)
        if booked:
            confirm_purchase(order, current_app.config["MAILER"])
    return redirect(url(".order", order_id=order.id), 303)


def _take_back(shop: Shop, order_id: str) -> Any:
    order = order_or_404(shop, order_id)
    line = order.line(request.form.get("line", ""))
    asked = request.form.get("quantity", "")
    quantity = int(asked) if asked.isdecimal() and len(asked) < 4 else line.quantity if line else 0
    if line is None or not 1 <= quantity <= line.quantity or (quantity < line.quantity and shop.parts is None):
        flash("Please choose how many pieces you give back.")
        return redirect(url(".order", order_id=order.id), 303)
    return proposed(order, lambda: returning.proposed_return(order, line, quantity, client_of(shop)))


def proposed(order: Order, make: Callable[[], returning.Proposal]) -> Any:
    """To the page that shows what would happen, or back with the reason why it cannot."""
    try:
        return redirect(url(".proposal", order_id=order.id, name=make().id), 303)
    except Refused as refusal:
        flash(f"That is not possible: {refusal.sentence}")
    except Unreachable:
        flash(AWAY)
    return redirect(url(".order", order_id=order.id), 303)


def _proposal(shop: Shop, order_id: str, name: str) -> Any:
    order = order_or_404(shop, order_id)
    found = order.proposals.get(name)
    if found is None:
        return redirect(url(".order", order_id=order.id))
    return render_template("proposal.html", order=order, proposal=found, cover=order.cover(found.line.key))


def _do(shop: Shop, order_id: str, name: str) -> Any:
    order = order_or_404(shop, order_id)
    try:
        done = returning.carry_out(order, name, client_of(shop))
        if done:
            flash("Done. Your money is on its way." if order.paid_last < 0 else "Done.")
    except Refused as refusal:
        flash(f"That is not possible: {refusal.sentence}")
    except Unreachable:
        flash(AWAY)
    return redirect(url(".order", order_id=order.id), 303)
