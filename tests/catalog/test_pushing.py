"""Words that push a customer: found in every language we speak, and plain words left in peace."""

import re

import pytest

from app.catalog.check.words import PUSHING, word_mistakes
from app.catalog.source import Source, SourceFile

SHAMING = "shames the customer who declines"
PRESELECTING = "preselects"
PUSHING_ON = "pushes the customer"


def reasons(text: str) -> set[str]:
    return {reason for pattern, reason in PUSHING if pattern.search(text)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I'll take the risk", SHAMING),
        ("No, I don't care about my phone", SHAMING),
        ("No thanks, I like paying for repairs", SHAMING),
        ("I do not want to be safe", SHAMING),
        ("Stay unprotected", SHAMING),
        ("Are you sure?", SHAMING),
        ("Cover is pre-selected", PRESELECTING),
        ("Already included in your basket", PRESELECTING),
        ("We add it unless you opt out", PRESELECTING),
        ("Last chance!", "hurries the customer"),
        ("Nein, ich riskiere es", SHAMING),
        ("Mein Gerät bleibt ungeschützt", SHAMING),
        ("Bereits ausgewählt", PRESELECTING),
        ("Non, je prends le risque", SHAMING),
        ("Rester sans protection", SHAMING),
        ("Déjà ajouté au panier", PRESELECTING),
        ("Asumo el riesgo", SHAMING),
        ("No, no quiero estar seguro", SHAMING),
        ("Opción preseleccionada", PRESELECTING),
        ("リスクを承知で断る", SHAMING),
        ("選択済み", PRESELECTING),
        ("أتحمل المخاطرة", SHAMING),
        ("محدد مسبقا", PRESELECTING),
        ("Recommended", PUSHING_ON),
        ("Buy peace of mind", PUSHING_ON),
        ("Yes, I want cover", PUSHING_ON),
        ("Yes I do", PUSHING_ON),
        ("Empfohlen", PUSHING_ON),
        ("Formule recommandée", PUSHING_ON),
        ("Opción recomendada", PUSHING_ON),
        ("おすすめプラン", PUSHING_ON),
        ("الخيار الموصى به", PUSHING_ON),
    ],
)
def test_a_push_is_found_and_named(text: str, reason: str) -> None:
    assert reason in reasons(text)


@pytest.mark.parametrize(
    "text",
    [
        "Not today",
        "No thanks",
        "No, thank you",
        "Continue without cover",
        "Repairs would be at your own cost.",
        "You can come back to this price for 30 days.",
        "Includes the risk of theft",
        "Nein danke",
        "Heute nicht",
        "Non merci",
        "Non, pas aujourd'hui",
        "No, gracias",
        "Hoy no",
        "いいえ、結構です",
        "لا، شكرا",
        "We do not insure what you already own",
    ],
)
def test_a_plain_answer_is_left_in_peace(text: str) -> None:
    assert reasons(text) == set()


def test_every_pattern_is_written_for_no_case_and_gives_a_reason() -> None:
    for pattern, reason in PUSHING:
        assert pattern.flags & re.IGNORECASE, pattern.pattern
        assert reason


def test_a_recommendation_may_stand_in_what_limits_the_cover() -> None:
    said = {"title": "Recommended", "disclaimer": "Serviced as recommended.", "exclusions": {"x": ["As recommended"]}}
    words = SourceFile("words/en.yaml", "", {"offers": {"a": said}, "products": {}})

    found = list(word_mistakes(Source("f", {words.path: words}, []), frozenset()))

    assert [mistake.message for mistake in found] == ["offers.a.title: pushes the customer: 'Recommended'"]
