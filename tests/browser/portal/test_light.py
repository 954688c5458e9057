"""Light and discreet: few bytes for a step, nothing kept by browsers, nothing of a customer in titles and addresses."""

import gzip
import re
from functools import partial

import pytest

from tests.associate import At, new_store, tablet, visitor
from tests.begun_sale import CUSTOMER
from tests.browser.portal import places
from tests.browser.portal.counter import Shop
from tests.counter_sales import ANA
from tests.markup import Page

KILOBYTE = 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FORM, FILES = re.compile(r"<form\b[^>]*>"), re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"')
PERSONAL = [*CUSTOMER.values(), *ANA.values(), "490154203237518"]


@pytest.fixture(scope="module")
def at(shop: Shop) -> At:
    return tablet(shop.app, "admin", store=new_store(shop.app, subsidiary="NORTHWIND-UK"))


@pytest.fixture(scope="module")
def paths(at: At) -> list[str]:
    """Of all pages for somebody at work."""
    tours = (places.selling, places.serving, places.looking_after)
    return list(dict.fromkeys(place.path for tour in tours for place in tour(at)))


@pytest.fixture(scope="module")
def pages(at: At, paths: list[str]) -> dict[str, Page]:
    """And those on a customer's phone."""
    found = [*paths, *(place.path for place in places.of_customers(at))]
    answers = {path: at.get(path) for path in found}
    assert {page.status for page in answers.values()} == {200, 404}
    return answers


def weight(text: str) -> int:
    return len(gzip.compress(text.encode()))


def test_a_step_as_htmx_asks_for_it_is_15_kilobytes_at_most(at: At, paths: list[str]) -> None:
    weights = {path: weight(at.htmx.get(path).html) for path in paths}

    assert {path: bytes_ for path, bytes_ in weights.items() if bytes_ > 15 * KILOBYTE} == {}


def test_a_first_page_with_its_styles_and_scripts_is_60_kilobytes_at_most(shop: Shop, pages: dict[str, Page]) -> None:
    files = {
        name: weight(shop.server.ask(name).body.decode())
        for page in pages.values()
        for name in FILES.findall(page.html)
    }

    assert len(files) >= 3
    for path, page in pages.items():
        assert weight(page.html) + sum(files[name] for name in FILES.findall(page.html)) <= 60 * KILOBYTE, path


def test_whatever_htmx_sends_is_sent_once(pages: dict[str, Page]) -> None:
    forms = {(path, tag) for path, page in pages.items() for tag in FORM.findall(page.html) if 'method="post"' in tag}

    assert len(forms) > len(pages)
    # Without htmx the browser sends it, and our own script drops the second tap.
    assert [one for one in forms if "hx-" in one[1] and 'hx-sync="this:drop"' not in one[1]] == []


def test_no_browser_keeps_a_page_and_every_page_has_the_policy(shop: Shop, at: At, pages: dict[str, Page]) -> None:
    rules = [rule.rule for rule in shop.app.url_map.iter_rules() if rule.rule.startswith("/portal/")]
    nowhere = [re.sub(r"<[^>]+>", "01a1fe7c-c8e0-71cf-b9fe-374d84304397", rule) for rule in rules]
    stranger = partial(visitor(shop.app).get, base_url="https://cover.example")
    answers = [page.answer for page in pages.values()]
    answers += [at.get(path).answer for path in nowhere] + [stranger(path) for path in nowhere]

    for answer in answers:
        kept = answer.headers["Cache-Control"], answer.headers["Content-Security-Policy"]
        assert kept == ("no-store", POLICY), (answer.request.path, answer.status)


def test_titles_and_addresses_say_nothing_of_a_customer(pages: dict[str, Page]) -> None:
    assert any("Costa" in page.text for page in pages.values())
    for path, page in pages.items():
        public = " ".join([path, page.location, page.title, *page.links, *(form.action for form in page.forms)])
        assert [value for value in PERSONAL if value in public] == [], path
