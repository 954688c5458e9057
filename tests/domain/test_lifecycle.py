"""The transition table, written down a second time by hand: every state with every action, allowed or refused."""

import pytest

from app.domain.errors import StatusChangeRefused
from app.domain.lifecycle import STATES, TRANSITIONS, Subject, may, next_state

# A line an action, a column a state, in the order of the heading; a dash is a refusal.
OFFER = """
                 OPEN       DECLINED   OPTED_OUT  UNDECIDED  CONFIRMED
see              OPEN       DECLINED   OPTED_OUT  UNDECIDED  CONFIRMED
open_details     OPEN       DECLINED   OPTED_OUT  UNDECIDED  CONFIRMED
choose           OPEN       OPEN       OPEN       OPEN       CONFIRMED
change           OPEN       OPEN       OPEN       OPEN       CONFIRMED
decline          DECLINED   DECLINED   OPTED_OUT  DECLINED   CONFIRMED
leave_undecided  UNDECIDED  -          -          -          -
opt_out          OPTED_OUT  OPTED_OUT  OPTED_OUT  OPTED_OUT  CONFIRMED
confirm          CONFIRMED  CONFIRMED  CONFIRMED  CONFIRMED  -
"""
QUOTE = """
                 RECEIVED         PENDING_PAYMENT  CONFIRMED  CANCELLED  RENEWED  FAILED  DELETED
await_payment    PENDING_PAYMENT  -                -          -          -        -       -
confirm          CONFIRMED        CONFIRMED        -          -          -        -       -
fail             FAILED           FAILED           -          -          -        -       -
delete           DELETED          -                -          -          -        -       -
modify           -                -                CONFIRMED  -          -        -       -
cancel           -                -                CANCELLED  -          -        -       -
renew            -                -                RENEWED    -          -        -       -
claim            -                -                CONFIRMED  -          RENEWED  -       -
"""
BOOKING = """
                 PENDING_PAYMENT  CONFIRMED  CANCELLED
confirm          CONFIRMED        -          -
modify           -                CONFIRMED  -
cancel_part      -                CONFIRMED  -
cancel           -                CANCELLED  -
claim            -                CONFIRMED  -
"""
TABLES: dict[Subject, str] = {"offer": OFFER, "quote": QUOTE, "booking": BOOKING}

Row = tuple[Subject, str, str, str | None]


def rows(subject: Subject) -> list[Row]:
    """Each pair of a table: subject, state, action, and the next state or None."""
    heading, *lines = [line.split() for line in TABLES[subject].strip("\n").splitlines()]
    assert all(len(line) == len(heading) + 1 for line in lines)
    return [
        (subject, state, action, None if following == "-" else following)
        for action, *cells in lines
        for state, following in zip(heading, cells, strict=True)
    ]


EVERY_PAIR = [row for subject in TABLES for row in rows(subject)]
ALLOWED = [row for row in EVERY_PAIR if row[3] is not None]
REFUSED = [row[:3] for row in EVERY_PAIR if row[3] is None]


def test_every_state_meets_every_action_in_this_file_and_nothing_else_does() -> None:
    listed = {(subject, state, action) for subject, state, action, _ in EVERY_PAIR}

    assert listed == {(subject, state, action) for subject, action in TRANSITIONS for state in STATES[subject]}
    assert set(STATES) == set(TABLES)
    assert len(listed) == len(EVERY_PAIR)


def test_the_table_leads_only_from_states_and_to_states_that_exist() -> None:
    for (subject, _), row in TRANSITIONS.items():
        assert {*row, *row.values()} <= set(STATES[subject])


@pytest.mark.parametrize(("subject", "state", "action", "following"), ALLOWED)
def test_an_allowed_action_leads_to_the_state_of_the_table(
    subject: Subject, state: str, action: str, following: str
) -> None:
    assert may(subject, state, action)
    assert next_state(subject, state, action) == following


@pytest.mark.parametrize(("subject", "state", "action"), REFUSED)
def test_every_other_action_is_refused_with_the_state_that_stood_in_its_way(
    subject: Subject, state: str, action: str
) -> None:
    assert not may(subject, state, action)

    with pytest.raises(StatusChangeRefused) as refused:
        next_state(subject, state, action)

    assert (refused.value.subject, refused.value.action, refused.value.state) == (subject, action, state)
    assert state in refused.value.errors[0]


def test_a_second_cancellation_is_refused_in_the_recorded_words() -> None:
    with pytest.raises(StatusChangeRefused) as refused:
        next_state("booking", "CANCELLED", "cancel")

    assert refused.value.errors == ["Status change not allowed for QuotePackage in status CANCELLED"]


def test_cancelled_is_the_end_for_a_booking_and_for_a_quote() -> None:
    for (subject, _), row in TRANSITIONS.items():
        if subject in ("booking", "quote"):
            assert "CANCELLED" not in row
