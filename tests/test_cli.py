"""The `awning` command, as an operator and a partner's developer use it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from app.cli import main
from tests.conftest import Environment, environment_of
from tests.contract import misfits
from tests.partner import CATALOG, example
from tests.process import Server, awning, serving
from tests.waiting import eventually

HEARTHSIDE = str(CATALOG / "hearthside")
KEY = re.compile(r"key     (\S+)\nsecret  (\S+)\n")


@pytest.fixture
def environment(sqlite_environment: Environment) -> Environment:
    return sqlite_environment


def run(environment: Environment, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def succeeded(environment: Environment, *arguments: str) -> str:
    result = run(environment, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(environment: Environment, *arguments: str) -> str:
    """What a command that cannot be done says: a sentence for a person, never a traceback."""
    result = run(environment, *arguments)
    assert result.exit_code != 0, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    return result.output


def made(environment: Environment, *arguments: str) -> tuple[str, str]:
    """The id and secret of a key the command has just made."""
    output = succeeded(environment, "keys", *arguments)
    found = KEY.search(output)
    assert found, output
    assert "The secret is not shown again." in output
    return found[1], found[2]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A partner folder with a mistake in two files, on lines we know."""
    copy = tmp_path / "hearthside"
    shutil.copytree(HEARTHSIDE, copy)
    offer = copy / "offers" / "renters-bundle.yaml"
    lines = offer.read_text().splitlines()
    assert lines[2].startswith("when: ")
    lines[2] = "when: context.contents_worth > 1"
    offer.write_text("\n".join(lines) + "\n")
    words = copy / "words" / "fr.yaml"
    words.write_text(words.read_text().replace("heading:", "haeding:", 1))
    return copy


def test_check_says_that_all_is_good(environment: Environment) -> None:
    assert succeeded(environment, "catalog", "check", HEARTHSIDE) == "1 folder checked, all good.\n"
    both = succeeded(environment, "catalog", "check", HEARTHSIDE, str(CATALOG / "meridian"))
    assert both == "2 folders checked, all good.\n"


def test_check_names_every_mistake_with_file_and_line(environment: Environment, broken: Path) -> None:
    output = refused(environment, "catalog", "check", str(broken))

    lines = [line for line in output.splitlines() if not line.startswith("Error: ")]
    assert all(re.fullmatch(rf"{re.escape(str(broken))}/[\w./-]+:[0-9]+: .+", line) for line in lines)
    assert any("offers/renters-bundle.yaml:3: " in line and "contents_worth" in line for line in lines)
    assert any("words/fr.yaml:" in line for line in lines)
    assert f"Error: {len(lines)} mistakes; nothing can be published like this." in output


def test_check_needs_a_folder_that_is_there(environment: Environment, tmp_path: Path) -> None:
    assert "does not exist" in refused(environment, "catalog", "check", str(tmp_path / "nowhere"))
    assert "is not a partner folder" in refused(environment, "catalog", "check", str(tmp_path))


def test_publish_puts_a_folder_in_force_once(environment: Environment) -> None:
    first = succeeded(environment, "catalog", "publish", HEARTHSIDE)
    again = succeeded(environment, "catalog", "publish", HEARTHSIDE)

    assert re.fullmatch(r"HRTHS is now release [0-9a-f]{12}\n", first)
    assert again == first.replace("is now release", "was in force already, release")


def test_publish_under_another_code(environment: Environment) -> None:
    assert succeeded(environment, "catalog", "publish", HEARTHSIDE, "--as", "TRIAL").startswith("TRIAL is now release ")
    assert "five capital letters" in refused(environment, "catalog", "publish", HEARTHSIDE, "--as", "trial")
    assert "one folder at a time" in refused(environment, "catalog", "publish", HEARTHSIDE, HEARTHSIDE, "--as", "TRIAL")


def test_a_broken_folder_is_not_published(environment: Environment, broken: Path) -> None:
    output = refused(environment, "catalog", "publish", str(broken))

    assert "offers/renters-bundle.yaml:3: " in output
    assert "nothing can be published like this" in output
    assert "HRTHS" not in run(environment, "doctor").output


def test_price_prints_the_golden_table_and_what_could_be_added_to_it(environment: Environment) -> None:
    golden = (CATALOG / "hearthside" / "golden.csv").read_text()

    assert succeeded(environment, "catalog", "price", HEARTHSIDE).startswith(golden)


def test_price_of_a_folder_that_cannot_be_read_is_refused(environment: Environment, tmp_path: Path) -> None:
    refused(environment, "catalog", "price", str(tmp_path))


