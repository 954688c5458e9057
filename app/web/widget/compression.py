"""Answers as small as the browser reads them. A panel repeats the words of its offer, which costs next to nothing."""

import gzip

from flask import Request, Response

SMALLEST = 600
# Levels for what is made for one request; files are compressed once, as hard as it goes.
BROTLI_LEVEL, GZIP_LEVEL = 5, 6
HARDEST_BROTLI, HARDEST_GZIP = 11, 9


def encoding_of(request: Request) -> str:
    accepted = request.accept_encodings
    return next((name for name in ("br", "gzip") if accepted[name] > 0), "identity")


def packed(body: bytes, encoding: str, is_kept: bool = False) -> bytes:
    if encoding == "br":
        import brotli  # late: only a server with a widget needs it

        return bytes(brotli.compress(body, quality=HARDEST_BROTLI if is_kept else BROTLI_LEVEL))
    if encoding == "gzip":
        return gzip.compress(body, HARDEST_GZIP if is_kept else GZIP_LEVEL, mtime=0)
    return body


def packed_answer(request: Request, body: bytes, mimetype: str) -> Response:
    encoding = encoding_of(request) if len(body) >= SMALLEST else "identity"
    response = Response(packed(body, encoding), mimetype=mimetype)
    response.headers["Vary"] = "Origin, Accept-Encoding"
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    return response
