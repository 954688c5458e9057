"""Rate limits: requests a second for a partner, in this process or, with REDIS_URL, across all of them."""

import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

import structlog

log = structlog.get_logger("awning")
UNLIMITED = -1
# What people type, and not machines, is counted by the minute.
BY_THE_MINUTE = frozenset({"sign_in", "pin"})
# Of everybody together who signs in away from a tablet: ten slow hashes are a fifth of one core, and selling has the
# rest. From how many addresses they come makes no difference.
SIGN_INS_A_SECOND = 10
# What one household or company is given of IPv6; counting single addresses would count nothing.
IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the X-RateLimit headers say."""

    limit: int
    remaining: int
    reset: int
    is_granted: bool = True


class Limits:
    """`rates` are requests a second by bucket: sales, other, test, widget, away; a minute for sign_in and pin."""

    def __init__(self, rates: dict[str, int], redis_url: str) -> None:
        self._rates = rates
        self._redis_url = redis_url

    @cached_property
    def _parts(self) -> tuple[Any, Any, dict[str, Any]]:
        """The limiter, one for when Redis is away, and the limits by bucket. Made late: importing takes 60 ms."""
        from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
        from limits.storage import MemoryStorage, RedisStorage
        from limits.strategies import SlidingWindowCounterRateLimiter

        storage = RedisStorage(self._redis_url) if self._redis_url else MemoryStorage()
        items = {
            bucket: RateLimitItemPerMinute(rate) if bucket in BY_THE_MINUTE else RateLimitItemPerSecond(rate)
            for bucket, rate in self._rates.items()
        }
        alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        return SlidingWindowCounterRateLimiter(storage), alone, items

    def take(self, bucket: str, caller: str) -> Allowance:
        """`caller`: a partner, or one visitor of a partner's pages."""
        limiter, alone, items = self._parts
        item = items[bucket]
        try:
            granted = limiter.hit(item, bucket, caller)
            window = limiter.get_window_stats(item, bucket, caller)
        except limiter.storage.base_exceptions as problem:
            # Selling does not depend on counting: while Redis is away each process counts for itself.
            log.warning("rate limits are not shared", reason=str(problem))
            granted = alone.hit(item, bucket, caller)
            window = alone.get_window_stats(item, bucket, caller)
        return Allowance(item.amount, window.remaining, int(window.reset_time) + 1, granted)


class NoLimits:
    """AWNING_RATE_LIMITS=off: -1 means unlimited, as partners' clients have seen it."""

    def take(self, bucket: str, caller: str) -> Allowance:
        return Allowance(UNLIMITED, UNLIMITED, int(time.time()))


def counted_as(caller: str) -> str:
    """One address is one visitor; of IPv6 a network is. What is no address stays what it is."""
    with suppress(ValueError):
        address = ip_address(caller.partition("%")[0])
        if isinstance(address, IPv6Address):
            mapped = address.ipv4_mapped
            return str(mapped or ip_network((address, IPV6_PREFIX), strict=False))
    return caller
