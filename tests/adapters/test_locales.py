"""Our own words: every language says everything, with the same places to fill in."""

import re
from typing import Any

import pytest
import yaml

from app.adapters.locales import FOLDER, LANGUAGES, known_language, said

PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
AREAS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("_"))


def flat(words: Any, path: str = "") -> dict[str, str]:
    if isinstance(words, dict):
        return {name: text for key, below in words.items() for name, text in flat(below, f"{path}.{key}").items()}
    if isinstance(words, list):
        return {name: text for place, item in enumerate(words) for name, text in flat(item, f"{path}.{place}").items()}
    return {path: str(words)}


def read(area: str, language: str) -> dict[str, str]:
    return flat(yaml.safe_load((FOLDER / area / f"{language}.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_language_says_the_same_things(area: str, language: str) -> None:
    english, other = read(area, "en"), read(area, language)

    assert set(other) == set(english)
    for key, text in english.items():
        assert sorted(PLACEHOLDER.findall(other[key])) == sorted(PLACEHOLDER.findall(text)), key
        assert other[key].strip() or not text.strip(), key


@pytest.mark.parametrize(("asked", "given"), [("de", "de"), ("DE-at", "de"), ("xx", "en"), ("", "en")])
def test_a_language_without_words_of_ours_gets_english(asked: str, given: str) -> None:
    assert known_language(asked) == given


def test_there_are_words_for_every_area() -> None:
    assert {"documents", "mail", "customer", "widget"} <= set(AREAS)
    assert all(said(area, "ja").language == "ja" for area in AREAS)
