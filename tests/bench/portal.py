"""Twenty tablets selling at once: how long a step takes on the server, on SQLite and on PostgreSQL.

Each tablet is a thread with a connection of its own that reads the pages and sends their forms, and waits one to two
seconds between two steps: a sale takes a quarter of the 45 seconds it may take people. They begin one after another,
and the first sale of each is not counted: it opens the server's lines to the database. The yardstick is the same
server's plainest page, asked for in the same way in the same run.
"""

import random
import re
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from app import create_app
from app.config import settings_from
from tests.associate import At, new_staff, new_store, tablet
from tests.bench.create_offer import databases
from tests.bench.servers import ROOT, awning, environment, our_server
from tests.markup import Form, forms_of

TABLETS, SALES = 20, 4
THINKING = (1.0, 2.0)
CUSTOMER = {"first_name": "Ana", "last_name": "Costa", "email": "ana.costa@example.org"}
PLAN = re.compile(r'name="answer" value="([0-9a-f-]{36})"')
Times = dict[str, list[float]]


def measure() -> dict[str, Any]:
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as folder, databases(Path(folder)) as urls:
        for name, workers in (("sqlite", 1), ("postgresql", 2)):
            results[name] = _measured(Path(folder) / f"{name}-portal", urls[name], workers)
            print(f"portal, {TABLETS} tablets, {name}: {results[name]}")
    return results


def _measured(folder: Path, url: str, workers: int) -> dict[str, Any]:
    folder.mkdir()
    env = environment(folder, url, AWNING_LOG="off")
    subprocess.run(
        awning("catalog", "publish", "catalog/northwind"), env=env, cwd=ROOT, check=True, capture_output=True
    )
    app = create_app(settings_from(env))
    store = new_store(app, subsidiary="NORTHWIND-UK")
    people = [new_staff(app, "associate", store) for _ in range(TABLETS)]
    at_work = [tablet(app, store=store, staff=person) for person in people]
    with our_server(env, folder / "server.log", workers) as (server, _):
        Tablet(server, at_work[0]).sell(0)
        with ThreadPoolExecutor(TABLETS) as pool:
            found = list(pool.map(lambda one: _shift(server, one), enumerate(at_work)))
    return _summary(found)


def _shift(server: str, numbered: tuple[int, At]) -> Times:
    number, at = numbered
    one = Tablet(server, at)
    time.sleep(random.uniform(0, sum(THINKING)))
    for sale in range(SALES):
        one.sell(1_000 * (number + 1) + sale)
        if not sale:
            one.times.clear()
    return one.times


def _summary(found: list[Times]) -> dict[str, Any]:
    times: Times = defaultdict(list)
    for one in found:
        for step, taken in one.items():
            times[step] += taken
    plain = times.pop("healthz")
    steps = [taken for several in times.values() for taken in several]
    return {
        "steps": len(steps),
        "p50_ms": _ms(steps, 50),
        "p95_ms": _ms(steps, 95),
        "p95_of_yardstick": round(_ms(steps, 95) / max(_ms(plain, 95), 0.1), 1),
        "p95_by_step_ms": {step: _ms(taken, 95) for step, taken in sorted(times.items())},
    }


def _ms(times: list[float], percent: int) -> float:
    return round(statistics.quantiles(times, n=100)[percent - 1] * 1000, 1)


def imei_of(number: int) -> str:
    """Fifteen digits with a right check digit, another one for every sale."""
    body = f"35{number:012d}"
    doubled = [int(digit) * 2 - 9 * (int(digit) > 4) if place % 2 else int(digit) for place, digit in enumerate(body)]
    return f"{body}{-sum(doubled) % 10}"


class Tablet:
    def __init__(self, server: str, at: At) -> None:
        self.times: Times = defaultdict(list)
        parts = urlsplit(server)
        self._line = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        cookies = f"__Host-awning-device={at.secret}; __Host-awning-session={at.token}"
        self._headers = {"Cookie": cookies, "Origin": "https://cover.example", "HX-Request": "true"}
        self._headers["HX-Request-Type"] = "partial"

    def sell(self, number: int) -> None:
        """From the start page to the certificate, as htmx asks for it."""
        self._ask("healthz", "GET", "/healthz")
        path = self._send("scan", self._form("start", "/portal/"), {"code": "NW-PH-5"})
        path = self._send("item", self._form("item", path), {"number": imei_of(number), "then": "cover"})
        while path.endswith("/offer"):
            path = self._answer(path)
        path = self._send("customer", self._form("customer", path), CUSTOMER)
        paper = self._form("paper", f"{path}/paper")
        path = self._send("paper", paper, {"signed": "yes"})
        paid = {"tender": "cash", "reference": f"T-{number}"}
        path = self._send("payment", self._form("payment", path), paid)
        path = self._send("confirm", self._form("check", path), {})
        assert path.endswith("/done"), path
        self._ask("done", "GET", path)

    def _answer(self, path: str) -> str:
        """The first plan of what is asked."""
        status, _, body = self._ask("offer", "GET", path)
        form = next(one for one in forms_of(body) if "group" in one.fields)
        return self._send("choose", form, {"answer": PLAN.findall(body)[0]})

    def _form(self, step: str, path: str) -> Form:
        found = next(one for one in self._forms(step, path) if one.method == "post" and "nonce" in one.fields)
        found.action = found.action or path
        return found

    def _forms(self, step: str, path: str) -> list[Form]:
        status, _, body = self._ask(step, "GET", path)
        assert status == 200, (step, path, status, body[:300])
        return forms_of(body)

    def _send(self, step: str, form: Form, typed: dict[str, str]) -> str:
        status, location, body = self._ask(step, "POST", form.action, urlencode({**form.fields, **typed}))
        assert status == 303, (step, form.action, status, body[:2000])
        time.sleep(random.uniform(*THINKING))
        return urlsplit(location).path

    def _ask(self, step: str, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"} if body else self._headers
        begin = time.perf_counter()
        self._line.request(method, path, body or None, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        self.times[step].append(time.perf_counter() - begin)
        return answer.status, answer.headers.get("Location", ""), text
