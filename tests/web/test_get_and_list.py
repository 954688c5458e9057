"""Get Offer and List Offers: exactly what was answered, the newest first, a page at a time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.contract import misfits, offer_of, refusal_of
from tests.partner import CATALOG, Partner, example, publish, with_key


def body(**partner: str) -> dict[str, Any]:
    return example("hearthside", "apartment-in-paris") | {"partner": partner}


@pytest.fixture(scope="module")
def lister(hearthside: Partner) -> Partner:
    """A partner with seven offers of its own."""
    publish(hearthside.app, CATALOG / "hearthside", "LSTER")
    return with_key(hearthside.app, "LSTER")


@pytest.fixture(scope="module")
def made(lister: Partner) -> list[str]:
    """The ids of the seven, the oldest first."""
    return [
        offer_of(lister.create_offer(body(transaction_id=f"T-{number % 3}", subsidiary="HEARTHSIDE-CITY")))["id"]
        for number in range(7)
    ]


def listed(partner: Partner, query: str = "") -> list[str]:
    answer = partner.get(f"offers/{query}")
    assert answer.status_code == 200, answer.text
    assert misfits("offer_page", answer.json) == []
    return [one["id"] for one in answer.json["results"]]


def test_an_offer_is_given_again_byte_for_byte(hearthside: Partner) -> None:
    created = hearthside.create_offer(body(), "?extra_fields=commission&include_content=false")

    again = hearthside.get(f"offers/{created.json['id']}/")

    assert again.data == created.data
    assert again.mimetype == "application/json"


@pytest.mark.parametrize("prefix", ["/x", "/xcover"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_prefixes_and_both_endings_give_it(hearthside: Partner, prefix: str, slash: str) -> None:
    created = hearthside.create_offer(body())
    caller = Partner(hearthside.app, "HRTHS", hearthside.key_id, hearthside.secret, prefix=prefix)

    assert caller.get(f"offers/{created.json['id']}{slash}").data == created.data


@pytest.mark.parametrize(
    "offer_id",
    ["01a1fe7c-c8e0-71cf-b9fe-374d84304397", "x", "%20", "..%2f", "%27%20OR%201=1", "%00", "a%00b", "x" * 3_000, "é"],
)
def test_an_unknown_offer_is_told_in_the_recorded_words(hearthside: Partner, offer_id: str) -> None:
    said = refusal_of(hearthside.get(f"offers/{offer_id}/"), 404)

    assert said == {"type": "api_error", "message": "Quote package does not exist"}


def test_the_newest_come_first(lister: Partner, made: list[str]) -> None:
    assert listed(lister) == made[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_each_other_to_the_end_without_gap_or_repeat(lister: Partner, made: list[str], limit: int) -> None:
    found: list[str] = []
    path: str | None = f"{lister.path('offers/')}?limit={limit}"

    while path is not None:
        answer = lister.client.get(path, headers=lister.signed("GET", path))
        page = answer.json
        assert len(page["results"]) <= limit
        found += [one["id"] for one in page["results"]]
        if page["next"] is not None:
            assert page["next"].startswith("https://cover.example/x/partners/LSTER/offers/?")
        path = page["next"] and page["next"].removeprefix("https://cover.example")

    assert found == made[::-1]


def test_the_next_page_keeps_the_filters(lister: Partner, made: list[str]) -> None:
    answer = lister.get("offers/?limit=1&transaction_id=T-0&subsidiary=HEARTHSIDE-CITY")

    query = urlsplit(answer.json["next"]).query
    assert "transaction_id=T-0" in query
    assert "subsidiary=HEARTHSIDE-CITY" in query
    assert listed(lister, f"?{query}") == [made[3]]


def test_a_summary_says_whose_order_it_was(lister: Partner, made: list[str]) -> None:
    summary = lister.get("offers/?limit=1").json["results"][0]

    assert summary["partner"] == {"subsidiary": "HEARTHSIDE-CITY", "transaction_id": "T-0"}
    assert (summary["currency"], summary["language"], summary["country"]) == ("EUR", "fr", "FR")
    assert summary["offer_schema"] == "hearthside-renters:v1"
    made_at = datetime.strptime(summary["created_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - made_at) < timedelta(hours=1)


def test_filters_choose(lister: Partner, made: list[str]) -> None:
    session = lister.get(f"offers/{made[2]}/").json["session_id"]
    config = lister.config_ids()["renters-bundle"]

    assert listed(lister, "?transaction_id=T-1") == [made[4], made[1]]
    assert listed(lister, "?transaction_id=T-9") == []
    assert listed(lister, f"?session_id={session}") == [made[2]]
    assert listed(lister, f"?offer_config_id={config}") == made[::-1]
    assert listed(lister, "?schema=hearthside-renters:v1&subsidiary=HEARTHSIDE-CITY") == made[::-1]
    assert listed(lister, "?schema=hearthside-renters:v2") == []
    assert listed(lister, "?subsidiary=%27%20OR%20%271%27=%271") == []


@pytest.mark.parametrize("hours", [0, 5, -7, 13])
def test_moments_mean_the_same_in_every_time_zone(lister: Partner, made: list[str], hours: int) -> None:
    stamp = lister.get("offers/").json["results"][3]["created_at"]
    fourth = datetime.fromisoformat(stamp)
    there = fourth + timedelta(hours=hours)
    written = quote(f"{there:%Y-%m-%dT%H:%M:%S.%f}{hours:+03d}:00")

    assert listed(lister, f"?created_from={written}") == made[:2:-1]
    assert listed(lister, f"?created_to={written}") == made[2::-1]


def test_a_plus_sign_that_was_not_escaped_is_understood(lister: Partner, made: list[str]) -> None:
    assert listed(lister, "?created_from=2020-01-01T00:00:00+02:00") == made[::-1]
    assert listed(lister, "?created_from=2999-01-01") == []


BAD = {
    "limit=0": "limit",
    "limit=101": "limit",
    "limit=-1": "limit",
    "limit=": "limit",
    "limit=ten": "limit",
    "limit=1.5": "limit",
    "limit=%C2%B2": "limit",
    "limit=%D9%A3": "limit",
    "limit=99999999999999999999": "limit",
    "limit=0000000019999": "limit",
    "limit=000000001" + "9" * 5_000: "limit",
    "after=x": "after",
    "after=": "after",
    "created_from=yesterday": "created_from",
    "created_from=2026-02-30": "created_from",
    "created_to=2026-13-01": "created_to",
    "created_to=": "created_to",
}


@pytest.mark.parametrize(("query", "name"), BAD.items(), ids=[query[:40] for query in BAD])
def test_values_that_mean_nothing_are_refused_by_name(lister: Partner, query: str, name: str) -> None:
    said = refusal_of(lister.get(f"offers/?{query}"), 422)

    assert list(said["errors"]) == [name]


@pytest.mark.parametrize(
    "query",
    [
        "subsidiary=%00",
        "transaction_id=a%00b",
        "schema=%00",
        "session_id=%00",
        "offer_config_id=%00",
        "transaction_id=%ED%A0%80",
        "created_from=0001-01-01T00:00:00%2B14:00",
        "created_to=9999-12-31T23:59:59-14:00",
        "after=ffffffff-ffff-ffff-ffff-ffffffffffff",
    ],
)
def test_strange_values_are_no_defect(lister: Partner, query: str) -> None:
    assert lister.get(f"offers/?{query}").status_code in (200, 422)


def test_the_list_holds_the_offers_of_its_own_partner_and_mode_only(lister: Partner, made: list[str]) -> None:
    tester = with_key(lister.app, "LSTER", "test")
    tried_out = offer_of(tester.create_offer(body()))["id"]

    assert listed(tester) == [tried_out]
    assert tried_out not in listed(lister)
    assert listed(lister, "?limit=100") == made[::-1]
