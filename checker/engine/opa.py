"""A connection to an OPA server through opa-python-client, with its silent traps closed."""

from __future__ import annotations

import os
import queue
import threading
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from opa_client import OpaClient
from opa_client.errors import DeletePolicyError, RegoParseError

from checker.engine.verdict import Fault, FaultKind
from checker.errors import EngineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from checker.model import JsonObject

PACKAGE = "checker_batch"
"""The package of the rules that the server is asked for."""
SETUP_S = 30.0
"""How long a server may take for one step of its set-up."""
PREFIX = "checker/"
"""What the ids of all modules begin with that are ours on a server."""
BATCH = f"{PREFIX}batch.rego"
"""The id of our own module, by which the others are asked."""
OPA_HINT = "give the address of a server with --opa-url, or install OPA: `make tools`"

_ROOTS = frozenset({"main", "lib", "controls", "portfolio", PACKAGE})
_GRACE_S = 0.5
_UNAVAILABLE = frozenset({502, 503, 504})
_TOO_MUCH = frozenset({400, 413})
_POLICY_ERROR = 500


class RequestError(Exception):
    """A request without a usable answer; `transient` when it may well succeed in a moment."""

    def __init__(self, fault: Fault, *, transient: bool = False) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.transient = transient


class _Client(OpaClient):  # type: ignore[misc]  # it has no type information
    """The client, without proxies and redirects, either of which would show manifests to third parties."""

    def _init_session(self) -> requests.Session:
        session: requests.Session = super()._init_session()
        session.trust_env = False
        session.max_redirects = 0
        return session

    def modules(self) -> dict[str, tuple[str, str]]:
        """Return the top package and the text of every module on the server, by id."""
        response = self._session.get(f"{self.root_url}/policies", timeout=self.timeout)
        response.raise_for_status()
        try:
            return {
                module["id"]: (module["ast"]["package"]["path"][1]["value"], module["raw"])
                for module in response.json()["result"]
            }
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise EngineError("the server's list of policies is not what OPA sends", OPA_HINT) from error


class Link:
    """A connection on which every request has a total time limit and a failure of its own kind."""

    def __init__(self, host: str, port: int, *, token: str | None, strict: bool, tls: bool | str = False) -> None:
        # `tls` may also be the path of the certificates to trust.
        self._connect: Callable[[], _Client] = lambda: _Client(host, port, ssl=tls, token=token, retries=0)
        self._client = self._connect()
        self._owner = os.getpid()
        self._options = {"provenance": "true", "strict-builtin-errors": str(strict).lower()}

    def query(self, rule: str, payload: JsonObject, seconds: float) -> JsonObject:
        """Return the server's answer for one rule of our package."""
        answer = self.call(lambda client: client.query_rule(payload, PACKAGE, rule, self._options), seconds)
        if not isinstance(answer, dict):
            raise RequestError(Fault("shape", "the OPA server's answer is no object"))
        return answer

    def call(self, action: Callable[[_Client], Any], seconds: float) -> Any:  # noqa: ANN401  JSON
        """Run `action` for at most `seconds`; RequestError says what went wrong."""
        if self._owner != os.getpid():  # a forked child must not talk over its parent's connection
            self._client, self._owner = self._connect(), os.getpid()
        self._client.timeout = max(seconds, 0.001)
        started = time.monotonic()
        try:
            return _bounded(action, self._client, seconds + _GRACE_S)
        except queue.Empty:  # it trickles: the thread that listens is given up, with its connection
            self._client = self._connect()
        except requests.RequestException as error:
            if isinstance(error, requests.ConnectTimeout) or time.monotonic() - started < seconds:
                raise _explained(error) from error
        raise RequestError(Fault("timeout", f"the OPA server took longer than {seconds:.3g} s"))

    def close(self) -> None:
        """Close the connection."""
        self._client.close_connection()


def _bounded(action: Callable[[_Client], Any], client: _Client, seconds: float) -> Any:  # noqa: ANN401  JSON
    """Run `action` in a thread of its own: the time limits of requests are for each read, not for all."""
    box: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            box.put((action(client), None))
        except Exception as error:  # noqa: BLE001  raised again by the caller
            box.put((None, error))

    threading.Thread(target=run, name="opa-request", daemon=True).start()
    result, error = box.get(timeout=max(seconds, _GRACE_S))
    if error:
        raise error
    return result


