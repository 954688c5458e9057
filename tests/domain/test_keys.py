"""Partner keys: until when they are good, and on which offers they work."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.keys import DEFAULT_SKEW, KINDS, PartnerKey

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY = PartnerKey("k", "NWIND", "live", "s", (), DEFAULT_SKEW, False, NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "valid"),
    [
        (None, None, True),
        (NOW + SECOND, None, True),
        (NOW, None, False),
        (NOW - SECOND, None, False),
        (None, NOW, False),
        (None, NOW - SECOND, False),
        (None, NOW + SECOND, True),
        (NOW + SECOND, NOW - SECOND, False),
    ],
)
def test_a_key_is_good_until_it_expires_or_is_revoked(
    expires_at: datetime | None, revoked_at: datetime | None, valid: bool
) -> None:
    key = replace(KEY, expires_at=expires_at, revoked_at=revoked_at)

    assert key.is_valid_at(NOW) is valid


@pytest.mark.parametrize(("kind", "mode"), [("live", "live"), ("publishable", "live"), ("test", "test")])
def test_only_test_keys_work_on_offers_of_their_own(kind: str, mode: str) -> None:
    assert kind in KINDS
    assert replace(KEY, kind=kind).mode == mode  # type: ignore[arg-type]


def test_a_publishable_key_for_tests_says_so_in_its_id() -> None:
    assert replace(KEY, kind="publishable", id="pk_test_1").mode == "test"


def test_a_new_key_accepts_the_half_day_time_zone_bug_of_existing_clients() -> None:
    assert timedelta(hours=12) <= DEFAULT_SKEW