def test_a_new_key_is_shown_once_and_listed_without_its_secret(environment: Environment) -> None:
    key_id, secret = made(environment, "create", "HRTHS", "--kind", "live")
    test_id, _ = made(environment, "create", "HRTHS", "--kind", "test", "--skew", "300")

    output = succeeded(environment, "keys", "list")

    assert key_id.startswith("ak_live_")
    assert test_id.startswith("ak_test_")
    assert len(secret) >= 40
    assert secret not in output
    by_id = {line.split()[-1]: line for line in output.splitlines()}
    assert re.search(r"HRTHS +live +valid +skew 86400s \(wide\)", by_id[key_id])
    assert re.search(r"HRTHS +test +valid +skew 300s ", by_id[test_id])
    assert succeeded(environment, "keys", "list", "MRDTR") == ""


def test_existing_keys_can_be_brought_along(environment: Environment) -> None:
    wishes = ("--id", "legacy-key", "--secret", "legacy-secret-of-the-partner")

    assert made(environment, "create", "HRTHS", "--kind", "live", *wishes) == (wishes[1], wishes[3])


REFUSED_KEYS = {
    "a code in small letters": (["HrThs", "--kind", "live"], "five capital letters or digits"),
    "a short secret": (["HRTHS", "--kind", "live", "--secret", "short"], "16 characters or more"),
    "an unknown kind": (["HRTHS", "--kind", "secret"], "is not one of"),
    "no kind": (["HRTHS"], "--kind"),
    "an origin with a path": (["HRTHS", "--kind", "publishable", "--origin", "https://shop.example/"], "origin:"),
    "an origin with a star": (["HRTHS", "--kind", "publishable", "--origin", "https://*.example"], "origin:"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED_KEYS.values(), ids=REFUSED_KEYS.keys())
def test_a_key_that_cannot_be_made_is_refused_in_a_sentence(
    environment: Environment, arguments: list[str], said: str
) -> None:
    assert said in refused(environment, "keys", "create", *arguments)


def test_a_publishable_key_says_in_its_id_whether_it_is_for_tests_also_after_it_was_rolled(
    environment: Environment,
) -> None:
    wishes = ("--kind", "publishable", "--origin", "https://shop.example")

    live, _ = made(environment, "create", "HRTHS", *wishes)
    test, _ = made(environment, "create", "HRTHS", *wishes, "--test")
    rolled, _ = made(environment, "roll", test)

    assert live.startswith("pk_live_")
    assert test.startswith("pk_test_")
    assert rolled.startswith("pk_test_")


def test_a_key_id_is_taken_once(environment: Environment) -> None:
    made(environment, "create", "HRTHS", "--kind", "live", "--id", "legacy-key")

    output = refused(environment, "keys", "create", "HRTHS", "--kind", "live", "--id", "legacy-key")

    assert "there is a key legacy-key already" in output


def test_roll_and_revoke_end_a_key(environment: Environment) -> None:
    old, _ = made(environment, "create", "HRTHS", "--kind", "live")

    new, _ = made(environment, "roll", old, "--overlap-hours", "0")
    assert new != old
    assert succeeded(environment, "keys", "revoke", new) == f"{new} is revoked.\n"

    states = {line.split()[-1]: line.split()[2] for line in succeeded(environment, "keys", "list").splitlines()}
    assert states == {old: "expired", new: "revoked"}


@pytest.mark.parametrize("command", ["roll", "revoke"])
def test_a_key_that_is_not_there_is_refused_in_a_sentence(environment: Environment, command: str) -> None:
    assert "There is no key nobody." in refused(environment, "keys", command, "nobody")


def test_migrate_says_that_it_is_done_however_often(environment: Environment) -> None:
    for _ in range(2):
        assert succeeded(environment, "migrate") == "The database is up to date.\n"


def test_doctor_says_what_to_mend_until_nothing_is_left(environment: Environment) -> None:
    assert "MEND  database: migrations pending: run awning migrate" in refused(environment, "doctor")

    succeeded(environment, "migrate")
    output = refused(environment, "doctor")
    assert "MEND  catalog: nothing is published: run awning catalog publish DIR" in output
    assert "MEND  keys: none: run awning keys create CODE --kind live" in output

    succeeded(environment, "catalog", "publish", HEARTHSIDE)
    made(environment, "create", "HRTHS", "--kind", "live")
    output = succeeded(environment, "doctor")
    assert "MEND" not in output
    assert re.search(r"ok +catalog: HRTHS: 3 offers, release [0-9a-f]{12}", output)
    assert "ok    keys: 1 partner keys" in output


def test_doctor_notices_another_root_secret(environment: Environment) -> None:
    succeeded(environment, "catalog", "publish", HEARTHSIDE)
    made(environment, "create", "HRTHS", "--kind", "live")

    output = refused(environment | {"AWNING_SECRET_KEY": "another secret of thirty-two characters"}, "doctor")

    assert "MEND  keys: A stored secret cannot be read: AWNING_SECRET_KEY" in output


@pytest.mark.parametrize("command", [["migrate"], ["doctor"], ["keys", "list"], ["catalog", "publish", HEARTHSIDE]])
def test_a_database_that_does_not_answer_is_said_in_a_sentence(environment: Environment, command: list[str]) -> None:
    nowhere = environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    refused(nowhere, *command)


def test_sign_prints_headers_that_curl_reads(environment: Environment) -> None:
    path = "/x/partners/HRTHS/offers/"
    output = succeeded(environment, "sign", "POST", path, "--key", "k", "--secret", "s", "--algorithm", "hmac-sha256")

    names = [line.partition(": ")[0] for line in output.splitlines()]
    assert names == ["Date", "Authorization", "X-Api-Key"]
    assert 'keyId="k",algorithm="hmac-sha256",signature="' in output


@pytest.mark.parametrize("algorithm", ["hmac-md5", "none", "sha512"])
def test_sign_knows_only_the_algorithms_of_the_contract(environment: Environment, algorithm: str) -> None:
    refused(environment, "sign", "GET", "/", "--key", "k", "--secret", "s", "--algorithm", algorithm)


def test_the_demo_runs_in_demo_mode_only(environment: Environment) -> None:
    assert "AWNING_MODE=demo" in refused(environment, "demo")


def test_sqlite_is_served_by_one_process(environment: Environment) -> None:
    assert "set DATABASE_URL to PostgreSQL" in refused(environment, "serve", "--workers", "2")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Environment]]:
    """`awning serve` on a database that the command line has prepared."""
    folder = tmp_path_factory.mktemp("served")
    environment = environment_of(f"sqlite:///{folder}/own.db", folder)
    succeeded(environment, "catalog", "publish", HEARTHSIDE)
    with serving(environment, folder) as server:
        yield server, environment


