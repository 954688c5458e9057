"""Who buys: a name and one way to be reached, typed as people type it, and lost by nothing."""

import pytest

from app.adapters.portal_tables import sale_keys
from tests.associate import At, tablet
from tests.begun_sale import sale_at
from tests.contract import stored_rows
from tests.markup import Page
from tests.offering import answered, chosen, draft_of, plans, sale, washing_machine
from tests.partner import Partner

DATABASES = ("sqlite",)

ANA = {"first_name": "Ana", "last_name": "Costa"}


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


@pytest.fixture
def path(at: At) -> str:
    path = sale(at)
    chosen(at, path)
    return path


def sent(at: At, path: str, **typed: str) -> Page:
    return at.post(f"{path}/customer", **typed)


def keys(at: At, path: str, kind: str) -> set[str]:
    offer = draft_of(at, path).lines[0].offer
    assert offer is not None
    return {row.value for row in stored_rows(at.app, sale_keys, offer_id=offer.id, kind=kind)}


def test_a_name_and_an_email_address_are_enough(at: At, path: str) -> None:
    gone_on = sent(at, path, **ANA, email="ana@example.org")

    assert gone_on.location == f"{path}/consent"
    assert draft_of(at, path).customer == {**ANA, "email": "ana@example.org"}


def test_a_number_is_enough_and_is_kept_with_its_country(at: At, path: str) -> None:
    sent(at, path, **ANA, phone="0113 496 0000")

    assert draft_of(at, path).customer == {**ANA, "phone": "+44 113 496 0000"}
    assert "134960000" in keys(at, path, "phone")


