"""Encore sells tickets: one evening, or a weekend of two events in one basket."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, render_template, request

from widget.demo.days import today, weekday
from widget.demo.journey import attach
from widget.demo.money import Market, formatted
from widget.demo.shop import Basket, Line, Shop, Words

blueprint = Blueprint("encore", __name__, url_prefix="/encore")
# Measured: the panel at checkout, by the width of the window.
HEIGHTS = ((0, 1130), (360, 955), (480, 735), (600, 665), (900, 800), (1000, 665))
MOST_TICKETS = 8


@dataclass(frozen=True)
class Evening:
    name: str
    hall: str
    country: str
    in_days: int
    hour: int
    hours: int

    @property
    def starts_at(self) -> datetime:
        today = datetime.now(UTC).replace(hour=self.hour, minute=30, second=0, microsecond=0)
        return today + timedelta(days=self.in_days)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.hours)


@dataclass(frozen=True)
class Show:
    """`seats`: name and price of each kind of ticket; a weekend is one ticket for all its evenings."""

    slug: str
    title: str
    line: str
    evenings: tuple[Evening, ...]
    seats: tuple[tuple[str, str], ...]

    @property
    def first(self) -> Evening:
        return self.evenings[0]


SHOWS = (
    Show("harbour-lights", "Harbour Lights", "The new album, all of it, with strings.",
         (Evening("Harbour Lights", "Pier Hall, Bristol", "GB", 34, 19, 3),),
         (("Stalls", "48.50"), ("Balcony", "36"), ("Box", "72"))),
    Show("cloud-catcher", "The Cloud Catcher", "A play in three acts and one storm.",
         (Evening("The Cloud Catcher", "Canal Theatre, Manchester", "GB", 75, 18, 3),),
         (("Front stalls", "54"), ("Circle", "32.50"))),
    Show("northern-cup", "Northern Cup final", "Ninety minutes, perhaps a few more.",
         (Evening("Northern Cup final", "Millfield Stadium, Leeds", "GB", 110, 14, 3),),
         (("East stand", "65"), ("North end", "44"))),
    Show("lakeside", "Lakeside weekend", "Two nights by the water, one ticket.",
         (Evening("Lakeside, Friday", "Seewiese, Zurich", "CH", 160, 17, 6),
          Evening("Lakeside, Saturday", "Seewiese, Zurich", "CH", 161, 15, 8)),
         (("Weekend pass", "138"), ("Weekend pass with camping", "182"))),
)  # fmt: skip
BY_SLUG = {show.slug: show for show in SHOWS}


def basket(here: Market) -> Basket | None:
    show = BY_SLUG.get(request.values.get("show", ""))
    asked, seat = request.values.get("quantity", "2"), request.values.get("seat", "")
    prices = dict(show.seats) if show else {}
    if show is None or seat not in prices or not asked.isdecimal() or len(asked) > 3:
        return None
    quantity = min(max(int(asked), 1), MOST_TICKETS)
    price = here.price(prices[seat])
    words = f"{quantity} × {seat}, {formatted(price, here.currency)} each"
    line = Line(
        key=show.slug,
        title=show.title,
        detail=words,
        unit=price * quantity,
        context={
            "policy_start_date": today().isoformat(),
            "events": [
                {
                    "name": evening.name,
                    "start_date": f"{evening.starts_at:%Y-%m-%dT%H:%M:%SZ}",
                    "end_date": f"{evening.ends_at:%Y-%m-%dT%H:%M:%SZ}",
                    "country": evening.country,
                    "location": evening.hall,
                }
                for evening in show.evenings
            ],
            "tickets": [{"event": 0, "category": seat, "price": float(price), "quantity": quantity}],
        },
        partner={"metadata": {"sales_channel": "online"}},
        heights=HEIGHTS,
    )
    facts = {"Where": show.first.hall} | {
        f"Night {place}" if len(show.evenings) > 1 else "When": weekday(evening.starts_at)
        for place, evening in enumerate(show.evenings, 1)
    }
    carried = {"show": show.slug, "seat": seat, "quantity": str(quantity)}
    return Basket((line,), carried, line.key, facts)


SHOP = Shop(
    slug="encore",
    name="Encore",
    code="ENCRE",
    schema="encore-events:v1",
    numbers="EN",
    about="Tickets for one evening or a weekend of two.",
    seller="Encore Tickets Ltd, 3 Sample Street, Manchester M1 0AA, VAT number GB 000 0000 02",
    mail_from="tickets@encore.example",
    provider="card_gateway",
    words=Words("Your tickets", "Pay", "See you there", "Tickets", "Give the tickets back", "Tickets, given back"),
    layout="compact",
    basket=basket,
    is_required=True,
)


@blueprint.get("/")
def index() -> str:
    return render_template("encore/index.html", shows=SHOWS)


@blueprint.get("/shows/<slug>")
def show_page(slug: str) -> str:
    show = BY_SLUG.get(slug) or abort(404)
    return render_template("encore/show.html", show=show, words=weekday, most=MOST_TICKETS)


attach(blueprint, SHOP)
