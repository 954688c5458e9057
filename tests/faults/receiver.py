"""A webhook receiver that counts what it was sent, by the id a receiver is given to drop repeats by."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson


class Received:
    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.events: dict[str, tuple[str, str]] = {}

    def note(self, webhook_id: str, body: bytes) -> None:
        said = orjson.loads(body)
        self.ids[webhook_id] += 1
        self.events[webhook_id] = (said["event"], said["payload"]["id"])


@contextmanager
def receiving() -> Iterator[tuple[str, Received]]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.note(self.headers["webhook-id"], body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet: thousands of lines would hide what a failing test says."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A worker that was killed cuts its connections; that is no error of the receiver's."""
            if not isinstance(sys.exc_info()[1], ConnectionError):
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", received
    finally:
        server.shutdown()
        server.server_close()
