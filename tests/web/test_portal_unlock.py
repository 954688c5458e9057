"""Somebody takes a tablet: their PIN, the locks that guard it, and the way back to where they were."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.staffing import Actor
from app.services.administer_devices import revoke_device
from app.services.unlock_device import lock_session
from tests.associate import PIN, At, cookie_name, new_staff, tablet
from tests.doors import visit_every_door
from tests.partner import Partner

DATABASES = ("sqlite",)


WRONG = "999111"


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def locked(at: At) -> At:
    """The tablet as it lies on the counter: set up, nobody at work."""
    lock_session(at.people, at.session, datetime.now(UTC))
    return at


def pin_page(at: At, next_page: str = "") -> str:
    return f"/portal/unlock/{at.staff.id}" + (f"?next={next_page}" if next_page else "")


def test_a_locked_tablet_shows_who_works_in_its_store_and_nobody_else(at: At) -> None:
    colleague, stranger = at.beside().staff, at.elsewhere().staff
    page = locked(at).get("/portal/unlock")

    assert page.status == 200 and page.heading == "Who is at the counter?"
    assert at.staff.name in page.text and colleague.name in page.text
    assert stranger.name not in page.text


def test_the_right_pin_opens_the_tablet(at: At) -> None:
    answer = locked(at).post(pin_page(at), pin=PIN)

    assert (answer.status, answer.location) == (303, "/portal/")
    assert at.follow(answer).status == 200


def test_a_pin_in_other_figures_is_the_same_pin(at: At) -> None:
    arabic = PIN.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert locked(at).post(pin_page(at), pin=arabic).status == 303


def test_a_wrong_pin_says_how_many_tries_are_left_and_is_not_written_back(at: At) -> None:
    page = locked(at).post(pin_page(at), pin=WRONG)

    assert page.status == 422
    assert "Tries left: 4" in page.text
    assert WRONG not in page.html


def test_an_empty_pin_costs_no_try(at: At) -> None:
    locked(at).post(pin_page(at), pin="")

    assert "Tries left: 4" in at.post(pin_page(at), pin=WRONG).text


def test_five_wrong_pins_lock_the_person_until_a_manager_unlocks_them(at: At) -> None:
    form = locked(at).get(pin_page(at)).form()
    pages = [at.post(pin_page(at), form=form, pin=WRONG) for _ in range(5)]
    manager = at.desk("manager")

    assert "until a manager unlocks you" in pages[-1].text and pages[-1].forms == []
    assert at.post(pin_page(at), form=form, pin=PIN).status == 422
    assert "Locked after wrong PINs" in at.get("/portal/unlock").text

    person = f"/portal/people/{at.staff.id}"
    assert "Locked" in manager.get(person).text
    manager.post(f"{person}/unlock", on=person)

    assert at.post(pin_page(at), pin=PIN).status == 303


def test_a_locked_tablet_asks_nobody_for_a_pin_until_a_manager_unlocks_it(at: At) -> None:
    form = locked(at).get(pin_page(at)).form()
    with at.people.writing() as changes:
        changes.devices.change(at.session.device.id, locked_at=datetime.now(UTC), failures=20)

    page = at.get("/portal/unlock")
    assert page.heading == "This tablet is locked" and "A manager signs in" in page.text
    assert at.post(pin_page(at), form=form, pin=PIN).status == 422

    manager, lying = at.desk("manager"), f"/portal/tablets/{at.session.device.id}"
    manager.post(f"{lying}/unlock", on=lying)

    assert at.post(pin_page(at), pin=PIN).status == 303


def test_the_page_that_was_wanted_comes_after_the_pin(at: At) -> None:
    wanted = locked(at).get("/portal/more")

    assert wanted.location == "/portal/unlock?next=/portal/more"
    people = at.get(wanted.location)
    link = next(link for link in people.links if at.staff.id in link)
    assert "/portal/more" not in people.text
    assert at.post(link, pin=PIN).location == "/portal/more"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/portal//evil.example", "/\\evil.example", "/portal/../x/", "/docs",
     "/portal/nothing/there", "/portal/lock", "/portal/unlock", "/portal/%0d%0aLocation:x", "javascript:alert(1)"],
)  # fmt: skip
def test_after_the_pin_nobody_is_sent_anywhere_else(at: At, elsewhere: str) -> None:
    answer = locked(at).post(pin_page(at, elsewhere), pin=PIN)

    assert answer.location == "/portal/"


def test_after_two_idle_minutes_the_pin_is_asked_and_the_page_is_kept(at: At) -> None:
    with at.people.writing() as changes:
        changes.sessions.change(at.session.id_hash, seen_at=datetime.now(UTC) - timedelta(minutes=2, seconds=5))

    answer = at.get("/portal/more")
    assert answer.location == "/portal/unlock?next=/portal/more"
    assert at.htmx.get("/portal/more").status == 401
    assert "Was here last" in at.get("/portal/unlock").text


def test_what_was_typed_while_the_tablet_locked_is_back_after_the_pin(at: At) -> None:
    path = at.post("/portal/", code="NW-PH-5").location
    fields = at.get(path).form(path).fields
    with at.people.writing() as changes:
        changes.sessions.change(at.session.id_hash, seen_at=datetime.now(UTC) - timedelta(minutes=3))

    locked_out = at.send(path, fields | {"receipt": "R-4711"})
    at.post(f"/portal/unlock/{at.staff.id}{locked_out.location.removeprefix('/portal/unlock')}", pin=PIN)

    assert locked_out.location == f"/portal/unlock?next={path}"
    assert 'value="R-4711"' in at.get(path).html


def test_what_was_practised_goes_on_after_the_pin(northwind: Partner) -> None:
    at = tablet(northwind.app, is_training=True)
    with at.people.writing() as changes:
        changes.sessions.change(at.session.id_hash, seen_at=datetime.now(UTC) - timedelta(minutes=3))

    at.post(pin_page(at), pin=PIN)

    assert "Training" in at.get("/portal/more").text


def test_locking_ends_the_session_and_says_so(at: At) -> None:
    answer = at.post("/portal/lock", on="/portal/more")
    page = at.follow(answer)

    assert page.text.count("Locked.") == 1
    assert at.people.session(at.token) is None
    assert at.get("/portal/more").status == 303


def test_locking_away_from_a_tablet_signs_out(at: At) -> None:
    manager = at.desk("manager")

    page = manager.follow(manager.post("/portal/lock", on="/portal/more"))

    assert "You are signed out." in page.text


def test_locking_without_the_token_of_the_page_asks_again(at: At) -> None:
    page = at.send("/portal/lock", {})

    assert page.status == 422 and at.people.session(at.token) is not None
    assert at.post("/portal/lock", form=page.form()).status == 303


def test_a_pin_without_the_pages_token_or_with_another_tablets_is_not_looked_at(at: At) -> None:
    other = locked(at.beside())
    foreign = other.get("/portal/unlock/" + at.staff.id).form().fields["token"]
    locked(at)

    for token in ("", foreign):
        page = at.send(pin_page(at), {"pin": PIN, "token": token})
        assert page.status == 422 and "too old" in page.text


def test_a_form_from_another_origin_is_refused(at: At) -> None:
    fields = locked(at).get(pin_page(at)).form().fields | {"pin": PIN}

    page = at.send(pin_page(at), fields, Origin="https://evil.example")

    assert page.status == 422 and "another page" in page.text


def test_a_revoked_tablet_is_no_tablet_any_more(at: At) -> None:
    revoke_device(at.people, Actor(at.store.partner_code), at.session.device.id, datetime.now(UTC))

    answer = at.get("/portal/more")
    assert at.follow(answer).location.startswith("/portal/sign-in")
    page = at.get("/portal/sign-in")
    assert "Set up this tablet" in page.text
    assert "This tablet is no longer set up. Ask a manager for a new code." in page.text


def test_a_tablet_nobody_touched_for_ninety_days_is_no_tablet_any_more(at: At) -> None:
    with at.people.writing() as changes:
        changes.devices.change(at.session.device.id, expires_at=datetime.now(UTC) - timedelta(seconds=1))

    assert at.get("/portal/unlock").location == "/portal/sign-in"


def test_unlocking_is_when_the_tablet_was_last_used(at: At) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=3)
    with at.people.writing() as changes:
        changes.devices.change(at.session.device.id, seen_at=long_ago)

    locked(at).post(pin_page(at), pin=PIN)

    used = at.people.device(at.session.device.id)
    assert used is not None and used.seen_at > long_ago + timedelta(days=2)


def test_unlocking_gives_the_tablet_another_ninety_days_and_cookies_nobody_can_read(at: At) -> None:
    answer = locked(at).post(pin_page(at), pin=PIN).answer
    cookies = {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}

    assert set(cookies) == {cookie_name(at.app, "session"), cookie_name(at.app, "device")}
    for line in cookies.values():
        assert line.startswith("__Host-")
        assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
        assert "Domain" not in line
    assert "Expires" in cookies[cookie_name(at.app, "device")]
    assert "Expires" not in cookies[cookie_name(at.app, "session")]


@pytest.mark.parametrize("whose", ["elsewhere", "abroad"])
def test_people_of_another_store_or_partner_are_not_there(at: At, whose: str) -> None:
    stranger = getattr(at, whose)().staff

    assert locked(at).get(f"/portal/unlock/{stranger.id}").status == 404
    assert at.get("/portal/unlock/nobody").status == 404


def test_somebody_without_a_pin_reads_who_gives_them_one(at: At) -> None:
    from app.services.administer_staff import NewStaff, add_staff

    wanted = NewStaff("associate", "No Pin", "en", frozenset({at.store.id}))
    person = add_staff(at.people, Actor(at.store.partner_code), wanted, datetime.now(UTC))

    page = locked(at).get(f"/portal/unlock/{person.id}")
    assert "You have no PIN yet." in page.text and page.forms == []


def test_outside_the_demo_no_pin_is_shown(at: At) -> None:
    assert "Only in the demo" not in locked(at).get("/portal/unlock").text


def test_the_page_of_the_pin_speaks_the_language_of_the_person(at: At) -> None:
    person = new_staff(at.app, "associate", at.store, "de")

    assert "Ihre PIN, sechs Ziffern" in locked(at).get(f"/portal/unlock/{person.id}").text


def test_every_page_around_people_can_be_seen(northwind: Partner) -> None:
    visit_every_door(northwind.app)
