"""The account page: what belongs to one address at one partner, newest first."""

import pytest

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from tests.customer import BOTH, Customer, customer_of, said
from tests.partner import Partner


def test_bookings_stand_newest_first_with_what_one_can_do(northwind: Partner) -> None:
    first = customer_of(northwind, "camera", email="many@example.org")
    second = customer_of(northwind, "camera", *BOTH, email="Many@Example.org ".strip())

    answer = second.opens("account")

    text = answer.text
    assert text.index(second.id) < text.index(first.id)
    for customer in (first, second):
        for page in ("coi", "cancel", "claim"):
            link = customer.address(page).replace("&", "&amp;")
            assert link in text, page
    assert "Accessories, 2 years" in said(answer)
    assert second.booking["total_price_formatted"] in said(answer)


def test_the_link_in_an_answer_opens_that_booking_alone(northwind: Partner) -> None:
    """Whoever buys with somebody else's address sees what they bought themselves, and nothing of the other's."""
    victim = customer_of(northwind, "camera", email="shared@example.org")
    stranger = customer_of(northwind, "camera", email="shared@example.org")

    answer = northwind.client.get(f"/en/account?{stranger.booking['account_url'].partition('?')[2]}")

    assert answer.status_code == 200
    assert stranger.id in answer.text
    assert victim.id not in answer.text


def test_a_long_list_is_given_out_in_pages(northwind: Partner) -> None:
    made = [customer_of(northwind, "camera", email="pages@example.org") for _ in range(21)]
    account = made[0].address("account")

    pages = [northwind.client.get(f"{account}&page={number}").text for number in (1, 2)]

    assert [sum(customer.id in page for customer in made) for page in pages] == [20, 1]
    assert words("customer", "en")("account.older") in pages[0]
    assert words("customer", "en")("account.newer") in pages[1]
    assert "&amp;page=2" in pages[0]


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "\u0661", "9" * 30, ""])
def test_a_page_that_cannot_be_is_the_first(northwind: Partner, page: str) -> None:
    customer = customer_of(northwind, "camera")

    assert customer.id in northwind.client.get(f"{customer.address('account')}&page={page}").text


def test_what_was_cancelled_says_so_and_offers_no_more_cancelling(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera", email="gone@example.org")
    northwind.post(f"bookings/{customer.id}/cancel", {})

    answer = customer.opens("account")

    assert "Cancelled on" in said(answer)
    assert "/cancel/" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_account_that_nothing_belongs_to_any_more_is_not_an_error(northwind: Partner, language: str) -> None:
    customer = customer_of(northwind, "camera", email="before@example.org")
    northwind.patch(f"bookings/{customer.id}", {"policyholder": {"email": "after@example.org"}})

    answer = customer.opens("account", language)

    assert answer.status_code == 200
    assert words("customer", language)("account.empty") in said(answer)
    assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("wrong", ["", "x", "00000000-0000-4000-8000-000000000000", "{id}x", "{ID}"])
def test_an_account_opens_only_with_its_own_id(northwind: Partner, wrong: str) -> None:
    customer: Customer = customer_of(northwind, "camera")
    address = customer.address("account")
    account_id = address.partition("id=")[2].partition("&")[0]

    given = wrong.replace("{id}", account_id).replace("{ID}", account_id.upper())

    assert northwind.client.get(address.replace(account_id, given)).status_code == 404
