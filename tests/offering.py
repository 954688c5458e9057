"""A sale that has come to its offers, as tests begin it: articles that are described, in somebody's hands."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.adapters.drafts import Seller, begun
from app.domain.drafts import Draft, Line
from tests.associate import At
from tests.markup import Form, Page

ANSWER = "answer"


def article(category: str, price: str, title: str, **more: Any) -> Line:
    return Line(
        id=str(uuid4()),
        sku="NW-X",
        title=title,
        brand="Northwind",
        model="",
        variant="",
        category=category,
        identifier="serial",
        price=price,
        condition="new",
        purchased_on=datetime.now(UTC).date().isoformat(),
        serial=f"SN{uuid4().hex[:10]}",
        **more,
    )


def camera(price: str = "549") -> Line:
    return article("electronics/cameras", price, "System camera C30")


def washing_machine() -> Line:
    return article("appliances/washing-machines", "479", "Washing machine W8")


def book() -> Line:
    return replace(article("books", "16.99", "Photography for beginners"), identifier="none")


def sale(at: At, *lines: Line, language: str = "en", mode: str = "live") -> str:
    """The path of the sale: /portal/sales/ID."""
    assert at.device is not None
    seller = Seller(at.store.partner_code, mode, at.store.id, at.staff.id, at.device.id)
    draft = replace(begun(str(uuid4()), seller, language, datetime.now(UTC)), lines=lines or (camera(),))
    at.platform.drafts.begin(draft)
    return f"/portal/sales/{draft.id}"


def draft_of(at: At, path: str) -> Draft:
    found = at.platform.drafts.by_id(path.split("/")[3])
    assert found is not None
    return found


def questions(page: Page) -> list[Form]:
    """The forms that ask about a group, in the order of the page."""
    return [form for form in page.forms if form.fields.get("group")]


def answered(at: At, page: Page, value: str, number: int = 0, path: str = "") -> Page:
    """A tap on one of the answers to a question of the page."""
    form = questions(page)[number]
    return at.send(path or form.action, {**form.fields, ANSWER: value})


def is_it_covered(at: At, path: str, question: str) -> Page:
    """Asked on the page of the offers, in the form that has the question."""
    form = next(one for one in at.get(f"{path}/offer").forms if "ask" in one.fields)
    return at.send(f"{path}/offer", {**form.fields, "ask": question})


def plans(at: At, path: str, number: int = 0) -> list[str]:
    """The quotes of an article's offer, in the order of the page."""
    import orjson

    offer = draft_of(at, path).lines[number].offer
    assert offer is not None
    stored = at.platform.store_of(at.store.partner_code, draft_of(at, path).mode).offer_on_file(offer.id)
    assert stored is not None
    return [product["id"] for product in orjson.loads(stored.answer)["products"]]


def chosen(at: At, path: str) -> Page:
    """The first plan, and no accessories: on to the customer."""
    page = at.get(f"{path}/offer")
    page = at.follow(answered(at, page, plans(at, path)[1]))
    return answered(at, page, "no")
