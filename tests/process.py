"""A real server process, as an operator starts one."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent
AWNING = (sys.executable, "-m", "app.cli")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    url: str
    log: Path

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None, method: str | None = None
    ) -> Answer:
        request = urllib.request.Request(f"{self.url}{path}", body, dict(headers or {}), method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read())

    def answers(self) -> bool:
        try:
            return self.ask("/healthz").status == 200
        except OSError:
            return False


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The shell's environment without its own settings, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWNING_")}
    return kept | {"PYTHONPATH": str(ROOT)} | dict(environment)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    environment: Mapping[str, str], folder: Path, *options: str, has_worker: bool = False, port: int = 0
) -> Iterator[Server]:
    """`awning serve` until the block ends; with the worker beside it only where a test is about what leaves."""
    port = port or free_port()
    environment = {"AWNING_URL": f"http://127.0.0.1:{port}"} | dict(environment)
    command = [*AWNING, "serve", "--port", str(port), *(() if has_worker else ("--no-worker",)), *options]
    with answering(command, clean_environment(environment), folder / f"server-{port}.log", port) as server:
        yield server


@contextmanager
def answering(command: Sequence[str], environment: Mapping[str, str], log: Path, port: int) -> Iterator[Server]:
    """A server process, from its first answer until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", log)
    try:
        eventually(lambda: process.poll() is not None or server.answers())
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        process.terminate()
        process.wait()


def awning(environment: Mapping[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command line, run as a process of its own."""
    return subprocess.run(
        [*AWNING, *arguments],
        cwd=ROOT,
        env=clean_environment(environment),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
