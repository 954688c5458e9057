"""Managers look after the people of their stores, an admin after everybody's; others look, or not even that."""

import re

import pytest

from tests.associate import PIN, At, new_staff, tablet
from tests.partner import Partner

DATABASES = ("sqlite",)

PAGES = ("/portal/people", "/portal/tablets", "/portal/stores", "/portal/audit", "/portal/audit.csv")
NEW = ("/portal/people/new", "/portal/tablets/new")
CHANGES = ("", "/name", "/role", "/stores", "/pin", "/end")


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


@pytest.fixture
def manager(at: At) -> At:
    return at.desk("manager")


def test_a_manager_adds_an_associate_and_sees_the_pin_once(manager: At) -> None:
    answer = manager.post("/portal/people/new", name="Ida Berg")
    page = manager.follow(answer)
    pin = re.search(r"New PIN (\d{3} \d{3})", page.text)

    assert page.heading == "Ida Berg" and pin is not None
    assert "New PIN" not in manager.follow(answer).text.replace("Give a new PIN", "")
    assert "Ida Berg" in manager.get("/portal/people").text


def test_a_manager_may_choose_the_pin_but_not_one_that_is_tried_first(manager: At) -> None:
    page = manager.post("/portal/people/new", name="Ida Berg", pin="123456")

    assert page.status == 422 and "tried first" in page.text
    assert manager.post("/portal/people/new", name="Ida Berg", pin=PIN).status == 303


def test_a_person_needs_a_name(manager: At) -> None:
    page = manager.htmx.post("/portal/people/new", name=" ")

    assert page.status == 422 and "Please fill this in" in page.text and "<html" not in page.html


def test_a_manager_adds_nobody_but_associates_of_their_own_stores(manager: At) -> None:
    other = manager.elsewhere().store

    assert manager.post("/portal/people/new", name="X Y", role="admin", email="x@y.example").status == 403
    assert manager.post("/portal/people/new", name="X Y", stores=other.id).status == 404


def test_an_admin_adds_a_manager_who_gets_a_link(at: At) -> None:
    admin = at.desk("admin")
    email = f"{at.staff.id}@northwind.example"
    answer = admin.post("/portal/people/new", name="Max Roth", role="manager", stores=at.store.id, email=email)
    person = answer.location
    page = admin.follow(admin.post(f"{person}/invitation", on=person))
    link = re.search(r"https://cover\.example(/portal/invitation/\S+?) ", page.text)

    assert link is not None
    assert admin.get(link[1]).status == 200
    assert "Invitation link" not in admin.get(person).text


def test_a_person_is_renamed_moved_given_another_role_and_a_new_pin(at: At) -> None:
    admin, person = at.desk("admin"), f"/portal/people/{at.staff.id}"
    other = at.elsewhere().store
    admin.post(f"{person}/name", name="Nora Falk")
    admin.post(f"{person}/stores", stores=[at.store.id, other.id])
    page = admin.get(person)

    assert page.heading == "Nora Falk" and other.name in page.text
    assert "New PIN" in admin.follow(admin.post(f"{person}/pin")).text
    # A role that signs in needs an address, and an associate has none.
    assert admin.post(f"{person}/role", role="manager").status == 422
    assert admin.post(f"{person}/stores", stores=None).status == 422


def test_an_ended_person_is_at_work_nowhere(at: At, manager: At) -> None:
    person = f"/portal/people/{at.staff.id}"
    assert "for good" in manager.get(f"{person}/end").text

    manager.post(f"{person}/end")

    assert manager.get(person).status == 404
    assert at.get("/portal/more").status == 303


def test_nobody_ends_themselves(manager: At) -> None:
    admin = manager.desk("admin")

    assert admin.post(f"/portal/people/{admin.staff.id}/end").status == 403


def test_training_is_recorded_where_a_rule_asks_for_it(northwind: Partner) -> None:
    at = tablet(northwind.app, country="US", region="WA", currency="USD", time_zone="America/Los_Angeles")
    manager, person = at.desk("manager"), f"/portal/people/{at.staff.id}"
    assert "Training missing" in manager.get("/portal/people").text

    manager.post(f"{person}/training", on=person)

    trained = at.people.staff(at.staff.id)
    assert trained is not None and trained.trained == {"us-training"}


def test_a_rule_the_catalog_does_not_have_is_not_recorded(at: At, manager: At) -> None:
    person = f"/portal/people/{at.staff.id}"
    token = manager.get(f"{person}/name").form().fields["token"]

    assert manager.send(f"{person}/training", {"token": token, "rule": "us-training"}).status == 404


@pytest.mark.parametrize("path", PAGES + NEW)
def test_an_associate_sees_none_of_it(at: At, path: str) -> None:
    page = at.get(path)

    assert page.status == 403 and "Ask a manager" in page.text


