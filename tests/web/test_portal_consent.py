"""A customer agrees: on their own phone, on the turned tablet, or on paper. Never by default, never twice."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update

from app.adapters.portal_tables import handovers
from app.adapters.tables import events, offers
from app.domain.drafts import DECLINED
from app.services.choose_cover import choose_again
from tests.associate import HOST, At, tablet
from tests.begun_sale import Sale, chosen, sale_at
from tests.markup import Page, page_of
from tests.partner import Partner


class Phone:
    """The customer's own browser: no cookie, and the one-time code from the tablet."""

    def __init__(self, app: Flask, path: str) -> None:
        self.client, self.path = app.test_client(), path

    def read(self) -> Page:
        return page_of(self.client.get(self.path, base_url=f"https://{HOST}"))

    def say(self, page: Page, **typed: Any) -> Page:
        """The form of the page as it is, with these fields."""
        wanted = "mark" if "language" not in typed else "token"
        form = next(one for one in page.forms if wanted in one.names and one.names & {*typed, wanted})
        data = {**form.fields, **typed}
        return page_of(self.client.post(self.path, base_url=f"https://{HOST}", data=data))


def phone(sale: Sale) -> Phone:
    page = sale.at.get(sale.url("consent"))
    assert page.status == 200, page.text
    found = re.search(r"/portal/hand-over/[\w-]+", page.html)
    assert found
    return Phone(sale.at.app, found.group())


def agree(customer: Phone) -> Page:
    return customer.say(customer.read(), read="yes", agreed="yes", answer="yes")


def consents(at: At, offer_id: str) -> list[dict[str, Any]]:
    query = select(events.c.facts).where(events.c.trail_id == offer_id, events.c.name == "consented")
    with at.platform.database.reading() as connection:
        return [orjson.loads(facts) for facts in connection.scalars(query)]


