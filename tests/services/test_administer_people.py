"""Who may administer whom: never above oneself, never somebody else's, and everything is written down."""

from collections.abc import Callable, Iterator

import pytest

from app.adapters.people import People
from app.domain.people import Role
from app.domain.people_errors import (
    DeviceNotFound,
    EmailTaken,
    FieldRefused,
    NotYours,
    NotYourself,
    PeopleRefused,
    StaffElsewhere,
    StaffNotFound,
    StoreCodeTaken,
    StoreNotFound,
)
from app.domain.staffing import Actor
from app.services.administer_devices import release_device, release_person, release_staff, rename_device, revoke_device
from app.services.administer_staff import (
    NewStaff,
    add_staff,
    change_role,
    change_stores,
    end_staff,
    record_training,
    rename_staff,
)
from app.services.administer_stores import StoreDetails, add_store, change_store, close_store
from app.services.enrol_device import make_enrolment_code
from app.services.set_secrets import invite, reset_totp, set_pin
from tests.counter_people import NOW, PIN, Shop, people_on

Act = Callable[[People, Actor, str], object]

TO_PEOPLE: dict[str, Act] = {
    "rename": lambda people, actor, one: rename_staff(people, actor, one, "New Name", NOW),
    "role": lambda people, actor, one: change_role(people, actor, one, "associate", NOW),
    "stores": lambda people, actor, one: change_stores(people, actor, one, frozenset(), NOW),
    "end": lambda people, actor, one: end_staff(people, actor, one, NOW),
    "training": lambda people, actor, one: record_training(people, actor, one, "us-training", NOW),
    "pin": lambda people, actor, one: set_pin(people, actor, one, None, NOW),
    "invite": lambda people, actor, one: invite(people, actor, one, NOW),
    "totp": lambda people, actor, one: reset_totp(people, actor, one, NOW),
    "release": lambda people, actor, one: release_staff(people, actor, one, NOW),
}
TO_DEVICES: dict[str, Act] = {
    "rename": lambda people, actor, one: rename_device(people, actor, one, "Till 9", NOW),
    "revoke": lambda people, actor, one: revoke_device(people, actor, one, NOW),
    "release": lambda people, actor, one: release_device(people, actor, one, NOW),
    "person": lambda people, actor, one: release_person(people, actor, one, "nobody", NOW),
}
DETAILS = StoreDetails("NEW", "Another shop", "GB", "GBP", "en", "Europe/London")


@pytest.fixture(scope="module")
def people(database_url: str) -> Iterator[People]:
    found = people_on(database_url)
    yield found
    found.close()


@pytest.fixture
def shop(people: People) -> Shop:
    return Shop.new(people)


@pytest.mark.parametrize("act", TO_PEOPLE.values(), ids=TO_PEOPLE)
def test_people_of_another_partner_or_store_do_not_exist(shop: Shop, act: Act) -> None:
    foreign, elsewhere = Shop.new(shop.people).person(), shop.person("associate", shop.another_store())
    manager, admin = shop.actor(shop.person("manager")), shop.actor(shop.person("admin"))

    for actor, person in ((manager, foreign), (admin, foreign), (manager, elsewhere)):
        with pytest.raises(StaffNotFound):
            act(shop.people, actor, person.id)
    with pytest.raises(StaffNotFound):
        act(shop.people, admin, "nobody")


@pytest.mark.parametrize("act", TO_PEOPLE.values(), ids=TO_PEOPLE)
@pytest.mark.parametrize("role", ["manager", "admin", "auditor"])
def test_a_manager_touches_nobody_of_own_rank_or_above(shop: Shop, act: Act, role: Role) -> None:
    manager = shop.actor(shop.person("manager"))

    with pytest.raises(NotYours):
        act(shop.people, manager, shop.person(role).id)


@pytest.mark.parametrize("act", TO_PEOPLE.values(), ids=TO_PEOPLE)
@pytest.mark.parametrize("role", ["associate", "auditor", "developer"])
def test_an_associate_an_auditor_and_a_developer_administer_nobody(shop: Shop, act: Act, role: Role) -> None:
    actor, person = shop.actor(shop.person(role)), shop.person()

    with pytest.raises(PeopleRefused):
        act(shop.people, actor, person.id)
    assert shop.people.staff(person.id) == person


@pytest.mark.parametrize("act", TO_DEVICES.values(), ids=TO_DEVICES)
def test_tablets_of_another_partner_or_store_do_not_exist(shop: Shop, act: Act) -> None:
    foreign, elsewhere = Shop.new(shop.people).device(), shop.enrolled(shop.another_store()).device
    manager, admin = shop.actor(shop.person("manager")), shop.actor(shop.person("admin"))

    for actor, device in ((manager, foreign), (admin, foreign), (manager, elsewhere)):
        with pytest.raises(DeviceNotFound):
            act(shop.people, actor, device.id)
    with pytest.raises(NotYours):
        act(shop.people, shop.actor(shop.person()), shop.device().id)


def test_nobody_ends_or_raises_themselves(shop: Shop) -> None:
    admin = shop.actor(shop.person("admin"))
    own = str(admin.staff_id)

    with pytest.raises(NotYourself):
        end_staff(shop.people, admin, own, NOW)
    with pytest.raises(NotYourself):
        change_role(shop.people, admin, own, "manager", NOW)