@pytest.mark.parametrize("path", PAGES)
def test_managers_admins_and_auditors_look(at: At, path: str) -> None:
    for role in ("manager", "admin", "auditor"):
        assert at.desk(role).get(path).status == 200


@pytest.mark.parametrize("path", NEW + ("/portal/stores/new",))
def test_an_auditor_changes_nothing(at: At, path: str) -> None:
    auditor = at.desk("auditor")

    assert auditor.get(path).status == 403
    assert auditor.send(path, {"name": "x"}).status == 403
    assert auditor.get(f"/portal/people/{at.staff.id}").forms[1:] == []


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("whose", ["elsewhere", "abroad"])
def test_people_of_other_stores_and_partners_are_not_there(manager: At, whose: str, change: str) -> None:
    stranger = getattr(manager, whose)().staff

    theirs, nobodys = (manager.get(f"/portal/people/{one}{change}") for one in (stranger.id, "nobody"))
    assert (theirs.status, theirs.text) == (nobodys.status, nobodys.text) == (404, nobodys.text)


@pytest.mark.parametrize("path", ["", "/details", "/close"])
def test_stores_of_others_are_not_there(manager: At, path: str) -> None:
    for other in (manager.elsewhere().store, manager.abroad().store):
        assert manager.get(f"/portal/stores/{other.id}{path}").status == 404


def test_only_an_admin_changes_stores(at: At, manager: At) -> None:
    assert manager.get("/portal/stores/new").status == 403
    assert manager.get(f"/portal/stores/{at.store.id}/details").status == 403
    assert manager.get(f"/portal/stores/{at.store.id}/close").status == 403


def test_an_admin_adds_changes_and_closes_a_store(at: At) -> None:
    admin = at.desk("admin")
    code = f"N{at.staff.id[:8].upper()}"
    given = {"code": code, "name": "Hull", "country": "gb", "currency": "gbp", "time_zone": "Europe/London"}
    refused = admin.post("/portal/stores/new", **given | {"time_zone": "Mars/Olympus"})
    assert refused.status == 422 and "Europe/London" in refused.text

    admin.post("/portal/stores/new", **given)
    made = next(store for store in at.people.stores_of("NWIND") if store.code == code)
    admin.post(f"/portal/stores/{made.id}/details", name="Hull Harbour")
    assert admin.get(f"/portal/stores/{made.id}").heading == "Hull Harbour"
    admin.post(f"/portal/stores/{made.id}/close")
    assert admin.get(f"/portal/stores/{made.id}").status == 404
    assert admin.post("/portal/stores/new", **given).status == 422


def test_a_form_without_its_token_or_with_somebody_elses_changes_nothing(at: At, manager: At) -> None:
    foreign = at.beside("manager").get("/portal/people/new").form().fields["token"]

    for token in ("", foreign):
        page = manager.send("/portal/people/new", {"name": "Eve", "role": "associate", "token": token})
        assert page.status == 422 and "too old" in page.text
        assert manager.send(f"/portal/people/{at.staff.id}/unlock", {"token": token}).status == 422


def test_the_manager_of_two_partners_worth_of_people_sees_their_own_store_only(manager: At) -> None:
    new_staff(manager.app, "associate", manager.elsewhere().store, name="Somebody Elsewhere")

    assert "Somebody Elsewhere" not in manager.get("/portal/people").text


def test_a_form_that_is_sent_twice_adds_one_person_whose_pin_is_the_one_shown(manager: At) -> None:
    form = manager.get("/portal/people/new").form()
    answers = [manager.post("/portal/people/new", form=form, name="Twice Sent") for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303] and answers[0].location == answers[1].location
    assert manager.get("/portal/people").text.count("Twice Sent") == 1
    shown = re.search(r"New PIN (\d{3}) (\d{3})", manager.follow(answers[1]).text)
    assert shown is not None
    person = manager.people.staff(answers[0].location.rpartition("/")[2])
    assert person is not None and manager.people.secrets.fits("".join(shown.groups()), person.pin_hash)
    actions = [entry.action for entry in manager.people.audited("NWIND", limit=5) if entry.subject == person.id]
    assert actions == ["pin_set", "staff_added"]


def test_a_form_sent_again_with_another_name_adds_nobody_and_changes_nobody(manager: At) -> None:
    form = manager.get("/portal/people/new").form()
    person = manager.post("/portal/people/new", form=form, name="First Name").location

    assert manager.post("/portal/people/new", form=form, name="Second Name").status == 422
    assert manager.get(person).heading == "First Name"


def test_the_id_in_the_form_opens_nobody_elses_page(at: At, manager: At) -> None:
    stranger, colleague = at.abroad("manager"), at.desk("admin")

    for other in (stranger.staff.id, colleague.staff.id, "nonsense", ""):
        page = manager.post("/portal/people/new", name="Ida Berg", fields={"nonce": other})
        assert page.status in (403, 404, 422)
