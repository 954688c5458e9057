"""From facts to a PDF: typst with our own fonts, the same on every machine and for equal facts byte for byte.

Facts travel to a template as JSON and are never read as typst code. Templates set `document(date: none)`: a day
that matters is said on the page.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
# A character that our fonts cannot draw would make the whole document invalid; the reader sees that one was there.
UNKNOWN = "\N{WHITE SQUARE}"
# PDF/UA forbids it, although every font has it.
FORBIDDEN = "\N{ZERO WIDTH NO-BREAK SPACE}"
BREAK_HERE = "\N{ZERO WIDTH SPACE}"
# Longer than the longest word of any of our languages. East Asian text breaks by itself, addresses do at a slash.
ENDLESS_WORD = re.compile(r"[^\s/\u2e80-\uffff]{41,}")
PIECE = 10

Form = Literal["pdf", "png"]
STANDARDS: dict[Form, Any] = {"pdf": ["ua-1"], "png": []}


class Verbatim(str):
    """A string that is not shown but used: the address of a link, a drawing."""

    __slots__ = ()


class Template:
    """One .typ file and its warm compilers.

    A compiler serves one thread at a time ("Already borrowed" otherwise): each use takes one out of the pool and puts
    it back, so that there are as many as there were threads at once. They share the fonts.
    """

    def __init__(self, name: str) -> None:
        self._path = FOLDER / name
        self._idle: deque[typst.Compiler] = deque()

    def pdf(self, facts: Mapping[str, Any]) -> bytes:
        return self.pages(facts, "pdf")[0]

    def pages(self, facts: Mapping[str, Any], form: Form) -> list[bytes]:
        """The document in one piece (pdf) or a picture a page (png)."""
        compiler = self._compiler()
        try:
            made = self._made(compiler, facts, form)
        finally:
            self._idle.append(compiler)
        return made if isinstance(made, list) else [made or b""]

    def _made(self, compiler: typst.Compiler, facts: Mapping[str, Any], form: Form) -> bytes | list[bytes] | None:
        inputs = {"facts": json.dumps(printable(facts), ensure_ascii=False)}
        try:
            return compiler.compile(format=form, sys_inputs=inputs, pdf_standards=STANDARDS[form])
        except typst.TypstError as problem:
            if "could not be displayed" not in problem.message:
                raise
        # A mark on a letter of another script: each is in a font, no font has both. Better bare than no document.
        inputs = {"facts": json.dumps(printable(facts, bare=True), ensure_ascii=False)}
        return compiler.compile(format=form, sys_inputs=inputs, pdf_standards=STANDARDS[form])

    def _compiler(self) -> typst.Compiler:
        try:
            return self._idle.pop()
        except IndexError:
            return typst.Compiler(self._path, root=FOLDER, font_paths=_fonts(), ignore_system_fonts=True)


def printable(value: Any, bare: bool = False) -> Any:
    """The same facts with every shown text made of characters that our fonts have, and no word without an end."""
    match value:
        case Verbatim():
            return str(value)
        case str():
            return _printable(value, bare)
        case Mapping():
            return {key: printable(below, bare) for key, below in value.items()}
        case list() | tuple():
            return [printable(item, bare) for item in value]
    return value


def _printable(text: str, bare: bool) -> str:
    drawn = text
    if not (text.isascii() and text.isprintable()):
        drawn = "".join(_drawable(character, bare) for character in unicodedata.normalize("NFC", text))
    return ENDLESS_WORD.sub(_with_places_to_break, drawn)


@lru_cache(maxsize=8192)
def _drawable(character: str, bare: bool) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category == "Cc":
        return character if character in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}" else " "
    invisible = category in ("Cf", "Mn", "Me", "Mc")
    if (bare and invisible) or character == FORBIDDEN:
        return ""
    if _is_covered(ord(character)):
        return character
    return "" if invisible else UNKNOWN


def _with_places_to_break(word: re.Match[str]) -> str:
    letters = word.group()
    return BREAK_HERE.join(letters[start : start + PIECE] for start in range(0, len(letters), PIECE))


def _is_covered(point: int) -> bool:
    starts, ends = _coverage()
    place = bisect_right(starts, point) - 1
    return place >= 0 and point <= ends[place]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    """Written by .ci/fonts.py: first and last of every run of characters that some font of ours has."""
    runs = json.loads((FONTS / "coverage.json").read_text(encoding="ascii"))
    return [start for start, _ in runs], [end for _, end in runs]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
