"""Meridian sells flights: pick a trip and its days, then check out. Cover is charged by the insurer's side."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from widget.demo import returning
from widget.demo.days import today, typed_day, weekday
from widget.demo.journey import attach, client_of, order_or_404, proposed
from widget.demo.money import Market
from widget.demo.shop import Basket, Line, Shop, Words

blueprint = Blueprint("meridian", __name__, url_prefix="/meridian")
# Measured: the panel at checkout, by the width of the window.
HEIGHTS = ((0, 1680), (360, 1380), (480, 1225), (700, 1045), (900, 1225), (1000, 1135), (1200, 1030))
CHILD = Decimal("0.75")
MOST_TRAVELLERS = 6
LONGEST_STAY = 180


@dataclass(frozen=True)
class Trip:
    slug: str
    city: str
    country: str
    airport: str
    pounds: str
    in_days: int
    nights: int
    line: str
    flight: str


TRIPS = (
    Trip("lisbon", "Lisbon", "PT", "LIS", "184", 48, 4, "Tiled streets, river light, custard tarts.", "MD 218"),
    Trip("reykjavik", "Reykjavik", "IS", "KEF", "246", 62, 5, "Hot springs under a low sun.", "MD 411"),
    Trip("tokyo", "Tokyo", "JP", "HND", "712", 96, 12, "Two weeks are never enough; take twelve nights.", "MD 707"),
    Trip("edinburgh", "Edinburgh", "GB", "EDI", "64", 21, 2, "A weekend without a passport.", "MD 052"),
)
BY_SLUG = {trip.slug: trip for trip in TRIPS}


def first_days(trip: Trip) -> tuple[date, date]:
    start = today() + timedelta(days=trip.in_days)
    return start, start + timedelta(days=trip.nights)


def basket(here: Market) -> Basket | None:
    """Everything is read again from the form's own fields, and the price comes from the list."""
    trip = BY_SLUG.get(request.values.get("trip", ""))
    days = _days(request.values.get("start", ""), request.values.get("end", ""))
    if trip is None or days is None:
        return None
    adults, children = _count("adults", 1, 1), _count("children", 0, 0)
    carried = {"trip": trip.slug, "start": days[0].isoformat(), "end": days[1].isoformat()}
    carried |= {"adults": str(adults), "children": str(children)}
    price = here.price(trip.pounds) * adults + here.price(Decimal(trip.pounds) * CHILD) * children
    people = f"{adults} adult{'s' * (adults > 1)}" + (f", {children} child{'ren' * (children > 1)}" if children else "")
    line = Line(
        key=trip.slug,
        title=f"London – {trip.city} and back",
        detail=people,
        unit=price,
        context=_context(trip, days, adults, children, price),
        partner={"subsidiary": "MERIDIAN-UK", "metadata": {"sales_channel": "online"}},
        heights=HEIGHTS,
    )
    facts = {"Out": weekday(days[0]), "Back": weekday(days[1]), "Flight": trip.flight, "start": carried["start"]}
    return Basket((line,), carried, line.key, facts | {"end": carried["end"]})


def _context(trip: Trip, days: tuple[date, date], adults: int, children: int, price: Decimal) -> dict[str, Any]:
    return {
        "departure_country": "GB",
        "destination_country": trip.country,
        "total_tickets_price": float(price),
        "number_of_adults": adults,
        "number_of_children": children,
        "purchase_date": today().isoformat(),
        "trip_start_date": days[0].isoformat(),
        "trip_end_date": days[1].isoformat(),
    }


SHOP = Shop(
    slug="meridian",
    name="Meridian",
    code="MRDTR",
    schema="meridian-travel:v1",
    numbers="MT",
    about="Flights. Cancelling and medical cover for the trip; new dates, new price.",
    seller="Meridian Air Ltd, 2 Sample Way, London SE1 0AA, VAT number GB 000 0000 01",
    mail_from="bookings@meridian.example",
    provider="card_gateway",
    words=Words("Your trip", "Pay", "You are booked", "Flights", "Cancel this trip", "Flights, cancelled"),
    layout="cards",
    basket=basket,
    is_dual=True,
    is_taxed=False,
    tax_note="Flights are zero-rated: no value added tax is due on them.",
)


@blueprint.get("/")
def index() -> str:
    return render_template("meridian/index.html", trips=[(trip, *first_days(trip)) for trip in TRIPS])


@blueprint.get("/trips/<slug>")
def trip_page(slug: str) -> str:
    trip = BY_SLUG.get(slug) or abort(404)
    return render_template("meridian/trip.html", trip=trip, days=first_days(trip), most=MOST_TRAVELLERS)


@blueprint.post("/orders/<order_id>/dates")
def change_dates(order_id: str) -> Any:
    """Moving the days is free of charge; a longer stay may cost more cover, a shorter one less."""
    order = order_or_404(SHOP, order_id)
    days = _days(request.form.get("start", ""), request.form.get("end", ""))
    if days is None or order.is_returned:
        flash("Please choose a day to fly out and a later one to fly back, within half a year.")
        return redirect(url_for(".order", order_id=order.id), 303)
    start, end = (one.isoformat() for one in days)
    fields = {"trip_start_date": start, "trip_end_date": end}
    line = order.lines[0]
    after = replace(line, context=line.context | fields)
    facts = {"Out": weekday(days[0]), "Back": weekday(days[1]), "start": start, "end": end}
    return proposed(order, lambda: returning.proposed_change(order, after, fields, facts, client_of(SHOP)))


def _days(start: str, end: str) -> tuple[date, date] | None:
    out, back = typed_day(start), typed_day(end)
    if out is None or back is None:
        return None
    return (out, back) if today() < out <= back <= out + timedelta(days=LONGEST_STAY) else None


def _count(name: str, least: int, otherwise: int) -> int:
    text = request.values.get(name, "")
    return min(max(int(text), least), MOST_TRAVELLERS) if text.isdecimal() and len(text) < 4 else otherwise


attach(blueprint, SHOP)
