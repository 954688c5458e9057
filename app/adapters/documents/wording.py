"""Policy wording as a PDF: the catalog's few HTML tags, read into nodes that a typst template walks.

Unknown tags are dropped and their text is kept; nothing of the text is ever read as typst code.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from app.adapters.documents.addresses import address
from app.adapters.documents.typesetting import Template, Verbatim
from app.adapters.locales import known_language

TEMPLATE = Template("wording.typ")
LISTS = frozenset({"ul", "ol"})
# Their text is not meant for readers.
UNSPOKEN = frozenset({"script", "style"})
# Deeper than any contract, and shallow enough for typst's own limit.
DEEPEST = 8

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WordingFacts:
    language: str
    title: str
    partner_title: str
    version_line: str
    html: str


def wording_pdf(facts: WordingFacts) -> bytes:
    return TEMPLATE.pdf(drawn_wording(facts))


def drawn_wording(facts: WordingFacts) -> dict[str, Any]:
    blocks = blocks_of(facts.html)
    # The catalog's first line repeats the title, which the page already says.
    if blocks and blocks[0]["kind"] == "heading" and _text(blocks[0]).strip() == facts.title.strip():
        blocks = blocks[1:]
    return {
        "language": known_language(facts.language),
        "name": facts.title,
        "partner": facts.partner_title,
        "version": facts.version_line,
        "blocks": blocks,
    }


def blocks_of(html: str) -> list[Node]:
    """Paragraphs, headings and lists: {"kind": "ul", "items": [[blocks], ...]} or {"kind": "p", "runs": [...]}."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return reader.blocks


@dataclass(slots=True)
class _Style:
    """How many of each are open: the tags of a sloppy text need not close in order."""

    strong: int = 0
    em: int = 0
    links: list[Verbatim] = field(default_factory=list)

    def run(self, text: str) -> Node:
        target = self.links[-1] if self.links else Verbatim()
        return {"text": text, "strong": self.strong > 0, "em": self.em > 0, "to": target}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Node] = []
        self._lists: list[Node] = []
        self._runs: list[Node] = []
        self._style = _Style()
        self._unspoken = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p":
            self.end_paragraph()
        elif tag in LISTS:
            self._begin_list(tag)
        elif tag == "li":
            self._begin_item()
        elif tag == "br":
            self._runs.append(self._style.run("\n"))
        elif tag == "a":
            self._style.links.append(address(dict(attrs).get("href") or ""))
        else:
            self._count(tag, +1)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "li"):
            self.end_paragraph()
        elif tag in LISTS:
            self.end_paragraph()
            if self._lists:
                self._lists.pop()
        elif tag == "a":
            if self._style.links:
                self._style.links.pop()
        else:
            self._count(tag, -1)

    def handle_data(self, data: str) -> None:
        if not self._unspoken:
            self._runs.append(self._style.run(" ".join(f".{data}.".split())[1:-1]))

    def end_paragraph(self) -> None:
        runs, self._runs = _trimmed(self._runs), []
        if runs:
            is_heading = not self._lists and all(run["strong"] or not run["text"].strip() for run in runs)
            self._here().append({"kind": "heading" if is_heading else "p", "runs": runs})

    def _count(self, tag: str, step: int) -> None:
        if tag in ("strong", "em"):
            setattr(self._style, tag, max(0, getattr(self._style, tag) + step))
        elif tag in UNSPOKEN:
            self._unspoken = max(0, self._unspoken + step)

    def _begin_list(self, kind: str) -> None:
        self.end_paragraph()
        fresh: Node = {"kind": kind, "items": []}
        if len(self._lists) < DEEPEST:
            self._here().append(fresh)
        else:
            fresh = self._lists[-1]
        self._lists.append(fresh)

    def _begin_item(self) -> None:
        self.end_paragraph()
        if self._lists:
            self._lists[-1]["items"].append([])

    def _here(self) -> list[Node]:
        """Where the next block belongs: the item of the innermost list, or the text itself."""
        if not self._lists:
            return self.blocks
        items: list[list[Node]] = self._lists[-1]["items"]
        if not items:
            items.append([])
        return items[-1]


def _trimmed(runs: list[Node]) -> list[Node]:
    """Without the white space at both ends that HTML does not show."""
    kept = list(runs)
    while kept and not kept[0]["text"].strip():
        kept.pop(0)
    while kept and not kept[-1]["text"].strip():
        kept.pop()
    return kept


def _text(block: Node) -> str:
    return "".join(run["text"] for run in block["runs"])
