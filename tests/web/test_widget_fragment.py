"""The fragment a partner's own server puts into its page: complete without script, and the same panel with it."""

import re
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest

from tests.contract import refusal_of
from tests.partner import Partner, example, published_platform, wish
from tests.shopper import SHOP, Shopper, shopper_of

Offer = dict[str, Any]


def fragment(partner: Partner, offer: Offer, query: str = "") -> str:
    answer = partner.get(f"offers/{offer['id']}/panel{query}")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/html"
    return answer.text


class Inputs(HTMLParser):
    """The inputs that stand in the page itself, behind the template."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html.partition("</template>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.found.append(dict(attrs))


@pytest.fixture
def offer(northwind: Partner) -> Offer:
    return northwind.offered("camera")


def test_what_is_chosen_from_stands_in_the_page_s_own_form(northwind: Partner, offer: Offer) -> None:
    html = fragment(northwind, offer)

    inputs = Inputs(html).found
    assert inputs[0] == {"type": "hidden", "name": "awning_offer_id", "value": offer["id"]}
    radios = [one for one in inputs if one["type"] == "radio" and one["name"] == "awning_quote_id"]
    plans = next(rule for rule in offer["product_rules"] if rule["slug"] == "plans")
    assert [one["value"] for one in radios] == [*plans["product_ids"], ""]
    slots = set(re.findall(r'<slot name="([^"]+)"', html))
    assert {one["slot"] for one in inputs if "slot" in one} == slots
    assert not any("checked" in one for one in inputs)
    assert not any("required" in one for one in inputs)


def test_a_required_choice_is_asked_for_by_the_browser_itself(northwind: Partner, offer: Offer) -> None:
    inputs = Inputs(fragment(northwind, offer, "?required=1")).found

    required = {one["data-group"] for one in inputs if "required" in one}
    assert required == {"plans"}


def test_layout_and_theme_are_kept_and_unknown_ones_are_the_usual(northwind: Partner, offer: Offer) -> None:
    assert fragment(northwind, offer, "?layout=line&theme=dark").startswith('<awning-offer layout="line" theme="dark"')
    assert fragment(northwind, offer, '?layout="><x').startswith('<awning-offer layout="cards" theme="auto"')


def test_commission_is_not_in_a_page_though_the_partner_asked_for_it(northwind: Partner, offer: Offer) -> None:
    html = fragment(northwind, offer)

    shown = orjson.loads(re.search(r'class="awning-offer">(.*)</script>', html)[1])  # type: ignore[index]
    for product in shown["products"]:
        assert product["details"]["finance"]["commission"] == {"total_amount": None, "total_amount_formatted": None}
    assert offer["products"][0]["details"]["finance"]["commission"]["total_amount"]


def test_words_of_a_cart_cannot_break_out_of_the_fragment(northwind: Partner) -> None:
    request = example("northwind", "camera")
    request["context"]["product"]["title"] = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>'

    html = fragment(northwind, northwind.create_offer(request).json)

    assert html.count("</script>") == 1
    assert "<img" not in html


def test_the_fragment_takes_choices_of_any_page_the_partner_has_listed(northwind: Partner, offer: Offer) -> None:
    html = fragment(northwind, offer)
    shown = {"offer": offer, "session": re.search(r'data-session="([^"]+)"', html)[1]}  # type: ignore[index]
    listed = shopper_of(northwind)

    assert listed.chooses(shown).status_code == 200
    assert listed.at("https://evil.example").chooses(shown).status_code == 403
    assert Shopper(northwind, "", SHOP).reports(shown, "visible").status_code == 204


def test_what_is_sold_or_lapsed_is_not_shown_again(northwind: Partner, offer: Offer) -> None:
    northwind.confirm(offer, wish(offer))

    refusal_of(northwind.get(f"offers/{offer['id']}/panel"), 410)


def test_an_offer_without_content_still_has_names_and_both_choices(sqlite_environment: dict[str, str]) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    offer = partner.create_offer(example("northwind", "camera"), "?include_content=false").json

    html = fragment(partner, offer)

    assert "Device protection" in html
    assert "Not today" in html
    assert "Add cover" in html
