"""x-idempotency-key: the same call with the same key is carried out once, however often and simultaneously it comes."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request

from app.domain.errors import AlreadyFinished, BodyInvalid
from app.domain.evidence import digest
from app.domain.keys import PartnerKey
from app.services.booking_desk import Call
from app.web.platform import platform

HEADER = "x-idempotency-key"
CONFLICT = 409
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


@contextmanager
def call_of(request: Request, key: PartnerKey, status: int) -> Iterator[Call | None]:
    """`status`: what the first call is answered with when all goes well."""
    given = request.headers.get(HEADER)
    if given is None:
        yield None
        return
    if not _KEY.fullmatch(given):
        raise BodyInvalid(errors={HEADER: ["Must be 1 to 255 printable characters."]})
    # Both prefixes and both endings are the same address; partner and mode are part of what a key is unique for.
    path = request.path.partition("/partners/")[2].rstrip("/")
    scope = digest(key.partner_code, key.mode, request.method, path, given)
    call = Call(scope, hashlib.sha256(request.get_data(cache=True)).hexdigest(), status)
    with platform().running.only(scope):
        try:
            yield call
        except AlreadyFinished as repeat:
            repeat.status = repeat.status if platform().settings.replays_original else CONFLICT
            raise
