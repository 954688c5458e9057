"""Servers under measurement: ours and the yardstick, each a process of its own, on SQLite or PostgreSQL."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret for benchmarks only, long enough"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(var: Path, database_url: str, **more: str) -> dict[str, str]:
    return os.environ | {
        "AWNING_MODE": "production",
        "AWNING_SECRET_KEY": SECRET,
        "AWNING_URL": "https://cover.example",
        "AWNING_VAR": str(var),
        "DATABASE_URL": database_url,
        "AWNING_RATE_LIMITS": "off",
        **more,
    }


@contextmanager
def running(command: list[str], env: dict[str, str], url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The server, once it answers; stopped at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=output, cwd=ROOT)
    try:
        _wait_for(url, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        try:
            urlopen(url, timeout=1).close()
            return
        except URLError as problem:
            if hasattr(problem, "code"):
                return
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def awning(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", *arguments]


@contextmanager
def our_server(env: dict[str, str], log: Path, workers: int = 1) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(
        awning("serve", "--no-worker", "--port", str(port), "--workers", str(workers)), env, f"{url}/healthz", log
    ) as process:
        yield url, process


@contextmanager
def yardstick_server(env: dict[str, str], log: Path, answer_bytes: int, workers: int = 1) -> Iterator[str]:
    """The same Granian with the same options; only the application is another."""
    port = free_port()
    code = (
        "from app.config import settings_from\nfrom app.web.serving import granian\n"
        f"granian('tests.bench.yardstick:create_app', settings_from(), '127.0.0.1', {port}, {workers}).serve()"
    )
    url = f"http://127.0.0.1:{port}"
    env = env | {"YARDSTICK_BYTES": str(answer_bytes)}
    with running([sys.executable, "-c", code], env, url, log):
        yield url


def load(
    url: str, requests: list[dict[str, object]], connections: int, seconds: float, most: int | None = None
) -> dict[str, object]:
    """`most`: stop after so many requests, where each can be made only once."""
    wish = {"url": url, "requests": requests, "connections": connections, "seconds": seconds, "most": most}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(wish).encode(),
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    result: dict[str, object] = json.loads(done.stdout)
    return result
