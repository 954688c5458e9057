"""The worker that `awning serve` runs beside itself: a process of its own, started again when it ends by itself.

It watches its parent, so it ends with a server that is killed too.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 30.0
# Longer than a worker takes to finish what is on its way.
ENDING_SECONDS = 12.0


@contextmanager
def worker_beside() -> Iterator[None]:
    keeper = _Keeper()
    keeper.start()
    try:
        yield
    finally:
        keeper.end()


class _Keeper(Thread):
    def __init__(self) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self._is_over = Event()
        self._process = _started()

    def run(self) -> None:
        rest = FIRST_REST_SECONDS
        while not self._is_over.is_set():
            began = monotonic()
            self._process.wait()
            rest = FIRST_REST_SECONDS if monotonic() - began > LONGEST_REST_SECONDS else rest
            if self._is_over.wait(rest):
                return
            rest = min(LONGEST_REST_SECONDS, rest * 2)
            self._process = _started()

    def end(self) -> None:
        self._is_over.set()
        process = self._process
        process.terminate()
        try:
            process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "app.cli", "worker", "--parent", str(os.getpid())])
