"""The README names every command and every setting, and none that does not exist."""

import re
from collections.abc import Iterator

import click
import pytest

from app.cli import main
from app.config import SETTINGS, Setting
from tests.conftest import ROOT

SETTING = re.compile(r"\b(?:AWNING_[A-Z0-9_]+|DATABASE_URL|REDIS_URL)\b")


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "awning") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


@pytest.mark.parametrize("command", sorted(commands(main)))
def test_every_command_is_in_the_readme(readme: str, command: str) -> None:
    assert command in readme


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme_beside_its_default(readme: str, setting: Setting) -> None:
    lines = [line for line in readme.splitlines() if re.search(rf"\b{setting.name}\b", line)]

    assert any(setting.default in line for line in lines), f"{setting.name}: {lines}"


def test_the_readme_names_no_setting_that_does_not_exist(readme: str) -> None:
    assert set(SETTING.findall(readme)) <= {setting.name for setting in SETTINGS}


def test_every_command_says_what_it_does() -> None:
    for name in commands(main):
        command: click.Command = main
        for part in name.split()[1:]:
            assert isinstance(command, click.Group)
            command = command.commands[part]

        assert command.help, name
