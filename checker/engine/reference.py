"""The reference engine: the same policies, as Rego, judged by an OPA server that is given or started."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from checker.engine.opa import (
    BATCH,
    OPA_HINT,
    PACKAGE,
    PREFIX,
    SETUP_S,
    Link,
    RequestError,
    open_link,
    publish,
)
from checker.engine.server import Server
from checker.engine.verdict import (
    Fault,
    InputError,
    Portfolio,
    Verdict,
    asked_of,
    canonical,
    parse,
    parse_portfolio,
    vendor_of,
)
from checker.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine import EngineSettings
    from checker.library import Library
    from checker.model import JsonObject

    Batch: TypeAlias = Mapping[int, tuple[JsonObject, str | None]]
    """Manifests by their index, each with the vendor that its verdict must echo."""

_OLDEST = (1, 4)  # older ones can be made to run text from a path as Rego (CVE-2025-46569)
_PATIENCE_S = 1.0
_HEALTH_S = 2.0
_GRACE_S = 0.5
_RESTARTS = 20
_ALL_ALIKE = frozenset({"unreachable", "refused", "shape"})  # faults that no single manifest causes
# An object keyed by index, for a list would silently close up over a manifest without a verdict. `library`
# tells in every answer which policies gave it.
_BATCH_RULES = f"""package {PACKAGE}

library := "%s"

reply := {{"library": library, "verdicts": verdicts}}

verdicts[i] := verdict if {{
	p := input.params
	c := input.context
	some i, manifest in input.batch
	verdict := data.main.verdict with input as manifest with data.params as p with data.context as c
}}

