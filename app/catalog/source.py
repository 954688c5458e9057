"""A partner folder as written: every file read strictly, every value with the line it stands on."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Where = tuple[str | int, ...]

_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT_SUFFIXES = frozenset({".html", ".svg", ".csv"})
MAX_FILE_BYTES = 1_000_000


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
        if not path.is_file() or any(part.startswith(".") for part in Path(name).parts) or path.suffix == ".md":
            continue
        read = _read(path, name)
        if isinstance(read, Mistake):
            source.mistakes.append(read)
        else:
            source.files[name] = read
    return source


def _read(path: Path, name: str) -> SourceFile | Mistake:
    if path.stat().st_size > MAX_FILE_BYTES:
        return Mistake(name, 1, f"is larger than {MAX_FILE_BYTES} bytes")
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
    """A YAML or JSON document. JSON is YAML's subset, so one reader gives the lines of both."""
    read = SourceFile(name, text)
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            return Mistake(name, 1, "is empty")
        read.data = _value(node, (), read.lines)
        if is_json:
            read.data = json.loads(text)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        return Mistake(name, line, f"cannot be read: {problem.problem}")
    except json.JSONDecodeError as problem:
        return Mistake(name, problem.lineno, f"is not JSON: {problem.msg}")
    except yaml.YAMLError as problem:
        return Mistake(name, 1, f"cannot be read: {problem}")
    return read


def _value(node: yaml.Node, where: Where, lines: dict[Where, int]) -> Any:
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*where, place), lines) for place, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found or name == "<<":
                raise yaml.MarkedYAMLError(problem=f"the key {name!r} a second time", problem_mark=key.start_mark)
            found[name] = _value(value, (*where, name), lines)
            lines[(*where, name)] = key.start_mark.line + 1
        return found
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """Only true, false, null and numbers are anything but text: `NO` is Norway, `2026-01-01` is text."""
    text = str(node.value)
    if getattr(node, "style", None) not in (None, ""):
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if _NUMBER.fullmatch(text):
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    return text
