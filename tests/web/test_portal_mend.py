"""The list of what went wrong after a sale: each row says what is wrong and has the one thing that mends it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.adapters.evidence_mailed import evidence_of_mail
from app.adapters.mail import Correspondence, MailCarrier
from app.adapters.mail_sending import SmtpTransport
from app.adapters.portal_tables import drafts
from app.adapters.tables import outbox
from app.adapters.worker import Worker
from app.domain.stored import stored_text
from tests.associate import At, tablet
from tests.conftest import Environment
from tests.contract import stored_rows
from tests.counter_sales import ANA, RIGHT, WRONG, Sold, asked, returned, sold, with_quote_until
from tests.deliveries import work_until, worker_of
from tests.partner import Partner, published_platform
from tests.smtp_server import smtp_server

DATABASES = ("sqlite",)

TO_DO = "/portal/to-do"


@pytest.fixture(scope="module")
def world(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


@pytest.fixture
def at(world: At) -> At:
    """A store in which nothing is to do yet."""
    return world.elsewhere()


def post_office(at: At, smtp_url: str) -> Worker:
    """A worker that hands mail to a real server, on the application's own database."""
    shared = at.platform
    correspondence = Correspondence(partner=shared.shelf.partner, on_mailed=evidence_of_mail(shared.database))
    carrier = MailCarrier(correspondence, SmtpTransport(smtp_url, 5), 10, (60.0,))
    return worker_of(shared.database, {"mail": carrier})


def mend_url(made: Sold) -> str:
    return f"{TO_DO}/mail/{made.booking_id}"


def test_a_store_with_nothing_to_do_is_told_so_kindly(at: At) -> None:
    sold(at)

    page = at.get(TO_DO)

    assert page.status == 200
    assert "All done" in page.text


def test_an_address_that_bounces_is_seen_corrected_and_the_certificate_arrives(empty_environment: Environment) -> None:
    partner = published_platform(empty_environment, "northwind")
    at = tablet(partner.app)
    made = sold(at, customer={**ANA, "email": WRONG})
    with smtp_server() as server:
        server.refuses[WRONG] = "550 No such mailbox"
        work_until(post_office(at, server.url), lambda: "All done" not in at.get(TO_DO).text)
        page = at.get(mend_url(made))
        assert "No such mailbox" in page.text
        assert WRONG in page.text

        sent = at.follow(at.post(mend_url(made), email=RIGHT))
        assert "All done" in sent.text
        work_until(post_office(at, server.url), lambda: len(server.messages) >= 2)

    assert {one.rcpt_tos[0] for one in server.envelopes} == {RIGHT}
    assert any(made.booking_id in str(message["Subject"]) for message in server.messages)
    assert "The certificate was sent by e-mail." in at.get(made.url).text
    assert "All done" in at.get(TO_DO).text, "the farewell to the wrong address bounces too, and is nobody's trouble"


def test_the_row_names_the_customer_and_leads_to_what_mends_it(at: At) -> None:
    made = returned(at)

    page = at.get(TO_DO)

    assert "The certificate could not be delivered" in page.text
    assert "A. M. Costa" in page.text
    assert mend_url(made) in page.links
    assert WRONG not in page.text


def test_the_same_address_is_tried_again_when_it_was_right_after_all(at: At) -> None:
    made = returned(at)

    at.post(mend_url(made))

    rows = stored_rows(at.app, outbox, booking_id=made.booking_id)
    assert [row.event for row in rows] == ["confirmation", "confirmation"]
    assert sorted(row.status for row in rows) == ["parked", "waiting"]
    assert "All done" in at.get(TO_DO).text


def test_a_second_tap_sends_nothing_more(at: At) -> None:
    made = returned(at)
    form = at.get(mend_url(made)).form(mend_url(made))

    for _ in range(2):
        assert at.post(mend_url(made), form=form, email=RIGHT).status == 303

    rows = stored_rows(at.app, outbox, booking_id=made.booking_id)
    assert sorted(row.event for row in rows) == ["confirmation", "confirmation", "modification", "modification"]


def test_an_address_corrected_on_the_bookings_own_page_mends_it_too(at: At) -> None:
    made = returned(at)

    at.post(f"{made.url}/contact", email=RIGHT)

    assert "All done" in at.get(TO_DO).text


def test_what_is_typed_wrong_stays_with_a_guess(at: At) -> None:
    made = returned(at, email="ana@gmial.com")

    page = at.get(mend_url(made))
    assert "ana@gmail.com" in page.text

    refused = at.post(mend_url(made), email="no address")
    assert refused.status == 422
    assert 'value="no address"' in refused.html


def test_a_cancelled_bookings_letter_goes_to_the_address_it_has(at: At) -> None:
    made = returned(at)
    manager = at.beside("manager")
    manager.post(manager.post(f"{made.url}/cancel", reason="other").location)

    assert "its address stays" in at.get(mend_url(made)).text
    assert at.post(mend_url(made)).status == 303


def test_other_stores_and_partners_see_none_of_it(at: At) -> None:
    made = returned(at)

    for stranger in (at.elsewhere(), at.elsewhere("manager"), at.abroad(), at.abroad("admin")):
        assert "All done" in stranger.get(TO_DO).text
        assert stranger.get(mend_url(made)).status == 404
    learner = tablet(at.app, store=at.store, is_training=True)
    assert "All done" in learner.get(TO_DO).text
    assert learner.get(mend_url(made)).status == 404
    assert at.desk("auditor").get(TO_DO).status == 403


def test_a_sale_that_stopped_while_it_was_booked_is_finished(at: At) -> None:
    stopped = sold(at, is_stopped=True)

    page = at.get(TO_DO)

    assert "A part is sold, the sale is not finished" in page.text
    assert any(f"/portal/sales/{stopped.draft.id}" in link or "missing" in link for link in page.links)


def test_a_sale_without_a_record_of_consent_is_seen(at: At) -> None:
    made = sold(at, has_consent=False)

    page = at.get(TO_DO)

    assert "no record that the customer read" in page.text
    assert made.url in page.links


@pytest.mark.parametrize(("days", "is_shown"), [(1, True), (2.9, True), (3.1, False), (-1, False)])
def test_quotes_that_end_within_three_days_are_shown(at: At, days: float, is_shown: bool) -> None:
    draft = asked(at, "quote")
    ends = datetime.now(UTC) + timedelta(days=days)
    with at.platform.database.writing() as connection:
        changed = stored_text(with_quote_until(draft, ends))
        connection.execute(update(drafts).where(drafts.c.id == draft.id).values(state=changed))

    assert ("Quotes that end soon" in at.get(TO_DO).text) == is_shown
