"""Where webhooks may not go: to machines only we can reach, however the address is written."""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.adapters.webhook_addresses import AddressRules, check_reachable, is_public
from app.adapters.webhook_resolver import CheckedResolver
from app.domain.errors import EndpointRefused

PRODUCTION = AddressRules(allows_private=False, allows_http=False)
DEMO = AddressRules(allows_private=False, allows_http=True)
EVERYTHING = AddressRules(allows_private=True, allows_http=True)

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:0:a00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_these_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::6810:84e5"])
def test_these_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_in_the_url_is_refused_before_anything_is_looked_up(address: str) -> None:
    host = f"[{address.replace('%', '%25')}]" if ":" in address else address

    with pytest.raises(EndpointRefused, match="is not a public address"):
        PRODUCTION.checked(f"https://{host}/hooks")


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hooks",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "//shop.example/hooks",
        "shop.example/hooks",
        "https://",
        "https:///hooks",
        "https://name:password@shop.example/",
        "https://name@shop.example/",
        "https://shop.example/#part",
        "https://shop.example/a b",
        "https://shop.example\\@10.0.0.1/",
        "https://shop.example/\r\nX-Evil: yes",
        "https://shöp.example/",
        "https://shop.example:99999/",
        "https://[::1/",
        "https://shop.example/" + "x" * 2_000,
        "",
    ],
)
def test_urls_that_are_refused_by_their_form(url: str) -> None:
    with pytest.raises(EndpointRefused, match="^url: "):
        PRODUCTION.checked(url)


@pytest.mark.parametrize("url", ["https://shop.example/hooks?a=b", "https://shop.example:8443/", "https://8.8.8.8/"])
def test_urls_that_are_not(url: str) -> None:
    assert PRODUCTION.checked(url).geturl() == url


def test_http_is_for_a_demo_and_for_receivers_beside_us() -> None:
    assert DEMO.checked("http://shop.example/").scheme == "http"
    assert EVERYTHING.checked("http://127.0.0.1:9000/").port == 9000
    with pytest.raises(EndpointRefused):
        DEMO.checked("http://127.0.0.1:9000/")


def answering(*addresses: str) -> Any:
    """A name server that answers this."""

    def lookup(host: str, port: int, **_: Any) -> Sequence[tuple[Any, ...]]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    return lookup


def resolved(rules: AddressRules, *addresses: str) -> list[str]:
    async def ask() -> list[str]:
        with ThreadPoolExecutor(1) as threads:
            resolver = CheckedResolver(rules, threads, answering(*addresses))
            return [found["host"] for found in await resolver.resolve("shop.example", 443)]

    return asyncio.run(ask())


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_one_of_them_is_refused_even_beside_a_public_one(address: str) -> None:
    for addresses in ([address], ["8.8.8.8", address]):
        with pytest.raises(EndpointRefused, match="is not a public address"):
            resolved(PRODUCTION, *addresses)
        with pytest.raises(EndpointRefused):
            check_reachable(PRODUCTION, "https://shop.example/", answering(*addresses))


def test_a_public_name_resolves_to_what_was_looked_at() -> None:
    assert resolved(PRODUCTION, "8.8.8.8", "2606:4700::6810:84e5") == ["8.8.8.8", "2606:4700::6810:84e5"]
    assert resolved(EVERYTHING, "127.0.0.1") == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_real_names_and_odd_spellings_of_this_machine(host: str) -> None:
    with pytest.raises(EndpointRefused):
        check_reachable(DEMO, f"http://{host}/")


def test_a_name_nobody_knows_is_told_at_creation() -> None:
    def lookup(*_: Any, **__: Any) -> Sequence[tuple[Any, ...]]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(EndpointRefused, match=r"the name nobody\.example cannot be found"):
        check_reachable(PRODUCTION, "https://nobody.example/", lookup)