def test_a_manager_adds_associates_to_own_stores_and_nobody_else(shop: Shop) -> None:
    manager, other = shop.actor(shop.person("manager")), shop.another_store()
    here = frozenset({shop.store.id})

    made = add_staff(shop.people, manager, NewStaff("associate", "Bo Lind", "en", here), NOW)

    assert made in shop.people.staff_of_store(shop.store.id)
    for role in ("manager", "admin", "developer", "auditor"):
        with pytest.raises(NotYours):
            add_staff(shop.people, manager, NewStaff(role, "Bo Lind", "en", here, "bo@shop.example"), NOW)
    with pytest.raises(NotYours):
        change_role(shop.people, manager, made.id, "manager", NOW)
    with pytest.raises(StoreNotFound):
        add_staff(shop.people, manager, NewStaff("associate", "Bo", "en", frozenset({other.id})), NOW)
    with pytest.raises(StoreNotFound):
        change_stores(shop.people, manager, made.id, here | {other.id}, NOW)


def test_what_somebody_has_in_other_stores_is_not_a_managers_to_take(shop: Shop) -> None:
    other = shop.another_store()
    manager, person = shop.actor(shop.person("manager")), shop.person("associate", shop.store, other)

    with pytest.raises(StaffElsewhere):
        end_staff(shop.people, manager, person.id, NOW)
    change_stores(shop.people, manager, person.id, frozenset({other.id}), NOW)

    assert person.id not in {one.id for one in shop.people.staff_of_store(shop.store.id)}
    assert person.id in {one.id for one in shop.people.staff_of_store(other.id)}


def test_who_loses_a_store_is_out_of_it_at_once(shop: Shop) -> None:
    other, person = shop.another_store(), shop.person()
    opened = shop.unlocked(shop.device(), person)

    change_stores(shop.people, shop.operator, person.id, frozenset({other.id}), NOW)

    assert shop.people.session(opened.token, NOW) is None


def test_a_training_is_known_in_every_session_that_follows(shop: Shop) -> None:
    device, person = shop.device(), shop.person()
    for _ in range(2):
        record_training(shop.people, shop.operator, person.id, "us-training", NOW)

    found = shop.people.session(shop.unlocked(device, person).token, NOW)

    assert found is not None
    assert found.staff.trained == {"us-training"}
    with pytest.raises(FieldRefused):
        record_training(shop.people, shop.operator, person.id, "No Rule", NOW)


def test_an_address_is_one_persons_until_they_have_ended(shop: Shop) -> None:
    wanted = NewStaff("admin", "Bo Lind", "en", email=f"{shop.code}@Shop.example")
    made = add_staff(shop.people, shop.operator, wanted, NOW)

    with pytest.raises(EmailTaken):
        add_staff(shop.people, shop.operator, wanted, NOW)
    end_staff(shop.people, shop.operator, made.id, NOW)
    assert add_staff(shop.people, shop.operator, wanted, NOW).email == f"{shop.code}@shop.example".lower()


def test_stores_are_an_admins(shop: Shop) -> None:
    admin, manager = shop.actor(shop.person("admin")), shop.actor(shop.person("manager"))

    made = add_store(shop.people, admin, DETAILS, NOW)
    with pytest.raises(StoreCodeTaken):
        add_store(shop.people, admin, DETAILS, NOW)
    change_store(shop.people, admin, made.id, StoreDetails("X", "Renamed", "DE", "EUR", "de", "Europe/Berlin"), NOW)

    found = shop.people.store(made.id)
    assert found is not None
    assert (found.code, found.name, found.currency) == ("NEW", "Renamed", "EUR")
    with pytest.raises(NotYours):
        add_store(shop.people, manager, DETAILS, NOW)
    with pytest.raises(NotYours):
        close_store(shop.people, manager, shop.store.id, NOW)
    with pytest.raises(StoreNotFound):
        close_store(shop.people, admin, Shop.new(shop.people).store.id, NOW)
    close_store(shop.people, admin, made.id, NOW)
    assert made.id not in {store.id for store in shop.people.stores_of(shop.code)}


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "low"), ("name", " "), ("country", "Gb"), ("region", "Washington"), ("currency", "£")]
    + [("language", "xx"), ("time_zone", "Europe/Nowhere"), ("time_zone", "../../etc/passwd")],
)
def test_each_mistake_in_a_store_is_told_beside_its_field(shop: Shop, field: str, value: str) -> None:
    details = {name: getattr(DETAILS, name) for name in StoreDetails.__dataclass_fields__} | {field: value}

    with pytest.raises(FieldRefused) as refusal:
        add_store(shop.people, shop.operator, StoreDetails(**details), NOW)

    assert (refusal.value.field, refusal.value.key) == (field, f"store_{field}")


def test_who_did_what_is_written_down_with_the_store_and_without_secrets(shop: Shop) -> None:
    manager, person = shop.actor(shop.person("manager")), shop.person()
    set_pin(shop.people, Actor(shop.code, manager.staff, None, shop.store.id), person.id, PIN, NOW)
    make_enrolment_code(shop.people, manager, shop.store.id, "Till", NOW)

    first, second = shop.people.audited(shop.code, frozenset({shop.store.id}), limit=2)

    assert (first.action, first.staff_id, first.store_id) == ("enrolment_made", manager.staff_id, shop.store.id)
    assert (second.action, second.subject, second.at) == ("pin_set", person.id, NOW)
    assert PIN not in str(shop.people.audited(shop.code))
    assert [entry.id for entry in shop.people.audited(shop.code, before=first.id)][0] == second.id
    assert shop.people.audited("99999") == []
