"""Tries are counted so that whoever guesses stops, and whoever works goes on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.hashing import Hasher
from app.adapters.limits import Limits
from app.adapters.migrating import migrate
from app.adapters.people import People
from app.domain.people_errors import (
    CodeRefused,
    NotYours,
    PinLocked,
    PinWrong,
    SignInRefused,
    TooManyTries,
)
from app.services.administer_devices import release_device, release_person, release_staff
from app.services.administer_staff import end_staff
from app.services.check_pin import PinAttempt
from app.services.sign_in import Origin, PasswordAttempt, confirm_sign_in, sign_in
from app.services.unlock_device import unlock_device
from tests.counter_people import HERE, NOW, OTHER_PIN, PASSWORD, PIN, ROOT, WRONG_PIN, Shop, code_at

STRANGER, MANAGERS_OWN = Origin("192.0.2.66"), Origin("198.51.100.7")


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=8)
    migrate(database)
    yield database
    database.close()


def people_with(database: Database, **rates: int) -> People:
    limits = Limits({"sign_in": 1_000, "pin": 1_000, "away": 1_000} | rates, "")
    hasher = Hasher(ROOT, memory_kib=8, passes=1)
    return People(database, Cipher(ROOT, "staff-totp"), ROOT, limits=limits, hasher=hasher)


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop.new(people_with(database))


def tried(shop: Shop, email: str, origin: Origin, times: int = 1, password: str = "x" * 12) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in(shop.people, PasswordAttempt(email, password, origin), NOW)


def wrong_pins(shop: Shop, device_id: str, staff_id: str, times: int) -> list[str]:
    said = []
    for _ in range(times):
        try:
            unlock_device(shop.people, PinAttempt(device_id, staff_id, WRONG_PIN), NOW)
        except (PinWrong, PinLocked) as refusal:
            said.append(refusal.key)
    return said


def test_a_store_types_its_pins_whatever_strangers_at_its_address_do(database: Database) -> None:
    shop = Shop.new(people_with(database, sign_in=3))
    device, person = shop.device(), shop.person()
    tried(shop, "nobody@shop.example", STRANGER, 3)
    with pytest.raises(TooManyTries):
        sign_in(shop.people, PasswordAttempt("nobody@shop.example", "x", STRANGER), NOW)

    for _ in range(5):
        assert shop.unlocked(device, person)


def test_each_tablet_has_an_allowance_of_its_own(database: Database) -> None:
    shop = Shop.new(people_with(database, pin=2))
    first, second, person = shop.device(), shop.device(), shop.person()
    for _ in range(2):
        shop.unlocked(first, person)

    with pytest.raises(TooManyTries):
        shop.unlocked(first, person)
    assert shop.unlocked(second, person)


def test_one_network_of_ipv6_is_one_visitor(database: Database) -> None:
    shop = Shop.new(people_with(database, sign_in=3))

    for number in range(3):
        tried(shop, "nobody@shop.example", Origin(f"2001:db8:0:7::{number:x}"))
    with pytest.raises(TooManyTries):
        tried(shop, "nobody@shop.example", Origin("2001:db8:0:7:ffff::1"))
    tried(shop, "nobody@shop.example", Origin("2001:db8:0:8::1"))


def test_everybody_away_from_a_tablet_shares_one_allowance_and_a_tablet_does_not(database: Database) -> None:
    shop = Shop.new(people_with(database, away=5))
    manager, device = shop.who_signs_in(), shop.device()
    refused = 0
    for number in range(20):
        try:
            sign_in(shop.people, PasswordAttempt("nobody@shop.example", "x", Origin(f"203.0.113.{number}")), NOW)
        except TooManyTries:
            refused += 1
        except SignInRefused:
            pass

    assert refused >= 5
    assert sign_in(shop.people, PasswordAttempt(str(manager.email), PASSWORD, Origin("", device.id)), NOW)
    assert shop.unlocked(device, shop.person())


def test_a_try_nobody_had_time_to_look_at_does_not_count(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    device, person, manager = shop.device(), shop.person(), shop.who_signs_in()
    fits = shop.people.secrets.fits

    def busy(secret: str, kept: str | None) -> bool:
        raise TooManyTries(seconds=5)

    monkeypatch.setattr(shop.people.secrets, "fits", busy)
    for _ in range(6):
        with pytest.raises(TooManyTries):
            shop.unlocked(device, person)
        with pytest.raises(TooManyTries):
            shop.password_right(manager)
    monkeypatch.setattr(shop.people.secrets, "fits", fits)

    assert shop.unlocked(device, person)
    assert shop.password_right(manager)
    found = shop.people.device(device.id)
    assert found is not None and found.failures == 0


def test_who_knows_an_address_keeps_nobody_out_but_themselves(shop: Shop) -> None:
    manager = shop.who_signs_in()
    tried(shop, str(manager.email), STRANGER, 20)

    tried(shop, str(manager.email), STRANGER, 1, PASSWORD)
    pending = sign_in(shop.people, PasswordAttempt(str(manager.email), PASSWORD, MANAGERS_OWN), NOW)
    assert confirm_sign_in(shop.people, pending.token, code_at(NOW), MANAGERS_OWN, NOW)


def test_guesses_from_very_many_places_rest_the_account(shop: Shop) -> None:
    manager = shop.who_signs_in()
    for number in range(10):
        tried(shop, str(manager.email), Origin(f"203.0.113.{number}"), 5)

    tried(shop, str(manager.email), MANAGERS_OWN, 1, PASSWORD)
    assert shop.password_right(manager, NOW + timedelta(minutes=15))


def test_codes_are_guessed_five_times_wherever_the_guesses_come_from(shop: Shop) -> None:
    manager = shop.who_signs_in()
    places = [Origin(f"203.0.113.{number}") for number in range(6)]
    tokens = [sign_in(shop.people, PasswordAttempt(str(manager.email), PASSWORD, one), NOW).token for one in places]
    for token, place in list(zip(tokens, places, strict=True))[:5]:
        with pytest.raises(CodeRefused):
            confirm_sign_in(shop.people, token, "000000", place, NOW)

    with pytest.raises(CodeRefused):
        confirm_sign_in(shop.people, tokens[5], code_at(NOW), places[5], NOW)


def test_where_tries_came_from_is_not_kept_readable(shop: Shop, database: Database) -> None:
    from sqlalchemy import select

    from app.adapters.portal_tables import sign_in_tries

    manager = shop.who_signs_in()
    tried(shop, str(manager.email), STRANGER)

    with database.reading() as connection:
        found = list(connection.execute(select(sign_in_tries).where(sign_in_tries.c.staff_id == manager.id)))
    assert len(found) == 1 and STRANGER.address not in str(found)


def test_a_manager_releases_nobody_they_may_not_administer(shop: Shop) -> None:
    device, admin, person = shop.device(), shop.person("admin"), shop.person(pin=OTHER_PIN)
    manager, boss = shop.actor(shop.person("manager")), shop.actor(shop.person("admin"))
    wrong_pins(shop, device.id, admin.id, 5)
    wrong_pins(shop, device.id, person.id, 5)

    with pytest.raises(NotYours):
        release_person(shop.people, manager, device.id, admin.id, NOW)
    with pytest.raises(NotYours):
        release_staff(shop.people, manager, admin.id, NOW)
    release_device(shop.people, manager, device.id, NOW)

    assert shop.unlocked(device, person, OTHER_PIN)
    assert wrong_pins(shop, device.id, admin.id, 1) == ["pin_locked"]
    release_person(shop.people, boss, device.id, admin.id, NOW)
    assert shop.unlocked(device, admin)


def test_releasing_the_tablet_keeps_the_count_of_an_admin_who_is_not_locked_yet(shop: Shop) -> None:
    device, admin, manager = shop.device(), shop.person("admin"), shop.actor(shop.person("manager"))
    said = []
    for _ in range(3):
        said += wrong_pins(shop, device.id, admin.id, 2)
        release_device(shop.people, manager, device.id, NOW)

    assert said == ["pin_wrong"] * 4 + ["pin_locked"] * 2


def test_new_tablets_give_no_new_guesses_without_end(shop: Shop) -> None:
    admin, boss = shop.person("admin"), shop.actor(shop.person("admin"))
    said = [key for _ in range(6) for key in wrong_pins(shop, shop.device().id, admin.id, 5)]

    assert said.count("pin_wrong") == 16
    with pytest.raises(PinLocked):
        shop.unlocked(shop.device(), admin, PIN)
    release_staff(shop.people, boss, admin.id, NOW)
    assert shop.unlocked(shop.device(), admin, PIN)


def test_somebody_who_has_ended_is_not_counted_for(shop: Shop) -> None:
    manager = shop.who_signs_in()
    end_staff(shop.people, shop.operator, manager.id, NOW)

    tried(shop, str(manager.email), HERE)
