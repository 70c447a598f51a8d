"""Owns what the SDK's and the transport's exceptions allow next."""

from evaltui.batches.faults import ADDRESS_ADVICE, clean, of_reply
from evaltui.domain.batch import Fault


def expected_errors(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """What a call may raise when the world, not the program, is wrong (a ValueError: of an address or a header)."""
    import anthropic
    import httpx2

    return (anthropic.AnthropicError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ValueError, *more)


def of_error(error: Exception, *, creating: bool) -> Fault:
    """The fault behind an exception of a call; for a create, only what surely sent nothing is `transient`."""
    import anthropic

    if isinstance(error, anthropic.APIStatusError):
        reply = error.response
        return of_reply(reply.status_code, reply.headers, reply.content, creating=creating)
    if isinstance(error, anthropic.APIConnectionError) and isinstance(error.__cause__, Exception):
        return _of_transport(error.__cause__, creating=creating)
    return _of_transport(error, creating=creating)


def _of_transport(error: Exception, *, creating: bool) -> Fault:
    import httpx2

    message = clean(f"{type(error).__name__}: {error}")
    if isinstance(error, (httpx2.InvalidURL, httpx2.UnsupportedProtocol)):
        return Fault("stop", message, ADDRESS_ADVICE)
    # Refused before anything was sent; its own message would repeat the value, which may be a secret.
    if isinstance(error, httpx2.LocalProtocolError) and "header" in str(error):
        return Fault("stop", "a header holds characters that cannot be sent", "check ANTHROPIC_CUSTOM_HEADERS")
    # These three are raised before the first byte of a request leaves; a proxy that refuses has forwarded nothing.
    if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)):
        return Fault("transient", message, "check the network and base_url if this goes on")
    return Fault("ambiguous" if creating else "transient", message)
