"""Clients under fire: they sell, change and cancel while servers die, and remember what they were promised."""

import http.client
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

import orjson

from app.domain.signature import signed_headers
from tests.partner import example

CODE, KEY, SECRET = "NWIND", "faults_key", "faults-secret-faults-secret"
BASE = f"/x/partners/{CODE}"
DONE = (200, 201, 204, 409)
POLICYHOLDER = {
    "first_name": "Ana",
    "last_name": "Costa",
    "email": "ana.costa@example.org",
    "phone": "+12065550123",
    "country": "US",
}


@dataclass(frozen=True)
class Call:
    """A call that changes something; asked again with the same key until it is answered."""

    action: str
    method: str
    path: str
    body: bytes
    key: str

    @staticmethod
    def of(action: str, method: str, path: str, body: Any) -> "Call":
        return Call(action, method, path, orjson.dumps(body), str(uuid4()))


@dataclass
class Promises:
    """What was acknowledged, and what was sent without an answer."""

    kept: dict[str, list[str]] = field(
        default_factory=lambda: {"confirm": [], "opt_out": [], "modify": [], "cancel": []}
    )
    unanswered: list[Call] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def acknowledged(self, action: str, subject: str) -> None:
        with self.lock:
            self.kept[action].append(subject)

    def left_open(self, call: Call) -> None:
        with self.lock:
            self.unanswered.append(call)

    def wondered(self, what: str) -> None:
        with self.lock:
            self.strange.append(what)


class Unanswered(Exception):
    """The server died, or was not there."""


class Line:
    """One client's connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def close(self) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: bytes, key: str | None = None) -> tuple[int, bytes]:
        headers = signed_headers(KEY, SECRET, "hmac-sha256", ("date",), (method, path), datetime.now(UTC))
        headers["Content-Type"] = "application/json"
        if key is not None:
            headers["x-idempotency-key"] = key
        try:
            self._connection.request(method, f"{BASE}/{path}", body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self._connection.close()
            raise Unanswered from problem


class Client(Thread):
    """Sells until it is told to stop: an offer, then confirm (then perhaps modify, cancel) or opt out."""

    def __init__(self, port: int, promises: Promises, over: Event, seed: int) -> None:
        super().__init__(daemon=True)
        self._line = Line(port)
        self._promises = promises
        self._over = over
        self._chance = random.Random(seed)

    def run(self) -> None:
        request = orjson.dumps(example("northwind", "camera"))
        while not self._over.is_set():
            try:
                status, answer = self._line.ask("POST", "offers/", request)
                if status == 200:
                    self._sell(orjson.loads(answer))
            except Unanswered:
                self._over.wait(0.02)
        self._line.close()

    def _sell(self, offer: dict[str, Any]) -> None:
        if self._chance.random() < 0.25:
            self._made(
                Call.of("opt_out", "POST", f"offers/{offer['id']}/opt_out/", {"partner_metadata": {"by": "faults"}}),
                offer["id"],
            )
            return
        body = {"quotes": [{"id": offer["products"][0]["id"]}], "policyholder": POLICYHOLDER}
        answer = self._made(Call.of("confirm", "POST", f"offers/{offer['id']}/confirm/", body), offer["id"])
        if answer is None:
            return
        booking = orjson.loads(answer)["id"]
        if self._chance.random() < 0.4:
            changed = {"policyholder": {"phone": f"+1206777{self._chance.randrange(10_000):04}"}}
            self._made(Call.of("modify", "PATCH", f"bookings/{booking}/", changed), booking)
        if self._chance.random() < 0.4:
            self._made(Call.of("cancel", "POST", f"bookings/{booking}/cancel", {}), booking)

    def _made(self, call: Call, subject: str) -> bytes | None:
        try:
            status, answer = self._line.ask(call.method, call.path, call.body, call.key)
        except Unanswered:
            self._promises.left_open(call)
            raise
        if status in DONE:
            self._promises.acknowledged(call.action, subject)
            return answer
        if status in (423, 503):
            self._promises.left_open(call)
        else:
            self._promises.wondered(f"{call.action} was answered {status}: {answer[:300]!r}")
        return None