@pytest.fixture
def at(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


def test_the_customer_agrees_on_their_own_phone_and_the_tablet_goes_on(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)

    assert at.htmx.get(f"{sale.url('consent')}/waiting?seen=waiting").status == 204
    assert agree(customer).status == 303

    assert "Thank you" in customer.read().heading
    waiting = at.htmx.get(f"{sale.url('consent')}/waiting?seen=waiting")
    assert waiting.location == sale.url("payment")
    consent = sale.draft.consent
    assert consent is not None and (consent.channel, consent.language) == ("phone", "en")


def test_the_tablet_says_that_the_customer_is_reading(at: At) -> None:
    sale = sale_at(at)
    phone(sale).read()

    page = at.htmx.get(f"{sale.url('consent')}/waiting?seen=waiting")

    assert page.status == 200 and "The customer is reading." in page.text
    assert page.answer.headers["HX-Push-Url"] == "false"
    assert at.htmx.get(f"{sale.url('consent')}/waiting?seen=reading").status == 204


def test_without_a_script_the_tablet_asks_whether_the_customer_has_agreed(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)

    assert "Not yet" in at.follow(at.get(f"{sale.url('consent')}/waiting")).text
    agree(customer)

    assert at.get(f"{sale.url('consent')}/waiting").location == sale.url("payment")


def test_the_evidence_names_every_text_with_its_version_language_and_hash(at: At) -> None:
    sale = sale_at(at)
    agree(phone(sale))

    (facts,) = consents(at, sale.offer_ids()[0])

    assert facts["channel"] == "phone"
    names = {document["name"] for document in facts["documents"]}
    assert {"everywhere-optional", "gb-elsewhere", "gb-cancellation", "device_protection_v1"} <= names
    assert all(len(document["hash"]) == 64 and document["language"] == "en" for document in facts["documents"])
    release = at.platform.shelf.catalog("NWIND").release_id
    assert all(document["version"].startswith(release) for document in facts["documents"])


def test_agreeing_twice_is_agreeing_once(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    page = customer.read()

    answers = [customer.say(page, read="yes", agreed="yes", answer="yes") for _ in range(3)]

    assert [answer.status for answer in answers] == [303, 200, 200]
    assert "Thank you" in answers[2].heading
    assert len(consents(at, sale.offer_ids()[0])) == 1


@pytest.mark.parametrize("boxes", [{}, {"read": "yes"}, {"agreed": "yes"}, {"read": "on", "agreed": "on"}])
def test_a_box_that_was_not_ticked_is_not_ticked_for_anybody(at: At, boxes: dict[str, str]) -> None:
    sale = sale_at(at)
    customer = phone(sale)

    page = customer.say(customer.read(), answer="yes", **boxes)

    assert page.status == 422
    assert "Tick this" in page.text
    assert " checked" not in page.html
    assert sale.draft.consent is None and consents(at, sale.offer_ids()[0]) == []


def test_what_was_never_shown_cannot_be_agreed_to(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    page = customer.read()
    sale.keep(replace(sale.draft, consent_shown_at=None))

    answer = customer.say(page, read="yes", agreed="yes", answer="yes")

    assert answer.status == 422 and "Please read this first." in answer.text
    assert sale.draft.consent is None


def test_a_choice_that_changed_meanwhile_has_to_be_read_again(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    page = customer.read()
    draft = sale.draft
    line = draft.lines[0]
    again = choose_again(sale.desk(), draft, line.id)
    assert line.offer is not None
    other = replace(line.offer, quote_ids=(_another_quote(sale),))
    sale.keep(again.with_line(replace(line, offer=other)))

    answer = customer.say(page, read="yes", agreed="yes", answer="yes")

    assert "Something about your purchase has changed" in answer.text and "new code" in answer.text
    assert sale.draft.consent is None


def test_a_choice_that_changes_afterwards_voids_the_consent(at: At) -> None:
    sale = sale_at(at)
    agree(phone(sale))
    assert sale.draft.has_consent
    line = sale.draft.lines[0]
    assert line.offer is not None
    sale.keep(sale.draft.with_line(replace(line, offer=replace(line.offer, quote_ids=(_another_quote(sale),)))))

    assert not sale.draft.has_consent
    assert at.get(sale.url("payment")).location == sale.url("consent")


def _another_quote(sale: Sale) -> str:
    line = sale.draft.lines[0]
    assert line.offer is not None
    found = sale.desk().store.offer_on_file(line.offer.id)
    assert found is not None
    return next(one["id"] for one in orjson.loads(found.terms) if one["id"] not in line.offer.quote_ids)


def test_a_code_ends_after_fifteen_minutes_and_says_so(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    page = customer.read()
    _expire(sale)

    assert customer.read().status == 410
    answer = customer.say(page, read="yes", agreed="yes", answer="yes")
    assert answer.status == 410 and "15 minutes" in answer.text
    assert sale.draft.consent is None
    assert "This code has ended." in at.htmx.get(f"{sale.url('consent')}/waiting?seen=reading").text


def _expire(sale: Sale) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    with sale.at.platform.database.writing() as connection:
        connection.execute(update(handovers).where(handovers.c.draft_id == sale.id).values(expires_at=past))


def test_a_new_code_ends_the_one_before(at: At) -> None:
    sale = sale_at(at)
    first = phone(sale)

    assert at.post(sale.url("consent"), fields={"do": "new"}).status == 303
    second = phone(sale)

    assert first.read().status == 410
    assert second.read().status == 200


def test_a_code_nobody_made_opens_nothing(at: At) -> None:
    sale = sale_at(at)
    guessed = Phone(at.app, "/portal/hand-over/AAAAAAAAAAAAAAAAAAAAAA").read()

    assert guessed.status == 404 and sale.id not in guessed.html


def test_a_code_opens_nothing_once_the_sale_is_in_another_store(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    sale.keep(replace(sale.draft, store_id=at.elsewhere().store.id))

    assert customer.read().status == 404


def test_saying_no_takes_one_tap_and_is_on_record(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    offer_id = sale.offer_ids()[0]

    assert customer.say(customer.read(), answer="no").status == 303

    assert "not buying" in customer.read().heading
    assert sale.draft.status == DECLINED
    state = sale.desk().store.offer_on_file(offer_id)
    assert state is not None and state.state == "OPTED_OUT"


def test_another_language_is_another_offer_with_the_same_choice_carried_over(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    before = sale.offer_ids()

    customer.say(customer.read(), language="de")

    page = customer.read()
    assert page.heading == "Bitte lesen Sie das vor dem Kauf"
    assert "Ihre Wahl und der Preis sind dieselben" in page.text
    assert sale.offer_ids() != before
    with at.platform.database.reading() as connection:
        languages = set(connection.scalars(select(offers.c.language).where(offers.c.id.in_(sale.offer_ids()))))
    assert languages == {"de"}
    assert sale.draft.wanted[0].offer is not None
    assert agree(customer).status == 303
    assert sale.draft.consent is not None and sale.draft.consent.language == "de"


def test_the_customer_corrects_their_own_address(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    page = customer.read()
    form = next(one for one in page.forms if "email" in one.names)

    wrong = page_of(customer.client.post(customer.path, data={**form.fields, "email": "ana@", "answer": "email"}))
    assert wrong.status == 422 and "ana@" in wrong.html
    customer.client.post(customer.path, data={**form.fields, "email": "ana@example.org", "answer": "email"})

    assert (sale.draft.customer or {})["email"] == "ana@example.org"
    assert 'autocomplete="email"' in page.html


def test_the_turned_tablet_shows_nothing_of_ours_and_comes_back(at: At) -> None:
    sale = sale_at(at)
    path = f"{sale.url('consent')}/customer"
    page = at.get(path)

    assert at.staff.name not in page.text and "Lock" not in page.text
    # Who reads for some minutes without touching is not locked out; who has it back is, as always.
    assert 'data-reading="900"' in page.html
    form = next(one for one in page.forms if "mark" in one.names)
    back = at.follow(at.post(path, form=form, read="yes", agreed="yes", answer="yes"))

    assert "data-reading" not in back.html
    assert "hand the tablet back" in back.text and sale.url("payment") in back.links
    assert sale.draft.consent is not None and sale.draft.consent.channel == "tablet"


def test_paper_counts_when_the_associate_says_it_is_signed(at: At) -> None:
    sale = sale_at(at)
    path = f"{sale.url('consent')}/paper"
    page = at.get(path)
    assert "Signature" in page.text

    refused = at.post(path)
    assert refused.status == 422 and "when the customer has signed" in refused.text
    assert at.post(path, signed="yes").location == sale.url("payment")
    assert sale.draft.consent is not None and sale.draft.consent.channel == "paper"


def test_another_stores_sale_does_not_exist(at: At) -> None:
    sale, other = sale_at(at), at.elsewhere()

    for part in ("consent", "consent/waiting", "consent/customer", "consent/paper", "payment", "check", "done"):
        assert other.get(sale.url(part)).status == 404, part
        assert at.abroad().get(sale.url(part)).status == 404, part


def test_a_price_that_ended_goes_back_to_the_offer(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    end_price(sale)

    assert at.get(sale.url("consent")).location == sale.url("offer")
    assert "changed" in customer.read().text


def end_price(sale: Sale) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    draft = sale.draft
    for line in draft.wanted:
        assert line.offer is not None
        draft = draft.with_line(replace(line, offer=replace(line.offer, expires_at=past)))
    sale.keep(draft)
    ids = sale.offer_ids()
    with sale.at.platform.database.writing() as connection:
        connection.execute(update(offers).where(offers.c.id.in_(ids)).values(expires_at=past))


def test_choosing_again_needs_a_new_consent(at: At) -> None:
    sale = sale_at(at)
    agree(phone(sale))
    line = sale.draft.lines[0]
    sale.keep(chosen(sale.desk(), choose_again(sale.desk(), sale.draft, line.id), line.id))

    assert not sale.draft.has_consent
