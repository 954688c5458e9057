"""First notice of loss: taken down once, passed on, and answered with a number."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import orjson
import pytest
import time_machine

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from app.adapters.tables import claims
from tests.contract import stored_rows
from tests.customer import BOTH, Customer, customer_of, hidden, said
from tests.partner import Partner

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
STORY = "It fell from the table.\nThe <b>screen</b> is cracked."
BEFORE, INSIDE, TOMORROW = "2026-10-01", "2026-10-20", "2026-11-05"


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def ana(northwind: Partner) -> Customer:
    return customer_of(northwind, "camera")


def told(customer: Customer, **changed: str) -> dict[str, str]:
    return {
        "key": hidden(customer.opens("claim"), "key"),
        "happened_on": INSIDE,
        "place": "At home",
        "story": STORY,
        "email": "ana@example.org",
        "phone": "",
        **changed,
    }


def test_a_claim_is_filed_with_a_number_and_passed_on(ana: Customer) -> None:
    answer = ana.follows(ana.sends("claim", **told(ana)))

    (claim,) = stored_rows(ana.partner.app, claims, booking_id=ana.id)
    assert claim.id in said(answer)
    assert (claim.partner_code, claim.mode, claim.quote_id) == ("NWIND", "live", ana.quote_ids[0])
    document = orjson.loads(claim.document)
    assert (document["happened_on"], document["place"], document["story"]) == (INSIDE, "At home", STORY)
    (notice,), (received,) = ana.mails("claim_notice"), ana.mails("claim_received")
    assert orjson.loads(notice.payload)["to"] == ["claims@northwind.example"]
    assert orjson.loads(received.payload)["to"] == [ana.booking["policyholder"]["email"]]
    assert orjson.loads(notice.payload)["facts"]["claim"]["id"] == claim.id


def test_the_evidence_says_that_and_not_what(ana: Customer) -> None:
    ana.sends("claim", **told(ana))

    (event,) = ana.happened("claimed")
    (claim,) = stored_rows(ana.partner.app, claims, booking_id=ana.id)
    assert event.actor == "customer"
    assert orjson.loads(event.facts) == {"booking": ana.id, "claim": claim.id, "quote": ana.quote_ids[0]}


def test_two_clicks_are_one_claim(ana: Customer) -> None:
    form = told(ana)

    answers = [ana.sends("claim", **form) for _ in range(2)]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(stored_rows(ana.partner.app, claims, booking_id=ana.id)) == 1
    assert len(ana.mails("claim_notice")) == len(ana.happened("claimed")) == 1


def test_two_clicks_at_the_same_time_are_one_claim(ana: Customer) -> None:
    form = told(ana)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ana.sends("claim", **form), range(8)))

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(stored_rows(ana.partner.app, claims, booking_id=ana.id)) == 1


def test_another_story_in_a_form_that_was_sent_is_asked_about_and_not_lost(ana: Customer) -> None:
    form = told(ana)
    ana.sends("claim", **form)
    (first,) = stored_rows(ana.partner.app, claims, booking_id=ana.id)

    answer = ana.sends("claim", **{**form, "story": "Then it was stolen."})

    assert answer.status_code == 422
    assert first.id in said(answer)
    assert "Then it was stolen." in answer.text
    again = ana.sends("claim", **{**form, "story": "Then it was stolen.", "key": hidden(answer, "key")})
    assert again.status_code == 303
    assert len(stored_rows(ana.partner.app, claims, booking_id=ana.id)) == 2


def test_a_form_without_its_key_is_still_a_claim(ana: Customer) -> None:
    assert ana.sends("claim", **told(ana, key="<script>")).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("happened_on", "", "required"),
        ("happened_on", "2026-02-30", "date"),
        ("happened_on", "yesterday", "date"),
        ("happened_on", TOMORROW, "future"),
        ("story", "   ", "required"),
        ("story", "x" * 5_001, "long"),
        ("place", "x" * 201, "long"),
        ("email", "nobody", "email"),
        ("email", "", "reach"),
        ("phone", "030 1234", "phone"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(ana: Customer, field: str, value: str, error: str) -> None:
    answer = ana.sends("claim", **told(ana, **{"place": "At <home>", field: value}))

    assert answer.status_code == 422
    assert words("customer", "en")(f"error.{error}") in said(answer)
    assert f'href="#{field}"' in answer.text
    assert field == "place" or 'value="At &lt;home&gt;"' in answer.text
    assert stored_rows(ana.partner.app, claims, booking_id=ana.id) == []


def test_today_is_today_wherever_the_customer_is(ana: Customer) -> None:
    with time_machine.travel(datetime(2026, 11, 3, 22, tzinfo=UTC)):
        assert ana.sends("claim", **told(ana, happened_on="2026-11-04")).status_code == 303


def test_a_day_outside_the_cover_is_asked_about_once(ana: Customer) -> None:
    form = told(ana, happened_on=BEFORE)

    warned = ana.sends("claim", **form)

    assert warned.status_code == 422
    assert words("customer", "en")("claim.outside_title") in said(warned)
    assert stored_rows(ana.partner.app, claims, booking_id=ana.id) == []
    form |= {"outside": hidden(warned, "outside"), "key": hidden(warned, "key")}
    assert ana.sends("claim", **form | {"happened_on": "2020-01-01"}).status_code == 422
    assert ana.sends("claim", **form).status_code == 303


def test_with_several_covers_the_customer_says_which(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera", *BOTH)

    refused = customer.sends("claim", **told(customer))
    foreign = customer.sends("claim", **told(customer, quote="7d3f8f0e-0000-4000-8000-000000000000"))
    taken = customer.sends("claim", **told(customer, quote=customer.quote_ids[1]))

    assert "checked" not in customer.opens("claim").text
    assert [refused.status_code, foreign.status_code, taken.status_code] == [422, 422, 303]
    (claim,) = stored_rows(customer.partner.app, claims, booking_id=customer.id)
    assert claim.quote_id == customer.quote_ids[1]


def test_what_was_written_is_text_whatever_it_holds(ana: Customer) -> None:
    answer = ana.sends("claim", **told(ana, story="</textarea><script>alert(1)</script>", email="nobody"))

    assert "<script" not in answer.text
    assert "&lt;/textarea&gt;&lt;script&gt;" in answer.text


def test_signs_that_nobody_types_do_not_travel_on(ana: Customer) -> None:
    ana.sends("claim", **told(ana, story="One\x00\x1b[31m\r\ntwo\u202e"))

    (claim,) = stored_rows(ana.partner.app, claims, booking_id=ana.id)
    assert orjson.loads(claim.document)["story"] == "One[31m\ntwo"


def test_somebody_elses_claim_does_not_exist(ana: Customer, northwind: Partner) -> None:
    other = customer_of(northwind, "camera")
    theirs = other.sends("claim", **told(other)).headers["Location"].partition("?")[0].rpartition("/")[2]

    answer = northwind.client.get(ana.address("claim").replace("fnol", theirs))

    assert answer.status_code == 404
    assert theirs not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_for_a_cancelled_booking_the_page_says_whom_to_write_to(northwind: Partner, language: str) -> None:
    customer = customer_of(northwind, "camera")
    northwind.post(f"bookings/{customer.id}/cancel", {})

    answer = customer.opens("claim", language)

    assert answer.status_code == 200
    assert "claims@northwind.example" in said(answer)
    assert "<form" not in answer.text
    customer.sends("claim", language, happened_on=INSIDE, story="It broke", email="a@example.org")
    assert stored_rows(customer.partner.app, claims, booking_id=customer.id) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_way_works_in_every_language(ana: Customer, language: str) -> None:
    answer = ana.follows(ana.sends("claim", language, **told(ana)))

    say = words("customer", language)
    assert say("claim.done") in said(answer)
    assert say("claim.next", partner="Northwind US") in said(answer)
