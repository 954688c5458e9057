"""Away from a tablet: password and code, each code once, and no way to learn who works here."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pyotp import TOTP

from app.adapters.people import People
from app.domain.audit import NOBODY
from app.domain.people_errors import (
    CodeRefused,
    FieldRefused,
    InvitationRefused,
    NotYours,
    SignInExpired,
    SignInRefused,
    StoreNotFound,
)
from app.services.administer_stores import choose_store
from app.services.set_secrets import accept_invitation, invite, invited, reset_totp, set_password
from app.services.set_up_totp import TotpSetUp, offer_totp, same_offer, set_up_totp
from app.services.sign_in import PasswordAttempt, confirm_sign_in, sign_in
from app.services.unlock_device import Opened, lock_session
from tests.counter_people import HERE, NOW, PASSWORD, SOON, Shop, at_once, code_at, people_on


@pytest.fixture(scope="module")
def people(database_url: str) -> Iterator[People]:
    found = people_on(database_url)
    yield found
    found.close()


@pytest.fixture
def shop(people: People) -> Shop:
    return Shop.new(people)


def set_up(shop: Shop) -> TotpSetUp:
    """A manager who has just set up their code, and the ten to write down."""
    pending = shop.password_right(shop.who_signs_in(has_totp=False))
    offer = offer_totp(shop.people, pending.token, NOW)
    return set_up_totp(shop.people, pending.token, offer.sealed, TOTP(offer.secret).at(NOW), NOW)


def test_password_and_code_open_a_session_in_a_store_of_the_person(shop: Shop) -> None:
    manager = shop.who_signs_in()

    opened = shop.signed_in(manager)

    found = shop.people.session(opened.token, NOW)
    assert found is not None
    assert (found.staff.id, found.device, found.store_id) == (manager.id, None, shop.store.id)
    assert shop.people.session(opened.token, NOW + timedelta(hours=12)) is None
    lock_session(shop.people, opened.session, NOW)
    assert shop.people.session(opened.token, NOW) is None
    assert shop.actions()[:3] == ["signed_out", "signed_in", "sign_in_tried"]


def test_unknown_wrong_ended_and_resting_are_told_alike(shop: Shop) -> None:
    manager, associate = shop.who_signs_in(), shop.person()
    tries = [("nobody@shop.example", PASSWORD), (str(associate.email), PASSWORD), (str(manager.email), "x" * 12)]
    tries += [(str(manager.email), "x" * 12)] * 4 + [(str(manager.email), PASSWORD)]

    said = set()
    for email, password in tries:
        with pytest.raises(SignInRefused) as refusal:
            sign_in(shop.people, PasswordAttempt(email, password), NOW)
        said.add(str(refusal.value))

    assert len(said) == 1
    assert shop.people.audited(NOBODY, limit=1)[0].action == "sign_in_tried"
    with pytest.raises(SignInRefused):
        shop.password_right(manager, NOW + timedelta(minutes=14))
    assert shop.password_right(manager, NOW + timedelta(minutes=15)).needs == "code"


def test_passwords_guessed_at_once_are_not_more_than_five(shop: Shop) -> None:
    manager = shop.who_signs_in()

    at_once(10, lambda _: sign_in(shop.people, PasswordAttempt(str(manager.email), "x" * 12), NOW))

    with pytest.raises(SignInRefused):
        shop.password_right(manager)


def test_a_code_is_good_once(shop: Shop) -> None:
    manager = shop.who_signs_in()
    shop.signed_in(manager)

    with pytest.raises(CodeRefused):
        shop.signed_in(manager, NOW + timedelta(seconds=5))
    assert shop.signed_in(manager, NOW + timedelta(seconds=30))


def test_a_code_sent_at_once_from_two_places_opens_one_session(shop: Shop) -> None:
    manager = shop.who_signs_in()
    tokens = [shop.password_right(manager).token for _ in range(4)]

    answers = at_once(4, lambda number: confirm_sign_in(shop.people, tokens[number], code_at(NOW), HERE, NOW))

    assert sum(isinstance(answer, Opened) for answer in answers) == 1


def test_codes_of_one_step_around_are_taken_and_no_others(shop: Shop) -> None:
    for seconds, is_taken in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        token = shop.password_right(shop.who_signs_in()).token
        code = code_at(NOW + timedelta(seconds=seconds))
        [answer] = at_once(1, lambda _, token=token, code=code: confirm_sign_in(shop.people, token, code, HERE, NOW))
        assert isinstance(answer, Opened) is is_taken, seconds


def test_guessed_codes_rest_the_sign_in_though_the_password_is_right(shop: Shop) -> None:
    manager = shop.who_signs_in()
    for _ in range(5):
        with pytest.raises(CodeRefused):
            confirm_sign_in(shop.people, shop.password_right(manager).token, "000000", HERE, NOW)

    with pytest.raises(SignInRefused):
        shop.password_right(manager)


def test_the_second_step_is_open_for_five_minutes_and_for_the_password_it_began_with(shop: Shop) -> None:
    manager = shop.who_signs_in()
    token = shop.password_right(manager).token
    late = NOW + timedelta(minutes=5)

    with pytest.raises(SignInExpired):
        confirm_sign_in(shop.people, token, code_at(late), HERE, late)
    with pytest.raises(SignInExpired):
        confirm_sign_in(shop.people, token + "x", code_at(NOW), HERE, NOW)
    set_password(shop.people, shop.operator, manager.id, "another long password", NOW)
    with pytest.raises(SignInExpired):
        confirm_sign_in(shop.people, token, code_at(NOW), HERE, NOW)


def test_a_code_is_set_up_with_proof_and_a_wrong_one_changes_nothing(shop: Shop) -> None:
    manager = shop.who_signs_in(has_totp=False)
    pending = shop.password_right(manager)
    offer = offer_totp(shop.people, pending.token, NOW)

    with pytest.raises(CodeRefused):
        set_up_totp(shop.people, pending.token, offer.sealed, "000000", NOW)

    assert pending.needs == "set_up"
    assert same_offer(shop.people, pending.token, offer.sealed, NOW).secret == offer.secret
    assert offer.secret in offer.uri
    assert shop.password_right(manager).needs == "set_up"
    with pytest.raises(SignInExpired):
        confirm_sign_in(shop.people, pending.token, "000000", HERE, NOW)


def test_each_recovery_code_opens_once(shop: Shop) -> None:
    made = set_up(shop)
    manager = made.opened.session.staff

    def recover(code: str) -> Opened:
        return confirm_sign_in(shop.people, shop.password_right(manager).token, code, HERE, NOW)

    assert len(set(made.recovery_codes)) == 10
    for code in made.recovery_codes[:2]:
        assert recover(code.lower())
        with pytest.raises(CodeRefused):
            recover(code)
    answers = at_once(4, lambda _: recover(made.recovery_codes[2]))
    assert sum(isinstance(answer, Opened) for answer in answers) == 1


def test_what_was_set_up_cannot_be_set_up_again_without_a_reset(shop: Shop) -> None:
    manager, admin = set_up(shop).opened.session.staff, shop.person("admin")
    pending = shop.password_right(manager)

    with pytest.raises(SignInExpired):
        offer_totp(shop.people, pending.token, NOW)
    with pytest.raises(NotYours):
        reset_totp(shop.people, shop.actor(admin), admin.id, NOW)
    reset_totp(shop.people, shop.actor(admin), manager.id, NOW)
    assert shop.password_right(manager).needs == "set_up"


def test_an_invitation_sets_one_password_within_two_days(shop: Shop) -> None:
    manager = shop.person("manager")
    token = invite(shop.people, shop.operator, manager.id, NOW)

    assert invited(shop.people, token, NOW).id == manager.id
    with pytest.raises(InvitationRefused):
        accept_invitation(shop.people, token, PASSWORD, NOW + timedelta(hours=48))
    with pytest.raises(FieldRefused) as refusal:
        accept_invitation(shop.people, token, "short", NOW)
    assert refusal.value.key == "password_short"
    accept_invitation(shop.people, token, PASSWORD, SOON)
    with pytest.raises(InvitationRefused):
        accept_invitation(shop.people, token, "another long password", SOON)
    assert shop.password_right(manager).needs == "set_up"


def test_a_new_password_ends_what_the_old_one_opened(shop: Shop) -> None:
    manager = shop.who_signs_in()
    opened = shop.signed_in(manager)

    accept_invitation(shop.people, invite(shop.people, shop.operator, manager.id, NOW), "another long password", NOW)

    assert shop.people.session(opened.token, NOW) is None


def test_an_associate_has_no_password(shop: Shop) -> None:
    with pytest.raises(FieldRefused):
        invite(shop.people, shop.operator, shop.person().id, NOW)


def test_somebody_signed_in_chooses_among_their_stores(shop: Shop) -> None:
    opened, other = shop.signed_in(shop.who_signs_in("admin")), shop.another_store()

    choose_store(shop.people, opened.session, other.id, NOW)

    found = shop.people.session(opened.token, NOW)
    assert found is not None
    assert found.store_id == other.id
    with pytest.raises(StoreNotFound):
        choose_store(shop.people, opened.session, Shop.new(shop.people).store.id, NOW)
