"""Webhooks on their way: one POST an attempt, never redirected, the answer read to its first kilobyte at most."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import aiohttp

from app.adapters.encryption import SecretUnreadable
from app.adapters.webhook_addresses import AddressRules
from app.adapters.webhook_endpoints import Endpoint, Endpoints
from app.adapters.webhook_resolver import CheckedResolver
from app.adapters.webhook_signing import webhook_headers
from app.domain.backoff import Pace
from app.domain.errors import EndpointRefused
from app.services.deliver import KEPT_BYTES, SPENT, Answer, Due, is_spent, kept

QUICK_ATTEMPTS, HOURLY_ATTEMPTS = 3, 72
# The status has decided; who drips the rest of the answer is not waited for.
READING_SECONDS = 1.0
# Names are looked up in threads of their own: a name server that hangs must not hold up anything else.
RESOLVING_THREADS = 16
# Receivers close idle connections after five seconds, many of them; ours are given up before.
KEPT_ALIVE_SECONDS = 3.0


class WebhookCarrier:
    def __init__(self, endpoints: Endpoints, rules: AddressRules, seconds: float, spacing: tuple[float, ...]) -> None:
        self._endpoints = endpoints
        self._rules = rules
        self._seconds = seconds
        self._spacing = spacing
        self._resolving = ThreadPoolExecutor(RESOLVING_THREADS, thread_name_prefix="names")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="endpoints")
        self._session: aiohttp.ClientSession | None = None

    @property
    def pace(self) -> Pace:
        return Pace(self._spacing, QUICK_ATTEMPTS, HOURLY_ATTEMPTS)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        for threads in (self._resolving, self._reading):
            threads.shutdown(wait=False, cancel_futures=True)

    async def carry(self, due: Due) -> Answer:
        endpoint = await self._in_thread(lambda: self._endpoints.endpoint(due.endpoint_id or ""))
        if endpoint is None:
            return Answer("refused", None, "There is no such endpoint any more.")
        pace = Pace(self._spacing, endpoint.quick_attempts, endpoint.hourly_attempts)
        if is_spent(due, pace):
            return SPENT
        try:
            async with asyncio.timeout(self._seconds):
                status, said = await self._posted(due, endpoint)
        except TimeoutError:
            return Answer("failed", None, f"No answer within {self._seconds:g} seconds.", pace)
        except (aiohttp.ClientError, EndpointRefused, SecretUnreadable, OSError, ValueError) as problem:
            return Answer("failed", None, f"{type(problem).__name__}: {problem}", pace)
        return Answer("delivered" if 200 <= status <= 299 else "failed", status, kept(said), pace)

    async def _posted(self, due: Due, endpoint: Endpoint) -> tuple[int, bytes]:
        self._rules.checked(endpoint.url)
        now = datetime.now(UTC)
        secrets = self._endpoints.secrets(endpoint, now)
        headers = webhook_headers(due.id, due.payload, endpoint.key_id, secrets, now)
        try:
            return await self._post(endpoint.url, due.payload, headers)
        except aiohttp.ServerDisconnectedError:
            # A connection kept from the last time may have been closed in the same moment: the id tells repeats.
            return await self._post(endpoint.url, due.payload, headers)

    async def _post(self, url: str, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
        posting = self._open().post(url, data=body.encode(), headers=headers, allow_redirects=False)
        async with posting as answer:
            return answer.status, await _beginning(answer)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=CheckedResolver(self._rules, self._resolving),
                    limit=0,
                    limit_per_host=0,
                    keepalive_timeout=KEPT_ALIVE_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _in_thread(self, read: Callable[[], Endpoint | None]) -> Endpoint | None:
        return await asyncio.get_running_loop().run_in_executor(self._reading, read)


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """An answer that ends within its first kilobyte leaves the connection for the next one; any other closes it."""
    said = b""
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(READING_SECONDS):
            while len(said) <= KEPT_BYTES:
                more = await answer.content.read(KEPT_BYTES + 1 - len(said))
                if not more:
                    return said
                said += more
    answer.close()
    return said[:KEPT_BYTES]
