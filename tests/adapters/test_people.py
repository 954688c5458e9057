"""Sessions, secrets and people of the demo, as the portal asks for them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, select

from app.adapters.database import Database
from app.adapters.limits import Limits
from app.adapters.migrating import migrate
from app.adapters.people import People
from app.adapters.portal_tables import devices, enrolments, sessions, staff
from app.demo_people import (
    CODE,
    PEOPLE,
    STORES,
    TOTP_SECRET,
    US_TRAINING,
    demo_credentials,
    demo_tablet_code,
    demo_totp_code,
    prepare_people,
    welcome_lines,
)
from app.domain.audit import ACTIONS
from app.domain.passwords import password_problem
from app.domain.people_errors import SignInRefused, StaffNotFound, StoreNotFound, TooManyTries
from app.domain.pins import pin_problem
from app.services.check_pin import PinAttempt
from app.services.enrol_device import enrol_device, make_enrolment_code
from app.services.sign_in import Origin, PasswordAttempt, confirm_sign_in, sign_in
from app.services.unlock_device import unlock_device
from tests.counter_people import HERE, NOW, PASSWORD, PIN, Shop, people_in


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop.new(people_in(database))


@pytest.fixture
def fresh(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


def test_who_is_at_work_is_known_whole_with_one_row(shop: Shop, database: Database) -> None:
    person = shop.person("associate", shop.store, shop.another_store())
    device = shop.device()
    opened = shop.unlocked(device, person)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    found = shop.people.session(opened.token, NOW)

    assert found == opened.session
    assert found.staff.store_ids == person.store_ids
    # The one question goes over a line of its own; nothing else was asked.
    assert asked == []


def test_no_secret_stands_in_the_database(shop: Shop, database: Database) -> None:
    code = make_enrolment_code(shop.people, shop.operator, shop.store.id, "Till", NOW)
    made = enrol_device(shop.people, code, "", NOW)
    opened = shop.unlocked(made.device, shop.person())
    shop.who_signs_in()

    with database.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in (staff, devices, sessions, enrolments)]

    said = str(rows)
    for secret in (PIN, PASSWORD, TOTP_SECRET, code.replace("-", ""), made.secret, opened.token):
        assert secret not in said


def test_a_token_that_is_none_opens_nothing(shop: Shop) -> None:
    opened = shop.unlocked(shop.device(), shop.person())

    for token in ("", "x", opened.session.id_hash, opened.token[:-1], opened.token + "x", "\x00"):
        assert shop.people.session(token, NOW) is None
        assert shop.people.device_of(token, NOW) is None


def test_whoever_types_too_often_from_one_address_waits(database: Database) -> None:
    people = people_in(database)
    limited = People(database, people._cipher, "x" * 32, limits=Limits({"sign_in": 3, "away": 1_000}, ""))

    for _ in range(3):
        with pytest.raises(SignInRefused):
            sign_in(limited, PasswordAttempt("nobody@shop.example", "x", Origin("192.0.2.1")), NOW)
    with pytest.raises(TooManyTries) as refusal:
        sign_in(limited, PasswordAttempt("nobody@shop.example", "x", Origin("192.0.2.1")), NOW)

    assert 1 <= refusal.value.values["seconds"] <= 61
    with pytest.raises(SignInRefused):
        sign_in(limited, PasswordAttempt("nobody@shop.example", "x", Origin("192.0.2.2")), NOW)


def test_what_is_not_in_the_table_of_actions_is_not_written_down(shop: Shop) -> None:
    shop.people.audit(NOW, shop.code, "approved", "booking", store_id=shop.store.id, facts={"limit": "100"})

    assert shop.people.audited(shop.code)[0].facts == {"limit": "100"}
    with pytest.raises(ValueError, match="juggled"):
        shop.people.audit(NOW, shop.code, "juggled")
    assert all(0 < len(action) <= 40 for action in ACTIONS)


def test_the_demo_has_people_who_can_work_and_preparing_it_twice_changes_nothing(fresh: Database) -> None:
    people = people_in(fresh, is_demo=True)
    prepare_people(people, NOW)
    before = people.staff_of(CODE)
    prepare_people(people, NOW)

    assert people.staff_of(CODE) == before
    assert {store.code for store in people.stores_of(CODE)} == {store.code for store in STORES}
    untrained = {one.name for one in PEOPLE if one.store == "NW-SEA" and not one.is_trained}
    seattle = next(store for store in people.stores_of(CODE) if store.code == "NW-SEA")
    there = [one for one in before if seattle.id in one.store_ids]
    assert {one.name for one in there if US_TRAINING not in one.trained} == untrained != set()
    device = enrol_device(people, demo_tablet_code(people, "NW-SEA", NOW), "", NOW).device
    for one in there:
        pin = next(known.pin for known in demo_credentials() if known.name == one.name)
        assert unlock_device(people, PinAttempt(device.id, one.id, str(pin)), NOW)
    assert len(welcome_lines(people, "http://127.0.0.1:8000", NOW)) > len(PEOPLE)


def test_everybody_in_the_demo_who_has_an_address_signs_in(fresh: Database) -> None:
    people = people_in(fresh, is_demo=True)
    prepare_people(people, NOW)

    for one in PEOPLE:
        if one.email:
            pending = sign_in(people, PasswordAttempt(one.email, PASSWORD), NOW)
            assert confirm_sign_in(people, pending.token, demo_totp_code(NOW), HERE, NOW)


def test_people_of_the_demo_do_not_exist_outside_of_it(fresh: Database) -> None:
    people, real = people_in(fresh, is_demo=True), people_in(fresh)
    prepare_people(people, NOW)
    device = enrol_device(people, demo_tablet_code(people, "NW-LDS", NOW), "", NOW).device
    amara = next(one for one in people.staff_of(CODE) if one.name == "Amara Osei")
    opened = unlock_device(people, PinAttempt(device.id, amara.id, "274093"), NOW)

    assert people.session(opened.token, NOW) is not None
    assert real.session(opened.token, NOW) is None
    assert (real.staff(amara.id), real.staff_of(CODE), real.staff_of_store(device.store_id)) == (None, [], [])
    with pytest.raises(StaffNotFound):
        unlock_device(real, PinAttempt(device.id, amara.id, "274093"), NOW)
    with pytest.raises(SignInRefused):
        sign_in(real, PasswordAttempt("sofia@northwind.example", PASSWORD), NOW)
    with pytest.raises(StoreNotFound):
        demo_tablet_code(real, "NW-LDS", NOW)


def test_what_the_demo_tells_everybody_would_pass_the_rules() -> None:
    assert [one.name for one in PEOPLE if one.pin and pin_problem(one.pin)] == []
    assert [one.name for one in PEOPLE if password_problem(PASSWORD, one.name, one.email)] == []
    assert len({one.pin for one in PEOPLE if one.pin}) == sum(1 for one in PEOPLE if one.pin)
