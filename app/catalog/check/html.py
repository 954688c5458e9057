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
    """The first line the sanitizer would write differently, and what stands there."""
    clean = sanitized(text)
    if clean == text:
        return None
    for number, (own, other) in enumerate(zip(text.splitlines(), clean.splitlines(), strict=False), start=1):
        if own != other:
            return number, own.strip()[:80]
    return text.count("\n") + 1, "the end is cut off"
