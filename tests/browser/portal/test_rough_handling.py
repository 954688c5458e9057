"""Queues, thumbs, old pages and bad lines: nothing is sold twice, nothing typed is lost, and everything is told."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from app.adapters.portal_tables import sessions
from app.adapters.tables import bookings
from tests.associate import PIN
from tests.begun_sale import Sale, sale_at
from tests.browser.portal.counter import PHONE, Counter
from tests.counter_sales import sold

Works = Callable[..., Counter]
BOTH = pytest.mark.parametrize("js", [True, False], ids=["quick", "plain"])
LOCK = re.compile("/portal/unlock")
# htmx tells the console too.
BROKEN_LINE = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
THREE_TAPS = "button => { button.click(); button.click(); button.click(); }"


def booked(sale: Sale) -> int:
    """How many bookings there are of what was offered."""
    query = select(func.count()).select_from(bookings).where(bookings.c.offer_id.in_(sale.offer_ids()))
    with sale.at.platform.database.reading() as connection:
        return int(connection.scalar(query) or 0)


def away(at: Counter, minutes: int = 3) -> None:
    """Nobody has touched the tablet for so long."""
    seen = datetime.now(UTC) - timedelta(minutes=minutes)
    with at.at.platform.database.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.id_hash == at.at.session.id_hash).values(seen_at=seen))


def unlocks(at: Counter, pin: str = PIN) -> None:
    at.page.get_by_role("link", name=at.at.staff.name).click()
    tries_pin(at, pin)


def tries_pin(at: Counter, pin: str) -> None:
    """With a script six digits are enough."""
    at.page.get_by_label(at.says("people", "pin.label")).fill(pin)
    if not at.js:
        at.taps(at.says("people", "pin.button"))


def barcode(number: str) -> bytes:
    drawn = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.EAN13)
    picture = Image.fromarray(drawn.to_image(scale=4, add_quiet_zones=True)).convert("RGB")
    return png(picture)


def png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


@BOTH
def test_three_taps_on_the_last_button_sell_once(works: Works, js: bool) -> None:
    at = works(js=js)
    sale = sale_at(at.at, "check")
    at.goes(sale.url("check"))

    at.page.get_by_role("button", name=at.says("agreeing", "check.button")).evaluate(THREE_TAPS)

    at.arrives("done")
    assert (booked(sale), sale.draft.status) == (1, "sold")


@BOTH
def test_back_and_the_same_form_again_change_nothing(works: Works, js: bool) -> None:
    at = works(js=js)
    sale = sale_at(at.at, "payment")
    at.goes(sale.url("payment")).pays()

    at.page.go_back()
    at.arrives("payment")
    expect(at.page.locator("[name=reference]")).to_have_value("R-1001")
    at.taps(at.says("agreeing", "payment.button"))
    at.arrives("check").confirms()
    at.page.go_back()

    expect(at.heading).to_have_text(at.says("agreeing", "done.title"))
    assert booked(sale) == 1


@BOTH
def test_of_two_tablets_on_one_sale_the_second_is_told_and_keeps_what_was_typed(works: Works, js: bool) -> None:
    at, other = works(js=js), works(js=js)
    sale = sale_at(at.at, "consent")
    for one in (at, other):
        one.goes(sale.url("customer"))
    other.knows_customer("Oduya")

    at.types("last_name", "Lindqvist")
    at.page.keyboard.press("Enter")

    expect(at.page.get_by_role("alert").get_by_text(at.says("portal", "error.draft_changed"))).to_be_visible()
    expect(at.page.locator("[name=last_name]")).to_have_value("Lindqvist")
    assert (sale.draft.customer or {})["last_name"] == "Oduya"
    at.page.locator("[name=last_name]").press("Enter")
    at.arrives("consent")
    assert (sale.draft.customer or {})["last_name"] == "Lindqvist"


@BOTH
def test_what_was_typed_while_the_tablet_locked_is_there_after_the_pin(works: Works, js: bool) -> None:
    at = works(js=js)
    sale = sale_at(at.at, "consent")
    at.goes(sale.url("customer"))
    at.types("last_name", "Lindqvist")
    away(at)

    at.page.keyboard.press("Enter")
    at.page.wait_for_url(LOCK)
    assert "Lindqvist" not in at.page.content()
    unlocks(at)

    at.arrives("customer")
    expect(at.page.locator("[name=last_name]")).to_have_value("Lindqvist")
    assert (sale.draft.customer or {})["last_name"] == "Costa"
    at.page.locator("[name=last_name]").press("Enter")
    at.arrives("consent")


def test_whoever_reads_on_the_turned_tablet_has_a_quarter_of_an_hour(works: Works) -> None:
    at = works()
    sale = sale_at(at.at, "consent")
    told: list[str] = []
    at.page.on("request", lambda sent: told.append(sent.url) if sent.url.endswith("/awake") else None)
    at.page.clock.install()
    at.goes(f"{sale.url('consent')}/customer")

    at.page.clock.run_for("14:00")

    assert at.page.url.endswith("/customer") and len(told) > 10
    before = len(told)
    away(at)
    at.page.clock.run_for("01:10")
    at.page.wait_for_url(LOCK)
    # The tablet had stopped to speak for a customer who is gone: the lock is the server's own.
    assert len(told) == before


@BOTH
def test_five_wrong_pins_lock_the_person_on_this_tablet(works: Works, js: bool) -> None:
    at = works(js=js)
    at.goes("/portal/")
    at.taps(at.says("portal", "lock"))
    at.page.wait_for_url(LOCK)

    at.page.get_by_role("link", name=at.at.staff.name).click()
    for left in (4, 3, 2, 1):
        tries_pin(at, "918274")
        expect(at.page.get_by_role("alert")).to_have_text(at.says("people", "error.pin_wrong", left=left))
    tries_pin(at, "918274")

    expect(at.page.get_by_role("alert")).to_contain_text(at.says("people", "error.pin_locked"))
    expect(at.page.get_by_label(at.says("people", "pin.label"))).to_have_count(0)


def test_a_barcode_scanned_into_the_pin_is_no_try(works: Works) -> None:
    at = works()
    at.goes("/portal/")
    at.taps(at.says("portal", "lock"))
    at.page.wait_for_url(LOCK)
    at.page.get_by_role("link", name=at.at.staff.name).click()
    field = at.page.get_by_label(at.says("people", "pin.label"))
    tries: list[str] = []
    at.page.on("request", lambda request: tries.append(request.url) if request.method == "POST" else None)

    field.press_sequentially("2001000010073")
    field.press("Enter")

    expect(at.page.get_by_role("alert")).to_have_text(at.says("people", "pin.barcode"))
    expect(field).to_have_value("")
    field.press_sequentially("123", delay=20)
    field.press("Enter")
    expect(at.page.get_by_role("alert")).to_have_count(0)
    field.fill("")
    field.press_sequentially(PIN, delay=60)
    expect(field).to_have_count(0)
    # The PIN's own, and none before it.
    assert len(tries) == 1


def test_without_a_connection_the_page_says_so_and_goes_on_when_it_is_back(works: Works) -> None:
    at = works()
    sale = sale_at(at.at, "consent")
    at.goes(sale.url("customer"))
    at.types("last_name", "Lindqvist")
    gone = at.page.get_by_text(at.says("portal", "offline"))
    expect(gone).to_be_hidden()

    at.context.set_offline(True)
    at.page.keyboard.press("Enter")
    expect(gone).to_be_visible()
    expect(at.page.locator("[name=last_name]")).to_have_value("Lindqvist")
    at.context.set_offline(False)
    expect(gone).to_be_hidden()
    at.page.locator("[name=last_name]").press("Enter")

    at.arrives("consent")
    assert (sale.draft.customer or {})["last_name"] == "Lindqvist"
    at.noise[:] = [text for text in at.noise if not any(part in text for part in BROKEN_LINE)]


@BOTH
def test_a_photo_without_a_barcode_is_told_and_one_with_it_is_in_the_basket(works: Works, js: bool) -> None:
    at = works(js=js)
    at.goes("/portal/")
    for content in (png(Image.new("RGB", (640, 480), "#888")), barcode("2001000010073")):
        photo = at.page.get_by_label(at.says("selling", "photo.label"))
        if not photo.is_visible():
            at.page.get_by_text(at.says("selling", "photo.summary")).click()
        photo.set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": content})
        at.taps(at.says("selling", "photo.send"))
        if "/items/" not in at.page.url:
            at.page.wait_for_load_state()
            expect(at.page.get_by_role("alert").or_(at.page.locator("[name=number]")).first).to_be_visible()

    at.page.wait_for_url("**/items/*")
    assert at.draft.lines[-1].sku == PHONE


@BOTH
def test_after_one_copy_of_the_evidence_the_other_can_be_taken_too(works: Works, js: bool) -> None:
    at = works(js=js, role="manager")
    made = sold(at.at)
    at.goes(f"{made.url}/evidence")

    for kind in ("json", "pdf"):
        with at.page.expect_download() as copy:
            at.page.locator(f"button[value={kind}]").click()
        assert copy.value.suggested_filename == f"{made.booking_id}.{kind}"
