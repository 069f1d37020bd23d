"""The reference engine: the same policies, as Rego, judged by an OPA server that is given or started."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from dataclasses import replace
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
from checker.engine.server import Content, Server
from checker.engine.verdict import Fault, InputError, Portfolio, Verdict, canonical, parse, parse_portfolio, vendor_of
from checker.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine import EngineSettings
    from checker.library import Library
    from checker.model import JsonObject

    Batch: TypeAlias = Mapping[int, JsonObject]
    """Inputs by their index."""

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
    """Judges by the library; parameters and context travel with each request, the server stores nothing but that."""

    name = "opa"

    def __init__(self, library: Library, data: JsonObject, settings: EngineSettings) -> None:
        self.use(data)
        self._library = library
        self._settings = settings
        self._batches = Batches(Content(library.modules), _BATCH_RULES, settings, seal=library.digest)
        self.opa_version = self._batches.opa_version

    def evaluate(self, inputs: Sequence[JsonObject]) -> list[Verdict | Fault]:
        """Return a verdict or a fault for each of `inputs`, in their order."""
        self._batches.require_open()
        answers: dict[int, Verdict | Fault] = {}
        vendors: dict[int, str | None] = {}
        for index, manifest in enumerate(inputs):
            try:
                canonical(manifest)
                vendors[index] = vendor_of(manifest)
            except InputError as error:
                answers[index] = Fault("input", str(error))
        for index, answer in self._batches.ask({index: inputs[index] for index in vendors}, self._data).items():
            verdict = answer if isinstance(answer, Fault) else parse(answer, vendors[index], self._library.packages)
            answers[index] = verdict
        return [answers[index] for index in range(len(inputs))]

    def survey(self, manifests: Mapping[str, bytes]) -> Portfolio | Fault:
        """Return what the portfolio policies say of all `manifests`, by vendor."""
        listed = [json.loads(manifest) for manifest in manifests.values()]
        seconds, _ = self._settings.for_portfolio(len(manifests))
        answer = self._batches.query("survey", "portfolio", {"manifests": listed, **self._data}, seconds)
        packages = frozenset(policy.package for policy in self._library.portfolio)
        return answer if isinstance(answer, Fault) else parse_portfolio(answer, manifests.keys(), packages)

    def use(self, data: JsonObject) -> None:
        """Judge with this run-time data from now on; EngineError when it is not JSON."""
        try:
            canonical(data)
        except InputError as error:
            raise EngineError(f"the parameters or the context are not JSON: {error}") from error
        self._data = data

    def close(self) -> None:
        """Close the connection, and end the server if it is ours."""
        self._batches.close()


class Batches:
    """Inputs put to an OPA server, given or started, in batches; when one fails, one by one.

    So no input takes the others along. `rules` is the text of our own module, with a place for the seal that tells in
    every answer who gave it: the rule `reply` must hold the answers by the keys of `input.batch`.
    """

    def __init__(self, content: Content, rules: str, settings: EngineSettings, *, seal: str) -> None:
        """Open the server; one that is given takes the modules of `content` alone, and this `seal`."""
        self._content = content
        self._rules = rules
        self._settings = settings
        self._lock = threading.Lock()
        self._closed = False
        self._restarts = _RESTARTS
        self._server: Server | None = None
        self._link: Link | None = None
        if settings.opa_url:
            self._seal = seal
            self._link = open_link(
                settings.opa_url, token=settings.opa_token, ca=settings.opa_ca, strict=settings.strict
            )
            publish(self._link, self._modules())
            self.opa_version = _version(self._link, self._seal)
        else:
            self.opa_version = self._start()

    def ask(self, inputs: Mapping[int, JsonObject], beside: JsonObject) -> dict[int, object | Fault]:
        """Return what the rules say of each of `inputs`, unchecked, or why they say nothing.

        All must be JSON. `beside` goes with each request.
        """
        self.require_open()
        answers: dict[int, object | Fault] = {}
        order = list(inputs)
        with self._lock:
            for start in range(0, len(order), self._settings.batch):
                chosen = order[start : start + self._settings.batch]
                answers |= self._judge({index: inputs[index] for index in chosen}, beside)
        return answers

    def query(self, rule: str, key: str, payload: JsonObject, seconds: float) -> object | Fault:
        """Return what one of the rules holds under `key`, beside the seal."""
        self.require_open()
        with self._lock:
            return self._sealed(rule, key, payload, seconds)

    def require_open(self) -> None:
        """Raise EngineError once it is closed."""
        if self._closed:
            raise EngineError("the engine is closed")

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

    def _judge(self, batch: Batch, beside: JsonObject) -> dict[int, object | Fault]:
        answers = self._ask(batch, beside)
        if not isinstance(answers, Fault):
            return answers
        if len(batch) == 1 or answers.kind in _ALL_ALIKE:
            return dict.fromkeys(batch, answers)
        return self._judge_singly(batch, beside)

    def _judge_singly(self, batch: Batch, beside: JsonObject) -> dict[int, object | Fault]:
        answers: dict[int, object | Fault] = {}
        for index, item in batch.items():
            answer = self._ask({index: item}, beside)
            answers |= {index: answer} if isinstance(answer, Fault) else answer
            if isinstance(answer, Fault) and answer.kind == "timeout" and not self._is_healthy():
                lost = Fault("unreachable", "the OPA server does not answer any more")
                return dict.fromkeys(batch, lost) | answers
        return answers

    def _ask(self, batch: Batch, beside: JsonObject) -> dict[int, object | Fault] | Fault:
        """Send one request; a single fault when it failed as a whole."""
        inputs = {str(index): item for index, item in batch.items()}
        verdicts = self._sealed("reply", "verdicts", {"batch": inputs, **beside}, self._settings.timeout_s)
        if isinstance(verdicts, Fault):
            return verdicts
        if not isinstance(verdicts, dict) or verdicts.keys() - inputs.keys():
            return Fault("shape", "the OPA server answered for manifests that it was not asked about")
        none = Fault("shape", "the policies gave no verdict")
        return {index: verdicts.get(str(index), none) for index in batch}

    def _sealed(self, rule: str, key: str, payload: JsonObject, seconds: float) -> object | Fault:
        try:
            reply = self._persist(rule, payload, seconds).get("result")
        except RequestError as error:
            return error.fault
        if not (isinstance(reply, dict) and reply.keys() == {"library", key}):
            return Fault("shape", f"the OPA server gave no {key}")
        if reply["library"] != self._seal:
            return Fault("unreachable", "another library was loaded into the OPA server during the run")
        verdicts: object = reply[key]
        return verdicts

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
        content = replace(self._content, modules=self._modules())
        self._server = Server(self._settings.opa, content, self._settings.memory_mb)
        server, strict = self._server, self._settings.strict
        self._link = Link("127.0.0.1", server.port, token=server.token, strict=strict)
        try:
            return _version(self._link, self._seal, self._server)
        except EngineError:
            self._disconnect()
            raise

    def _modules(self) -> dict[str, str]:
        modules = {f"{PREFIX}{path}": text for path, text in self._content.modules.items()}
        return {**modules, BATCH: self._rules % self._seal}

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
