"""Rate limits: requests a second for a partner, in this process or, with REDIS_URL, across all of them."""

import time
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.domain.errors import StoreUnavailable, Throttled

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the X-RateLimit headers say."""

    limit: int
    remaining: int
    reset: int


class Limits:
    """`rates` are requests a second by bucket: sales, other, test."""

    def __init__(self, rates: dict[str, int], redis_url: str) -> None:
        storage = RedisStorage(redis_url) if redis_url else MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._items = {bucket: RateLimitItemPerSecond(rate) for bucket, rate in rates.items()}

    def take(self, bucket: str, partner_code: str) -> Allowance:
        item = self._items[bucket]
        try:
            granted = self._limiter.hit(item, bucket, partner_code)
            window = self._limiter.get_window_stats(item, bucket, partner_code)
        except self._limiter.storage.base_exceptions as problem:
            raise StoreUnavailable() from problem
        if not granted:
            raise Throttled(1)
        return Allowance(item.amount, window.remaining, int(window.reset_time) + 1)


class NoLimits:
    """AWNING_RATE_LIMITS=off: -1 means unlimited, as partners' clients have seen it."""

    def take(self, bucket: str, partner_code: str) -> Allowance:
        return Allowance(UNLIMITED, UNLIMITED, int(time.time()))
