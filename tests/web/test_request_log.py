"""The request log of a real server: one line a request, with the id of the answer and nothing personal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.conftest import environment_of
from tests.partner import Partner, close, example, published_platform
from tests.process import Server, serving
from tests.waiting import eventually


@dataclass
class Watched:
    server: Server
    partner: Partner

    def lines(self, request_id: str) -> list[dict[str, Any]]:
        """The log's lines about one request, once there is one."""
        mark = f'"request_id":"{request_id}"'
        eventually(lambda: mark in self.server.log.read_text())
        return [orjson.loads(line) for line in self.server.log.read_text().splitlines() if mark in line]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder: Path = tmp_path_factory.mktemp("served")
    settings = environment_of(f"sqlite:///{folder}/own.db", folder, AWNING_LOG="json")
    partner = published_platform(settings, "hearthside")
    with serving(settings, folder) as server:
        yield Watched(server, partner)
    close(partner.app)


def test_a_request_leaves_one_line_with_what_an_operator_needs(watched: Watched) -> None:
    path = watched.partner.path("offers/")
    headers = watched.partner.signed("POST", path, Content_Type="application/json")

    answer = watched.server.ask(path, headers, orjson.dumps(example("hearthside", "apartment-in-paris")))

    assert answer.status == 200
    (line,) = watched.lines(answer.headers["X-Request-Id"])
    assert (line["event"], line["level"]) == ("request", "info")
    assert (line["method"], line["path"], line["status"]) == ("POST", path, 200)
    assert (line["partner"], line["key"], line["code"]) == ("HRTHS", watched.partner.key_id, None)
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", line["timestamp"])
    assert isinstance(line["ms"], float)


def test_a_refusal_is_logged_with_its_code(watched: Watched) -> None:
    path = watched.partner.path("offers/")
    headers = watched.partner.signed("POST", path, Content_Type="application/json")

    answer = watched.server.ask(path, headers, b"{}")

    (line,) = watched.lines(answer.headers["X-Request-Id"])
    assert (line["status"], line["code"]) == (422, "offer_validation_request_invalid")


def test_query_body_secret_and_signature_are_never_in_the_log(watched: Watched) -> None:
    path = watched.partner.path("offers/")
    body = example("hearthside", "apartment-in-paris")
    body["customer"]["email"] = "rosa.private@example.org"
    headers = watched.partner.signed("POST", path, Content_Type="application/json")

    answer = watched.server.ask(f"{path}?extra_fields=tax&token=hidden-token", headers, orjson.dumps(body))
    refused = watched.server.ask(f"{path}?active_only=hidden-value", headers, b'{"email": "rosa.private@example.org"')

    watched.lines(answer.headers["X-Request-Id"])
    watched.lines(refused.headers["X-Request-Id"])
    log = watched.server.log.read_text()
    signature = headers["Authorization"].split('signature="')[1].strip('"')
    for private in ("rosa.private", "hidden-token", "hidden-value", signature, watched.partner.secret, "75011"):
        assert private not in log


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("partner-request-0001", True),
        ("A" * 64, True),
        ("short", False),
        ("A" * 65, False),
        ('quote"inside-it', False),
        ("two words here", False),
    ],
)
def test_a_partners_own_request_id_is_kept_if_it_is_harmless(watched: Watched, given: str, is_kept: bool) -> None:
    answer = watched.server.ask("/healthz", {"X-Request-Id": given})

    said = answer.headers["X-Request-Id"]
    assert (said == given) is is_kept
    assert watched.lines(said)


def test_requests_without_an_id_of_their_own_get_different_ones(watched: Watched) -> None:
    said = {watched.server.ask("/healthz").headers["X-Request-Id"] for _ in range(5)}

    assert len(said) == 5


def test_every_line_is_json(watched: Watched) -> None:
    watched.server.ask("/nowhere/%0aforged%22line")
    watched.server.ask("/healthz")

    assert all(orjson.loads(line) for line in watched.server.log.read_text().splitlines())


def test_plain_logs_are_for_people(tmp_path: Path) -> None:
    settings = environment_of(f"sqlite:///{tmp_path}/own.db", tmp_path, AWNING_LOG="plain")

    with serving(settings, tmp_path) as server:
        server.ask("/nowhere")
        eventually(lambda: "/nowhere" in server.log.read_text())

    line = next(line for line in server.log.read_text().splitlines() if "/nowhere" in line)
    assert not line.startswith("{")
    assert "\x1b" not in line, "no colours where nobody sees them"


def test_a_card_number_typed_into_the_address_is_cut_in_the_log(watched: Watched) -> None:
    answer = watched.server.ask("/nobody/find/4111%201111%201111%201111")

    (line,) = watched.lines(answer.headers["X-Request-Id"])
    assert line["path"] == "/nobody/find/************1111"


def test_an_id_in_a_path_stays_readable(watched: Watched) -> None:
    path = "/x/partners/HRTHS/offers/41111111-1111-1111-8111-111111111111/"

    answer = watched.server.ask(path)

    (line,) = watched.lines(answer.headers["X-Request-Id"])
    assert line["path"] == path


@pytest.mark.parametrize("page", ["invitation/abc.def", "hand-over/9k2JxQ", "quote/ABCD-EFGH/to-ken"])
def test_what_opens_something_for_whoever_has_it_is_not_in_the_log(watched: Watched, page: str) -> None:
    answer = watched.server.ask(f"/portal/{page}")

    (line,) = watched.lines(answer.headers["X-Request-Id"])
    assert line["path"] == f"/portal/{page.partition('/')[0]}/…"
