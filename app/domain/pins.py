"""Which six digits are a PIN: not those a bystander tries first."""

from app.domain.people import PIN_DIGITS

# What people choose most and no pattern below catches: keypad paths, dates everybody knows, words typed on a phone.
_OFTEN = frozenset(
    {"147258", "258369", "369258", "852456", "159753", "753159", "159357", "357159", "951753", "789456", "456123"}
    | {"147852", "741852", "963852", "852963", "142536", "321654", "654123", "987456", "135790", "246810", "102030"}
    | {"131313", "696969", "101010", "520520", "007007", "112358", "314159", "271828", "420420", "867530", "246824"}
    | {"110000", "100000", "123000", "000001", "000007", "911911", "123123", "112211", "121314", "101112", "010203"}
)
_RUNS = "01234567890", "09876543210"
_CENTURIES = "19", "20"


def pin_problem(pin: str) -> str | None:
    """The key of the sentence that says why not; None for a PIN that may be used."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return "pin_digits"
    return "pin_common" if _is_common(pin) else None


def _is_common(pin: str) -> bool:
    return (
        pin in _OFTEN
        or len(set(pin)) <= 2
        or any(pin in run for run in _RUNS)
        or pin[:3] in (pin[3:], pin[:2:-1])
        or pin[:2] == pin[2:4] == pin[4:]
        or _is_made_of(pin, 2)
        or _is_made_of(pin, 3)
        or _is_dated(pin)
    )


def _is_made_of(pin: str, size: int) -> bool:
    """112233, 111222: each digit as often as the next, in blocks."""
    return all(len(set(pin[start : start + size])) == 1 for start in range(0, PIN_DIGITS, size))


def _is_dated(pin: str) -> bool:
    """A year with anything around it that makes a date, or a year twice over: 201985, 131990."""
    return _is_year(pin[:4]) or _is_year(pin[2:])


def _is_year(four: str) -> bool:
    return four[:2] in _CENTURIES
