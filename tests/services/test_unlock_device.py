"""A PIN opens a tablet for its person; wrong ones are counted whatever is tried, and then it stays shut."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from app.adapters.people import People
from app.domain.people_errors import (
    DeviceLocked,
    FieldRefused,
    ManagerNotChosen,
    PinLocked,
    PinMissing,
    PinWrong,
    StaffNotFound,
)
from app.domain.staffing import Actor
from app.services.administer_devices import release_device, release_person
from app.services.administer_staff import end_staff
from app.services.approve_by_pin import approve_by_pin
from app.services.check_pin import PinAttempt, who_unlocks
from app.services.set_secrets import change_own_pin, set_pin
from app.services.unlock_device import Opened, lock_session, switch_training, unlock_device
from tests.counter_people import NOW, OTHER_PIN, PIN, SOON, WRONG_PIN, Shop, at_once, people_on


@pytest.fixture(scope="module")
def people(database_url: str) -> Iterator[People]:
    found = people_on(database_url)
    yield found
    found.close()


@pytest.fixture
def shop(people: People) -> Shop:
    return Shop.new(people)


def unlock(shop: Shop, device_id: str, staff_id: str, pin: str) -> Opened:
    return unlock_device(shop.people, PinAttempt(device_id, staff_id, pin), NOW)


def wrong(shop: Shop, device_id: str, staff_id: str, times: int) -> list[type]:
    """The answers to this many wrong PINs, one after the other."""
    one = partial(unlock, shop, device_id, staff_id, WRONG_PIN)
    return [type(answer) for _ in range(times) for answer in at_once(1, lambda _: one())]


def test_the_right_pin_opens(shop: Shop) -> None:
    device, person = shop.device(), shop.person()

    opened = shop.unlocked(device, person)

    found = shop.people.session(opened.token, NOW)
    assert found is not None
    assert (found.staff.id, found.store_id, found.is_training) == (person.id, shop.store.id, False)
    assert opened.token not in repr(opened)


def test_five_wrong_lock_the_person_on_this_tablet_and_nobody_else(shop: Shop) -> None:
    device, other = shop.device(), shop.device()
    person, colleague = shop.person(), shop.person(pin=OTHER_PIN)

    answers = wrong(shop, device.id, person.id, 5)

    assert answers == [PinWrong, PinWrong, PinWrong, PinWrong, PinLocked]
    with pytest.raises(PinLocked):
        shop.unlocked(device, person)
    assert shop.people.locked_on(device.id) == {person.id}
    assert shop.unlocked(device, colleague, OTHER_PIN)
    assert shop.unlocked(other, person)


def test_guesses_sent_at_once_are_not_more_than_five(shop: Shop) -> None:
    device, person = shop.device(), shop.person()

    answers = at_once(12, lambda _: unlock(shop, device.id, person.id, WRONG_PIN))

    assert sum(isinstance(answer, PinWrong) for answer in answers) == 4
    assert sum(isinstance(answer, PinLocked) for answer in answers) == 8
    assert shop.actions().count("pin_wrong") == 5
    assert shop.actions().count("person_locked") == 1


def test_a_right_pin_starts_the_count_anew(shop: Shop) -> None:
    device, person = shop.device(), shop.person()
    for _ in range(3):
        wrong(shop, device.id, person.id, 4)
        assert shop.unlocked(device, person)

    found = shop.people.device(device.id)

    assert found is not None
    assert found.failures == 0


def test_twenty_wrong_lock_the_tablet_though_one_knows_ones_own_pin(shop: Shop) -> None:
    device, insider = shop.device(), shop.person()
    others = [shop.person(pin=OTHER_PIN) for _ in range(5)]
    for other in others[:4]:
        wrong(shop, device.id, other.id, 4)
        shop.unlocked(device, insider)

    answers = wrong(shop, device.id, others[4].id, 4)

    assert answers[-1] is DeviceLocked
    with pytest.raises(DeviceLocked):
        shop.unlocked(device, insider)


def test_a_manager_lets_person_and_tablet_try_again(shop: Shop) -> None:
    device, person, manager = shop.device(), shop.person(), shop.actor(shop.person("manager"))
    wrong(shop, device.id, person.id, 5)

    release_person(shop.people, manager, device.id, person.id, NOW)
    assert shop.unlocked(device, person)

    wrong(shop, device.id, person.id, 5)
    release_device(shop.people, manager, device.id, NOW)
    assert shop.unlocked(device, person)


def test_who_does_not_work_here_is_nobody(shop: Shop) -> None:
    device, foreign = shop.device(), Shop.new(shop.people)
    elsewhere, stranger = shop.person("associate", shop.another_store()), foreign.person()

    for person in (elsewhere, stranger):
        with pytest.raises(StaffNotFound):
            shop.unlocked(device, person)
    with pytest.raises(PinMissing):
        shop.unlocked(device, shop.person(pin=None))


def test_a_tablet_shows_whoever_can_unlock_it(shop: Shop) -> None:
    here = [shop.person(), shop.person("manager"), shop.person("admin")]
    for absent in (shop.person("developer"), shop.person(pin=None), shop.person("associate", shop.another_store())):
        assert absent not in who_unlocks(shop.people, shop.store.id)

    assert {one.id for one in who_unlocks(shop.people, shop.store.id)} == {one.id for one in here}


def test_somebody_who_has_ended_is_out_at_once(shop: Shop) -> None:
    device, person = shop.device(), shop.person()
    opened = shop.unlocked(device, person)

    end_staff(shop.people, shop.operator, person.id, SOON)

    assert shop.people.session(opened.token, SOON) is None
    with pytest.raises(StaffNotFound):
        shop.unlocked(device, person, at=SOON)


def test_one_pair_of_hands_a_tablet(shop: Shop) -> None:
    device, first, second = shop.device(), shop.person(), shop.person(pin=OTHER_PIN)
    before = shop.unlocked(device, first)

    after = shop.unlocked(device, second, OTHER_PIN)

    assert shop.people.session(before.token, NOW) is None
    lock_session(shop.people, after.session, NOW)
    lock_session(shop.people, after.session, NOW)
    assert shop.people.session(after.token, NOW) is None
    assert shop.actions().count("locked") == 1


def test_being_at_work_is_written_down_every_fifteen_seconds_and_idleness_is_not_work(shop: Shop) -> None:
    opened = shop.unlocked(shop.device(), shop.person())

    def seen_after(seconds: int) -> float:
        shop.people.touch(opened.session, NOW + timedelta(seconds=seconds))
        found = shop.people.session(opened.token, NOW)
        assert found is not None
        return (found.seen_at - NOW).total_seconds()

    assert [seen_after(seconds) for seconds in (14, 15, 119, 121)] == [0, 15, 119, 119]


def test_training_is_begun_and_ended(shop: Shop) -> None:
    opened = shop.unlocked(shop.device(), shop.person())

    switch_training(shop.people, opened.session, True, NOW)

    found = shop.people.session(opened.token, NOW)
    assert found is not None
    assert found.is_training


def test_a_new_pin_ends_what_the_old_one_opened_and_its_locks(shop: Shop) -> None:
    device, other, person = shop.device(), shop.device(), shop.person()
    opened = shop.unlocked(device, person)
    wrong(shop, other.id, person.id, 5)

    set_pin(shop.people, shop.operator, person.id, OTHER_PIN, NOW)

    assert shop.people.session(opened.token, NOW) is None
    assert shop.unlocked(other, person, OTHER_PIN)
    with pytest.raises(PinWrong):
        shop.unlocked(other, person, PIN)


def test_ones_own_pin_is_changed_with_the_old_one(shop: Shop) -> None:
    device, person = shop.device(), shop.person()
    opened = shop.unlocked(device, person)

    with pytest.raises(PinWrong):
        change_own_pin(shop.people, opened.session, WRONG_PIN, OTHER_PIN, NOW)
    with pytest.raises(FieldRefused) as refusal:
        change_own_pin(shop.people, opened.session, PIN, "123456", NOW)
    change_own_pin(shop.people, opened.session, PIN, OTHER_PIN, NOW)

    assert refusal.value.key == "pin_common"
    assert shop.people.session(opened.token, NOW) is not None
    assert shop.unlocked(device, person, OTHER_PIN)


def test_a_manager_approves_with_their_own_pin_and_an_associate_does_not(shop: Shop) -> None:
    device, associate, manager = shop.device(), shop.person(), shop.person("manager", pin=OTHER_PIN)

    def approve(staff_id: str, pin: str) -> str:
        attempt = PinAttempt(device.id, staff_id, pin)
        return approve_by_pin(shop.people, shop.store.id, attempt, NOW, "booking").id

    assert approve("", OTHER_PIN) == manager.id
    with pytest.raises(StaffNotFound):
        approve(associate.id, PIN)
    with pytest.raises(PinWrong):
        approve(manager.id, PIN)
    shop.person("manager")
    with pytest.raises(ManagerNotChosen):
        approve("", OTHER_PIN)
    assert shop.actions().count("approved") == 1


def test_the_audit_has_no_pin(shop: Shop) -> None:
    device, person = shop.device(), shop.person()
    wrong(shop, device.id, person.id, 1)
    shop.unlocked(device, person)

    said = str(shop.people.audited(shop.code))

    assert PIN not in said
    assert WRONG_PIN not in said
    assert Actor(shop.code).staff_id is None
