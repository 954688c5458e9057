"""How a shop's server talks to Awning: every request signed, every purchase of cover safe to repeat.

Only the standard library, so that it can be copied as it stands. The signature is an HMAC-SHA512 of the Date header.
"""

import base64
import hmac
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import quote

ATTEMPTS = 3
SECONDS = 10.0
# Somebody else is at it, too many at once, or a bad moment over there: the same request is worth repeating.
WORTH_REPEATING = frozenset({423, 429, 500, 502, 503, 504})
ALREADY_DONE = 409


class Refused(Exception):
    """Awning understood and said no; `sentence` says why."""

    def __init__(self, status: int, body: Any) -> None:
        self.sentence = _first_sentence(body.get("errors")) or str(body.get("message", f"Status {status}."))
        super().__init__(self.sentence)
        self.status = status


class Unreachable(Exception):
    """No answer, also not when asked again: what became of the request is not known."""


@dataclass(frozen=True)
class PartnerClient:
    awning: str
    code: str
    key_id: str
    secret: str = field(repr=False)

    def call(self, method: str, path: str, body: Any = None, idempotency_key: str = "") -> Any:
        """The answer's JSON. With an idempotency key a repeat is answered 409 with what the first call did."""
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(0.2 * 2**attempt)
            try:
                with urllib.request.urlopen(
                    self._request(method, path, data, idempotency_key), timeout=SECONDS
                ) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as problem:
                with problem:
                    if problem.code not in WORTH_REPEATING:
                        return _settled(problem.code, problem.read())
            except OSError:
                continue
        raise Unreachable(f"{method} {path}: no answer after {ATTEMPTS} attempts.")

    def _request(self, method: str, path: str, data: bytes | None, idempotency_key: str) -> urllib.request.Request:
        date = formatdate(usegmt=True)
        digest = hmac.digest(self.secret.encode(), f"date: {date}".encode(), "sha512")
        signature = quote(base64.b64encode(digest), safe="")
        headers = {
            "Date": date,
            "X-Api-Key": self.key_id,
            "Authorization": f'Signature keyId="{self.key_id}",algorithm="hmac-sha512",signature="{signature}"',
            "Content-Type": "application/json",
        } | ({"x-idempotency-key": idempotency_key} if idempotency_key else {})
        return urllib.request.Request(f"{self.awning}/x/partners/{self.code}/{path}", data, headers, method=method)


def _settled(status: int, content: bytes) -> Any:
    try:
        body = json.loads(content)
    except ValueError:
        body = {}
    if status == ALREADY_DONE and isinstance(body, dict) and "id" in body:
        return body
    raise Refused(status, body if isinstance(body, dict) else {})


def _first_sentence(errors: Any) -> str:
    """Errors are a text, a list or an object of either: the first text in them is what a person can read."""
    while isinstance(errors, (dict, list)) and errors:
        errors = next(iter(errors.values())) if isinstance(errors, dict) else errors[0]
    return errors if isinstance(errors, str) else ""