def _explained(error: requests.RequestException) -> RequestError:
    """Give each failure of a request its own words; the more special classes come first."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return _of_status(error.response)
    known: tuple[tuple[type[Exception], FaultKind, str, bool], ...] = (
        (requests.TooManyRedirects, "refused", "the OPA server redirects, which is not followed", False),
        (requests.exceptions.SSLError, "unreachable", "the OPA server's certificate is not trusted", False),
        (requests.JSONDecodeError, "shape", "the OPA server's answer is not JSON", False),
        (requests.exceptions.ChunkedEncodingError, "unreachable", "the OPA server's answer broke off", False),
        (requests.ConnectionError, "unreachable", "the OPA server cannot be reached", True),
    )
    for kind, fault, message, transient in known:
        if isinstance(error, kind):
            return RequestError(Fault(fault, message), transient=transient)
    return RequestError(Fault("unreachable", f"the request to the OPA server failed: {type(error).__name__}"))


def _of_status(response: requests.Response) -> RequestError:
    status = response.status_code
    detail = _detail(response)
    if status in _UNAVAILABLE:
        fault = Fault("unreachable", f"the OPA server is not available ({status})")
        return RequestError(fault, transient=True)
    if status == _POLICY_ERROR:
        return RequestError(Fault("trap", f"the policies failed: {detail}"))
    kind: FaultKind = "input" if status in _TOO_MUCH else "refused"
    return RequestError(Fault(kind, f"the OPA server refused the request ({status}): {detail}"))


def _detail(response: requests.Response) -> str:
    try:
        body = response.json()
        first = (body.get("errors") or [body])[0]
        return " ".join(str(first["message"]).split())
    except (ValueError, LookupError, TypeError, AttributeError):
        return str(response.reason)


def open_link(url: str, *, token: str | None, ca: Path | None, strict: bool) -> Link:
    """Prepare a connection to the server at `url`; UsageError when it cannot or must not be used."""
    parts = urlsplit(url)
    try:
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise UsageError(f"the address of the OPA server is wrong: {error}") from error
    secure = parts.scheme == "https"
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"http", "https"} or not host or rest:
        hint = "the token is given apart"
        raise UsageError("the address of the OPA server is not http[s]://HOST[:PORT]", hint)
    if token and not secure and not _is_local(host):
        raise UsageError(f"the token for {host} would cross the network in the clear", "use https://")
    tls = str(ca) if secure and ca else secure
    host = f"[{host}]" if ":" in host else host
    return Link(host, port or (443 if secure else 80), token=token, tls=tls, strict=strict)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def publish(link: Link, modules: Mapping[str, str]) -> None:
    """Bring `modules` (id -> text, BATCH among them) onto a server, and nothing else of ours.

    EngineError when others' modules are in the same packages, or the server refuses.
    """
    try:
        present = link.call(_Client.modules, SETUP_S)
        foreign = sorted(
            name for name, (package, _) in present.items() if package in _ROOTS and not name.startswith(PREFIX)
        )
        if foreign:
            names = ", ".join(foreign)
            raise EngineError(f"the OPA server holds other policies in our packages: {names}", OPA_HINT)
        ours = {name: text for name, (_, text) in present.items() if name.startswith(PREFIX)}
        if ours != modules:
            _replace(link, set(ours), modules)
    except RequestError as error:
        raise EngineError(f"the policies cannot be brought onto the OPA server: {error}", OPA_HINT) from error


def _replace(link: Link, old: set[str], modules: Mapping[str, str]) -> None:
    """Exchange our modules; until all are there, no answer carries the seal of a library."""
    _put(link, BATCH, f"package {PACKAGE}\n\nlibrary := null\n")
    _in_any_order(_libraries_first(old)[::-1], lambda name: _drop(link, name))
    _in_any_order(_libraries_first(modules), lambda name: _put(link, name, modules[name]))
    _put(link, BATCH, modules[BATCH])


def _libraries_first(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - {BATCH}, key=lambda name: (not name.startswith(f"{PREFIX}lib/"), name))


def _in_any_order(names: list[str], action: Callable[[str], None]) -> None:
    """Do `action` for all `names`; what the server refuses because of others is tried again after them."""
    while names:
        left, problem = [], EngineError("")
        for name in names:
            try:
                action(name)
            except EngineError as error:
                left.append(name)
                problem = error
        if len(left) == len(names):
            raise problem
        names = left


def _put(link: Link, name: str, text: str) -> None:
    try:
        # Without `rego_compat=False` the client rewrites what the server refuses.
        link.call(lambda client: client.update_policy_from_string(text, name, rego_compat=False), SETUP_S)
    except RegoParseError as error:
        raise EngineError(f"the OPA server refused {name}: {error}", OPA_HINT) from error


def _drop(link: Link, name: str) -> None:
    try:
        link.call(lambda client: client.delete_policy(name), SETUP_S)
    except DeletePolicyError as error:
        raise EngineError(f"the OPA server does not give up {name}: {error}", OPA_HINT) from error
