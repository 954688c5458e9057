"""Patterns that can run away on some input, and those that cannot."""

import pytest

from app.catalog.check.patterns import runaway

# Each of these needs time that grows much faster than its input in Python's engine, which words our errors.
DANGEROUS = [
    r"(a+)+$",
    r"^(a*)*$",
    r"^([a-z]+)*$",
    r"^(a|a)*$",
    r"^(ab|[a-z]{2})*$",
    r"^a*a*$",
    r"^.*.*$",
    r"^\w+\d+$",
    r"^[a-z]+?[a-z]+$",
    r"^(x+x+)+y$",
    r"^(a{2,})*$",
    r"^[a-z]{0,200}[a-z]{0,200}$",
    r"^([0-9]+,?)+$",
    r"^(.*a){20}$",
    # A part that may be empty stands between the two that match the same.
    r"^a*b?a*$",
    r"^[a-z]+[0-9]*[a-z]+$",
    # The neighbours stand in groups.
    r"^(a*)(a*)$",
    r"^(a*)a*$",
    r"^(?:[a-z]+)(?:[a-z]+)$",
    # Small repetitions inside repetitions: every way to cut the text is tried.
    r"^([a-z]{1,30}){1,30}$",
    r"^([a-z][a-z]?)*$",
    r"^(a?b?c?)*$",
]
NOT_LINEAR = [
    (r"(a)\1", "a back-reference"),
    (r"(?P<x>a)(?P=x)", "a back-reference"),
    (r"(?=a)a", "a look-around"),
    (r"(?!a).", "a look-around"),
    (r"(?<=a)b", "a look-around"),
    (r"(?<!a)b", "a look-around"),
    (r"(a)?(?(1)b|c)", "a conditional group"),
]
HARMLESS = [
    r"^[A-Z]{2}$",
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    r"^[a-z]{2}(-([a-z]{2}|[A-Z]{2}))?$",
    r"^[^@ ]+@[^@ ]+$",
    r"^[1-9][0-9]?[ymwd]$",
    r"^[A-Za-z]{2}$|^[A-Za-z]{2}-[A-Za-z]{2}$",
    r"^[a-z][a-z0-9_]*$",
    r"^[0-9]+[.][0-9]+$",
    r"^https?://[^ ]+$",
    r"^(cat|dog)$",
    r"^[ab]+$",
    r"^([a-z]|[a-f])*$",
    r"^.*$",
    r"",
    r"^[+][0-9]{6,15}$",
    r"^([0-9]{2}:){5}[0-9]{2}$",
    r"^[A-Z]{1,3}[0-9]{1,5}$",
]


@pytest.mark.parametrize("pattern", DANGEROUS)
def test_a_pattern_that_can_run_away_is_found(pattern: str) -> None:
    assert runaway(pattern) is not None


@pytest.mark.parametrize(("pattern", "what"), NOT_LINEAR)
def test_what_no_linear_engine_can_match_is_named(pattern: str, what: str) -> None:
    assert runaway(pattern) == f"has {what}, which cannot be matched in linear time"


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_harmless_pattern_may_stand(pattern: str) -> None:
    assert runaway(pattern) is None


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "*a", "(?P<x"])
def test_what_is_no_pattern_is_said_to_be_none(pattern: str) -> None:
    found = runaway(pattern)

    assert found is not None
    assert found.startswith("is not a pattern: ")


def test_every_pattern_of_the_demo_schemas_is_harmless() -> None:
    from app.catalog.check.schemas import schema_mistakes
    from app.catalog.source import read_folder
    from tests.catalog.folders import CATALOG, DEMO_FOLDERS

    for folder in DEMO_FOLDERS:
        source = read_folder(CATALOG / folder)

        assert list(schema_mistakes(source, frozenset(source.files))) == []
