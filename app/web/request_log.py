"""One structured line a request. No query and no body: they may be personal."""

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import orjson
import structlog

if TYPE_CHECKING:
    from app.web.observed import Said

log = structlog.get_logger("awning")

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def configure(style: str) -> None:
    """`json` for machines, `plain` for people; both to standard error."""
    shared: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    if style == "json":
        end: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_dumps)]
    else:
        end = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    structlog.configure(
        processors=shared + end,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def is_request_id(given: str) -> bool:
    """A caller's own id is kept, so that its log and ours can be read side by side."""
    return _GIVEN_ID.fullmatch(given) is not None


def line(method: str, path: str, status: int, seconds: float, said: "Said") -> None:
    log.info(
        "request",
        request_id=said.request_id,
        method=method,
        path=path,
        status=status,
        ms=round(seconds * 1000, 2),
        partner=said.partner,
        key=said.key,
        code=said.code,
    )


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()
