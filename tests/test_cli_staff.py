"""`awning staff`, `awning stores` and `awning devices`, as an operator uses them."""

import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from app.adapters.database import Database
from app.adapters.people import People
from app.cli import main
from app.config import settings_from
from app.services.enrol_device import enrol_device
from tests.conftest import Environment

UUID = r"[0-9a-f-]{36}"
LEEDS = ("--country", "GB", "--currency", "GBP", "--time-zone", "Europe/London")


@pytest.fixture
def environment(sqlite_environment: Environment) -> Environment:
    run(sqlite_environment, "stores", "add", "NWIND", "LDS", "Leeds", *LEEDS)
    return sqlite_environment


def run(environment: Environment, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment, input=typed)


def succeeded(environment: Environment, *arguments: str, typed: str | None = None) -> str:
    result = run(environment, *arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def refused(environment: Environment, *arguments: str, typed: str | None = None) -> str:
    result = run(environment, *arguments, typed=typed)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    return result.output


def added(environment: Environment, role: str, *more: str) -> tuple[str, str]:
    """The id of a new person, and everything that was said."""
    said = succeeded(environment, "staff", "add", "NWIND", role, "Ana Costa", *more)
    found = re.search(rf"person  ({UUID})", said)
    assert found is not None
    return found[1], said


def test_an_associate_gets_a_pin_that_is_shown_once(environment: Environment) -> None:
    staff_id, said = added(environment, "associate", "--store", "LDS")
    listed = succeeded(environment, "staff", "list", "NWIND")

    found = re.search(r"pin     ([0-9]{6})\n", said)
    assert found is not None
    assert "link" not in said
    assert found[1] not in listed
    assert re.search(rf"{staff_id}  associate  active  LDS +pin +Ana Costa", listed)
    assert re.search(r"pin     [0-9]{6}\n", succeeded(environment, "staff", "pin", staff_id))


def test_a_manager_gets_a_link_to_choose_a_password(environment: Environment) -> None:
    staff_id, said = added(environment, "manager", "--store", "LDS", "--email", "ana@shop.example")

    assert re.search(r"link    https://cover\.example/portal/invitation/\S+\n", said)
    assert "link    https://" in succeeded(environment, "staff", "password", staff_id)
    assert "is set" in succeeded(environment, "staff", "password", staff_id, "--stdin", typed="seven umbrellas\n")
    assert "password: 12 to 200" in refused(environment, "staff", "password", staff_id, "--stdin", typed="short\n")
    assert "can try again" in succeeded(environment, "staff", "unlock", staff_id)
    assert "new code" in succeeded(environment, "staff", "reset-totp", staff_id)


def test_who_is_ended_is_listed_as_ended(environment: Environment) -> None:
    staff_id, _ = added(environment, "associate", "--store", "LDS")

    assert "Ana Costa has no access any more" in succeeded(environment, "staff", "end", staff_id)
    assert f"{staff_id}  associate  ended" in succeeded(environment, "staff", "list", "NWIND")
    assert "There is no such person" in refused(environment, "staff", "end", staff_id)


def test_mistakes_are_told_in_a_sentence(environment: Environment) -> None:
    assert "There is no such store" in refused(environment, "staff", "add", "NWIND", "associate", "A", "--store", "X")
    assert "one or more" in refused(environment, "staff", "add", "NWIND", "associate", "Ana")
    assert "e-mail address" in refused(environment, "staff", "add", "NWIND", "admin", "Ana")
    assert "one of en" in refused(environment, "staff", "add", "NWIND", "admin", "Ana", "--language", "xx")
    assert "five capital letters" in refused(environment, "stores", "add", "nwind", "LDS", "Leeds", *LEEDS)
    assert "with this code already" in refused(environment, "stores", "add", "NWIND", "LDS", "Leeds", *LEEDS)
    assert "There is no such person" in refused(environment, "staff", "pin", "nobody")
    assert "There is no such tablet" in refused(environment, "devices", "revoke", "nothing")


def test_a_store_is_listed_until_it_is_closed(environment: Environment) -> None:
    assert re.search(r"LDS +GB +GBP  en  Europe/London  Leeds", succeeded(environment, "stores", "list", "NWIND"))
    assert "Leeds is closed" in succeeded(environment, "stores", "close", "NWIND", "LDS")
    assert succeeded(environment, "stores", "list", "NWIND") == ""


def test_a_tablet_is_set_up_with_a_code_listed_unlocked_and_revoked(environment: Environment) -> None:
    said = succeeded(environment, "devices", "code", "NWIND", "LDS", "Till 1")
    code = re.search(r"code    (\S+)\n", said)
    assert code is not None
    database = Database(environment["DATABASE_URL"], pool_size=1)
    people = People.of(database, settings_from(environment).secret_key)
    device_id = enrol_device(people, code[1], "", datetime.now(UTC)).device.id
    database.close()

    assert re.search(rf"{device_id}  LDS +active  seen .* Till 1", succeeded(environment, "devices", "list", "NWIND"))
    assert "takes PINs again" in succeeded(environment, "devices", "unlock", device_id)
    assert "is revoked" in succeeded(environment, "devices", "revoke", device_id)
    assert succeeded(environment, "devices", "list", "NWIND") == ""
