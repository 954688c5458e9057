"""A closed-loop load on the loopback: so many connections, each sends its next request when it has its answer.

One process, one thread, no library: the generator has to cost less than what it measures. Run as
`python -m tests.bench.load` with a JSON description on standard input; prints a JSON result.
"""

import json
import selectors
import socket
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Result:
    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]


class Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), 10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.got = b""
        self.needs = 0

    def send(self, request: bytes) -> None:
        self.got, self.needs = b"", 0
        self.sent_at = perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Reads what is there; True when the whole answer has come."""
        self.got += self.socket.recv(262_144)
        if not self.needs:
            end = self.got.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = self.got[:end].lower()
            at = head.index(b"content-length:") + 15
            stop = head.find(b"\r\n", at)
            self.needs = end + 4 + int(head[at : stop if stop > 0 else end])
        return len(self.got) >= self.needs


def request_bytes(url: str, headers: dict[str, str], body: bytes, method: str = "POST") -> bytes:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("loopback only")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def closed_loop(url: str, requests: list[bytes], connections: int, seconds: float, most: int | None = None) -> Result:
    parts = urlsplit(url)
    selector = selectors.DefaultSelector()
    turn, times, statuses = 0, [], {}
    for _ in range(connections):
        one = Connection(parts.hostname, parts.port)
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.send(requests[turn % len(requests)])
        turn += 1
    begin = perf_counter()
    end = begin + seconds
    while (now := perf_counter()) < end and (most is None or turn < most):
        for ready, _ in selector.select(1.0):
            one = ready.data
            if not one.answered():
                continue
            now = perf_counter()
            times.append(now - one.sent_at)
            status = one.got[9:12].decode()
            statuses[status] = statuses.get(status, 0) + 1
            one.send(requests[turn % len(requests)])
            turn += 1
    elapsed = now - begin
    times.sort()
    pick = [times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.99)]
    return Result(len(times) / elapsed, *pick, statuses)


if __name__ == "__main__":
    wish = json.load(sys.stdin)
    sent = [
        request_bytes(
            wish["url"] + one.get("path", ""), one["headers"], one["body"].encode(), one.get("method", "POST")
        )
        for one in wish["requests"]
    ]
    print(json.dumps(asdict(closed_loop(wish["url"], sent, wish["connections"], wish["seconds"], wish["most"]))))
