"""Tablets: a code to set one up, a name, a lock that is taken off, and an end."""

import re
from datetime import UTC, datetime

import pytest

from app.adapters.portal_tables import devices
from tests.associate import At, tablet
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


@pytest.fixture
def manager(at: At) -> At:
    return at.desk("manager")


def test_a_code_is_shown_once_and_sets_up_a_tablet(manager: At) -> None:
    answer = manager.post("/portal/tablets/new", name="Counter by the door")
    page = manager.follow(answer)
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", page.text)

    assert code is not None and "https://cover.example/portal/enrol" in page.text
    assert "shown already" in manager.follow(answer).text
    fresh = At(manager.app, manager.app.test_client(), manager.store, manager.staff, None, manager.session, "")
    assert fresh.post("/portal/enrol", code=code[0]).status == 303
    assert "Counter by the door" in manager.get("/portal/tablets").text


def test_a_tablet_needs_a_name(manager: At) -> None:
    assert manager.post("/portal/tablets/new", name="").status == 422


def test_a_tablet_is_renamed(at: At, manager: At) -> None:
    assert at.device is not None
    path = f"/portal/tablets/{at.device.id}"

    assert manager.follow(manager.post(f"{path}/name", name="By the door")).heading == "By the door"


def test_a_revoked_tablet_stops_at_once(at: At, manager: At) -> None:
    assert at.device is not None
    path = f"/portal/tablets/{at.device.id}"

    assert manager.post(f"{path}/revoke").location == "/portal/tablets"
    assert at.get("/portal/more").status == 303
    assert manager.get(path).status == 404


def test_somebody_who_is_locked_on_one_tablet_is_unlocked_there(at: At, manager: At) -> None:
    assert at.device is not None
    with at.people.writing() as changes:
        for _ in range(5):
            changes.devices.take_pin_try(at.device.id, at.staff.id)
        changes.devices.lock_person(at.device.id, at.staff.id, datetime.now(UTC))
    path = f"/portal/tablets/{at.device.id}"
    assert at.staff.name in manager.get(path).text

    manager.post(f"{path}/unlock/{at.staff.id}", on=path)

    assert at.people.locked_on(at.device.id) == frozenset()


@pytest.mark.parametrize("change", ["", "/name", "/revoke"])
def test_tablets_of_other_stores_and_partners_are_not_there(manager: At, change: str) -> None:
    for other in (manager.elsewhere(), manager.abroad()):
        assert other.device is not None
        assert manager.get(f"/portal/tablets/{other.device.id}{change}").status == 404


def test_nothing_of_another_stores_tablet_can_be_sent(manager: At) -> None:
    token = manager.get("/portal/tablets/new").form().fields["token"]
    for other in (manager.elsewhere(), manager.abroad()):
        assert other.device is not None
        for change in ("name", "revoke", "unlock", f"unlock/{other.staff.id}"):
            page = manager.send(f"/portal/tablets/{other.device.id}/{change}", {"token": token, "name": "mine"})
            assert page.status == 404
        assert other.get("/portal/more").status == 200


def test_an_auditor_reads_and_an_associate_does_not(at: At) -> None:
    assert at.device is not None
    path = f"/portal/tablets/{at.device.id}"

    assert at.get(path).status == 403
    assert at.desk("auditor").get(path).status == 200
    assert at.desk("auditor").send(f"{path}/revoke", {}).status == 403


def test_the_secret_of_a_tablet_is_nowhere_in_the_database(at: At) -> None:
    with at.platform.database.reading() as connection:
        rows = connection.execute(devices.select()).all()

    assert at.secret not in str(rows)
