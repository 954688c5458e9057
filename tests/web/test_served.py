"""What only a real server process shows: bodies without a length, large ones, and answers without a body."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from tests.conftest import environment_of
from tests.contract import misfits
from tests.partner import Partner, close, example, published_platform
from tests.process import Server, serving

PARIS = example("hearthside", "apartment-in-paris")


@dataclass
class Wire:
    """Requests written by hand, byte by byte."""

    server: Server
    partner: Partner

    def sent(self, method: str, *parts: bytes, **headers: str) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        path = self.partner.path("offers/")
        given = self.partner.signed(method, path, Content_Type="application/json", Connection="close", **headers)
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        address = urlsplit(self.server.url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: cover.example\r\n{head}\r\n".encode())
            for part in parts:
                connection.sendall(part)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        before, _, body = answer.partition(b"\r\n\r\n")
        return int(before.split(b" ")[1]), body


def chunks(body: bytes, size: int = 10_000) -> list[bytes]:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces] + [b"0\r\n\r\n"]


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder: Path = tmp_path_factory.mktemp("wire")
    settings = environment_of(f"sqlite:///{folder}/own.db", folder)
    partner = published_platform(settings, "hearthside")
    with serving(settings, folder) as server:
        yield Wire(server, partner)
    close(partner.app)


@pytest.mark.parametrize("size", [50, 10_000])
def test_a_body_in_chunks_is_read_whole(wire: Wire, size: int) -> None:
    status, body = wire.sent("POST", *chunks(orjson.dumps(PARIS), size), Transfer_Encoding="chunked")

    assert status == 200
    assert misfits("offer", orjson.loads(body)) == []


@pytest.mark.parametrize("size", [262_144, 1_000_000])
def test_a_body_in_chunks_beyond_the_limit_is_too_large_not_cut_off(wire: Wire, size: int) -> None:
    large = orjson.dumps(PARIS | {"note": "x" * size})

    status, body = wire.sent("POST", *chunks(large), Transfer_Encoding="chunked")

    assert status == 413, body
    assert "262144" in orjson.loads(body)["message"]


def test_no_body_at_all_is_a_parse_error(wire: Wire) -> None:
    status, body = wire.sent("POST", Content_Length="0")

    assert status == 400
    assert orjson.loads(body)["message"].startswith("JSON parse error - ")


def test_head_answers_without_a_body(wire: Wire) -> None:
    assert wire.sent("HEAD") == (200, b"")
