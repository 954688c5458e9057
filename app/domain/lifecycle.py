"""What may follow what: one table for offer, quote and booking. What stands in no row is refused."""

from typing import Literal

from app.domain.errors import StatusChangeRefused

Subject = Literal["offer", "quote", "booking"]

OPEN, DECLINED, OPTED_OUT, UNDECIDED = "OPEN", "DECLINED", "OPTED_OUT", "UNDECIDED"
RECEIVED, PENDING_PAYMENT, CONFIRMED = "RECEIVED", "PENDING_PAYMENT", "CONFIRMED"
CANCELLED, RENEWED, FAILED, DELETED = "CANCELLED", "RENEWED", "FAILED", "DELETED"

STATES: dict[Subject, tuple[str, ...]] = {
    "offer": (OPEN, DECLINED, OPTED_OUT, UNDECIDED, CONFIRMED),
    "quote": (RECEIVED, PENDING_PAYMENT, CONFIRMED, CANCELLED, RENEWED, FAILED, DELETED),
    "booking": (PENDING_PAYMENT, CONFIRMED, CANCELLED),
}

# subject, action: from which state to which.
TRANSITIONS: dict[tuple[Subject, str], dict[str, str]] = {
    # Looking changes nothing, also after a decision: a browser may report late what was seen before.
    ("offer", "see"): {state: state for state in STATES["offer"]},
    ("offer", "open_details"): {state: state for state in STATES["offer"]},
    # A "no" may be taken back until the purchase is confirmed; what is said afterwards no longer decides anything.
    ("offer", "choose"): {OPEN: OPEN, DECLINED: OPEN, OPTED_OUT: OPEN, UNDECIDED: OPEN, CONFIRMED: CONFIRMED},
    ("offer", "change"): {OPEN: OPEN, DECLINED: OPEN, OPTED_OUT: OPEN, UNDECIDED: OPEN, CONFIRMED: CONFIRMED},
    ("offer", "decline"): {
        OPEN: DECLINED,
        DECLINED: DECLINED,
        OPTED_OUT: OPTED_OUT,
        UNDECIDED: DECLINED,
        CONFIRMED: CONFIRMED,
    },
    # Time passes only over offers nobody has decided. Not deciding is never counted as declining.
    ("offer", "leave_undecided"): {OPEN: UNDECIDED},
    # Repeatable, and harmless after a confirmation: the booking stands.
    ("offer", "opt_out"): {
        OPEN: OPTED_OUT,
        DECLINED: OPTED_OUT,
        OPTED_OUT: OPTED_OUT,
        UNDECIDED: OPTED_OUT,
        CONFIRMED: CONFIRMED,
    },
    # A customer who has said no may come back; both are on record.
    ("offer", "confirm"): {OPEN: CONFIRMED, DECLINED: CONFIRMED, OPTED_OUT: CONFIRMED, UNDECIDED: CONFIRMED},
    ("quote", "await_payment"): {RECEIVED: PENDING_PAYMENT},
    ("quote", "confirm"): {RECEIVED: CONFIRMED, PENDING_PAYMENT: CONFIRMED},
    ("quote", "fail"): {RECEIVED: FAILED, PENDING_PAYMENT: FAILED},
    ("quote", "delete"): {RECEIVED: DELETED},
    ("quote", "modify"): {CONFIRMED: CONFIRMED},
    ("quote", "cancel"): {CONFIRMED: CANCELLED},
    ("quote", "renew"): {CONFIRMED: RENEWED},
    ("quote", "claim"): {CONFIRMED: CONFIRMED, RENEWED: RENEWED},
    ("booking", "confirm"): {PENDING_PAYMENT: CONFIRMED},
    ("booking", "modify"): {CONFIRMED: CONFIRMED},
    # With quotes left the booking goes on; with the last one it ends.
    ("booking", "cancel_part"): {CONFIRMED: CONFIRMED},
    ("booking", "cancel"): {CONFIRMED: CANCELLED},
    ("booking", "claim"): {CONFIRMED: CONFIRMED},
}


def may(subject: Subject, state: str, action: str) -> bool:
    return state in TRANSITIONS[subject, action]


def next_state(subject: Subject, state: str, action: str) -> str:
    following = TRANSITIONS[subject, action].get(state)
    if following is None:
        raise StatusChangeRefused(subject, action, state)
    return following
