"""A partner's webhook receiver: a real HTTP server on this machine that can be as bad as real ones are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    url: str = ""
    received: list[Received] = field(default_factory=list)
    is_over: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    # path -> what is answered instead of 200; with the number of the call, from 1 on
    behaviour: dict[str, Callable[["Handler", int], None]] = field(default_factory=dict)

    def calls(self, path: str) -> list[Received]:
        with self.lock:
            return [one for one in self.received if one.path == path]

    def ids(self) -> list[str]:
        with self.lock:
            return [one.headers["webhook-id"] for one in self.received]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.receiver.lock:
            self.receiver.received.append(Received(self.path, headers, body))
        behaviour = self.receiver.behaviour.get(self.path)
        if behaviour is None:
            self.answer(200, b"thank you")
        else:
            behaviour(self, len(self.receiver.calls(self.path)))

    def do_GET(self) -> None:
        self.do_POST()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def says(status: int, body: bytes = b"", **headers: str) -> Callable[[Handler, int], None]:
    return lambda handler, number: handler.answer(status, body, **headers)


def then_well(status: int, times: int) -> Callable[[Handler, int], None]:
    return lambda handler, number: handler.answer(status if number <= times else 200, b"later")


def closes(handler: Handler, number: int) -> None:
    handler.close_connection = True
    handler.connection.shutdown(2)


def hangs(handler: Handler, number: int) -> None:
    handler.receiver.is_over.wait()
    handler.close_connection = True


def ten_megabytes(handler: Handler, number: int) -> None:
    _pour(handler, b"x" * 65_536, 160, 0)


def drips(handler: Handler, number: int) -> None:
    """200 at once, then a byte now and then, for ever."""
    _pour(handler, b"x", 10**9, 0.05)


def drips_headers(handler: Handler, number: int) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.receiver.is_over.wait(0.05):
        try:
            handler.wfile.write(b"X-More: yes\r\n")
        except OSError:
            return


def talks_nonsense(handler: Handler, number: int) -> None:
    handler.wfile.write(b"\x00\xff this is not HTTP\r\n\r\n")
    handler.close_connection = True


def _pour(handler: Handler, part: bytes, times: int, pause: float) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(part) * times))
    handler.end_headers()
    handler.close_connection = True
    try:
        for _ in range(times):
            handler.wfile.write(part)
            if pause and handler.receiver.is_over.wait(pause):
                return
    except OSError:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Connections that end in the middle are what these tests are about."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = _Server(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"receiver": receiver}))
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
