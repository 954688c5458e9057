"""Names of webhook receivers, resolved and checked in one step.

A name is resolved once for each connection, and the connection is made to the addresses that were looked at: a name
that answers something else the second time gains nothing.
"""

import asyncio
import socket
from concurrent.futures import Executor

from aiohttp.abc import AbstractResolver, ResolveResult

from app.adapters.webhook_addresses import AddressRules, Lookup


class CheckedResolver(AbstractResolver):
    """Resolves for aiohttp, and lets no name through that leads to a forbidden address, be it one of several."""

    def __init__(self, rules: AddressRules, threads: Executor, lookup: Lookup = socket.getaddrinfo) -> None:
        self._rules = rules
        self._threads = threads
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: self._lookup(host, port, type=socket.SOCK_STREAM, family=family)
        )
        for _, _, _, _, address in found:
            self._rules.check_address(str(address[0]))
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=port, family=kind, proto=protocol, flags=socket.AI_NUMERICHOST
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing is held."""
