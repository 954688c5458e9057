"""Waiting for something to become true. The limit is only there so that a broken test ends."""

from collections.abc import Callable
from threading import Event
from time import monotonic

PATIENCE_SECONDS = 30.0
_NEVER = Event()


def eventually(condition: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    until = monotonic() + patience
    while not condition():
        assert monotonic() < until, "it did not become true"
        _NEVER.wait(0.01)
