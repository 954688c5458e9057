"""A partner folder as written: every file read strictly, every value with the line it stands on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import orjson
import yaml

Where = tuple[str | int, ...]

_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# The program marks the places of placeholders with such signs (app/catalog/words.py): no file may hold them.
_CONTROL_SIGN = re.compile(r"[\x00-\x08\x0b-\x1f]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT_SUFFIXES = frozenset({".html", ".svg", ".csv"})
MAX_FILE_BYTES = 1_000_000
# A department store has 20,000 articles, at a hundred bytes and more each.
MAX_ITEMS_BYTES = 5_000_000
MOST_LEVELS = 60


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Something a person has to mend, with the place to mend it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(slots=True)
class SourceFile:
    """A file's value, and the line of each part of it. `text` is what was written."""

    path: str
    text: str
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)

    def line(self, where: Where) -> int:
        """The line of the part, or of the nearest part around it that is there."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def mistake(self, where: Where, message: str) -> Mistake:
        said = ".".join(str(part) for part in where)
        return Mistake(self.path, self.line(where), f"{said}: {message}" if said else message)


@dataclass(slots=True)
class Source:
    """Everything in a partner folder, by path."""

    folder: str
    files: dict[str, SourceFile]
    mistakes: list[Mistake]

    def file(self, path: str) -> SourceFile:
        return self.files.get(path) or SourceFile(path, "")

    def under(self, part: str, suffix: str) -> Iterator[tuple[str, SourceFile]]:
        """The files of one kind with the name each goes by."""
        for path in sorted(self.files):
            if path.startswith(f"{part}/") and path.endswith(suffix):
                yield path.removeprefix(f"{part}/").removesuffix(suffix), self.files[path]


def read_folder(folder: Path) -> Source:
    source = Source(folder.name, {}, [])
    if not (folder / "partner.yaml").is_file():
        source.mistakes.append(Mistake("partner.yaml", 1, f"{folder} is not a partner folder: it has no partner.yaml"))
        return source
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in Path(name).parts) or path.suffix == ".md":
            continue
        if not path.is_file() and not path.is_symlink():
            continue
        read = _read(path, name)
        if isinstance(read, Mistake):
            source.mistakes.append(read)
        else:
            source.files[name] = read
    return source


def _read(path: Path, name: str) -> SourceFile | Mistake:
    if path.is_symlink():
        # Followed, it would publish whatever it points at, and the folder would mean something else elsewhere.
        return Mistake(name, 1, "is a link; a folder holds its own files")
    most = MAX_ITEMS_BYTES if name == "items.csv" else MAX_FILE_BYTES
    if path.stat().st_size > most:
        return Mistake(name, 1, f"is larger than {most} bytes")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return Mistake(name, 1, "is not UTF-8 text")
    if path.suffix in TEXT_SUFFIXES:
        return SourceFile(name, text)
    if path.suffix not in (".yaml", ".json"):
        return Mistake(name, 1, f"is of a kind the catalog does not know ({path.suffix or 'no ending'})")
    return read_document(name, text, is_json=path.suffix == ".json")


def read_document(name: str, text: str, is_json: bool = False) -> SourceFile | Mistake:
    read = SourceFile(name, text)
    try:
        if is_json:
            _read_json(read)
        else:
            read.data = _Reading(read).document()
    except _Refused as problem:
        return Mistake(name, problem.line, f"cannot be read: {problem}")
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        return Mistake(name, line, f"cannot be read: {problem.problem}")
    except yaml.reader.ReaderError as problem:
        return Mistake(name, text.count("\n", 0, problem.position) + 1, f"cannot be read: {problem.reason}")
    except orjson.JSONDecodeError as problem:
        return Mistake(name, problem.lineno, f"cannot be read: {problem.msg}")
    return read


def _read_json(read: SourceFile) -> None:
    """JSON is nearly YAML's subset: the YAML reader tells the lines, and finds a key that is there twice.

    What is right is decided by orjson, which writes the release: it takes nothing it could not write.
    """
    read.data = orjson.loads(read.text)
    try:
        _Reading(read).document()
    except _Refused:
        raise
    except yaml.YAMLError:
        # YAML cannot read a sign written as two escapes (\\ud83d\\ude00). The document is right; its lines are unknown.
        read.lines.clear()


class _Refused(yaml.YAMLError):
    """What YAML could read and the catalog does not allow."""

    def __init__(self, problem: str, event: yaml.Event) -> None:
        super().__init__(problem)
        self.line = _line(event)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Reading:
    """One file read event by event: the only place where an anchor, an alias or a tag can still be seen."""

    def __init__(self, read: SourceFile) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(read.text, Loader=_LOADER)
        self.lines = read.lines
        self.is_json = read.path.endswith(".json")

    def document(self) -> Any:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _Refused("the file is empty", start)
        found = self.value(next(self.events), ())
        next(self.events)
        after = next(self.events)
        if isinstance(after, yaml.DocumentStartEvent):
            raise _Refused("a second document begins here, and a file is one", after)
        return found

    def value(self, event: yaml.Event, where: Where) -> Any:
        self.lines.setdefault(where, _line(event))
        _refuse_forbidden(event)
        if len(where) > MOST_LEVELS:
            raise _Refused(f"is more than {MOST_LEVELS} levels deep", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self.value(item, (*where, place)) for place, item in enumerate(self.until(yaml.SequenceEndEvent))]
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(where)
        return _scalar(event) if isinstance(event, yaml.ScalarEvent) and not self.is_json else None

    def until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def mapping(self, where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in self.until(yaml.MappingEndEvent):
            _refuse_forbidden(key)
            if not isinstance(key, yaml.ScalarEvent) or key.value == "<<":
                raise _Refused("a key must be a word; nothing can be merged into a mapping", key)
            name = key.value if self.is_json else _text(key)
            if name in found:
                raise _Refused(f"the key {name!r} a second time", key)
            self.lines[(*where, name)] = _line(key)
            found[name] = self.value(next(self.events), (*where, name))
        return found


def _refuse_forbidden(event: yaml.Event) -> None:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        raise _Refused(f"*{anchor} is an alias; every value is written where it stands", event)
    if anchor is not None:
        raise _Refused(f"&{anchor} is an anchor; every value is written where it stands", event)
    if tag is not None:
        raise _Refused(f"{tag} is a tag; what a value is shows in how it is written", event)


def _text(event: yaml.ScalarEvent) -> str:
    text = str(event.value)
    if _CONTROL_SIGN.search(text):
        raise _Refused("holds a control character", event)
    return text


def _scalar(event: yaml.ScalarEvent) -> Any:
    """Only true, false, null and numbers are anything but text: `NO` is Norway, `2026-01-01` is text."""
    text = _text(event)
    if event.style not in (None, ""):
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    found = plain_number(text)
    if found is not None and not isfinite(found):
        raise _Refused("a number larger than any a price can hold", event)
    return text if found is None else found


def plain_number(text: str) -> int | float | None:
    """The number that is written there, in full: no nan, no 1_000, no 007. JSON holds whole numbers up to 64 bits."""
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return int(text) if text.lstrip("+-").isdigit() and abs(found) < 2**63 else found
