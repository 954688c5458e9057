"""Whatever goes wrong with the offer: the page is told why, the console in one line, and the order goes through."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from app.adapters.encryption import Cipher
from app.adapters.keyring import Keyring
from app.config import settings_from
from app.services.keys import create_key, revoke_key
from tests.browser.widget.zoo import MODULE, OFFERS, SELECTION, Visit, Zoo

ANSWERS: dict[str, dict[str, Any]] = {
    "an error": {"status": 500, "body": "{}"},
    "an error in words": {"status": 502, "body": "<h1>Bad gateway</h1>"},
    "not JSON": {"status": 200, "body": "<!doctype html>"},
    "nothing": {"status": 200, "body": ""},
    "JSON of another kind": {"status": 200, "body": "[1, 2]"},
    "JSON without a panel": {"status": 200, "body": '{"offer": {"id": "1", "products": []}, "session": "x"}'},
    "a panel without an offer": {"status": 200, "body": '{"html": "<div class=panel></div>", "session": "x"}'},
    "a panel of another kind": {
        "status": 200,
        "body": '{"html": "<p>Hello</p>", "offer": {"id": "1", "products": []}, "session": "x"}',
    },
    "nonsense": {"status": 200, "body": "null"},
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_is_none_costs_the_shop_nothing(visit: Visit, answer: str) -> None:
    visit.answers(OFFERS, **ANSWERS[answer])

    visit.opens("plain", required="")

    assert visit.hears("unavailable")["reason"] == "network"
    assert len(visit.notes) == 1
    assert visit.noise == []
    assert visit.element.evaluate("one => [one.offer, one.selection.decision]") == [None, None]
    assert visit.pays()["holder"] == ["Ana Costa"]


@pytest.mark.parametrize("address", ["script and offer", "script alone", "offer alone"])
def test_a_blocked_host_costs_the_shop_nothing(visit: Visit, address: str) -> None:
    for blocked in {"script and offer": ("**/widget/**",), "script alone": (MODULE,), "offer alone": (OFFERS,)}[
        address
    ]:
        visit.page.route(blocked, lambda route: route.abort())

    visit.opens("plain", required="")
    if address == "offer alone":
        assert visit.hears("unavailable")["reason"] in ("network", "forbidden")

    assert visit.pays()["holder"] == ["Ana Costa"]
    assert len(visit.notes) == (address == "offer alone")
    assert visit.noise == []


def test_a_script_with_another_hash_is_not_run(visit: Visit) -> None:
    visit.answers("**/widget/*/awning.js", status=200, body="window.taken = true", content_type="text/javascript")

    visit.opens("strict", required="")

    assert visit.pays()["card"]
    assert visit.page.evaluate("window.taken === undefined")
    assert visit.notes == [] and visit.broken == []
    assert [text for text in visit.noise if "integrity" not in text.lower() and "digest" not in text.lower()] == []


def test_a_moment_of_trouble_is_not_even_noticed(visit: Visit) -> None:
    visit.refuses(OFFERS, 503)

    visit.sees("plain")

    assert visit.heard("unavailable") == 0
    assert len(visit.asked("/widget/offers?")) == 2
    assert visit.notes == []


def test_something_that_nobody_insures_is_no_failure(visit: Visit) -> None:
    visit.opens("plain", offer="none")

    assert visit.hears("unavailable")["reason"] == "no_offer"
    assert len(visit.asked("/widget/offers?")) == 1
    assert visit.pays()["holder"] == ["Ana Costa"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"schema": "nobody:v9"}, "schema"), ({"offer": "wrong"}, "quantity"), ({"currency": "euro"}, "currency")],
)
def test_a_request_that_is_wrong_is_answered_with_its_field(visit: Visit, asked: dict[str, str], field: str) -> None:
    visit.opens("plain", **asked)

    told = visit.hears("unavailable")
    assert told["reason"] == "invalid_request"
    assert field in str(told["errors"])
    assert [field in note for note in visit.notes] == [True]
    assert visit.pays()["holder"] == ["Ana Costa"]


@pytest.fixture
def keys(zoo: Zoo, tmp_path: Any) -> Callable[..., str]:
    """Makes a key for pages, as an operator does with the same database."""
    settings = settings_from({"AWNING_MODE": "demo", "AWNING_VAR": str(tmp_path)})
    keyring = Keyring(zoo.database, Cipher(settings.secret_key, "partner-keys"))

    def make(origin: str, is_revoked: bool = False) -> str:
        now = datetime.now(UTC)
        key = create_key(keyring, "NWIND", "publishable", now, {"origins": [origin]})
        if is_revoked:
            revoke_key(keyring, key.id, now)
        return key.id

    return make


def test_a_new_key_opens_the_door(zoo: Zoo, visit: Visit, keys: Callable[..., str]) -> None:
    visit.sees("plain", key=keys(zoo.shop))

    expect(visit.radios).to_have_count(4)


@pytest.mark.parametrize("fault", ["unknown", "revoked", "of another origin"])
def test_a_key_that_does_not_fit_is_named_as_the_cause(
    zoo: Zoo, visit: Visit, keys: Callable[..., str], fault: str
) -> None:
    key = {
        "unknown": lambda: "pk_test_nobody",
        "revoked": lambda: keys(zoo.shop, is_revoked=True),
        "of another origin": lambda: keys("https://shop.example"),
    }[fault]()

    visit.opens("plain", key=key, required="")

    assert visit.hears("unavailable")["reason"] == "forbidden"
    assert [zoo.shop in note for note in visit.notes] == [True]
    assert visit.pays()["holder"] == ["Ana Costa"]


def test_a_required_choice_is_asked_for_once_and_then_let_go(visit: Visit) -> None:
    visit.sees("plain", required="")
    message = visit.element.locator(".message:not(.renewed)")
    expect(message).to_be_hidden()

    visit.page.get_by_role("button", name="Pay now").click()

    expect(message).to_be_visible()
    expect(message).to_have_text(visit.offer["content"]["required_message"])
    expect(visit.plan).to_be_focused()
    assert visit.page.url.endswith("required=")
    visit.chooses(visit.no)
    expect(message).to_be_hidden()
    assert visit.pays()["awning_decision"] == ["declined"]


def test_without_required_nobody_has_to_choose(visit: Visit) -> None:
    visit.sees("plain")

    sent = visit.pays()

    assert sent["awning_decision"] == sent["awning_selection"] == [""]
    assert "awning_quote_id" not in sent
    assert len(sent["awning_offer_id"]) == 1


@pytest.mark.parametrize("status", [403, 410])
def test_an_offer_that_ran_out_is_renewed_and_the_choice_kept_at_the_same_price(visit: Visit, status: int) -> None:
    visit.sees("plain")
    first = visit.offer["id"]
    visit.refuses(SELECTION, status)

    selection = visit.chooses(visit.plan)

    second = visit.offer
    assert second["id"] != first
    assert selection["decision"] == "accepted" and selection["token"]
    assert selection["quote_ids"] == [second["products"][0]["id"]]
    expect(visit.plan).to_be_checked()
    expect(visit.element.locator(".renewed")).to_be_hidden()


def test_an_offer_that_ran_out_and_is_dearer_now_asks_again(visit: Visit) -> None:
    visit.sees("plain")
    visit.refuses(SELECTION, 410)
    visit.meets(OFFERS, twice_as_many)

    selection = visit.chooses(visit.plan)

    assert selection == {"decision": None, "quote_ids": [], "total": None, "total_formatted": None, "token": None}
    expect(visit.element.locator(".renewed")).to_be_visible()
    assert visit.page.locator("input:checked").count() == 0
    assert visit.chooses(visit.plan)["decision"] == "accepted"


def test_a_choice_that_cannot_be_recorded_still_comes_with_the_form(visit: Visit) -> None:
    visit.sees("plain", required="")
    visit.answers(SELECTION, status=500, body="{}")

    selection = visit.chooses(visit.plan)
    sent = visit.pays()

    assert selection["decision"] == "accepted" and selection["token"] is None
    assert (sent["awning_decision"], sent["awning_selection"]) == (["accepted"], [""])
    assert sent["awning_quote_id"] == selection["quote_ids"]
    assert len(visit.notes) == 1 and visit.noise == []


def twice_as_many(route: Route) -> None:
    body = route.request.post_data or ""
    route.continue_(post_data=body.replace('"quantity": 1', '"quantity": 2'))
