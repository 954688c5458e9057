"""A page as a person sees it: its words, its links, its forms with what they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

UNSEEN = frozenset({"script", "style", "title", "head"})
EMPTY = frozenset({"input", "meta", "link", "br", "hr", "img", "wbr", "path", "rect", "circle", "line"})


@dataclass
class Form:
    """`fields`: what a browser would send if nobody typed; `names`: everything that can be filled in."""

    action: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    options: dict[str, list[str]] = field(default_factory=dict)

    def keep(self, name: str, value: str, is_sent: bool) -> None:
        self.names.add(name)
        if not is_sent:
            return
        before = self.fields.get(name)
        several = [*(before if isinstance(before, list) else [before]), value]
        self.fields[name] = value if before is None else several


@dataclass
class Page:
    """`text` is everything visible, with single spaces."""

    answer: TestResponse
    text: str
    title: str
    heading: str
    forms: list[Form]
    links: list[str]

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def html(self) -> str:
        return self.answer.get_data(as_text=True)

    @property
    def location(self) -> str:
        return self.answer.headers.get("HX-Redirect") or self.answer.headers.get("Location", "")

    def form(self, action: str = "") -> Form:
        """The form sent to this path, or without one to the page itself; a form without an action is sent there too."""
        wanted = action or self.answer.request.path
        for one in self.forms:
            if urlsplit(one.action).path in (wanted, ""):
                return one
        raise AssertionError(f"no form to {wanted} on {self.answer.request.path} ({self.status}): {self.text[:600]}")


def page_of(answer: TestResponse) -> Page:
    reader = _Reader()
    if (answer.mimetype or "") == "text/html":
        reader.feed(answer.get_data(as_text=True))
    words = [" ".join("".join(parts).split()) for parts in (reader.text, reader.title, reader.heading)]
    return Page(answer, words[0], words[1], words[2], reader.forms, reader.links)


def forms_of(html: str) -> list[Form]:
    """Of an answer that came over a real line."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.title: list[str] = []
        self.heading: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._inside: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in EMPTY:
            self._inside.append(tag)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None and self._select is not None:
            # A browser sends the first option where none is chosen.
            if self._select not in self._form.fields and self._form.options[self._select]:
                self._form.fields[self._select] = self._form.options[self._select][0]
            self._select = None
        elif tag == "textarea" and self._form is not None and self._area is not None:
            self._form.keep(self._area[0], "".join(self._area[1]).removeprefix("\n"), True)
            self._area = None
        if tag not in ("b", "span", "a"):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)
        if "title" in self._inside and "svg" not in self._inside:
            self.title.append(data)
        if "h1" in self._inside:
            self.heading.append(data)
        if not UNSEEN & set(self._inside):
            self.text.append(data)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option" and self._select is not None:
            form.options[self._select].append(given.get("value", ""))
            if "selected" in given:
                form.keep(self._select, given.get("value", ""), True)
        elif not name:
            return
        elif tag == "select":
            self._select = name
            form.options.setdefault(name, [])
            form.names.add(name)
        elif tag == "textarea":
            self._area = (name, [])
        elif tag == "input":
            kind = given.get("type", "text")
            is_tick = kind in ("checkbox", "radio")
            is_sent = kind not in ("submit", "button", "file", "image") and (not is_tick or "checked" in given)
            form.keep(name, given.get("value", "on" if is_tick else ""), is_sent)
            if is_tick:
                form.options.setdefault(name, []).append(given.get("value", "on"))
