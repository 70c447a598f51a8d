"""Owns the connection to an Anthropic endpoint: the SDK's client, the key, and how a call's failure becomes a fault.

The SDK gives the connection, the credentials header and the API version; bodies go out and come back as bytes,
because its object layer costs 20 times the parsing, holds a 256 MB body in memory several times over and reads
results from whatever host `results_url` names. Only its public calls are used. It never retries here: a repeated
create is paid twice, and waiting is the scheduler's work.

From the environment only the SDK's ANTHROPIC_CUSTOM_HEADERS, ANTHROPIC_LOG and the usual proxy and certificate
variables have effect; key and address are always given. A loopback address is reached without any proxy.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from evaltui.batches.claude_faults import expected_errors, of_error
from evaltui.batches.faults import KEY_ADVICE, clean, unreadable
from evaltui.domain.batch import Fault

if TYPE_CHECKING:
    import anthropic
    import httpx2

API = "https://api.anthropic.com"
SETUP_ADVICE = "check base_url and the proxy and certificate settings of the environment"

T = TypeVar("T")


class ClaudeClient:
    """Calls to `base_url` under `api_key`; `timeout` and `connect_timeout` are seconds without any progress.

    Safe to use from several threads once `connected` was asked.
    """

    def __init__(
        self, api_key: str, base_url: str = API, *, timeout: float = 600.0, connect_timeout: float = 10.0
    ) -> None:
        self._key = api_key
        self._base_url = base_url
        self._timeouts = (timeout, connect_timeout)

    @property
    def endpoint(self) -> str:
        """The address without a user or password that may stand in it."""
        return re.sub(r"//[^/]*@", "//", self._base_url)

    @property
    def sender(self) -> str:
        """A fingerprint of the key: 48 bits of a hash of more entropy than anyone can search."""
        return hashlib.sha256(b"evaltui sender\0" + self._key.encode()).hexdigest()[:12]

    def ask(
        self, method: str, path: str, read: Callable[[bytes], T | None], *, creating: bool = False, **call: Any
    ) -> T | Fault:
        """What `read` makes of a reply's body; where it makes nothing of it, a fault."""
        reply = self.send(method, path, creating=creating, **call)
        if isinstance(reply, Fault):
            return reply
        value = read(reply.content)
        if value is not None:
            return value
        return self.hide(unreadable(reply.headers, reply.content, creating=creating))

    def send(self, method: str, path: str, *, creating: bool = False, **call: Any) -> "httpx2.Response | Fault":
        """One request, never repeated; `creating` says that a second one would be paid for again."""
        import httpx2

        client = self.connected()
        if isinstance(client, Fault):
            return client
        send: Callable[..., httpx2.Response] = client.post if method == "POST" else client.get
        try:
            return send(path, cast_to=httpx2.Response, **call)
        except expected_errors() as error:
            return self.hide(of_error(error, creating=creating))

    def hide(self, fault: Fault) -> Fault:
        """An echo of our headers must not carry the key into a log."""
        request_id = fault.request_id and self.without_key(fault.request_id)
        return replace(fault, message=self.without_key(fault.message), request_id=request_id)

    def without_key(self, text: str) -> str:
        return text.replace(self._key, "[key]")

    def connected(self) -> "anthropic.Anthropic | Fault":
        """The SDK's client, or why there is none."""
        if not self._key.isascii() or not self._key.isprintable() or not self._key.strip():
            return Fault("stop", "the API key is empty or holds characters that no key has", KEY_ADVICE)
        try:
            return self._client
        except expected_errors(ImportError, OSError) as error:  # a SOCKS proxy, a certificate file that is gone
            return self.hide(Fault("stop", clean(f"no connection can be made: {error}"), SETUP_ADVICE))

    def close(self) -> None:
        """Let go of the connections."""
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> "anthropic.Anthropic":
        import anthropic

        http = self._http()
        return anthropic.Anthropic(
            api_key=self._key,
            base_url=self._base_url,
            timeout=http.timeout,
            max_retries=0,
            open_telemetry=False,
            http_client=http,
        )

    def _http(self) -> "httpx2.Client":
        import anthropic
        import httpx2

        timeout = httpx2.Timeout(self._timeouts[0], connect=self._timeouts[1])
        if _loopback(self._base_url):
            return httpx2.Client(transport=httpx2.HTTPTransport(), trust_env=False, timeout=timeout)
        return anthropic.DefaultHttpxClient(follow_redirects=False, timeout=timeout)


def _loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
