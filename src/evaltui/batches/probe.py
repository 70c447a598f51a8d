"""Owns one question: is the server at an address our own sandbox, where nothing is paid and all is quick?"""

from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import urlsplit

MARK = "x-evaltui-sandbox"
SECONDS = 2.0


def is_sandbox(endpoint: str) -> bool:
    """Only a loopback address is asked; proxies to the paid API live there too, so the server itself must say it."""
    parts = urlsplit(endpoint)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "") and _says_so(parts.hostname, parts.port)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _says_so(host: str | None, port: int | None) -> bool:
    connection = HTTPConnection(host or "", port or 80, timeout=SECONDS)
    try:
        connection.request("GET", "/_sandbox")
        return connection.getresponse().headers.get(MARK) is not None
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
