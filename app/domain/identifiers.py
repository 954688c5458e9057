"""Identifiers people read to each other: no character that looks like another one."""

from collections.abc import Callable
from typing import Any

# Of 58 recorded booking ids none has 0 1 5 I O; Z and S go with 2 and 5 for people on the telephone in older ones.
UNAMBIGUOUS = "2346789ABCDEFGHJKLMNPQRSTUVWXYZ"
MIXED_CASE = "346789ABCDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrstuvwxyz"
BOOKING_ID = r"[A-Z0-9]{5}-[A-Z0-9]{5}-INS"
CLAIM_ID = r"[A-Z0-9]{5}-[A-Z0-9]{5}-CLM"
UPDATE_ID = r"[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){2}-UPD"
CANCELLATION_ID = r"[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){2}-CCL"

Choose = Callable[[str], str]
BITS_A_THROW = 122


class Dice:
    """Characters chosen from the randomness of a UUID.

    secrets.choice asks the system for every character, and each time another thread takes the interpreter.
    """

    def __init__(self, throw: Callable[[], Any]) -> None:
        self._throw = throw
        self._left, self._bits = 0, 0

    def choice(self, alphabet: str) -> str:
        if self._bits < 2 * len(alphabet).bit_length():
            self._left, self._bits = self._throw().int, BITS_A_THROW
        self._left, place = divmod(self._left, len(alphabet))
        self._bits -= len(alphabet).bit_length()
        return alphabet[place]


def booking_id(choose: Choose) -> str:
    return f"{_grouped(UNAMBIGUOUS, 2, choose)}-INS"


def claim_id(choose: Choose) -> str:
    return f"{_grouped(UNAMBIGUOUS, 2, choose)}-CLM"


def update_id(choose: Choose) -> str:
    return f"{_grouped(MIXED_CASE, 3, choose)}-UPD"


def cancellation_id(choose: Choose) -> str:
    return f"{_grouped(MIXED_CASE, 3, choose)}-CCL"


def _grouped(alphabet: str, groups: int, choose: Choose) -> str:
    return "-".join("".join(choose(alphabet) for _ in range(5)) for _ in range(groups))


def token_text(number: int, groups: int = 4) -> str:
    """A large number as groups of five characters: the form of security and sign-up tokens."""
    parts = []
    for _ in range(groups):
        letters = []
        for _ in range(5):
            number, rest = divmod(number, len(MIXED_CASE))
            letters.append(MIXED_CASE[rest])
        parts.append("".join(letters))
    return "-".join(parts)
