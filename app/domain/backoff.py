"""When something that could not be delivered is tried again: quickly a few times, then every hour, then no more."""

from dataclasses import dataclass

# A receiver that was down gets what it missed spread out, not all in the same second.
JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """`spacing`: seconds after each quick attempt; the last of them follows every later one."""

    spacing: tuple[float, ...]
    quick_attempts: int
    hourly_attempts: int

    @property
    def attempts(self) -> int:
        return self.quick_attempts + self.hourly_attempts


def wait_after(pace: Pace, attempts: int, draw: float) -> float | None:
    """Seconds until the next attempt after so many failed ones; None when it was the last. `draw` is from 0 to 1."""
    if attempts >= pace.attempts:
        return None
    quick = pace.spacing[:-1]
    is_quick = attempts < pace.quick_attempts and quick
    seconds = quick[min(attempts, len(quick)) - 1] if is_quick else pace.spacing[-1]
    return seconds * (1 - JITTER + 2 * JITTER * draw)
