"""Prometheus metrics: requests by route and status, their duration, offers made."""

import os
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

from app.web.door import bare

REQUESTS = Counter("awning_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "awning_request_seconds",
    "Time until the answer is ready",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OFFERS_CREATED = Counter("awning_offers_created_total", "Offers made", ["partner", "mode"])
UNKNOWN_ROUTE = "unknown"


def install(app: Flask) -> None:
    app.after_request(_count)


def _count(response: Response) -> Response:
    asked = bare(request)
    route = asked.url_rule.rule if asked.url_rule else UNKNOWN_ROUTE
    REQUESTS.labels(route, asked.method, response.status_code).inc()
    SECONDS.labels(route).observe(perf_counter() - bare(g).started)
    return response


def exposition() -> Response:
    """All processes together where several serve, this one otherwise."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
