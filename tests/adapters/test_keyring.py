"""The keyring keeps secrets encrypted, and a key that ended stays ended."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.adapters.database import Database
from app.adapters.encryption import Cipher, SecretUnreadable, derived_key
from app.adapters.keyring import Keyring
from app.adapters.migrating import migrate
from app.adapters.tables import partner_keys
from app.domain.errors import KeyRefused
from app.services.keys import create_key, revoke_key, roll_key

ROOT_SECRET = "a root secret of more than thirty-two characters"
SECRET = "a-partners-own-secret"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=2)
    migrate(database)
    yield database
    database.close()


def ring(database: Database, root: str = ROOT_SECRET) -> Keyring:
    return Keyring(database, Cipher(root, "partner-keys"))


def stored_secret(database: Database, key_id: str) -> bytes:
    with database.reading() as connection:
        found: bytes = connection.execute(select(partner_keys.c.secret).where(partner_keys.c.id == key_id)).scalar_one()
    return found


def test_a_key_comes_back_whole(database: Database) -> None:
    wishes = {"secret": SECRET, "origins": ("https://shop.example",), "date_skew": timedelta(minutes=5)}
    made = create_key(ring(database), "HRTHS", "publishable", NOW, wishes)

    found = ring(database).key(made.id)

    assert found == made
    assert found is not None
    assert found.created_at.tzinfo is not None


def test_the_secret_is_not_in_the_database(database: Database) -> None:
    made = create_key(ring(database), "HRTHS", "live", NOW, {"secret": SECRET})

    with database.reading() as connection:
        row = connection.execute(select(partner_keys)).one()

    assert SECRET not in str(row)
    assert SECRET.encode() not in stored_secret(database, made.id)


def test_the_same_secret_is_never_sealed_the_same_way_twice(database: Database) -> None:
    keys = [create_key(ring(database), "HRTHS", "live", NOW, {"secret": SECRET}) for _ in range(3)]

    assert len({stored_secret(database, key.id) for key in keys}) == 3


def test_with_another_root_secret_nothing_opens_and_the_sentence_says_why(database: Database) -> None:
    made = create_key(ring(database), "HRTHS", "live", NOW)
    stranger = ring(database, "another root secret of more than thirty-two")

    with pytest.raises(SecretUnreadable, match="AWNING_SECRET_KEY is not the one it was written with"):
        stranger.key(made.id)
    with pytest.raises(SecretUnreadable):
        stranger.all()


def test_a_secret_moved_to_another_row_does_not_open(database: Database) -> None:
    first = create_key(ring(database), "HRTHS", "live", NOW)
    second = create_key(ring(database), "MRDTR", "live", NOW)
    with database.writing() as connection:
        moved = update(partner_keys).where(partner_keys.c.id == second.id)
        connection.execute(moved.values(secret=stored_secret(database, first.id)))

    with pytest.raises(SecretUnreadable):
        ring(database).key(second.id)


def test_each_use_has_a_key_of_its_own() -> None:
    assert derived_key(ROOT_SECRET, "partner-keys") != derived_key(ROOT_SECRET, "cookies")
    assert derived_key(ROOT_SECRET, "partner-keys") != derived_key(ROOT_SECRET + "x", "partner-keys")


def test_an_unknown_key_is_none_and_is_found_once_it_is_made(database: Database) -> None:
    keyring = ring(database)
    assert keyring.key("ak_live_mine") is None

    create_key(keyring, "HRTHS", "live", NOW, {"id": "ak_live_mine"})

    assert keyring.key("ak_live_mine") is not None


def test_a_key_id_is_taken_once(database: Database) -> None:
    create_key(ring(database), "HRTHS", "live", NOW, {"id": "ak_live_mine"})

    with pytest.raises(KeyRefused, match="there is a key ak_live_mine already"):
        create_key(ring(database), "MRDTR", "live", NOW, {"id": "ak_live_mine"})


def test_a_rolled_key_hands_over(database: Database) -> None:
    keyring = ring(database)
    old = create_key(keyring, "HRTHS", "live", NOW, {"date_skew": timedelta(minutes=5)})

    new = roll_key(keyring, old.id, NOW, timedelta(hours=24))

    ended = keyring.key(old.id)
    assert ended is not None
    assert ended.is_valid_at(NOW + timedelta(hours=23))
    assert not ended.is_valid_at(NOW + timedelta(hours=24))
    assert (new.replaces, new.partner_code, new.kind, new.date_skew) == (old.id, "HRTHS", "live", old.date_skew)
    assert new.secret != old.secret


def test_a_revoked_key_cannot_be_rolled_or_revoked_again(database: Database) -> None:
    keyring = ring(database)
    key = create_key(keyring, "HRTHS", "live", NOW)
    revoke_key(keyring, key.id, NOW)

    with pytest.raises(KeyRefused, match="revoked or expired already"):
        roll_key(keyring, key.id, NOW, timedelta(hours=1))
    with pytest.raises(KeyRefused):
        revoke_key(keyring, key.id, NOW)


def test_keys_are_listed_by_partner(database: Database) -> None:
    keyring = ring(database)
    for code in ("MRDTR", "HRTHS", "MRDTR"):
        create_key(keyring, code, "live", NOW)

    assert [key.partner_code for key in keyring.all()] == ["HRTHS", "MRDTR", "MRDTR"]
    assert [key.partner_code for key in keyring.all("MRDTR")] == ["MRDTR", "MRDTR"]
    assert keyring.all("QQQQQ") == []
