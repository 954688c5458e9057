"""Finding what was sold: by whatever a customer has in hand, and only where the person asking may look."""

import pytest

from tests.associate import At, tablet
from tests.counter_sales import ANA, imei, sold
from tests.partner import CATALOG, Partner

DATABASES = ("sqlite",)


@pytest.fixture(scope="module")
def at(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


def test_a_sale_is_found_by_everything_a_customer_may_have(at: At) -> None:
    customer = {"first_name": "Ivy", "last_name": "Okafor", "email": "ivy@home.example", "phone": "+44 113 496 0777"}
    made = sold(at, customer={**customer, "postcode": "LS1 4AB"}, receipt="TILL 2-99812")
    serial = made.line.serial

    for typed in (
        *(made.booking_id, made.booking_id.lower().replace("-", " ").removesuffix(" ins"), serial),
        *(f"{serial[:6]} {serial[6:]}", "till299812", "0113 496 0777", "+441134960777"),
        *("IVY@home.example", "Okafor LS1 4AB", "okafor ls14ab"),
    ):
        found = at.post("/portal/bookings", text=typed)

        assert found.status == 200, typed
        assert made.url in found.links, typed
        assert "I. Okafor" in found.text
        assert "Ivy" not in found.text, "only what somebody needs who knows the customer"


def test_what_is_typed_stands_in_no_address(at: At) -> None:
    page = at.get("/portal/bookings")

    assert page.form("/portal/bookings").method == "post"
    found = at.htmx.post("/portal/bookings", text="ivy@home.example")
    assert found.answer.headers["HX-Push-Url"] == "false"
    assert found.answer.headers["Cache-Control"] == "no-store"


def test_the_box_tells_what_to_try_when_nothing_is_found(at: At) -> None:
    found = at.post("/portal/bookings", text="Nobody XX1 1XX")

    assert found.status == 200
    assert "Nothing found" in found.text


@pytest.mark.parametrize("typed", ["", "   ", "x" * 300])
def test_nothing_or_far_too_much_is_refused_beside_the_box(at: At, typed: str) -> None:
    assert at.post("/portal/bookings", text=typed).status == 422


def test_a_card_number_is_refused_and_not_shown_again(at: At) -> None:
    found = at.post("/portal/bookings", text="4242 4242 4242 4242")

    assert found.status == 422
    assert "4242 4242 4242 4242" not in found.html


def test_what_was_sold_last_stands_there_before_anything_is_typed(at: At) -> None:
    made = sold(at)

    assert made.url in at.get("/portal/bookings").links


def test_another_store_and_another_partner_find_nothing(at: At) -> None:
    made = sold(at, serial=imei())

    for stranger in (at.elsewhere(), at.elsewhere("manager"), at.abroad("manager"), at.abroad("admin")):
        for typed in (made.booking_id, made.line.serial, ANA["email"]):
            found = stranger.post("/portal/bookings", text=typed)
            assert found.status == 200
            assert made.url not in found.links


def test_an_admin_and_an_auditor_find_what_every_store_of_the_partner_sold(at: At) -> None:
    made = sold(at)
    for role in ("admin", "auditor"):
        boss = at.elsewhere("manager").desk(role)

        found = boss.post("/portal/bookings", text=made.booking_id)

        assert made.url in found.links
        assert at.store.name in found.text


def test_a_developer_sees_no_customer(at: At) -> None:
    assert at.desk("developer").get("/portal/bookings").status == 403


def test_a_booking_that_no_counter_sold_is_not_found(at: At, northwind: Partner) -> None:
    booked = northwind.booked(_example())

    found = at.desk("admin").post("/portal/bookings", text=booked["id"])

    assert f"/portal/bookings/{booked['id']}" not in found.links


def test_practice_is_kept_apart(at: At) -> None:
    real = sold(at)
    learner = tablet(at.app, store=at.store, is_training=True)
    practised = sold(learner)

    assert real.url not in learner.post("/portal/bookings", text=real.booking_id).links
    assert practised.url in learner.post("/portal/bookings", text=practised.booking_id).links
    assert practised.url not in at.post("/portal/bookings", text=practised.booking_id).links


def _example() -> str:
    return sorted(path.stem for path in (CATALOG / "northwind" / "examples").glob("*.yaml"))[0]
