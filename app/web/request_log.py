"""One structured line a request, with an id that is also in the answer. No query and no body: they may be personal."""

import logging
import re
import sys
from time import perf_counter
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from uuid_utils import uuid7

from app.web.door import bare

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


def install(app: Flask, style: str) -> None:
    configure(style)
    app.before_request(_begin)
    app.after_request(_end)


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _begin() -> None:
    said = bare(g)
    said.started = perf_counter()
    given = bare(request).headers.get("X-Request-Id", "")
    said.request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid7())


def _end(response: Response) -> Response:
    said, asked = bare(g), bare(request)
    response.headers["X-Request-Id"] = said.request_id
    caller = said.get("caller")
    log.info(
        "request",
        request_id=said.request_id,
        method=asked.method,
        path=asked.path,
        status=response.status_code,
        ms=round((perf_counter() - said.started) * 1000, 2),
        partner=caller.partner_code if caller else None,
        key=caller.id if caller else None,
        code=getattr(response, "error_code", None),
    )
    return response
