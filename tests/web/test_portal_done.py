"""The end of a sale: checked once more, booked once, and something in the customer's hand."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.adapters.counter_sales import CounterSales
from app.adapters.tables import bookings, outbox
from app.domain.bookings import Booking
from app.domain.drafts import SOLD
from app.web.api.desk import links
from tests.associate import At, tablet
from tests.begun_sale import Sale, sale_at
from tests.partner import Partner
from tests.web.test_portal_consent import end_price


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def booked(sale: Sale) -> int:
    ids = [line.offer.id for line in sale.draft.lines if line.offer]
    query = select(func.count()).select_from(bookings).where(bookings.c.offer_id.in_(ids))
    with sale.at.platform.database.reading() as connection:
        return int(connection.scalar(query) or 0)


def left(sale: Sale) -> int:
    ids = [line.booking_id for line in sale.draft.lines if line.booking_id]
    query = select(func.count()).select_from(outbox).where(outbox.c.booking_id.in_(ids))
    with sale.at.platform.database.reading() as connection:
        return int(connection.scalar(query) or 0)


def test_everything_is_there_to_check_with_a_way_back_to_each_step(at: At) -> None:
    sale = sale_at(at, "check")

    page = at.get(sale.url("check"))

    for words in ("Phone 5", "490154203237518", "1 year", "£63.02", "Ana Costa", "On paper, signed", "REF-77"):
        assert words in page.text
    assert {sale.url(step) for step in ("product", "offer", "customer", "consent", "payment")} <= set(page.links)


def test_confirming_sells_and_shows_the_number(at: At) -> None:
    sale = sale_at(at, "check")

    page = at.follow(at.post(sale.url("check")))

    assert page.heading == "Sold" and "ana.costa@example.org" in page.text
    assert re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}-INS", page.text)
    assert sale.draft.status == SOLD and booked(sale) == 1 and left(sale) == 1


def test_a_triple_tap_is_one_sale(at: At) -> None:
    sale = sale_at(at, "check", articles=2)
    form = at.get(sale.url("check")).form(sale.url("check"))

    pages = [at.post(sale.url("check"), form=form) for _ in range(3)]

    assert {page.location for page in pages} == {sale.url("done")}
    assert booked(sale) == 2


def test_two_tablets_that_confirm_at_once_make_one_sale(at: At) -> None:
    sale = sale_at(at, "check")
    tablets = [at, at.beside()]
    forms = [(one, one.get(sale.url("check")).form(sale.url("check"))) for one in tablets] * 3

    with ThreadPoolExecutor(len(forms)) as pool:
        pages = list(pool.map(lambda pair: pair[0].post(sale.url("check"), form=pair[1]), forms))

    assert {page.location for page in pages} == {sale.url("done")}
    assert booked(sale) == 1


def test_a_price_that_ended_before_the_confirmation_is_asked_again(at: At) -> None:
    sale = sale_at(at, "check")
    form = at.get(sale.url("check")).form(sale.url("check"))
    end_price(sale)
    form.fields["nonce"] = f"{sale.draft.version}.{form.fields['nonce'].partition('.')[2]}"

    page = at.post(sale.url("check"), form=form)

    assert page.location == sale.url("offer")
    assert booked(sale) == 0
    assert at.get(sale.url("offer")).status == 200
    assert not sale.draft.has_consent and at.get(sale.url("check")).location == sale.url("offer")


@pytest.mark.parametrize("step", ["product", "offer", "customer", "consent", "payment", "check"])
def test_a_sale_that_is_over_shows_its_end_at_every_step(at: At, step: str) -> None:
    sale = sale_at(at, "check")
    at.post(sale.url("check"))

    assert at.get(sale.url(step)).location == sale.url("done")


@pytest.mark.parametrize("size", ["receipt", "page"])
def test_there_is_a_sheet_for_a_till_and_one_for_a_printer(at: At, size: str) -> None:
    sale = sale_at(at, "check")
    at.post(sale.url("check"))

    page = at.get(f"{sale.url('done')}/sheet/{size}")

    assert page.status == 200 and sale.draft.lines[0].booking_id in page.text
    assert sale.draft.lines[0].serial in page.text
    assert "£63.02" in page.text and "TRAINING" not in page.text.upper()
    assert at.get(f"{sale.url('done')}/sheet/poster").status == 404


def test_practice_is_marked_everywhere_and_reaches_nobody(northwind: Partner) -> None:
    at = tablet(northwind.app, is_training=True)
    sale = sale_at(at, "check")

    page = at.follow(at.post(sale.url("check")))

    assert "practice" in page.text and left(sale) == 0 and booked(sale) == 1
    for size in ("receipt", "page"):
        assert 'class="watermark"' in at.get(f"{sale.url('done')}/sheet/{size}").html
    booking = _booking(sale)
    with at.app.test_request_context():
        certificate = links().coi(booking)
    shown = at.client.get(certificate, base_url="https://cover.example").get_data(as_text=True)
    assert "Nothing is insured" in shown


def _booking(sale: Sale) -> Booking:
    found = sale.desk().store.booking(sale.draft.lines[0].booking_id)
    assert found is not None
    return found


def test_the_certificate_opened_here_is_not_recorded_as_opened_by_the_customer(at: At) -> None:
    sale = sale_at(at, "check")
    page = at.follow(at.post(sale.url("check")))
    booking = _booking(sale)

    paper = next(link for link in page.links if link.endswith(".pdf"))
    opened = at.get(paper)

    assert paper == f"/portal/bookings/{booking.id}/certificate.pdf" and opened.status == 200
    seen = CounterSales(at.platform.database, "NWIND", "live", None)
    kept = seen.sale(booking.id)
    assert kept is not None
    assert [event.actor for event in seen.history(kept) if event.name == "viewed"] == [f"staff:{at.staff.id}"]


def test_the_associate_reads_what_is_sold_in_their_own_language(northwind: Partner) -> None:
    at = tablet(northwind.app, language="de", subsidiary="NORTHWIND-UK")
    sale = sale_at(at, "check", language="ja")

    before = [at.get(sale.url(step)) for step in ("check", "payment")]
    sold = at.follow(at.post(sale.url("check")))
    sheet = at.get(f"{sale.url('done')}/sheet/page")

    for page in (*before, sold):
        assert "1 Jahr" in page.text and "1年間" not in page.text
    assert "1年間" in sheet.text


def test_nothing_of_a_sale_may_be_kept_by_a_browser(at: At) -> None:
    sale = sale_at(at, "check")

    page = at.follow(at.post(sale.url("check")))

    assert page.answer.headers["Cache-Control"] == "no-store"
    assert "Ana" not in page.title and "Storage" not in page.html
