"""Get, list, confirm and cancel with a million offers and 200,000 bookings in the tables, against nearly empty ones.

`make bench BENCH=full-tables ROWS=1000000`
"""

import os
import random
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson

from app.adapters.database import Database
from tests.bench.create_offer import CODE, answer_to, databases, prepare, signed_request
from tests.bench.filling import booking_id_of, fill
from tests.bench.lifecycle import confirmation, copies, made_offer
from tests.bench.servers import environment, load, our_server

ROWS = int(os.environ.get("ROWS", "100000"))
CONNECTIONS = 4
SECONDS = 2.0
ROUNDS = 5
A_ROUND = 3_000
LIMIT = 1.3
REPEATABLE = ("get", "list")

Request = dict[str, Any]


class Side:
    """One server and its database, empty or full."""

    def __init__(self, stack: ExitStack, folder: Path, url: str, rows: int) -> None:
        env = environment(folder, url)
        folder.mkdir()
        prepare(env, folder)
        self.database = Database(url, 2)
        stack.callback(self.database.close)
        self.url, _ = stack.enter_context(our_server(env, folder / "server.log"))
        self.offer = made_offer(self.url)
        self.booked = [self._confirmed(self.offer["id"])]
        self.filled = fill(self.database, self.offer["id"], self.booked[0], rows) if rows else 0
        self.untouched = random.Random(1).sample(range(self.filled), self.filled)

    def _confirmed(self, offer_id: str) -> str:
        request = confirmation(self.offer, offer_id)
        return str(orjson.loads(answer_to(self.url + request["path"], request))["id"])

    def confirmations(self) -> list[Request]:
        return [confirmation(self.offer, one) for one in copies(self.database, self.offer["id"], A_ROUND)]

    def some_bookings(self, count: int) -> list[str]:
        """From all over the table, where it is full; none of them twice."""
        if self.filled:
            taken, self.untouched = self.untouched[:count], self.untouched[count:]
            return [booking_id_of(number) for number in taken]
        return [self._confirmed(one) for one in copies(self.database, self.offer["id"], count)]

    def asked(self, method: str, path: str, body: str = "") -> Request:
        return signed_request(CODE, body.encode()) | {"method": method, "path": f"/x/partners/{CODE}/{path}"}


ACTIONS: dict[str, Callable[[Side], list[Request]]] = {
    "get": lambda side: [side.asked("GET", f"bookings/{one}/") for one in side.some_bookings(300)],
    "list": lambda side: [side.asked("GET", "bookings/?limit=20"), side.asked("GET", "bookings/?limit=20&offset=40")],
    "confirm": lambda side: side.confirmations(),
    "cancel": lambda side: [side.asked("POST", f"bookings/{one}/cancel", "{}") for one in side.some_bookings(1_500)],
}


def measure() -> dict[str, Any]:
    results: dict[str, Any] = {"rows": ROWS}
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as folder, databases(Path(folder)) as urls:
        for name in ("sqlite", "postgresql"):
            with ExitStack() as stack:
                empty = Side(stack, Path(folder) / f"{name}-empty", urls[f"{name}-yardstick"], 0)
                full = Side(stack, Path(folder) / f"{name}-full", urls[name], ROWS)
                subprocess.run(["sync"], check=True)
                results[name] = {action: _compared(name, action, empty, full) for action in ACTIONS}
    return results


def _compared(name: str, action: str, empty: Side, full: Side) -> dict[str, Any]:
    """Time for one request, full against empty, in alternating rounds."""
    ratios, statuses = [], {}
    for _ in range(ROUNDS + 1):
        speed = {}
        for label, side in (("empty", empty), ("full", full)):
            requests = ACTIONS[action](side)
            most = None if action in REPEATABLE else len(requests)
            done = load(side.url, requests, CONNECTIONS, SECONDS, most)
            speed[label], statuses = done["per_second"], done["statuses"]
        ratios.append(speed["empty"] / speed["full"])  # type: ignore[operator]
    cost = statistics.median(ratios[1:])
    print(
        f"{action} on {name} with {ROWS:,} offers: {cost:.2f} times the cost in an empty table"
        f" (limit {LIMIT}), {statuses}"
    )
    return {"cost": round(cost, 3), "rounds": [round(one, 2) for one in ratios[1:]], "statuses": statuses}
