"""What a locked tablet keeps of a form: only for whoever typed it, only text, and only from a page of their own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.associate import PIN, At, tablet
from tests.begun_sale import Sale, sale_at
from tests.partner import Partner

DATABASES = ("sqlite",)

CARD = "4111 1111 1111 1111"
IMEI = "356938035643809"


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def away(at: At, minutes: float = 3) -> None:
    with at.people.writing() as changes:
        changes.sessions.change(at.session.id_hash, seen_at=datetime.now(UTC) - timedelta(minutes=minutes))


def sent_too_late(at: At, sale: Sale, path: str, minutes: float = 3, **typed: Any) -> dict[str, dict[str, str]] | None:
    """The form as its page has it, sent after the tablet has locked; what the sale has kept of it."""
    headers = typed.pop("headers", {})
    fields = {**at.get(path).form(path).fields, **typed}
    away(at, minutes)
    answer = at.send(path, {name: value for name, value in fields.items() if value is not None}, **headers)
    assert answer.location.startswith("/portal/unlock")
    return sale.draft.typed


def unlock(at: At) -> None:
    at.post(f"/portal/unlock/{at.staff.id}", pin=PIN)


def test_it_is_back_for_who_typed_it_and_for_nobody_else(at: At) -> None:
    sale, colleague = sale_at(at), at.beside()
    sent_too_late(at, sale, sale.url("customer"), first_name="Zoe")

    assert 'value="Zoe"' not in colleague.get(sale.url("customer")).html
    unlock(at)
    assert 'value="Zoe"' in at.get(sale.url("customer")).html


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": None},
        {"token": "0" * 64},
        {"headers": {"Origin": "https://evil.example"}},
        {"minutes": 61},
    ],
)
def test_a_form_that_is_not_the_persons_own_writes_nothing(at: At, wrong: dict[str, Any]) -> None:
    sale = sale_at(at)
    before = sale.draft.version

    assert sent_too_late(at, sale, sale.url("customer"), first_name="Zoe", **wrong) is None
    assert sale.draft.version == before


def test_another_mode_and_another_tablets_token_write_nothing(at: At) -> None:
    sale, learner, colleague = sale_at(at), at.beside(is_training=True), at.beside()
    path = sale.url("customer")
    token = learner.get("/portal/more").forms[0].fields["token"]
    for one, its in ((learner, token), (colleague, at.get(path).form(path).fields["token"])):
        away(one)
        one.send(path, {"token": its, "first_name": "Zoe"})

    assert sale.draft.typed is None


def test_who_may_not_sell_or_sits_at_no_tablet_writes_nothing(at: At) -> None:
    sale = sale_at(at)
    for one in (at.desk("auditor"), at.desk("manager")):
        token = one.get("/portal/more").forms[0].fields["token"]
        away(one, 20)
        one.send(sale.url("customer"), {"token": token, "first_name": "Zoe"})

    assert sale.draft.typed is None


def test_nothing_that_was_chosen_ticked_or_confirmed_comes_back(at: At) -> None:
    sale = sale_at(at, "payment")

    typed = sent_too_late(at, sale, sale.url("payment"), tender="card", reference="R-9", signed="yes", evil="1")

    assert typed == {"payment": {"amount": "63.02", "reference": "R-9"}}
    unlock(at)
    page = at.get(sale.url("payment"))
    assert " checked" not in page.html and 'value="R-9"' in page.html


def test_of_an_article_only_its_text_is_kept(at: At) -> None:
    sale = sale_at(at)
    path = f"/portal/sales/{sale.id}/items/{sale.draft.lines[0].id}"

    typed = sent_too_late(at, sale, path, number=IMEI, anyway=IMEI, without="1", then="cover", condition="used")

    assert typed is not None
    (kept,) = typed.values()
    assert set(kept) == {"number", "price", "purchased_on", "receipt"} and kept["number"] == IMEI


@pytest.mark.parametrize("name", ["first_name", "phone", "postcode"])
def test_a_card_number_is_kept_nowhere(at: At, name: str) -> None:
    sale = sale_at(at)

    typed = sent_too_late(at, sale, sale.url("customer"), **{name: CARD})

    assert typed is not None and typed["customer"][name] == "************1111"


@pytest.mark.parametrize(("identifier", "kept"), [("imei", "378282246310005"), ("serial", "***********0005")])
def test_fifteen_figures_are_an_imei_only_where_one_was_asked(at: At, identifier: str, kept: str) -> None:
    sale = sale_at(at)
    line = replace(sale.draft.lines[0], identifier=identifier)
    sale.keep(sale.draft.with_line(line))

    typed = sent_too_late(at, sale, f"/portal/sales/{sale.id}/items/{line.id}", number="378282246310005")

    assert typed is not None and typed[f"item:{line.id}"]["number"] == kept
