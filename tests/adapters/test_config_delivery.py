"""The settings of what leaves."""

import pytest

from app.config import SettingsInvalid, settings_from

TEST = {"AWNING_MODE": "test"}


def test_what_is_set_when_nothing_is_said() -> None:
    found = settings_from(TEST).delivery

    assert (found.smtp_url, found.webhook_timeout, found.webhook_spacing) == ("", 15, (60, 300, 3600))
    assert (found.mail_timeout, found.mail_spacing) == (20, (60, 300, 900, 3600))
    assert (found.lease, found.poll, found.private_webhooks) == (60, 0.5, False)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "smtp://mail.example:25/",
        "smtp://user:pass%2Fword@mail.example:587?starttls=required",
        "smtps://user@mail.example",
        "smtp://[::1]:2525",
    ],
)
def test_mail_servers(url: str) -> None:
    assert settings_from(TEST | {"SMTP_URL": url}).delivery.smtp_url == url


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://u:hidden@m.example:x", "smtp://m.example?tls=on"]
)
def test_what_is_no_mail_server_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="^SMTP_URL must be") as problem:
        settings_from(TEST | {"SMTP_URL": url})

    assert "hidden" not in str(problem.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWNING_WEBHOOK_TIMEOUT", "0"),
        ("AWNING_WEBHOOK_TIMEOUT", "fast"),
        ("AWNING_WORKER_POLL", "-1"),
        ("AWNING_WORKER_POLL", "٣"),
        ("AWNING_WEBHOOK_SPACING", "60,"),
        ("AWNING_MAIL_SPACING", "soon"),
        ("AWNING_PRIVATE_WEBHOOKS", "yes"),
        ("AWNING_LEASE", "20"),
    ],
)
def test_mistakes_are_told_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        settings_from(TEST | {name: value})


def test_a_password_is_not_shown_with_the_settings() -> None:
    assert "hidden" not in repr(settings_from(TEST | {"SMTP_URL": "smtp://user:hidden@mail.example"}))
