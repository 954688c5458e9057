"""Is it covered? Answered from the wording alone: the passages that share words with the question, or none.

Nothing is guessed and nothing is rated: whoever asks reads the passage that was found, with the plan it stands in.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.cover_words import ALONE_SAYS_NOTHING, ENDINGS, NOT_ABOUT, SAYS_NOTHING

Pairs = Sequence[tuple[str, str]]
LONGEST = 200
# Less may be left of a word where a long ending, and no other, is taken off.
_SHORTEST_STEM, _SHORTEST_ROOT, _LONG_ENDING = 4, 3, 4
_SHORTEST_PREFIX = 5
_HAN = r"\u3005\u3400-\u4dbf\u4e00-\u9fff"
_KATAKANA = r"\u30a1-\u30ff"
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<kana>[{_KATAKANA}]+)|[\u3040-\u309f]+|(?P<word>[^\W{_HAN}{_KATAKANA}]+)")
# Vowel signs and strokes that lengthen a word: few people type them.
_ARABIC_SIGNS = re.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
# The article and what is written together with it, and the plainest endings.
_ARABIC_FRONT = re.compile(r"^(?:وال|بال|كال|فال|لل|ال)(?=..)")
_ARABIC_BACK = re.compile(r"(?<=...)(?:ات|ون|ين|ها|ه|ي)$")
_ARABIC_LETTERS = str.maketrans({"ى": "ي", "ة": "ه"})
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})
_CLAUSE = re.compile(r"[.,;:!?、。،؛…]")


@dataclass(frozen=True, slots=True)
class PlanWords:
    """A plan's own words: what is covered and what is not, each a name and a line about it."""

    title: str
    covered: Pairs
    excluded: Pairs


@dataclass(frozen=True, slots=True)
class Passage:
    name: str
    text: str
    plans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverAnswer:
    covered: tuple[Passage, ...]
    excluded: tuple[Passage, ...]

    @property
    def is_silent(self) -> bool:
        return not self.covered and not self.excluded


def answer_from(question: str, plans: Sequence[PlanWords]) -> CoverAnswer:
    asked = list(dict.fromkeys(_words(question[:LONGEST])))
    covered = _passages((plan.title, pair) for plan in plans for pair in plan.covered)
    excluded = _passages((plan.title, pair) for plan in plans for pair in plan.excluded)
    return CoverAnswer(_found(asked, covered), _found(asked, excluded))


def _passages(all_of: Iterable[tuple[str, tuple[str, str]]]) -> list[Passage]:
    """What stands in several plans is told once, with all of them."""
    plans: dict[tuple[str, str], list[str]] = {}
    for title, (name, text) in all_of:
        plans.setdefault((name, text), []).append(title)
    return [Passage(name, text, tuple(titles)) for (name, text), titles in plans.items()]


def _found(asked: Sequence[str], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Those that share most words with the question: with two words of three, one that shares one is beside it."""
    shared = [(_shared(asked, passage), passage) for passage in passages]
    most = max((number for number, _ in shared), default=0)
    return tuple(passage for number, passage in shared if number and number * 2 > most)


def _shared(asked: Sequence[str], passage: Passage) -> int:
    name = list(_words(passage.name))
    text = list(_words(_without_what_it_is_not_about(passage.text)))
    return sum(
        any(_is_same(word, other) or _begins(word, other) for other in name)
        or (word not in ALONE_SAYS_NOTHING and any(_is_same(word, other) for other in text))
        for word in asked
    )


def _is_same(one: str, other: str) -> bool:
    """Equal, or one begins with the other: water and water damage are one word in some languages."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return short.isascii() and len(short) >= _SHORTEST_PREFIX and long.startswith(short)


def _begins(one: str, other: str) -> bool:
    """A sign of Chinese writing is a word by itself, and the first of longer ones."""
    return len(one) == 1 and "\u4e00" <= one <= "\u9fff" and other.startswith(one)


def _without_what_it_is_not_about(text: str) -> str:
    """Faults without an accident: that is not a passage about accidents."""
    return " ".join(_about(clause) for clause in _CLAUSE.split(text))


def _about(clause: str) -> str:
    kept = []
    for word in clause.split():
        if _folded(word) in NOT_ABOUT:
            break
        kept.append(word)
    return " ".join(kept)


def _words(text: str) -> Iterator[str]:
    for run in _RUNS.finditer(_ARABIC_SIGNS.sub("", unicodedata.normalize("NFKC", text))):
        if run["han"]:
            yield from _signs(run["han"])
        elif run["kana"]:
            if len(run["kana"]) > 1:
                yield run["kana"]
        elif run["word"]:
            word = _folded(run["word"])
            stem = _stem(word)
            if len(word) > 1 and word not in SAYS_NOTHING and stem not in SAYS_NOTHING:
                yield stem


def _signs(run: str) -> Iterator[str]:
    """A sign by itself, or every two that stand together: nothing marks where a word ends."""
    found = [run] if len(run) <= 2 else [run[place : place + 2] for place in range(len(run) - 1)]
    yield from (sign for sign in found if sign not in SAYS_NOTHING)


def _folded(word: str) -> str:
    """Small letters without accents, and Arabic letters in their plainest form."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_ARABIC_LETTERS)
    return re.sub(r"^\W+|\W+$", "", plain)


def _stem(word: str) -> str:
    if _ARABIC.search(word):
        return _ARABIC_BACK.sub("", _ARABIC_FRONT.sub("", word))
    for ending in ENDINGS:
        least = _SHORTEST_ROOT if len(ending) >= _LONG_ENDING else _SHORTEST_STEM
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word.removesuffix(ending)
            break
    # dropped and drop, spilled and spill
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word
