"""Markdown as HTML: headings one can link to, and tables that fit a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import nh3

if TYPE_CHECKING:
    from markdown_it.token import Token

# Text with headings and tables, and nothing that runs or loads. The words are our own, and the Markdown is read
# with HTML off; this is the second lock.
_SANITIZED: dict[str, Any] = {
    "tags": {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "blockquote", "hr"}
    | {"h2", "h3", "h4", "div", "span", "table", "thead", "tbody", "tr", "th", "td"},
    "attributes": {
        "a": {"href"},
        "div": {"class"},
        "span": {"class"},
        "ol": {"start"},
        **{tag: {"id"} for tag in ("h2", "h3", "h4")},
        **{tag: {"role"} for tag in ("table", "thead", "tbody", "tr")},
        **{tag: {"role", "class", "data-label"} for tag in ("th", "td")},
    },
    "url_schemes": {"https", "mailto"},
    "link_rel": None,
}
# Browsers break a line inside 2026-03-01, which is hard to read: dates, times and amounts stay in one piece.
_WHOLE = re.compile(
    r"\d+ of \d+|\d{4}-\d\d-\d\d|\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?|[A-Z]{3} \d[\d.]*\d|[A-Z]{3} \d"
)
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader", "td": "cell"}


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Prose:
    """`title` is the first heading and not part of `html`: where it stands is the page's to say."""

    title: str
    sections: tuple[Section, ...]
    html: str


@lru_cache(maxsize=64)
def prose_of(text: str) -> Prose:
    # Thirty milliseconds of importing, which a server that nobody asks for a guide does not spend.
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", lambda *_: '<div class="table"><table role="table">\n')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    markdown.add_render_rule("td_open", lambda self, *given: self.renderToken(*given) + "<div>")
    markdown.add_render_rule("td_close", lambda *_: "</div></td>\n")
    markdown.add_render_rule("text", lambda _, tokens, place, *__: _unbroken(tokens[place].content))
    tokens = markdown.parse(text)
    title = _words(tokens, 0) if tokens and tokens[0].tag == "h1" else ""
    tokens = tokens[3:] if title else tokens
    sections = _anchored(tokens)
    _labelled(tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Prose(title, sections, nh3.clean(html, **_SANITIZED))


def _unbroken(text: str) -> str:
    return _WHOLE.sub(r'<span class="whole">\g<0></span>', escape(text))


def _words(tokens: list[Token], place: int) -> str:
    """What a heading or cell says, without its marks."""
    return "".join(part.content for part in tokens[place + 1].children or ())


def _anchored(tokens: list[Token]) -> tuple[Section, ...]:
    """Gives every heading an id made of its words; answers the sections of the page in their order."""
    sections = []
    taken: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        title = _words(tokens, place)
        anchor = "-".join(re.findall(r"\w+", title.lower()))
        while anchor in taken:
            anchor += "-more"
        taken.add(anchor)
        token.attrSet("id", anchor)
        if token.tag == "h2":
            sections.append(Section(anchor, title))
    return tuple(sections)


def _labelled(tokens: list[Token]) -> None:
    """On a phone a row is shown as a list: each cell says its column, and roles keep the table a table for the ear."""
    columns: list[str] = []
    column = 0
    for place, token in enumerate(tokens):
        if token.nesting != 1 or token.tag not in _ROLES:
            continue
        token.attrSet("role", _ROLES[token.tag])
        if token.tag == "thead":
            columns = []
        elif token.tag == "tr":
            column = 0
        elif token.tag == "th":
            columns.append(_words(tokens, place))
        elif token.tag == "td":
            token.attrSet("data-label", columns[column])
            column += 1
        # Alignment comes as a style attribute, which our Content-Security-Policy does not let in.
        if token.attrs.pop("style", None) == "text-align:right":
            token.attrSet("class", "figure")
