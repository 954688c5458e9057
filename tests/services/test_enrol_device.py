"""A code sets up one tablet, in its store, within ten minutes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.adapters.people import People
from app.domain.people_errors import (
    DeviceGone,
    EnrolmentExpired,
    EnrolmentUnknown,
    EnrolmentUsed,
    NotYours,
    StoreNotFound,
)
from app.services.administer_devices import rename_device, revoke_device
from app.services.administer_stores import close_store
from app.services.enrol_device import Enrolled, enrol_device, make_enrolment_code
from tests.counter_people import NOW, SOON, Shop, at_once, people_on


@pytest.fixture(scope="module")
def people(database_url: str) -> Iterator[People]:
    found = people_on(database_url)
    yield found
    found.close()


@pytest.fixture
def shop(people: People) -> Shop:
    return Shop.new(people)


def test_a_tablet_is_known_by_its_secret_afterwards(shop: Shop) -> None:
    made = shop.enrolled()

    assert shop.people.device_of(made.secret, NOW) == made.device
    assert made.device.store_id == shop.store.id
    assert shop.people.device_of(made.secret + "x", NOW) is None
    assert shop.actions()[:2] == ["device_enrolled", "enrolment_made"]


def test_however_the_code_is_typed_it_is_the_same(shop: Shop) -> None:
    code = make_enrolment_code(shop.people, shop.operator, shop.store.id, "Till 1", NOW)

    assert enrol_device(shop.people, f" {code.lower().replace('-', ' ')} ", "", NOW).device.name == "Till 1"


def test_two_tablets_with_one_code_are_one_tablet(shop: Shop) -> None:
    code = make_enrolment_code(shop.people, shop.operator, shop.store.id, "Till 1", NOW)

    answers = at_once(6, lambda _: enrol_device(shop.people, code, "", NOW))

    assert sum(isinstance(answer, Enrolled) for answer in answers) == 1
    assert sum(isinstance(answer, EnrolmentUsed) for answer in answers) == 5
    assert len(shop.people.devices_of(shop.code)) == 1


def test_a_wrong_a_used_and_an_old_code_are_told_apart(shop: Shop) -> None:
    code, old = (make_enrolment_code(shop.people, shop.operator, shop.store.id, "Till 1", NOW) for _ in range(2))
    enrol_device(shop.people, code, "", NOW)

    with pytest.raises(EnrolmentUnknown):
        enrol_device(shop.people, "AAAA-AAAA", "", NOW)
    with pytest.raises(EnrolmentUsed):
        enrol_device(shop.people, code, "", SOON)
    with pytest.raises(EnrolmentExpired):
        enrol_device(shop.people, old, "", NOW + timedelta(minutes=10))


def test_a_manager_makes_codes_for_own_stores_and_an_associate_for_none(shop: Shop) -> None:
    elsewhere, foreign = shop.another_store(), Shop.new(shop.people).store
    manager, associate = shop.actor(shop.person("manager")), shop.actor(shop.person())

    assert make_enrolment_code(shop.people, manager, shop.store.id, "Till", NOW)
    for store in (elsewhere.id, foreign.id, "nothing"):
        with pytest.raises(StoreNotFound):
            make_enrolment_code(shop.people, manager, store, "Till", NOW)
    with pytest.raises(NotYours):
        make_enrolment_code(shop.people, associate, shop.store.id, "Till", NOW)


def test_a_revoked_tablet_is_no_tablet_any_more_at_once(shop: Shop) -> None:
    made, person = shop.enrolled(), shop.person()
    opened = shop.unlocked(made.device, person)

    revoke_device(shop.people, shop.operator, made.device.id, SOON)

    assert shop.people.device_of(made.secret, SOON) is None
    assert shop.people.session(opened.token, SOON) is None
    with pytest.raises(DeviceGone):
        shop.unlocked(made.device, person, at=SOON)


def test_a_closed_store_has_no_tablets(shop: Shop) -> None:
    made = shop.enrolled()
    opened = shop.unlocked(made.device, shop.person())

    close_store(shop.people, shop.operator, shop.store.id, SOON)

    assert shop.people.device_of(made.secret, SOON) is None
    assert shop.people.session(opened.token, SOON) is None


def test_a_tablet_not_seen_for_ninety_days_is_gone_and_one_in_use_is_not(shop: Shop) -> None:
    made = shop.enrolled()
    opened = shop.unlocked(made.device, shop.person())
    shop.people.touch(opened.session, NOW + timedelta(seconds=60))

    assert shop.people.device_of(made.secret, NOW + timedelta(days=90)) is not None
    assert shop.people.device_of(made.secret, NOW + timedelta(days=91)) is None


def test_a_tablet_is_renamed(shop: Shop) -> None:
    device = shop.device()

    rename_device(shop.people, shop.operator, device.id, "  Till   2 ", NOW)

    assert [one.name for one in shop.people.devices_of(shop.code, shop.store.id)] == ["Till 2"]
