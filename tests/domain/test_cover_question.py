"""Is it covered? The wording answers, in whatever language it is written, or it is silent."""

from pathlib import Path

import pytest
import yaml

from app.domain.cover_question import CoverAnswer, PlanWords, answer_from

WORDS = Path(__file__).resolve().parent.parent.parent / "catalog" / "northwind" / "words"


def plan(language: str, name: str) -> PlanWords:
    words = yaml.safe_load((WORDS / f"{language}.yaml").read_text(encoding="utf-8"))["products"][name]
    covered, excluded = (tuple(tuple(pair) for pair in words[part].values()) for part in ("inclusions", "exclusions"))
    return PlanWords(words["title"], covered, excluded)


def asked(language: str, question: str) -> CoverAnswer:
    names = ("device-protection-1y", "device-protection-2y")
    return answer_from(question, [plan(language, name) for name in names])


def names(passages: tuple) -> list[str]:
    return [passage.name for passage in passages]


@pytest.mark.parametrize(
    ("language", "question", "passage"),
    [
        ("en", "It fell into water", "Spills"),
        ("en", "I DROPPED it!", "Drops and knocks"),
        ("en", "the screens are cracked", "Drops and knocks"),
        ("de", "Es ist ins Wasser gefallen", "Flüssigkeit"),
        ("de", "Wasserschaden", "Flüssigkeit"),
        ("de", "ein uberspannungsschaden", "Überspannung"),
        ("fr", "Il est tombé dans l’eau", "Liquides"),
        ("es", "se cayó al agua", "Líquidos"),
        ("ja", "水に落とした", "水濡れ"),
        ("ja", "画面が割れた", "落下・衝撃"),
        ("ar", "سقط في الماء", "السوائل"),
        ("ar", "شَاشَة متصدعة", "السقوط والصدمات"),
    ],
)
def test_what_is_covered_is_found_by_its_words(language: str, question: str, passage: str) -> None:
    answer = asked(language, question)

    assert passage in names(answer.covered)
    assert not answer.excluded


@pytest.mark.parametrize(
    ("language", "question", "passage"),
    [
        ("en", "Somebody stole it", "Loss and theft"),
        ("en", "Is theft covered?", "Loss and theft"),
        ("de", "Das Gerät wurde gestohlen", "Verlust und Diebstahl"),
        ("fr", "on me l'a volé", "Perte et vol"),
        ("es", "me lo robaron", "Pérdida y robo"),
        ("ja", "盗まれた", "紛失・盗難"),
        ("ar", "الهاتف مسروق", "الفقدان والسرقة"),
    ],
)
def test_what_is_not_covered_is_found_the_same_way(language: str, question: str, passage: str) -> None:
    answer = asked(language, question)

    assert names(answer.excluded) == [passage]
    assert not answer.covered


def test_what_one_plan_covers_and_another_does_not_is_told_with_the_plans() -> None:
    answer = asked("en", "a fault of the electronics")

    assert [(one.name, one.plans) for one in answer.covered] == [("Faults", ("2 years",))]
    assert ("Faults", ("1 year",)) in [(one.name, one.plans) for one in answer.excluded]


def test_what_stands_in_both_plans_is_told_once() -> None:
    (passage,) = asked("en", "water").covered

    assert passage.plans == ("1 year", "2 years")


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "aliens"),
        ("en", "It no longer works"),
        ("en", ""),
        ("en", "?!"),
        ("de", "Hund"),
        ("ja", "宇宙人"),
        ("ar", "كلب"),
    ],
)
def test_where_the_wording_says_nothing_nothing_is_said(language: str, question: str) -> None:
    assert asked(language, question).is_silent


def test_a_passage_about_faults_without_an_accident_is_not_about_accidents() -> None:
    one_year = [PlanWords("1 year", (), (("Faults", "Faults without a collision."),))]

    assert answer_from("a collision", one_year).is_silent


def test_a_question_of_any_length_is_answered() -> None:
    assert names(asked("en", "water " * 5_000).covered) == ["Spills"]
