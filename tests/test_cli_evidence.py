"""`awning evidence`, as an operator uses it."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.adapters import tables
from tests.conftest import Environment, environment_of
from tests.evidence import Sold, changed_row, rows, sold, taken_out
from tests.process import AWNING, ROOT, awning, clean_environment

WHOLE = re.compile(
    r"5 offers, (\d+) events, 2 bookings, 1 release, (\d+) seals? looked at\.\n"
    r"(Nothing is sealed yet\.|Sealed up to .+Z\. Seal \d+ has the signature [0-9a-f]{64})\n"
    r"Everything fits\.\n"
)


@pytest.fixture
def platform(empty_environment: Environment) -> Iterator[Sold]:
    made = sold(empty_environment)
    yield made
    made.database.close()


def test_verify_proves_a_platform_whole_and_says_how_much_it_looked_at(
    platform: Sold, empty_environment: Environment
) -> None:
    before = awning(empty_environment, "evidence", "verify")
    platform.seal()
    after = awning(empty_environment, "evidence", "verify")

    assert (before.returncode, after.returncode) == (0, 0)
    assert WHOLE.fullmatch(before.stdout), before.stdout
    found = WHOLE.fullmatch(after.stdout)
    assert found, after.stdout
    assert found[2] == "1"
    assert before.stderr == after.stderr == ""


def test_verify_names_each_break_on_a_line_and_ends_with_1(platform: Sold, empty_environment: Environment) -> None:
    offer = platform.offers[platform.changed]
    row = rows(platform.database, tables.events, tables.events.c.trail_id == offer)[1]
    changed_row(platform.database, tables.events, row, actor="nobody")

    found = awning(empty_environment, "evidence", "verify")

    assert found.returncode == 1
    first, *_, last = found.stdout.splitlines()
    assert first == f"event {offer} event 2: (modified) is not what was written"
    assert last == "1 break found."


def test_verify_can_look_at_one_partner_and_at_what_is_new(platform: Sold, empty_environment: Environment) -> None:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    taken_out(platform.database, tables.trails, *rows(platform.database, tables.trails))

    own, other, new = (
        awning(empty_environment, "evidence", "verify", *options)
        for options in (("--partner", "NWIND"), ("--partner", "OTHER"), ("--since", tomorrow))
    )

    assert own.returncode == 1
    assert f"booking {platform.changed}: it has no trail" in own.stdout
    assert "Seals cover all partners together and were not looked at." in own.stdout
    assert (other.returncode, new.returncode) == (0, 0)
    assert other.stdout.startswith("0 offers, 0 events, 0 bookings, 0 releases, 0 seals looked at.")


def test_seal_by_hand_leaves_what_may_still_change_unsealed(platform: Sold, empty_environment: Environment) -> None:
    early = awning(empty_environment, "evidence", "seal")
    platform.seal()
    late = awning(empty_environment, "evidence", "seal")

    assert early.stdout == "Nothing has happened yet that is old enough to be sealed.\n"
    assert re.fullmatch(r"0 new seals\. Seal 1 ends at .+Z; its signature is [0-9a-f]{64}\n", late.stdout)
    assert (early.returncode, late.returncode) == (0, 0)


def test_export_writes_both_forms_and_is_an_event_of_the_operator(
    platform: Sold, empty_environment: Environment, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "folder"

    found = awning(empty_environment, "evidence", "export", platform.changed, "--into", str(folder))

    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines() == [str(folder / f"{platform.changed}.{form}") for form in ("json", "pdf")]
    written = json.loads((folder / f"{platform.changed}.json").read_text(encoding="utf-8"))
    assert written["verification"]["is_whole"]
    last = written["events"][-1]
    assert last["name"] == "exported"
    assert last["actor"] == written["exported_by"]
    assert last["actor"].startswith("operator:")
    assert (folder / f"{platform.changed}.pdf").read_bytes().startswith(b"%PDF")
    assert platform.breaks() == []


def test_export_of_an_offer_that_was_declined_leaves_it_declined(
    platform: Sold, empty_environment: Environment, tmp_path: Path
) -> None:
    found = awning(empty_environment, "evidence", "export", platform.declined, "--into", str(tmp_path))

    assert found.returncode == 0
    assert json.loads((tmp_path / f"{platform.declined}.json").read_bytes())["head"]["state"] == "OPTED_OUT"
    assert platform.breaks() == []


def test_export_of_a_broken_trail_says_so_and_is_written_all_the_same(
    platform: Sold, empty_environment: Environment, tmp_path: Path
) -> None:
    offer = platform.offers[platform.changed]
    taken_out(platform.database, tables.trails, *rows(platform.database, tables.trails, tables.trails.c.id == offer))

    found = awning(empty_environment, "evidence", "export", platform.changed, "--into", str(tmp_path))

    assert found.returncode == 0
    assert f"The trail of {platform.changed} is broken: this export could not be recorded in it." in found.stderr
    assert f"broken: event {offer} event 1: (confirmed) has no trail" in found.stderr
    assert (tmp_path / f"{platform.changed}.pdf").exists()


@pytest.mark.parametrize("wanted", ["AAAAA-AAAAA-INS", "01a1ff0c-d9ae-7474-b232-b49eab4f34fa", "../../etc/passwd"])
def test_export_of_what_is_not_there_is_refused_with_a_sentence(tmp_path: Path, wanted: str) -> None:
    environment = environment_of(f"sqlite:///{tmp_path}/own.db", tmp_path)

    found = awning(environment, "evidence", "export", wanted, "--into", str(tmp_path / "out"))

    assert found.returncode == 1
    assert found.stderr.startswith("Error: ")
    assert "Traceback" not in found.stderr
    assert not (tmp_path / "out").exists()


def test_progress_is_told_to_a_terminal_only(platform: Sold, empty_environment: Environment) -> None:
    reader, terminal = os.openpty()
    with os.fdopen(reader, "rb", buffering=0) as seen:
        command = [*AWNING, "evidence", "verify"]
        environment = clean_environment(empty_environment)
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=terminal, check=True)
        os.close(terminal)
        told = seen.read(4096).decode()

    assert "5 offers, 0 events, 0 seals" in told
    assert WHOLE.fullmatch(done.stdout.decode())
