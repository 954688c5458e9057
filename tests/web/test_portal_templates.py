"""Every template of the portal is rendered by a page of it, in each language: tests/test_house.py leaves it to us."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.locales import LANGUAGES
from tests import begun_sale, counter_sales, offering
from tests.associate import At, tablet
from tests.doors import visit_every_door
from tests.markup import Page
from tests.partner import Partner

DATABASES = ("sqlite",)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "portal"
SOLD_LATER = ("", "/certificate", "/evidence", "/contact", "/serial", "/cancel")


def before_the_sale(at: At) -> Iterator[Page]:
    path = offering.sale(at)
    yield at.get("/portal/")
    yield at.post(f"{path}/product", code="phone")
    yield at.get(f"{path}/items/{offering.draft_of(at, path).lines[0].id}")
    yield offering.is_it_covered(at, path, "water")
    yield at.get("/portal/quotes")
    yield at.follow(at.post(f"{path}/quote", on=f"{path}/offer"))
    draft = offering.draft_of(at, path)
    token = at.platform.tokens.quote_token(draft.id, draft.code)
    yield at.get(f"/portal/quote/{draft.code}/{token}")
    refused = offering.sale(at)
    page = at.get(f"{refused}/offer")
    yield at.follow(offering.answered(at, page, "no"))
    offering.chosen(at, chosen := offering.sale(at))
    yield at.get(f"{chosen}/customer")


def agreeing_and_paying(at: At) -> Iterator[Page]:
    sale = begun_sale.sale_at(at, "consent")
    consent = at.get(sale.url("consent"))
    yield consent
    yield at.htmx.get(sale.url("consent/waiting"))
    link = next(part for part in consent.text.split() if "/portal/hand-over/" in part)
    yield at.get(link[link.index("/portal/") :])
    yield at.get("/portal/hand-over/nobody-made-this-code")
    yield at.get(sale.url("consent/customer"))
    yield at.get(sale.url("consent/paper"))
    paid = begun_sale.sale_at(at, "payment")
    yield at.get(paid.url("consent"))
    yield at.get(paid.url("consent/customer"))
    yield at.get(paid.url("payment"))
    checked = begun_sale.sale_at(at, "check")
    yield at.get(checked.url("check"))
    yield at.follow(at.post(checked.url("check")))
    yield at.get(checked.url("done/sheet/receipt"))


def after_the_sale(at: At) -> Iterator[Page]:
    sold = counter_sales.sold(at)
    counter_sales.asked(at, "quote")
    yield at.get("/portal/bookings")
    yield from (at.get(f"{sold.url}{page}") for page in SOLD_LATER)
    preview = at.post(f"{sold.url}/cancel", reason="changed_mind")
    stale = at.post(f"{sold.url}/cancel", reason="changed_mind").location
    yield at.follow(preview)
    at.post(preview.location)
    yield at.follow(preview)
    yield at.get(stale)
    yield at.get("/portal/to-do")
    yield at.get(f"/portal/to-do/mail/{counter_sales.returned(at).booking_id}")
    yield at.get("/portal/numbers")
    yield at.get("/portal/nothing-here")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_all_it_says_in_every_language(northwind: Partner, language: str) -> None:
    """A word that is missing or a placeholder that differs is an error while rendering."""
    at = tablet(northwind.app, "manager", language=language)

    pages = [page for part in (before_the_sale, agreeing_and_paying, after_the_sale) for page in part(at)]

    assert {page.status for page in pages} <= {200, 404}
    assert sum(page.status == 404 for page in pages) <= 3
    ours = [page for page in pages if 'class="bar"' in page.html]
    assert len(ours) > 20
    assert all(f'<html lang="{language}"' in page.html for page in ours)


def test_every_template_is_rendered_by_a_page(northwind: Partner) -> None:
    at = tablet(northwind.app, "manager")
    for part in (before_the_sale, agreeing_and_paying, after_the_sale):
        list(part(at))
    visit_every_door(northwind.app)
    assert at.desk("auditor").get("/portal/").status in (200, 303)

    loaded = {name for _, name in northwind.app.jinja_env.cache.keys()}  # type: ignore[union-attr]  # noqa: SIM118
    assert {f"portal/{path.name}" for path in TEMPLATES.iterdir()} - loaded == set()
