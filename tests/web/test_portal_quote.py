"""A quote that is taken home: kept under a code, read on one's own phone, opened again on any tablet of the partner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine

from app.adapters.portal_tables import asks, sale_keys
from app.adapters.tables import events
from app.domain.identifiers import Dice
from app.services.keep_quote import quote_code
from tests.associate import At, tablet, visitor
from tests.begun_sale import Sale, sale_at
from tests.contract import stored_rows
from tests.markup import Page, page_of
from tests.offering import chosen, draft_of, sale
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


def kept(at: At, path: str) -> Page:
    at.get(f"{path}/offer")
    return at.follow(at.post(f"{path}/quote", on=f"{path}/offer"))


def link_of(at: At, path: str) -> str:
    draft = draft_of(at, path)
    return f"/portal/quote/{draft.code}/{at.platform.tokens.quote_token(draft.id, draft.code)}"


def read(at: At, address: str) -> Page:
    return page_of(visitor(at.app).get(address, base_url="https://cover.example"))


def redeem(at: At, code: str) -> Page:
    return at.post("/portal/quotes", code=code)


def test_a_quote_is_kept_under_a_code_with_a_link_and_the_day_its_price_ends(at: At) -> None:
    path = sale(at)

    page = kept(at, path)

    draft = draft_of(at, path)
    assert draft.status == "quoted"
    assert draft.code in page.text
    assert '<svg role="img"' in page.html
    assert "held until" in page.text
    offer = draft.lines[0].offer
    assert offer is not None
    assert "quoted" in [row.name for row in stored_rows(at.app, events, trail_id=offer.id)]


def test_kept_twice_it_has_the_same_code(at: At) -> None:
    path = sale(at)
    kept(at, path)
    before = draft_of(at, path).code

    kept(at, path)

    assert draft_of(at, path).code == before


@pytest.mark.parametrize("scanned", ["code", "lower", "link"])
def test_a_code_or_the_qr_of_a_quote_scanned_where_a_product_is_expected_opens_it(at: At, scanned: str) -> None:
    path = sale(at)
    kept(at, path)
    code = draft_of(at, path).code
    forms = {"code": code, "lower": f" {code.lower()} ", "link": f"https://cover.example{link_of(at, path)}"}

    opened = at.post("/portal/", code=forms[scanned])

    assert opened.location == f"{path}/offer"


def test_a_scanned_code_nobody_knows_is_told_like_a_typed_one_and_begins_no_sale(at: At) -> None:
    page = at.post("/portal/", code="zzzz-zzzz")

    assert page.status == 422 and "We do not know this code" in page.text
    assert page.form("/portal/quotes").fields["code"] == "zzzz-zzzz"
    assert at.platform.drafts.open_in(at.store.id, "live", ("open",), 5) == []


@pytest.mark.parametrize("typed", ["{code}", "{lower}", "{bare}", " {spaced} "])
def test_a_code_opens_the_sale_again_however_it_is_typed(at: At, typed: str) -> None:
    path = sale(at)
    kept(at, path)
    code = draft_of(at, path).code
    forms = {
        "code": code,
        "lower": code.lower(),
        "bare": code.replace("-", ""),
        "spaced": code.lower().replace("-", " "),
    }

    opened = redeem(at, typed.format(**forms))

    assert opened.location == f"{path}/offer"
    assert draft_of(at, path).status == "open"
    assert "took home" in at.follow(opened).text


def test_another_store_of_the_partner_takes_the_sale_over_with_what_was_asked(at: At) -> None:
    path = sale(at)
    kept(at, path)
    leeds = at.elsewhere()

    opened = redeem(leeds, draft_of(at, path).code)

    draft = draft_of(at, path)
    assert leeds.follow(opened).status == 200
    assert at.get(f"{path}/offer").status == 404
    assert (draft.store_id, draft.staff_id) == (leeds.store.id, leeds.staff.id)
    assert {row.store_id for row in stored_rows(at.app, asks, draft_id=draft.id)} == {leeds.store.id}
    assert draft.lines[0].offer is not None
    keys = stored_rows(at.app, sale_keys, offer_id=draft.lines[0].offer.id)
    assert {row.store_id for row in keys} == {leeds.store.id}


@pytest.mark.parametrize("code", ["ABCD-EFGH", "no", "'; drop", "٣٣٣٣٣٣٣٣"])
def test_an_unknown_code_is_told_in_a_sentence(at: At, code: str) -> None:
    refused = redeem(at, code)

    assert refused.status == 422
    assert "do not know this code" in refused.text


def test_another_country_makes_a_new_quote(at: At) -> None:
    path = sale(at)
    kept(at, path)

    refused = redeem(at.elsewhere(country="DE", currency="EUR"), draft_of(at, path).code)

    assert refused.status == 422
    assert "another country" in refused.text
    assert draft_of(at, path).store_id == at.store.id


def test_another_partner_and_the_training_of_the_same_do_not_know_the_code(at: At, hearthside: Partner) -> None:
    path = sale(at)
    kept(at, path)
    code = draft_of(at, path).code

    assert "do not know" in redeem(at.abroad(), code).text
    assert "do not know" in redeem(at.beside(is_training=True), code).text


def test_a_price_that_ended_while_the_customer_was_away_is_made_again_and_told(at: At) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=31)):
        earlier = at.beside()
        path = sale(earlier)
        kept(earlier, path)
        before = draft_of(at, path).lines[0].offer

    page = at.follow(redeem(at, draft_of(at, path).code))

    assert draft_of(at, path).lines[0].offer != before
    assert "The price has ended" in page.text


def test_a_quote_of_a_sale_that_is_over_says_so(at: At) -> None:
    path = sale(at)
    kept(at, path)
    from tests.offering import answered

    answered(at, at.get(f"{path}/offer"), "no")

    assert "used already or was closed" in redeem(at, draft_of(at, path).code).text


def test_the_customer_reads_the_quote_on_their_own_phone_and_cannot_buy_there(at: At) -> None:
    path = sale(at, language="fr")
    kept(at, path)

    page = read(at, link_of(at, path))

    assert page.status == 200
    for said in ("Votre devis", draft_of(at, path).code, "Chutes et chocs", "Perte et vol", "£64.57"):
        assert said in page.text
    assert page.forms == []
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert "<header" not in page.html


def test_the_phone_shows_what_was_chosen_and_nobodys_name(at: At) -> None:
    path = sale(at)
    at.post(chosen(at, path).location, first_name="Ana", last_name="Costa", email="ana@example.org")
    kept(at, path)

    page = read(at, link_of(at, path))

    assert "2 years" in page.text
    assert "3 years" not in page.text
    assert "Costa" not in page.html


def test_a_wrong_token_opens_nothing(at: At) -> None:
    path = sale(at)
    kept(at, path)

    assert read(at, link_of(at, path)[:-1] + "~").status == 404
    assert read(at, "/portal/quote/ABCD-EFGH/xxxxx").status == 404


def test_the_link_still_tells_what_became_of_the_quote(at: At) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=31)):
        earlier = at.beside()
        path = sale(earlier)
        kept(earlier, path)

    assert "This price ended" in read(at, link_of(at, path)).text


def test_another_store_cannot_open_the_page_of_the_code(at: At) -> None:
    path = sale(at)
    kept(at, path)

    assert at.elsewhere().get(urlsplit(f"{path}/quote").path).status == 404


def test_only_what_was_put_aside_is_opened_in_another_store(at: At) -> None:
    path = sale(at)
    kept(at, path)
    code = draft_of(at, path).code
    redeem(at, code)

    refused = redeem(at.elsewhere(), code)

    assert refused.status == 422 and "still open in another store" in refused.text
    assert draft_of(at, path).store_id == at.store.id


def paid(at: At) -> Sale:
    made = sale_at(at, "check")
    made.keep(replace(made.draft, code=quote_code(Dice(uuid4).choice)))
    return made


def test_the_code_of_an_open_sale_opens_it_in_its_own_store_and_changes_nothing(at: At) -> None:
    made = paid(at)
    before = made.draft

    assert redeem(at.beside(), before.code).location == made.url("check")
    assert made.draft == before


def test_what_was_agreed_and_paid_before_is_asked_again_when_the_quote_is_opened(at: At) -> None:
    made = paid(at)
    made.keep(replace(made.draft, status="quoted", consent_shown_at=datetime.now(UTC)))

    redeem(at.elsewhere(), made.draft.code)

    draft = made.draft
    assert (draft.payment, draft.consent, draft.consent_shown_at) == (None, None, None)


def in_state(at: At, region: str, *trained: str) -> At:
    return at.elsewhere(country="US", region=region, currency="USD", trained=trained)


def test_in_another_region_the_offers_are_made_anew_and_it_is_told(at: At) -> None:
    washington, york = in_state(at, "WA", "us-training"), in_state(at, "NY", "us-training")
    made = sale_at(washington)
    made.keep(replace(made.draft, status="quoted", code=quote_code(Dice(uuid4).choice)))
    before = made.offer_ids()

    page = york.follow(redeem(york, made.draft.code))

    line = made.draft.lines[0]
    assert line.offer is not None and line.offer.id not in before and not line.is_decided
    assert "another region" in page.text


def test_in_another_region_who_is_not_trained_does_not_get_to_the_offer(at: At) -> None:
    washington, york = in_state(at, "WA", "us-training"), in_state(at, "NY")
    made = sale_at(washington)
    made.keep(replace(made.draft, status="quoted", code=quote_code(Dice(uuid4).choice)))

    page = york.follow(redeem(york, made.draft.code))

    assert page.status == 422 and "asks for training before selling" in page.text
    assert made.draft.lines[0].offer is None