survey := {{"library": library, "portfolio": portfolio}} if {{
	p := input.params
	c := input.context
	m := input.manifests
	portfolio := data.main.portfolio with input as {{"manifests": m}} with data.params as p with data.context as c
}}
"""


class OpaEngine:
    """Judges in batches; when a batch fails, one by one, so that no manifest takes the others along.

    Parameters and context travel with each request; the server stores nothing but the library.
    """

    name = "opa"

    def __init__(self, library: Library, data: JsonObject, settings: EngineSettings) -> None:
        self.use(data)
        self._library = library
        self._settings = settings
        self._lock = threading.Lock()
        self._closed = False
        self._restarts = _RESTARTS
        self._server: Server | None = None
        self._link: Link | None = None
        if settings.opa_url:
            self._seal = library.digest
            self._link = open_link(
                settings.opa_url, token=settings.opa_token, ca=settings.opa_ca, strict=settings.strict
            )
            publish(self._link, self._modules())
            self.opa_version = _version(self._link, self._seal)
        else:
            self.opa_version = self._start()

    def evaluate(self, inputs: Sequence[JsonObject]) -> list[Verdict | Fault]:
        """Return a verdict or a fault for each of `inputs`, in their order."""
        if self._closed:
            raise EngineError("the engine is closed")
        answers: dict[int, Verdict | Fault] = {}
        sound: dict[int, tuple[JsonObject, str | None]] = {}
        for index, manifest in enumerate(inputs):
            try:
                canonical(manifest)
                sound[index] = (manifest, vendor_of(manifest))
            except InputError as error:
                answers[index] = Fault("input", str(error))
        order = list(sound)
        with self._lock:
            for start in range(0, len(order), self._settings.batch):
                chosen = order[start : start + self._settings.batch]
                answers |= self._judge({index: sound[index] for index in chosen})
        return [answers[index] for index in range(len(inputs))]

    def survey(self, manifests: Mapping[str, bytes]) -> Portfolio | Fault:
        """Return what the portfolio policies say of all `manifests`, by vendor."""
        if self._closed:
            raise EngineError("the engine is closed")
        listed = [json.loads(manifest) for manifest in manifests.values()]
        seconds, _ = self._settings.for_portfolio(len(manifests))
        try:
            with self._lock:
                reply = self._persist("survey", {"manifests": listed, **self._data}, seconds).get("result")
        except RequestError as error:
            return error.fault
        if not (isinstance(reply, dict) and reply.keys() == {"library", "portfolio"}):
            return Fault("shape", "the OPA server gave no verdict on the portfolio")
        if reply["library"] != self._seal:
            return Fault("unreachable", "another library was loaded into the OPA server during the run")
        packages = frozenset(policy.package for policy in self._library.portfolio)
        return parse_portfolio(reply["portfolio"], manifests.keys(), packages)

    def use(self, data: JsonObject) -> None:
        """Judge with this run-time data from now on; EngineError when it is not JSON."""
        try:
            canonical(data)
        except InputError as error:
            raise EngineError(f"the parameters or the context are not JSON: {error}") from error
        self._data = data

    def close(self) -> None:
        """Close the connection, and end the server if it is ours."""
        self._closed = True
        self._disconnect()

    def _disconnect(self) -> None:
        if self._link:
            self._link.close()
        if self._server:
            self._server.stop()
        self._link = self._server = None

    def _judge(self, batch: Batch) -> dict[int, Verdict | Fault]:
        answers = self._ask(batch)
        if not isinstance(answers, Fault):
            return answers
        if len(batch) == 1 or answers.kind in _ALL_ALIKE:
            return dict.fromkeys(batch, answers)
        return self._judge_singly(batch)

    def _judge_singly(self, batch: Batch) -> dict[int, Verdict | Fault]:
        answers: dict[int, Verdict | Fault] = {}
        for index, item in batch.items():
            answer = self._ask({index: item})
            answers |= {index: answer} if isinstance(answer, Fault) else answer
            if isinstance(answer, Fault) and answer.kind == "timeout" and not self._is_healthy():
                lost = Fault("unreachable", "the OPA server does not answer any more")
                return dict.fromkeys(batch, lost) | answers
        return answers

    def _ask(self, batch: Batch) -> dict[int, Verdict | Fault] | Fault:
        """Send one request; a single fault when it failed as a whole."""
        manifests = {str(index): manifest for index, (manifest, _) in batch.items()}
        try:
            payload = {"batch": manifests, **self._data}
            reply = self._persist("reply", payload, self._settings.timeout_s).get("result")
        except RequestError as error:
            return error.fault
        if not (isinstance(reply, dict) and reply.keys() == {"library", "verdicts"}):
            return Fault("shape", "the OPA server gave no verdicts")
        if reply["library"] != self._seal:
            return Fault("unreachable", "another library was loaded into the OPA server during the run")
        verdicts = reply["verdicts"]
        if not isinstance(verdicts, dict) or verdicts.keys() - manifests.keys():
            return Fault("shape", "the OPA server answered for manifests that it was not asked about")
        return {
            index: parse(verdicts[str(index)], vendor, self._library.packages, asked_of(manifest))
            if str(index) in verdicts
            else Fault("shape", "the policies gave no verdict")
            for index, (manifest, vendor) in batch.items()
        }

    def _persist(self, rule: str, payload: JsonObject, seconds: float) -> JsonObject:
        """Ask for verdicts; a few times, each a little later, while the server is out of reach."""
        end = time.monotonic() + seconds
        attempt = 0
        while True:
            if self._link is None:
                raise RequestError(Fault("unreachable", "the OPA server could not be started again"))
            try:
                return self._link.query(rule, payload, end - time.monotonic())
            except RequestError as error:
                lost = error.fault.kind == "unreachable"
                if lost and self._server and (death := self._server.death(_GRACE_S)):
                    raise RequestError(self._recover(death)) from error
                pause = 0.1 * 2**attempt
                attempt += 1
                late = time.monotonic() + pause >= end
                if late or attempt > self._settings.retries or not error.transient:
                    raise
                time.sleep(pause)

    def _is_healthy(self) -> bool:
        try:
            answer = self._link.query("library", {}, _HEALTH_S) if self._link else {}
        except RequestError:
            return False
        return answer.get("result") == self._seal

    def _start(self) -> str:
        """Start a server of our own and return its version."""
        if not self._settings.opa:
            raise EngineError("there is no OPA for the engine `opa`", OPA_HINT)
        # A secret seal: whoever might have taken the port before our server cannot know it.
        self._seal = Server.secret()
        self._server = Server(self._settings.opa, self._modules(), self._settings.memory_mb)
        server, strict = self._server, self._settings.strict
        self._link = Link("127.0.0.1", server.port, token=server.token, strict=strict)
        try:
            return _version(self._link, self._seal, self._server)
        except EngineError:
            self._disconnect()
            raise

    def _modules(self) -> dict[str, str]:
        modules = {f"{PREFIX}{path}": text for path, text in self._library.modules.items()}
        return {**modules, BATCH: _BATCH_RULES % self._seal}

    def _recover(self, death: str) -> Fault:
        """Replace the server that died, and say of what."""
        self._disconnect()
        self._restarts -= 1
        if self._restarts >= 0:
            with suppress(EngineError):
                self._start()
        if "out of memory" in death or "cannot allocate memory" in death:
            return Fault("memory", f"the OPA server ran out of memory ({death})")
        return Fault("trap", f"the OPA server died ({death})")


def _version(link: Link, seal: str, server: Server | None = None) -> str:
    """Return the server's version once it runs our library; a server of our own gets time to start."""
    end = time.monotonic() + (SETUP_S if server else _PATIENCE_S)
    while True:
        try:
            answer = link.query("library", {}, SETUP_S)
            break
        except RequestError as error:
            death = server.death() if server else ""
            if death or not error.transient or time.monotonic() >= end:
                raise EngineError(f"the OPA server does not run: {death or error}", OPA_HINT) from error
        time.sleep(0.02)
    if answer.get("result") != seal:
        raise EngineError("the OPA server does not hold our library", OPA_HINT)
    version = str(answer.get("provenance", {}).get("version", ""))
    found = re.match(r"(\d+)\.(\d+)\.", version)
    if not found or (int(found[1]), int(found[2])) < _OLDEST:
        raise EngineError(f"the OPA server's version is {version or 'unknown'}", "use OPA 1.4 or later")
    return version
