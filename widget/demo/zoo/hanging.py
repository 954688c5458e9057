"""A server that takes every connection and says nothing for ten seconds: what a page sees of a host in trouble."""

import socket
from threading import Event, Thread

SECONDS = 10.0


class Hanging:
    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._end = Event()
        self.asked = 0
        self.given_up = 0
        Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._end.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._end.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.asked += 1
            Thread(target=self._keep, args=(connection,), daemon=True).start()

    def _keep(self, connection: socket.socket) -> None:
        with connection:
            self._end.wait(SECONDS)
            self.given_up += 1
