"""A thousand partners instead of five: memory of a server process, cost of Create Offer, start to first answer."""

import subprocess
import tempfile
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.keyring import Keyring
from app.adapters.migrating import migrate
from app.adapters.shelf import Shelf
from app.catalog.release import Release, content_hash, release_of
from app.catalog.source import read_folder
from app.domain.signature import signed_headers
from app.services.keys import create_key
from tests.bench.create_offer import CONNECTIONS, answer_to, fixture_body
from tests.bench.fixture import write_fixture
from tests.bench.servers import SECRET, environment, load, our_server

MANY, FEW = 1_000, 5
SECONDS = 5.0
ROUNDS = 3
KEY_SECRET = "bench-secret-bench-secret"


def code_of(number: int) -> str:
    return f"B{number:04d}"


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as name:
        folder = Path(name)
        envs = {count: _filled(folder, count) for count in (FEW, MANY)}
        requests = {count: _requests(count) for count in (FEW, MANY)}
        result = _start(folder, envs[MANY], requests[MANY][-1])
        rates: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(ROUNDS):
            for count in (FEW, MANY):
                with our_server(envs[count], folder / "server.log") as (url, process):
                    for request in requests[count]:
                        answer_to(url + request["path"], request)  # everybody's catalog is compiled once
                    rates[count].append(float(str(load(url, requests[count], CONNECTIONS, SECONDS)["per_second"])))
                    if count == MANY:
                        result["memory_mb"] = _memory(process.pid)
    few, many = max(rates[FEW]), max(rates[MANY])
    result |= {"cost_ratio": round(few / many, 3), "per_second_few": round(few), "per_second_many": round(many)}
    print(
        f"{MANY} partners: {result['memory_mb']} MB, an offer costs {result['cost_ratio']:.2f} of one with {FEW} "
        f"({many:.0f} / {few:.0f} a second), start to first answer {result['start_to_first_answer_s']:.2f} s"
    )
    return result


def _filled(folder: Path, count: int) -> dict[str, str]:
    """A database with so many partners, each with words and a schema of its own: nothing is shared by being equal."""
    env = environment(folder / str(count), f"sqlite:///{folder}/{count}.db")
    place = folder / f"fixture-{count}"
    place.mkdir()
    model = release_of(read_folder(write_fixture(place)))
    database = Database(env["DATABASE_URL"], pool_size=1)
    migrate(database)
    shelf, now = Shelf(database, 0, 1), datetime.now(UTC)
    keyring = Keyring(database, Cipher(SECRET, "partner-keys"))
    for number in range(count):
        code = code_of(number)
        shelf.publish(_own_release(model, code), now)
        create_key(keyring, code, "live", now, {"id": f"key_{code}", "secret": KEY_SECRET})
    database.close()
    return env


def _own_release(model: Release, code: str) -> Release:
    document = deepcopy(model.document)
    document["partner"]["code"] = code
    document["partner"]["title"] = f"Partner {code}"
    for schema in document["schemas"].values():
        schema["properties"]["partner"]["maxProperties"] = int(code[1:]) + 50
    for words in document["words"].values():
        for offer in words["offers"].values():
            offer["heading"] += f" ({code})"
    return Release(content_hash(document), code, document, model.pages)


def _requests(count: int) -> list[dict[str, Any]]:
    body = fixture_body().decode()
    made = []
    for number in range(count):
        path = f"/x/partners/{code_of(number)}/offers/"
        headers = signed_headers(
            f"key_{code_of(number)}", KEY_SECRET, "hmac-sha512", ("date",), ("POST", path), datetime.now(UTC)
        )
        made.append({"path": path, "headers": headers | {"Content-Type": "application/json"}, "body": body})
    return made


def _start(folder: Path, env: dict[str, str], request: dict[str, Any]) -> dict[str, Any]:
    """From starting the program to the first offer of a partner nobody has asked for yet."""
    begin = perf_counter()
    with our_server(env, folder / "server.log") as (url, _):
        answer_to(url + request["path"], request)
        return {"start_to_first_answer_s": round(perf_counter() - begin, 3)}


def _memory(parent: int) -> int:
    """Resident memory of the largest process below the one we started: the one that serves."""
    children = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True).stdout.split()
    sizes = []
    for pid in children:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        sizes.append(int(line.split()[1]) // 1024)
    return max(sizes)