def signed(environment: Environment, key: tuple[str, str], *options: str) -> dict[str, str]:
    arguments = ("sign", "POST", "/x/partners/HRTHS/offers/", "--key", key[0], "--secret", key[1], *options)
    finished = awning(environment, *arguments)
    assert finished.returncode == 0, finished.stderr
    return dict(line.split(": ", 1) for line in finished.stdout.splitlines())


@pytest.mark.parametrize("options", [(), ("--target",), ("--algorithm", "hmac-sha256"), ("--algorithm", "hmac-sha384")])
def test_a_request_signed_on_the_command_line_makes_an_offer_at_a_running_server(
    running: tuple[Server, Environment], options: tuple[str, ...]
) -> None:
    server, environment = running
    key = made(environment, "create", "HRTHS", "--kind", "live")
    headers = signed(environment, key, *options) | {"Content-Type": "application/json"}

    answer = server.ask("/x/partners/HRTHS/offers/", headers, orjson.dumps(example("hearthside", "apartment-in-paris")))

    assert answer.status == 200, answer.body
    assert misfits("offer", orjson.loads(answer.body)) == []


def test_curl_reads_the_headers_from_the_pipe(running: tuple[Server, Environment], tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("this machine has no curl")
    server, environment = running
    key = made(environment, "create", "HRTHS", "--kind", "live")
    path = "/x/partners/HRTHS/offers/"
    body = tmp_path / "request.json"
    body.write_bytes(orjson.dumps(example("hearthside", "apartment-in-paris")))
    headers = awning(environment, "sign", "POST", path, "--key", key[0], "--secret", key[1]).stdout

    finished = subprocess.run(
        ["curl", "-s", "-H", "@-", "-H", "Content-Type: application/json", "-d", f"@{body}", f"{server.url}{path}"],
        input=headers.encode(),
        capture_output=True,
        check=True,
    )

    assert misfits("offer", orjson.loads(finished.stdout)) == []


def test_a_running_server_sells_what_another_process_has_published(running: tuple[Server, Environment]) -> None:
    server, environment = running
    succeeded(environment, "catalog", "publish", HEARTHSIDE, "--as", "LATER")
    key = made(environment, "create", "LATER", "--kind", "live")
    path = "/x/partners/LATER/offers/"
    output = succeeded(environment, "sign", "POST", path, "--key", key[0], "--secret", key[1])
    headers = dict(line.split(": ", 1) for line in output.splitlines()) | {"Content-Type": "application/json"}
    body = orjson.dumps(example("hearthside", "apartment-in-paris"))

    eventually(lambda: server.ask(path, headers, body).status == 200)


def test_a_key_revoked_by_another_process_stops_working(running: tuple[Server, Environment]) -> None:
    server, environment = running
    key = made(environment, "create", "HRTHS", "--kind", "live")
    headers = signed(environment, key) | {"Content-Type": "application/json"}
    body = orjson.dumps(example("hearthside", "apartment-in-paris"))
    assert server.ask("/x/partners/HRTHS/offers/", headers, body).status == 200

    succeeded(environment, "keys", "revoke", key[0])

    eventually(lambda: server.ask("/x/partners/HRTHS/offers/", headers, body).status == 401)


def test_a_server_whose_database_does_not_answer_says_so_instead_of_a_traceback(environment: Environment) -> None:
    finished = awning(environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "serve", "--port", "1")

    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr
