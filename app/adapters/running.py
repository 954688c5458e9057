"""Calls that are being worked on in this process, so that a repeat of one is told to wait (423).

Between processes nobody needs to know: the database stores one of two, and the other is answered as a repeat.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from app.domain.errors import StillRunning


class Running:
    def __init__(self) -> None:
        self._scopes: set[str] = set()
        self._lock = Lock()

    @contextmanager
    def only(self, scope: str) -> Iterator[None]:
        with self._lock:
            if scope in self._scopes:
                raise StillRunning()
            self._scopes.add(scope)
        try:
            yield
        finally:
            with self._lock:
                self._scopes.discard(scope)
