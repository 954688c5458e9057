"""One structured line a request. No query and no body: they may be personal.

What was typed can get in by two ways only, a path typed by hand and the text of a defect. A card number is cut there.
"""

import atexit
import logging
import re
import sys
import time
from collections import deque
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from app.domain.card_numbers import without_card_number

if TYPE_CHECKING:
    from app.web.observed import Said

log = structlog.get_logger("awning")

_STAMPED = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
GATHERING_SECONDS = 0.05
# What opens something for whoever has it stands in these addresses.
_KEYS = re.compile(r"^(/portal/(?:invitation|hand-over|quote)/).+")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def configure(style: str) -> None:
    """`json` for machines, `plain` for people, both to standard error; `off` keeps everything but defects quiet."""
    global _style
    _style = style
    shared: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    if style != "plain":
        end: list[Any] = [
            structlog.processors.format_exc_info,
            _without_card_numbers,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ]
    else:
        plain = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # the rich one prints secrets and bodies
        )
        # The renderer itself words a defect, so its text is looked at too; the facts before it, where ids are known.
        end = [_without_card_numbers, plain, _line_without_card_numbers]
    structlog.configure(
        processors=shared + end,
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR if style == "off" else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=_gathered),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


class Gathered:
    """Standard error, written to a few times a second.

    Every write gives the interpreter away, and under load a request then waits for it behind all the others:
    a write a line took a sixth of what a server could do.
    """

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._has_lines = Event()
        self._thread: Thread | None = None
        atexit.register(self._write_out)

    def write(self, text: str) -> None:
        self._lines.append(text)
        if not self._has_lines.is_set():
            self._has_lines.set()
            self._start()

    def flush(self) -> None:
        """Lines leave together; see _run."""

    def _start(self) -> None:
        """With the first line, so that a forked server has a thread of its own."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._run, name="request-log", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._has_lines.wait()
            time.sleep(GATHERING_SECONDS)
            self._has_lines.clear()
            self._write_out()

    def _write_out(self) -> None:
        gathered = []
        while self._lines:
            gathered.append(self._lines.popleft())
        sys.stderr.write("".join(gathered))
        sys.stderr.flush()


_gathered = Gathered()
_style = "json"


def is_request_id(given: str) -> bool:
    """A caller's own id is kept, so that its log and ours can be read side by side."""
    return _GIVEN_ID.fullmatch(given) is not None


def line(method: str, path: str, status: int, seconds: float, said: "Said") -> None:
    """The line every request pays for: in JSON written directly, because structlog takes four times as long."""
    if _style == "off":
        return
    facts = {
        "request_id": said.request_id,
        "method": method,
        "path": without_card_number(_KEYS.sub(r"\1…", path)),
        "status": status,
        "ms": round(seconds * 1000, 2),
        "partner": said.partner,
        "key": said.key,
        "code": said.code,
    }
    if _style == "json":
        stamp = {"event": "request", "level": "info", "timestamp": datetime.now(UTC)}
        _gathered.write(orjson.dumps(facts | stamp, option=_STAMPED).decode())
    else:
        log.info("request", **facts)


def _without_card_numbers(_logger: Any, _method: str, facts: Any) -> Any:
    """For machines the request id stays: it joins our log with a partner's, and no person types it."""
    return {name: fact if name == "request_id" else _cut(fact) for name, fact in facts.items()}


def _cut(fact: Any) -> Any:
    if isinstance(fact, str):
        return without_card_number(fact)
    if isinstance(fact, dict):
        return {_cut(name): _cut(inner) for name, inner in fact.items()}
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_cut(inner) for inner in fact]
    return fact


def _line_without_card_numbers(_logger: Any, _method: str, line: str) -> str:
    return without_card_number(line)


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()
