"""A certificate as PDF, warm, in each language: milliseconds, and how many times what hashing a megabyte takes."""

import hashlib
import statistics
from dataclasses import replace
from time import perf_counter
from typing import Any

from app.adapters.documents.certificate import certificate_pdf
from app.adapters.locales import LANGUAGES
from tests.adapters.test_documents import in_language

TIMES = 25
LIMIT_MS = 60


def measure() -> dict[str, Any]:
    results = {}
    for language in LANGUAGES:
        facts = in_language(language)
        certificate_pdf(facts)
        times = [_milliseconds(facts, number) for number in range(TIMES)]
        results[language] = {"median_ms": round(statistics.median(times), 1), "slowest_ms": round(max(times), 1)}
    yardstick = _hashing()
    for language, one in results.items():
        one["times_the_yardstick"] = round(one["median_ms"] / yardstick, 1)
        print(f"certificate in {language}: {one['median_ms']} ms, slowest {one['slowest_ms']} ms (limit {LIMIT_MS})")
    return results


def _milliseconds(facts: Any, number: int) -> float:
    """Another booking each time, so that nothing is answered from what was made before."""
    start = perf_counter()
    certificate_pdf(replace(facts, booking_id=f"BENCH-{number:05}-INS"))
    return (perf_counter() - start) * 1000


def _hashing() -> float:
    megabyte = b"x" * 1_000_000
    start = perf_counter()
    for _ in range(20):
        hashlib.sha256(megabyte).hexdigest()
    return (perf_counter() - start) * 1000 / 20
