"""Confirm against the yardstick, and get, list, confirm and cancel in full tables against empty ones."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, select
from uuid_utils import uuid7

from app.adapters.database import Database
from app.adapters.tables import offers
from tests.bench.create_offer import CODE, CONNECTIONS, ROUNDS, SECONDS, answer_to, databases, fixture_body, prepare
from tests.bench.create_offer import signed_request as signed
from tests.bench.servers import environment, load, our_server, yardstick_server

# More than the fastest server could confirm in a round.
OFFERS_A_ROUND = 6_000
POLICYHOLDER = {
    "first_name": "Ana",
    "last_name": "Costa",
    "email": "ana.costa@example.org",
    "phone": "+12065550123",
    "country": "US",
    "postcode": "98101",
}


def measure() -> dict[str, Any]:
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as folder, databases(Path(folder)) as urls:
        for name, workers in (("sqlite", 1), ("postgresql", 2)):
            results[name] = _compared(Path(folder), urls, name, workers)
    return results


def made_offer(url: str) -> dict[str, Any]:
    answer: dict[str, Any] = orjson.loads(answer_to(f"{url}/x/partners/{CODE}/offers/", signed(CODE, fixture_body())))
    return answer


def confirmation(offer: dict[str, Any], offer_id: str) -> dict[str, Any]:
    body = {
        "quotes": [{"id": offer["products"][0]["id"]}],
        "policyholder": POLICYHOLDER,
        "partner_transaction_id": f"NW-{offer_id[-12:]}",
        "payment_details": {"provider": "card_gateway", "transaction_id": f"pay-{offer_id[-12:]}"},
    }
    request = signed(CODE, orjson.dumps(body))
    request["path"] = f"/x/partners/{CODE}/offers/{offer_id}/confirm/"
    request["headers"]["x-idempotency-key"] = offer_id
    return request


def copies(database: Database, offer_id: str, count: int) -> list[str]:
    """The same offer under other ids, as if it had been asked for so often."""
    with database.writing() as connection:
        row = dict(connection.execute(select(offers).where(offers.c.id == offer_id)).one()._mapping)
        ids = [str(UUID(str(uuid7()))) for _ in range(count)]
        for start in range(0, count, 500):
            connection.execute(insert(offers), [row | {"id": one} for one in ids[start : start + 500]])
    return ids


def _compared(folder: Path, urls: dict[str, str], name: str, workers: int) -> dict[str, Any]:
    ours_env = environment(folder / name, urls[name])
    (folder / name).mkdir()
    prepare(ours_env, folder / name)
    database = Database(urls[name], 2)
    with ExitStack() as stack:
        url, _ = stack.enter_context(our_server(ours_env, folder / "ours.log", workers))
        offer = made_offer(url)
        first = confirmation(offer, offer["id"])
        size = len(answer_to(url + first["path"], first))
        yardstick_env = environment(folder / f"{name}-yardstick", urls[f"{name}-yardstick"])
        base = stack.enter_context(yardstick_server(yardstick_env, folder / "yardstick.log", size, workers))
        rounds = list(_rounds(database, url, f"{base}/yardstick", offer))[1:]
    database.close()
    return _report(name, size, rounds)


def _rounds(database: Database, ours: str, yardstick: str, offer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One after the other, so that neither takes the processor from the other."""
    plain = signed(CODE, fixture_body())
    for _ in range(ROUNDS + 1):
        wanted = [confirmation(offer, one) for one in copies(database, offer["id"], OFFERS_A_ROUND)]
        yield {
            "yardstick": load(yardstick, [plain], CONNECTIONS, SECONDS),
            "ours": load(ours, wanted, CONNECTIONS, SECONDS),
        }


def _report(name: str, size: int, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    def middle(side: str, figure: str) -> float:
        return statistics.median(one[side][figure] for one in rounds)

    statuses = rounds[-1]["ours"]["statuses"]
    ratio = statistics.median(one["ours"]["per_second"] / one["yardstick"]["per_second"] for one in rounds)
    result = {
        "answer_bytes": size,
        "ratio_per_second": round(ratio, 3),
        "ours_per_second": round(middle("ours", "per_second")),
        "yardstick_per_second": round(middle("yardstick", "per_second")),
        "ours_p99_ms": round(middle("ours", "p99_ms"), 2),
        "yardstick_p99_ms": round(middle("yardstick", "p99_ms"), 2),
        "statuses": statuses,
    }
    print(
        f"confirm on {name}: {ratio:.2f} of the yardstick's requests per second"
        f" ({result['ours_per_second']} / {result['yardstick_per_second']}), p99 {result['ours_p99_ms']} /"
        f" {result['yardstick_p99_ms']} ms, answers {statuses}"
    )
    return result
