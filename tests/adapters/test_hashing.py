"""Secrets of people cannot be read back, and looking for somebody who does not exist costs the same."""

import os

import pytest
from argon2 import extract_parameters

from app.adapters.hashing import MEMORY_KIB, PASSES, Hasher
from app.domain.people_errors import TooManyTries
from tests.counter_people import ROOT

WEAK = {"memory_kib": 8, "passes": 1}


def test_the_right_secret_fits_and_no_other_does() -> None:
    hasher = Hasher(ROOT)
    kept = hasher.hashed("274093")

    assert kept.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$")
    assert hasher.fits("274093", kept)
    assert not hasher.fits("274094", kept)
    assert not hasher.fits("274093", None)
    assert not hasher.fits("274093", "no hash at all")


def test_without_the_root_secret_the_database_is_not_enough_to_try_pins() -> None:
    kept = Hasher(ROOT, **WEAK).hashed("274093")

    assert not Hasher(ROOT.upper(), **WEAK).fits("274093", kept)


def test_somebody_unknown_costs_what_somebody_known_costs() -> None:
    """The same algorithm with the same memory and passes is gone through, and the answer is no."""
    hasher = Hasher(ROOT)

    known, unknown = extract_parameters(hasher.hashed("a password of somebody")), extract_parameters(hasher._nobodys)

    assert known == unknown
    assert not hasher.fits("wrong", None)


def test_whoever_would_wait_long_for_a_turn_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.hashing.LONGEST_WAIT", 0.05)
    hasher = Hasher(ROOT, **WEAK)
    kept = hasher.hashed("274093")
    turns = [hasher._turns.acquire() for _ in range(max(1, (os.cpu_count() or 2) // 2))]

    with pytest.raises(TooManyTries) as refusal:
        hasher.fits("274093", kept)

    assert refusal.value.values["seconds"] > 0
    for _ in turns:
        hasher._turns.release()
    assert hasher.fits("274093", kept)
