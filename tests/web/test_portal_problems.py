"""Above a form that was refused stands what is wrong with which field, no sentence twice."""

import re

import pytest

from tests.associate import HOST, At, tablet, visitor
from tests.basket import act, begun, product_path
from tests.begun_sale import sale_at
from tests.markup import Page, page_of
from tests.partner import Partner

DATABASES = ("sqlite",)

LISTED = re.compile(r'<li>(?:<a href="#[^"]+">)?([^<]+)')


@pytest.fixture(scope="module")
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


def listed(page: Page) -> list[str]:
    assert page.status == 422, page.text
    found = page.html.partition('<div class="problems"')[2].partition("</div>")[0]
    return LISTED.findall(found)


def named(page: Page, *fields: str) -> None:
    """Each of these is to be filled in, and nothing is said in the same words twice."""
    problems = listed(page)

    assert len(set(problems)) == len(problems)
    assert [one for one in problems if one.endswith("Please fill this in.")] == [
        f"{field}: Please fill this in." for field in fields
    ]


def test_the_customers_empty_fields_are_named(at: At) -> None:
    named(at.post(sale_at(at, "customer").url("customer"), first_name="", last_name=""), "First name", "Last name")


def test_the_empty_fields_of_a_payment_are_named(at: At) -> None:
    problems = listed(at.post(sale_at(at, "payment").url("payment"), amount="", reference=""))

    assert len(set(problems)) == len(problems) > 1


def test_the_empty_fields_of_an_article_are_named(at: At) -> None:
    named(at.post(begun(at), number="", price=""), "IMEI", "Price paid (GBP)")


def test_the_empty_fields_of_an_article_typed_in_by_hand_are_named(at: At) -> None:
    path = product_path(at)

    named(act(at, path, "write", title="", category="", price=""), "Name of the product", "Kind", "Price paid (GBP)")


def test_the_empty_fields_of_a_new_person_are_named(at: At) -> None:
    boss = at.desk("admin")

    named(boss.post("/portal/people/new", name="", role=None), "Name", "Role")


def test_the_empty_fields_of_a_new_store_are_named(at: At) -> None:
    boss = at.desk("admin")

    problems = listed(boss.post("/portal/stores/new", name="", code="", country="", currency="", time_zone=""))

    assert len(set(problems)) == len(problems) >= 5


def test_the_empty_fields_of_a_sign_in_are_named(at: At) -> None:
    browser = visitor(at.app)
    start = page_of(browser.get("/portal/sign-in", base_url=f"https://{HOST}"))
    (form,) = [form for form in start.forms if "password" in form.names]

    named(page_of(browser.post("/portal/sign-in", base_url=f"https://{HOST}", data=form.fields)), "E-mail", "Password")


def test_fields_are_named_as_each_language_writes_it(northwind: Partner) -> None:
    for language, sign in (("fr", "\u00a0: "), ("ja", "："), ("ar", ": ")):
        at = tablet(northwind.app, language=language, subsidiary="NORTHWIND-UK")

        first, second = listed(at.post(sale_at(at, "customer").url("customer"), first_name="", last_name=""))

        assert sign in first and first.split(sign)[0] != second.split(sign)[0]
        assert first.split(sign)[1] == second.split(sign)[1]
