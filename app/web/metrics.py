"""Prometheus metrics: requests by route and status, their duration, offers made."""

import os
from functools import lru_cache

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

REQUESTS = Counter("awning_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "awning_request_seconds",
    "Time until the answer is ready",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OFFERS_CREATED = Counter("awning_offers_created_total", "Offers made", ["mode"])
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
UNKNOWN_ROUTE = "unknown"


def count(route: str, method: str, status: int, seconds: float) -> None:
    """A made-up method is counted as OTHER: what a stranger can invent must not become a label."""
    method = method if method in METHODS else "OTHER"
    _requests(route, method, status).inc()
    _seconds(route).observe(seconds)


@lru_cache(maxsize=4_096)
def _requests(route: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(route, method, status)


@lru_cache(maxsize=512)
def _seconds(route: str) -> Histogram:
    return SECONDS.labels(route)


@lru_cache(maxsize=4)
def offers_created(mode: str) -> Counter:
    """Not by partner: whoever reads the metrics would learn who is one. The log has it."""
    return OFFERS_CREATED.labels(mode)


def exposition() -> Response:
    """All processes together where several serve, this one otherwise."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
