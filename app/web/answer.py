"""A JSON answer that is written as it stands.

The general response of the framework rewrites locations, counts lengths and wraps iterators on its way out; that is a
fourteenth of an offer's time, and a JSON answer needs none of it.
"""

from collections.abc import Iterable
from typing import Any

from flask import Response

MIMETYPE = "application/json"


class JsonAnswer(Response):
    def __init__(self, body: bytes, status: int = 200) -> None:
        super().__init__(status=status, headers=[("Content-Type", MIMETYPE), ("Content-Length", str(len(body)))])
        self._body = body

    def get_data(self, as_text: bool = False) -> Any:
        return self._body.decode() if as_text else self._body

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(self.status, list(self.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self._body]
