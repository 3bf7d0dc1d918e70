"""One POST to an outside system, and nothing more than that.

The address is resolved once, every address behind it is checked, and the connection goes to those that
were checked: a name that turns to another address in between gains nothing (SSRF). No redirect is
followed, no proxy and no cookie used, TLS is verified, time and answer are bounded as a whole.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

ANSWER_BYTES = 16 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """The hall itself does not send there; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or an error where none came. `body` is cut at 16 KiB."""

    status: int | None
    body: bytes
    error: str
    milliseconds: int
    retry_after: str = ""

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def checked(url: str) -> SplitResult:
    """The parts of an address to which the hall would send. Raises Refused for one that can never be.

    Only HTTPS, unless the setting HALL_WEBHOOK_HOSTS lists the host (closed networks).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("这不是一个网址")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise Refused(_("这不是一个网址"))
    if parts.username or parts.password or parts.fragment:
        raise Refused(_("网址里不能有账号、密码或者“#”"))
    if parts.scheme != "https" and not is_listed(parts.hostname):
        raise Refused(_("只向HTTPS地址投递"))
    return parts


def is_listed(host: str) -> bool:
    """Has the hall's technician listed this host as one of the closed network?"""
    return host.lower() in {each.lower() for each in settings.HALL_WEBHOOK_HOSTS}


def is_public(address: Address) -> bool:
    """Does it lie in the open internet, and not in an address that only looks so?"""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send `body` and read the answer, all within HALL_WEBHOOK_SECONDS. Never raises for what is out there.

    Blocks, and needs no database: callers run it in a thread, outside any transaction.
    """
    began = time.monotonic()
    status, answered, error, retry_after = None, b"", "", ""
    try:
        status, answered, retry_after = asyncio.run(_post(url, body, headers))
        if 300 <= status < 400:
            error = _("对方要求转到别的地址，没有跟随")
        elif not 200 <= status < 300:
            error = _("对方返回状态码%(status)s") % {"status": status}
    except Refused as refusal:
        error = str(refusal)
    except TimeoutError:
        error = _("超过%(seconds)s秒没有完成") % {"seconds": settings.HALL_WEBHOOK_SECONDS}
    except (aiohttp.ClientError, OSError, ValueError) as problem:
        cause = getattr(problem, "certificate_error", problem)
        told = _("TLS证书没有通过验证") if isinstance(cause, ssl.SSLError) else _("连接失败")
        error = f"{told}：{cause or type(cause).__name__}"[:300]
    return Answer(status, answered, error, round((time.monotonic() - began) * 1000), retry_after)


async def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, str]:
    async with asyncio.timeout(settings.HALL_WEBHOOK_SECONDS):
        parts = checked(url)
        assert parts.hostname
        addresses = await _addresses(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        connector = aiohttp.TCPConnector(resolver=_Pinned(addresses), ssl=_tls(), force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            ) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            answered = b""
            async for chunk in response.content.iter_chunked(4096):
                answered += chunk
                if len(answered) >= ANSWER_BYTES:
                    break
            return response.status, answered[:ANSWER_BYTES], response.headers.get("Retry-After", "")


async def _addresses(host: str, port: int) -> list[ResolveResult]:
    """Where `host` is, each address checked. One that is not public spoils all the others."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    results: list[ResolveResult] = []
    for family, _kind, protocol, _name, where in found:
        if not is_listed(host) and not is_public(ipaddress.ip_address(str(where[0]).partition("%")[0])):
            raise Refused(_("地址%(address)s不在公网，没有投递") % {"address": where[0]})
        results.append(
            ResolveResult(
                hostname=host,
                host=str(where[0]),
                port=port,
                family=family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
        )
    return results


def _tls() -> ssl.SSLContext:
    """The machine's trust, and on a closed network its own authority (HALL_WEBHOOK_CA)."""
    context = ssl.create_default_context()
    if settings.HALL_WEBHOOK_CA:
        context.load_verify_locations(cafile=settings.HALL_WEBHOOK_CA)
    return context


class _Pinned(AbstractResolver):
    """Answers with the addresses that were checked, whatever the name says by now."""

    def __init__(self, addresses: list[ResolveResult]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_UNSPEC) -> list[ResolveResult]:
        return self._addresses

    async def close(self) -> None:
        """Nothing is held."""
