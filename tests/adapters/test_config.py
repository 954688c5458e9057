"""Settings: safe by default, and a mistake in one is told with its name and what to do."""

from pathlib import Path

import pytest

from app.config import SETTINGS, SettingsInvalid, settings_from
from tests.process import awning

SAFE = {"AWNING_SECRET_KEY": "s" * 32, "AWNING_URL": "https://cover.example"}


def test_production_is_the_default_and_does_not_start_without_secret_and_url() -> None:
    with pytest.raises(SettingsInvalid) as problem:
        settings_from({})

    said = str(problem.value)
    assert "Set AWNING_SECRET_KEY and AWNING_URL" in said
    assert "secrets.token_urlsafe" in said


@pytest.mark.parametrize("missing", sorted(SAFE))
def test_each_missing_one_is_named_alone(missing: str) -> None:
    with pytest.raises(SettingsInvalid) as problem:
        settings_from({name: value for name, value in SAFE.items() if name != missing})

    assert str(problem.value).startswith(f"Set {missing}:")


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(SettingsInvalid, match="AWNING_SECRET_KEY is too short: 32 characters or more"):
        settings_from(SAFE | {"AWNING_SECRET_KEY": "s" * 31})


def test_with_both_it_starts() -> None:
    settings = settings_from(SAFE)

    assert (settings.mode, settings.is_demo) == ("production", False)
    assert (settings.rate_sales, settings.rate_other, settings.rate_test) == (50, 20, 2)
    assert not settings.sha1
    assert not settings.proxy
    assert settings.rate_limits


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_demo_and_test_need_nothing(mode: str) -> None:
    assert settings_from({"AWNING_MODE": mode}).url == "http://127.0.0.1:8000"


BAD = [
    ("AWNING_MODE", "staging"),
    ("AWNING_RATE_LIMITS", "yes"),
    ("AWNING_SHA1", "true"),
    ("AWNING_PROXY", "1"),
    ("AWNING_RATE_SALES", "0"),
    ("AWNING_RATE_OTHER", "-1"),
    ("AWNING_RATE_TEST", "two"),
    ("AWNING_THREADS", "1000"),
    ("AWNING_THREADS", "²"),
    ("AWNING_CATALOG_REFRESH", "301"),
    ("AWNING_CATALOG_CACHE", "0"),
    ("AWNING_BODY_LIMIT", "10"),
    ("AWNING_BODY_LIMIT", "1e6"),
    ("AWNING_LOG", "pretty"),
    ("AWNING_URL", "cover.example"),
    ("AWNING_URL", "https://cover.example/?a=b"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://root@localhost/db"),
    ("REDIS_URL", "http://localhost"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}={value}" for name, value in BAD])
def test_a_bad_value_is_told_with_the_name_of_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        settings_from({"AWNING_MODE": "test", name: value})


def test_an_empty_value_is_the_default() -> None:
    empty = {setting.name: "" for setting in SETTINGS}

    assert settings_from(empty | SAFE) == settings_from(SAFE)


def test_the_database_is_kept_in_the_folder_for_what_is_kept() -> None:
    settings = settings_from(SAFE | {"AWNING_VAR": "/srv/awning"})

    assert settings.database_url == "sqlite:////srv/awning/awning.db"


def test_the_public_address_has_no_final_slash() -> None:
    assert settings_from(SAFE | {"AWNING_URL": "https://cover.example/"}).url == "https://cover.example"


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["doctor"], ["keys", "list"]])
def test_the_command_line_says_it_in_one_line_without_a_traceback(command: list[str], tmp_path: Path) -> None:
    finished = awning({"AWNING_MODE": "production", "AWNING_VAR": str(tmp_path)}, *command)

    assert finished.returncode != 0
    assert "Set AWNING_SECRET_KEY and AWNING_URL" in finished.stderr
    assert "Traceback" not in finished.stderr
