"""HTML in words, wordings and documents: only what the sanitizer would leave as it is."""

import re
from collections.abc import Iterator

from app.catalog.check.words import texts
from app.catalog.sanitizer import sanitized
from app.catalog.source import Mistake, Source, SourceFile, Where
from app.catalog.words import PLACEHOLDER

_ACTIVE_SVG = re.compile(
    r"<script|<foreignObject|\son[a-z]+\s*=|(?:href|src)\s*=\s*[\"'](?!#)|url\((?!#)|<!ENTITY", re.I
)


# Whole lines of a wording are paragraphs: only what stands near the change is shown.
AROUND = 40
# Exact, because it reads only what the sanitizer has left as it is: a `>` inside a tag is written &gt; there.
_TAG = re.compile(r"<[^>]*>")


def html_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    for _, file in source.under("words", ".yaml"):
        for where, text in texts(file.data, ()):
            if str(where[-1]).endswith("_html"):
                yield from _of_words(file, where, text)
    for path, plain in source.files.items():
        if path.endswith(".html"):
            difference = _changed(plain.text)
            if difference:
                yield Mistake(path, difference[0], f"the sanitizer would change this HTML: {difference[1]}")
        elif path.endswith(".svg"):
            active = _ACTIVE_SVG.search(plain.text)
            if active:
                line = plain.text.count("\n", 0, active.start()) + 1
                yield Mistake(path, line, f"a logo may not load or run anything: {active.group().strip()}")


def _of_words(file: SourceFile, where: Where, text: str) -> Iterator[Mistake]:
    """What fills a placeholder is escaped, but as the address of a link `javascript:...` needs no sign that is."""
    difference = _changed(text)
    if difference:
        yield file.mistake(where, f"the sanitizer would change this HTML: {difference[1]}")
        return
    for tag in _TAG.findall(text):
        inside = PLACEHOLDER.search(tag)
        if inside:
            yield file.mistake(where, f"a placeholder may not stand inside a tag: {inside.group()} in {tag}")


def _changed(text: str) -> tuple[int, str] | None:
    """The line of the first character the sanitizer would write differently, and what stands around it."""
    clean = sanitized(text)
    if clean == text:
        return None
    pairs = enumerate(zip(text, clean, strict=False))
    place = next((place for place, (own, other) in pairs if own != other), min(len(text), len(clean)))
    around = " ".join(text[max(0, place - AROUND) : place + AROUND].split())
    return text.count("\n", 0, place) + 1, around
