"""Hearthside lets homes: an application with a holding deposit, and cover for what one brings along."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from widget.demo.days import day, is_within, today
from widget.demo.journey import attach
from widget.demo.money import Market, market, rounded
from widget.demo.shop import Basket, Line, Shop, Words

blueprint = Blueprint("hearthside", __name__, url_prefix="/hearthside")
# Measured: the panel at checkout, by the width of the window.
HEIGHTS = ((0, 1665), (360, 1310), (480, 1200), (700, 1000), (900, 1200), (1000, 1110), (1200, 1000))
WEEKS_A_YEAR = 52
MOST_PEOPLE = 8


@dataclass(frozen=True)
class Home:
    slug: str
    title: str
    place: str
    postcode: str
    kind: str
    pounds: str
    area: int
    built: int
    has_alarm: bool
    line: str


HOMES = (
    Home("orchard", "Flat over the orchard", "Bristol", "BS6 5AA", "apartment", "1180", 58, 1908, False,
         "Two rooms, tall windows, an old pear tree."),
    Home("mill", "Mill house", "Hebden", "HX7 8AA", "house", "1450", 124, 1936, True,
         "Three bedrooms, a stove, the river at the end of the garden."),
    Home("cloister", "Room at the cloister", "York", "YO1 7AA", "room", "520", 16, 1998, False,
         "One room, a shared kitchen, bicycles in the yard."),
)  # fmt: skip
BY_SLUG = {home.slug: home for home in HOMES}


def details(values: Any, here: Market) -> dict[str, str]:
    in_three_weeks = (today() + timedelta(days=21)).isoformat()
    first = {"move_in": in_three_weeks, "people": "2", "contents": str(here.price("12000").to_integral_value())}
    return {name: values.get(name, otherwise).strip() for name, otherwise in first.items()}


def mistakes(given: dict[str, str]) -> dict[str, str]:
    found = {}
    if not is_within(given["move_in"], 183):
        found["move_in"] = "Please choose a day within the next six months."
    if not given["people"].isdecimal() or not 1 <= int(given["people"][:3]) <= MOST_PEOPLE:
        found["people"] = f"From 1 to {MOST_PEOPLE} people."
    if not given["contents"].isdecimal() or len(given["contents"]) > 9:
        found["contents"] = "Please give a round figure, or 0."
    return found


def basket(here: Market) -> Basket | None:
    home = BY_SLUG.get(request.values.get("home", ""))
    given = details(request.values, here)
    if home is None or mistakes(given):
        return None
    rent = here.price(home.pounds)
    deposit = rounded((rent * 12 / WEEKS_A_YEAR).quantize(Decimal(1), ROUND_HALF_UP), here.currency)
    line = Line(
        key=home.slug,
        title="Holding deposit",
        detail=f"One week's rent for {home.title}, {home.place}",
        unit=deposit,
        context={
            "property": {
                "type": home.kind,
                "country": here.country,
                "postcode": home.postcode,
                "year_built": home.built,
                "floor_area_m2": home.area,
                "alarm": home.has_alarm,
            },
            "tenancy": {
                "start_date": given["move_in"],
                "monthly_rent": float(rent),
                "occupants": int(given["people"]),
            },
            "contents_value": int(given["contents"]),
        },
        partner={"metadata": {"sales_channel": "application"}},
        heights=HEIGHTS,
    )
    facts = {"Home": f"{home.title}, {home.place}", "Move in": day(given["move_in"]), "People": given["people"]}
    return Basket((line,), given | {"home": home.slug}, line.key, facts)


SHOP = Shop(
    slug="hearthside",
    name="Hearthside",
    code="HRTHS",
    schema="hearthside-renters:v1",
    numbers="HS",
    about="Homes to rent. Cover for belongings and liability, with the application.",
    seller="Hearthside Lettings Ltd, 5 Sample Lane, Bristol BS1 0AA, VAT number GB 000 0000 04",
    mail_from="homes@hearthside.example",
    provider="card_gateway",
    words=Words(
        "Your application",
        "Apply and pay",
        "Your application is in",
        "Holding deposit",
        "Withdraw",
        "Holding deposit, back",
    ),
    layout="cards",
    basket=basket,
    is_required=True,
    is_taxed=False,
    tax_note="Letting a home is exempt from value added tax.",
)


@blueprint.get("/")
def index() -> str:
    return render_template("hearthside/index.html", homes=HOMES)


@blueprint.get("/homes/<slug>")
def home_page(slug: str) -> str:
    return _application(BY_SLUG.get(slug) or abort(404), details(request.args, market()), {})


@blueprint.get("/apply")
def apply() -> Any:
    home = BY_SLUG.get(request.args.get("home", "")) or abort(404)
    given = details(request.args, market())
    found = mistakes(given)
    if found:
        return _application(home, given, found), 422
    return redirect(url_for(".checkout", home=home.slug, **given))


def _application(home: Home, given: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("hearthside/home.html", home=home, given=given, errors=errors, most=MOST_PEOPLE)


attach(blueprint, SHOP)
