"""Where webhooks may go. A partner names the address, so it must not lead to machines only we can reach.

What a name leads to is checked here when an endpoint is made, and by CheckedResolver at every delivery.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from app.config import Settings
from app.domain.errors import EndpointRefused

LONGEST_URL = 2_000
# IPv6 addresses that carry an IPv4 address inside: 6to4, Teredo, two translations, and "compatible".
CARRIERS = tuple(
    IPv6Network(network)
    for network in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")
)

# host, port -> what socket.getaddrinfo answers
Lookup = Callable[..., Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class AddressRules:
    allows_private: bool
    allows_http: bool

    def checked(self, url: str) -> SplitResult:
        """The URL taken apart, if its form may be used. The name in it is not resolved here."""
        parts = _parts(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and self.allows_http):
            raise EndpointRefused("url: must begin with https://")
        if parts.username is not None or parts.password is not None:
            raise EndpointRefused("url: must not hold a name or password")
        if parts.fragment:
            raise EndpointRefused("url: must not have a fragment")
        self.check_host(parts.hostname or "")
        return parts

    def check_host(self, host: str) -> None:
        """A host that is an address already never gets to a resolver."""
        try:
            ip_address(host.partition("%")[0])
        except ValueError:
            if host.replace(".", "").isdigit():
                raise EndpointRefused(f"url: {host} is a number that is not an address") from None
            return
        self.check_address(host)

    def check_address(self, address: str) -> None:
        if not self.allows_private and not is_public(address):
            raise EndpointRefused(f"url: leads to {address}, which is not a public address")


def _parts(url: str) -> SplitResult:
    if (
        len(url) > LONGEST_URL
        or not url.isascii()
        or any(not letter.isprintable() or letter in " \\" for letter in url)
    ):
        raise EndpointRefused(
            f"url: must be up to {LONGEST_URL} plain characters; write a name with accents in punycode"
        )
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named:
        raise EndpointRefused("url: must be an address such as https://shop.example/webhooks")
    return parts


def is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and (
        address.ipv4_mapped is not None or any(address in network for network in CARRIERS)
    ):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def check_reachable(rules: AddressRules, url: str, lookup: Lookup = socket.getaddrinfo) -> None:
    """At creation: the form, and every address the name has now. At each delivery the resolver checks again."""
    parts = rules.checked(url)
    if rules.allows_private:
        return
    try:
        found = lookup(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise EndpointRefused(f"url: the name {parts.hostname} cannot be found") from problem
    for _, _, _, _, address in found:
        rules.check_address(str(address[0]))


def address_rules(settings: Settings) -> AddressRules:
    """http is for a demo, for tests, and for receivers beside us."""
    private = settings.delivery.private_webhooks
    return AddressRules(allows_private=private, allows_http=private or settings.mode != "production")
