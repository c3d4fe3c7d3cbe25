"""No test reaches beyond this machine: a connection elsewhere raises where it is made."""

import ipaddress
import sys


class NetworkRefused(AssertionError):
    """A test tried to reach another machine."""


def stay_at_home() -> None:
    """Refuse, for the rest of this process, connections that leave the machine."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            raise NetworkRefused(address)
    elif event == "socket.getaddrinfo" and arguments[0] and not _is_local(_text(arguments[0])):
        raise NetworkRefused(arguments[0])


def _text(host: object) -> str:
    return host.decode() if isinstance(host, bytes) else str(host)


def _is_local(host: str) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