def test_neither_of_the_two_is_told_and_nothing_that_was_typed_is_lost(at: At, path: str) -> None:
    refused = sent(at, path, **ANA)

    assert refused.status == 422
    assert "One is enough" in refused.text
    assert refused.form(f"{path}/customer").fields["last_name"] == "Costa"
    assert draft_of(at, path).customer is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "ana@"}, "name@example.com"),
        ({"phone": "12"}, "does not look like a telephone number"),
        ({"first_name": "", "email": "ana@example.org"}, "fill this in"),
        ({"first_name": "4111 1111 1111 1111", "email": "ana@example.org"}, "card number"),
        ({"phone": "4111111111111111"}, "card number"),
        ({"last_name": "************1111", "email": "ana@example.org"}, "card number"),
        ({"first_name": "A" * 201, "email": "ana@example.org"}, "too long"),
        ({"language": "tlh", "email": "ana@example.org"}, "one of the languages"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(at: At, path: str, typed: dict[str, str], said: str) -> None:
    refused = sent(at, path, **{**ANA, **typed})

    assert refused.status == 422
    assert said in refused.text
    assert "4111 1111 1111 1111" not in refused.html
    assert draft_of(at, path).customer is None


@pytest.mark.parametrize(("answer", "kept"), [("use", "ana@gmail.com"), ("keep", "ana@gmial.com")])
def test_a_mistyped_address_is_asked_about_once(at: At, path: str, answer: str, kept: str) -> None:
    asked = sent(at, path, **ANA, email="ana@gmial.com")
    assert asked.status == 422
    assert "Did you mean ana@gmail.com?" in asked.text
    assert draft_of(at, path).customer is None

    done = at.post(f"{path}/customer", form=asked.form(f"{path}/customer"), hint=answer)

    assert done.location == f"{path}/consent"
    assert draft_of(at, path).customer == {**ANA, "email": kept}


def test_an_address_that_was_kept_is_not_doubted_again(at: At, path: str) -> None:
    asked = sent(at, path, **ANA, email="ana@gmial.com")
    at.post(f"{path}/customer", form=asked.form(f"{path}/customer"), hint="keep")

    assert sent(at, path, email="ana@gmial.com").status == 303


def test_the_question_is_asked_with_two_buttons_of_one_kind_and_enter_answers_neither(at: At, path: str) -> None:
    asked = sent(at, path, **ANA, email="ana@gmial.com")

    assert asked.html.count('<button class="answer" name="hint"') == 2
    assert asked.html.index('<button class="hidden"') < asked.html.index('name="hint"')


def test_an_address_is_asked_for_only_where_the_cover_needs_one(at: At, path: str) -> None:
    at_home = sale(at, washing_machine())
    answered(at, at.get(f"{at_home}/offer"), plans_of(at, at_home))

    assert "Postcode" in at.get(f"{at_home}/customer").text
    assert "Postcode" not in at.get(f"{path}/customer").text


def test_the_address_is_needed_then_and_the_sale_is_found_by_name_and_postcode(at: At) -> None:
    path = sale(at, washing_machine())
    answered(at, at.get(f"{path}/offer"), plans_of(at, path))

    refused = sent(at, path, **ANA, email="ana@example.org")
    assert refused.status == 422
    sent(at, path, **ANA, email="ana@example.org", address1="1 Park Row", postcode="LS1 1AA", city="Leeds")

    assert (draft_of(at, path).customer or {})["postcode"] == "LS1 1AA"
    assert keys(at, path, "person") == {"costa ls11aa"}


def plans_of(at: At, path: str) -> str:
    return plans(at, path)[0]


def test_two_taps_are_one_and_a_second_tablet_is_told_with_what_it_typed_still_there(at: At, path: str) -> None:
    colleague = at.beside()
    form = colleague.get(f"{path}/customer").form(f"{path}/customer")
    own = at.get(f"{path}/customer").form(f"{path}/customer")
    typed = {**ANA, "email": "ana@example.org"}
    first, again = (at.post(f"{path}/customer", form=own, **typed) for _ in range(2))

    told = colleague.post(f"{path}/customer", form=form, first_name="Ann", last_name="Coast", email="ann@example.org")

    assert first.location == again.location
    assert told.status == 422
    assert "changed on another tablet" in told.text
    assert told.form(f"{path}/customer").fields["last_name"] == "Coast"


def test_another_language_keeps_the_choice_where_the_price_is_the_same(at: At, path: str) -> None:
    sent(at, path, **ANA, email="ana@example.org", language="de")

    draft = draft_of(at, path)
    (line,) = draft.wanted
    assert draft.language == "de"
    assert line.offer is not None
    assert (line.offer.language, line.offer.total) == ("de", "£64.57")


def test_the_customers_name_stands_in_the_summary_only_from_this_step_on(at: At, path: str) -> None:
    sent(at, path, **ANA, email="ana@example.org")

    assert "Ana Costa" in at.get(f"{path}/customer").text
    assert "Ana Costa" not in at.get(f"{path}/offer").text


def test_nobody_gets_here_before_something_was_chosen(at: At) -> None:
    path = sale(at)
    at.get(f"{path}/offer")

    assert at.get(f"{path}/customer").location == f"{path}/offer"


def test_another_store_has_no_such_sale(at: At, path: str) -> None:
    assert at.elsewhere().get(f"{path}/customer").status == 404


def test_a_shared_tablet_remembers_nothing_and_shows_the_right_keyboard(at: At, path: str) -> None:
    page = at.get(f"{path}/customer")

    assert page.html.count('autocomplete="off"') >= 4
    assert 'inputmode="email"' in page.html
    assert 'inputmode="tel"' in page.html


@pytest.mark.parametrize(("country", "card"), [("JP", "4111 1111 1111 1111"), ("DE", "378282246310005")])
def test_a_card_number_is_kept_as_nobodys_telephone_number(northwind: Partner, country: str, card: str) -> None:
    at = tablet(northwind.app, country=country)
    begun = sale_at(at, "customer")
    before = begun.draft.customer

    refused = at.post(begun.url("customer"), phone=card)

    assert refused.status == 422
    assert "looks like a card number" in refused.text
    assert card not in refused.html
    assert begun.draft.customer == before
