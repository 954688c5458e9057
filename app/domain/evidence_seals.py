"""Seals: every stretch of time, all that was offered and all that happened in it, under one signed hash.

A trail proves itself only as long as it is there. A seal counts everybody's: what vanishes whole, or is worked out
anew from its first link to its last, no longer leads to the hash that was signed. The hash is the root of a tree, so
that a single event can be shown to be under it without showing the others.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.evidence import digest

BEGINNING = "1970-01-01T00:00:00.000000Z"
# Stands for the root of nothing.
NOTHING = digest("nothing")


@dataclass(frozen=True, slots=True)
class Seal:
    """From `from_at` on, up to but without `to_at`. `previous`: the signature of the seal before, or nothing."""

    id: int
    from_at: str
    to_at: str
    offers: int
    events: int
    hash: str
    previous: str
    signature: str = ""


def offer_leaf(offer_id: str, evidence: str) -> str:
    return digest("offer", offer_id, evidence)


def event_leaf(trail_id: str, number: int, hash_: str) -> str:
    return digest("event", trail_id, str(number), hash_)


def root(leaves: Iterable[str]) -> str:
    """Leaves in the order of their digits, paired until one is left; who stands alone goes up as it is."""
    level = sorted(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else NOTHING


def way_up(leaves: Iterable[str], leaf: str) -> tuple[tuple[str, str], ...]:
    """What has to be joined to a leaf, and on which side, to come to the root."""
    level = sorted(leaves)
    place, way = level.index(leaf), []
    while len(level) > 1:
        if place % 2:
            way.append(("left", level[place - 1]))
        elif place + 1 < len(level):
            way.append(("right", level[place + 1]))
        level, place = _level_above(level), place // 2
    return tuple(way)


def _level_above(level: list[str]) -> list[str]:
    paired = [digest("pair", left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return paired + level[len(paired) * 2 :]


def signed(seal: Seal, key: bytes) -> Seal:
    return replace(seal, signature=signature_of(seal, key))


def signature_of(seal: Seal, key: bytes) -> str:
    counted = (str(seal.id), seal.from_at, seal.to_at, str(seal.offers), str(seal.events))
    return hmac.digest(key, digest("seal", *counted, seal.hash, seal.previous).encode(), "sha256").hex()


def seal_misfits(seal: Seal, before: Seal | None, key: bytes) -> list[str]:
    """What the row itself does not keep to; whether its stretch still holds what it held is another question."""
    found = []
    if not hmac.compare_digest(seal.signature.encode(), signature_of(seal, key).encode()):
        found.append("the signature is not ours")
    number, from_at, previous = (0, BEGINNING, "") if before is None else (before.id, before.to_at, before.signature)
    if seal.id != number + 1:
        found.append(f"it comes after seal {number}: {seal.id - number - 1} missing before it")
    elif (seal.from_at, seal.previous) != (from_at, previous):
        found.append(f"it does not follow from seal {number}" if number else "it is not the beginning")
    return found


def moment_of(text: str) -> datetime:
    """The moment that `written_at` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
