"""Hashes of what people remember: argon2id, with a pepper that is not in the database."""

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore
from typing import Any

from app.adapters.encryption import derived_key
from app.domain.people_errors import TooManyTries

# The least OWASP advises (password storage cheat sheet: 19 MiB, two passes, one lane): 20 ms of a core here. A PIN is
# typed all day on two-core machines, and what protects six digits is the count of wrong ones and the pepper; a higher
# cost would protect them no better and give whoever types nonsense more of our time.
MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
# Who waits for a turn keeps a thread of the server from everybody else: not longer than this, then come again.
LONGEST_WAIT = 0.5
COME_AGAIN = 5


class Hasher:
    """`memory_kib` and `passes` are lower in tests only."""

    def __init__(self, root: str, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._pepper = derived_key(root, "staff-pepper")
        self._cost: dict[str, Any] = {"memory_cost": memory_kib, "time_cost": passes, "parallelism": LANES}
        # A rush of sign-ins takes turns: each hash has its memory and a core, and selling goes on beside it.
        self._turns = BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))

    @cached_property
    def _argon(self) -> Any:
        """Made late: the partner API never needs it."""
        from argon2 import PasswordHasher

        return PasswordHasher(**self._cost)

    @cached_property
    def _nobodys(self) -> str:
        return self.hashed(os.urandom(16).hex())

    def hashed(self, secret: str) -> str:
        with self._turn():
            return str(self._argon.hash(self._peppered(secret)))

    def fits(self, secret: str, kept: str | None) -> bool:
        """Without a kept hash it costs the same and is wrong: who asks does not learn whether there is one."""
        from argon2.exceptions import InvalidHashError, VerificationError

        against = kept or self._nobodys
        try:
            with self._turn():
                self._argon.verify(against, self._peppered(secret))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=LONGEST_WAIT):
            raise TooManyTries(seconds=COME_AGAIN)
        try:
            yield
        finally:
            self._turns.release()

    def _peppered(self, secret: str) -> str:
        return hmac.new(self._pepper, secret.encode(), "sha256").hexdigest()
