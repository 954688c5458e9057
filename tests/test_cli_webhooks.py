"""`awning webhooks` and `awning worker`, as an operator uses them."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from standardwebhooks import Webhook

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.cli import main
from tests.conftest import Environment
from tests.deliveries import put, rows_in, waiting_row
from tests.letters import mail_payload
from tests.partner import published_platform
from tests.process import serving
from tests.receiver import Receiver, receiving, says
from tests.waiting import eventually

MADE = re.compile(r"endpoint  (\S+)\nkey       (\S+)\nsecret    (\S+)\nstandard  (whsec_\S+)\n")
URL = "https://8.8.8.8/hooks"


@pytest.fixture
def environment(sqlite_environment: Environment) -> Environment:
    quick = {"AWNING_PRIVATE_WEBHOOKS": "on", "AWNING_WORKER_POLL": "0.02", "AWNING_WEBHOOK_SPACING": "0.05"}
    return sqlite_environment | quick


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def database(environment: Environment) -> Iterator[Database]:
    database = Database(environment["DATABASE_URL"], pool_size=2)
    migrate(database)
    yield database
    database.close()


def run(environment: Environment, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["webhooks", *arguments], env=environment)


def succeeded(environment: Environment, *arguments: str) -> str:
    result = run(environment, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(environment: Environment, *arguments: str) -> str:
    result = run(environment, *arguments)
    assert result.exit_code != 0, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result.output


def made(environment: Environment, url: str, *options: str) -> tuple[str, ...]:
    """Endpoint, key, secret, standard secret."""
    output = succeeded(environment, "create", "NWIND", url, *options)
    found = MADE.search(output)
    assert found, output
    assert "The secret is not shown again." in output
    return found.groups()


def test_an_endpoint_from_its_making_to_its_end(environment: Environment) -> None:
    endpoint, key, secret, standard = made(environment, URL, "--event", "BOOKING_CREATED", "--mode", "test")

    listed = succeeded(environment, "list", "NWIND")
    assert all(said in listed for said in ("NWIND", "test", "active", endpoint, key, URL, "BOOKING_CREATED"))
    assert secret not in listed and standard not in listed
    assert succeeded(environment, "list", "QQQQQ") == ""

    rolled = succeeded(environment, "roll", endpoint, "--overlap-hours", "1")
    assert "secret    " in rolled and secret not in rolled
    assert "is removed" in succeeded(environment, "remove", endpoint)
    assert "removed" in succeeded(environment, "list")
    assert "There is no webhook endpoint" in refused(environment, "roll", endpoint)


def test_what_an_operator_brings_along_is_kept(environment: Environment) -> None:
    _, key, secret, _ = made(environment, URL, "--id", "old-key.1", "--secret", "sixteen letters!".replace(" ", "_"))

    assert (key, secret) == ("old-key.1", "sixteen_letters!")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nwind", URL), "five capital letters"),
        (("NWIND", "ftp://x.example/"), "must begin with https://"),
        (("NWIND", "https://a:b@x.example/"), "must not hold a name or password"),
        (("NWIND", URL, "--event", "OFFER_CREATED"), "Invalid value for '--event'"),
        (("NWIND", URL, "--id", 'a"b'), "--id"),
        (("NWIND", URL, "--secret", "short"), "--secret"),
        (("NWIND", URL, "--quick-attempts", "0"), "--quick-attempts"),
    ],
)
def test_what_is_refused(environment: Environment, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(environment, "create", *arguments)


def test_private_addresses_are_refused_unless_allowed(environment: Environment) -> None:
    closed = environment | {"AWNING_PRIVATE_WEBHOOKS": "off"}

    for url in ("https://localhost/", "https://10.0.0.1/", "https://[::1]/"):
        assert "is not a public address" in refused(closed, "create", "NWIND", url)
    made(environment, "http://localhost:9/")


def test_production_wants_https(environment: Environment) -> None:
    production = environment | {
        "AWNING_MODE": "production",
        "AWNING_SECRET_KEY": "s" * 32,
        "AWNING_PRIVATE_WEBHOOKS": "off",
    }

    assert "must begin with https://" in refused(production, "create", "NWIND", "http://8.8.8.8/")


@pytest.mark.parametrize("arguments", [(), ("--all", "--booking", "x"), ("--endpoint", "x", "--booking", "y")])
def test_a_replay_says_of_what(environment: Environment, arguments: tuple[str, ...]) -> None:
    assert "say one of" in refused(environment, "replay", *arguments)


def test_from_a_row_to_the_receiver_and_the_log_through_a_served_platform(
    environment: Environment, database: Database, receiver: Receiver, tmp_path: Path
) -> None:
    """`awning serve` starts the worker; nothing is asked of the operator."""
    receiver.behaviour["/down"] = says(500, b"out of\x00 order")
    endpoint, _, _, standard = made(environment, receiver.url + "/hooks")
    down, *_ = made(environment, receiver.url + "/down", "--quick-attempts", "1", "--hourly-attempts", "0")
    rows = put(database, waiting_row(endpoint), waiting_row(down))

    with serving(environment, tmp_path, has_worker=True):
        eventually(lambda: all(row.status != "waiting" for row in rows_in(database).values()))

        (received,) = receiver.calls("/hooks")
        Webhook(standard).verify(received.body, received.headers)
        assert [rows_in(database)[row].status for row in rows] == ["delivered", "parked"]
        log = succeeded(environment, "log", "--booking", "K7RWD-3HXQP-INS")
        assert "thank you" in log and "out of\ufffd order" in log and "BOOKING_CREATED" in log
        assert succeeded(environment, "log", "--endpoint", down).count("\n") == 1

        del receiver.behaviour["/down"]
        assert "1 parked delivery waits again." in succeeded(environment, "replay", "--endpoint", down)
        eventually(lambda: rows_in(database)[rows[1]].status == "delivered")


def test_a_mail_of_a_published_partner_is_kept_where_there_is_no_server(
    environment: Environment, tmp_path: Path
) -> None:
    partner = published_platform(environment, "northwind")
    database = partner.platform.database
    partner.booked("camera")
    (row,) = rows_in(database)
    poison = put(database, *(waiting_row(kind="mail", payload=text) for text in ("{", "[]", mail_payload())))

    with serving(environment, tmp_path, has_worker=True):
        eventually(lambda: all(one.status != "waiting" for one in rows_in(database).values()))

    content = (tmp_path / "outbox" / f"{row}.eml").read_bytes()
    assert b"From: Northwind <cover@northwind.example>" in content
    assert rows_in(database)[row].status == "delivered"
    assert {rows_in(database)[one].status for one in poison} == {"parked"}
    assert b"application/pdf" in content


def children(pid: int) -> list[int]:
    """The workers a process has started."""
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in found.splitlines() if " worker " in line]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_worker_is_started_again_and_ends_with_its_server(environment: Environment, tmp_path: Path) -> None:
    from tests.process import AWNING, ROOT, clean_environment
    from tests.smtp_server import free_port

    command = [*AWNING, "serve", "--port", str(free_port())]
    log = (tmp_path / "log").open("wb")
    server = subprocess.Popen(command, cwd=ROOT, env=clean_environment(environment), stdout=log, stderr=log)
    try:
        eventually(lambda: len(children(server.pid)) == 1)
        (first,) = children(server.pid)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: children(server.pid) not in ([], [first]))
        (second,) = children(server.pid)
        grandchildren = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server.pid)], capture_output=True, text=True)
        server.kill()
        server.wait()
        eventually(lambda: not is_running(second))
    finally:
        server.kill()
        log.close()
    for pid in grandchildren.stdout.split():
        if is_running(int(pid)):
            os.kill(int(pid), signal.SIGKILL)
