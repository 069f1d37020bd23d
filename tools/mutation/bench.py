"""Where mutants are tried: the cases of one control at a time, on an OPA server that holds what the control needs.

Loading less than everything is what makes a mutant cost a tenth of a second: OPA compiles all modules it holds again
whenever one of them is replaced.
"""

from __future__ import annotations

import http.client
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from checker import calendar
from checker.engine.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from checker.model import Control, JsonObject
    from mutation.model import Mutant

_QUERY = """package mutation

answers[i] := answer if {
	some i in input.rows
	row := data.bench.rows[i]
	params := data.bench.params[row.params]
	context := data.bench.contexts[row.context]
	control := input.control
	stock := input.stock
	verdict := data.main.verdict with input as row.input with data.params as params with data.context as context
	answer := {
		"said": verdict.controls[control],
		"guard": {finding.msg | some finding in verdict.guard},
		"stock": _stock(stock, row),
	}
}

_stock(false, _) := set()

_stock(true, row) := findings if {
	params := data.bench.params[row.params]
	context := data.bench.contexts[row.context]
	findings := data.main.deny with input as row.input with data.params as params with data.context as context
}
"""
_NAME = "mutation.rego"
_MEMORY_MB = 2048
_AT_ONCE = 12
_PATIENCE_S = 30.0
_OK = 200
_NO_CONTENT = 204
_REFUSED = 400
_NOTICED = "noticed"


class Answer(NamedTuple):
    """What matters of a verdict: whether the control applies, its findings as (kind, code, place), what the guard says.

    `stock` is what stock tools are told, empty when that was not asked.
    """

    applicable: bool
    findings: tuple[tuple[str, str, str], ...]
    guard: tuple[str, ...]
    stock: tuple[str, ...] | None


@dataclass(frozen=True)
class Cases:
    """The cases of one control, and what the policies see of each."""

    control: Control
    cases: Sequence[Any]
    rows: Sequence[JsonObject]
    """By case: `input`, and the keys of its `params` and `context`."""
    params: Mapping[str, JsonObject]
    contexts: Mapping[str, JsonObject]
    modules: tuple[str, ...]
    """The modules that the control needs, itself included, each after those that it imports."""


class Refused(Exception):  # noqa: N818 - not an error of ours: OPA does not take the mutant
    """OPA does not compile a module."""


class Bench:
    """One server, and the control that is loaded at the moment.

    `baselines` holds what the cases of each control say before any mutation, for several benches to share.
    """

    def __init__(self, opa: Path, sources: Mapping[str, str], baselines: dict[tuple[str, bool], list[Answer]]) -> None:
        self._sources = sources
        self._baselines = baselines
        self._server = Server(opa, {}, _MEMORY_MB)
        self._connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=600)
        self._held: dict[str, str] = {}
        self._data: dict[str, object] = {}
        self._loaded: Cases | None = None
        self._await()

    def close(self) -> None:
        """End the server."""
        self._connection.close()
        self._server.stop()

    def load(self, cases: Cases) -> None:
        """Hold the modules and the cases of one control; what many controls need stays where it is."""
        if self._loaded is cases:
            return
        self._restore()
        for name in reversed(self._loaded.modules if self._loaded else ()):
            if name not in cases.modules and name.startswith("controls/"):  # what is needed by others goes last
                self._drop(name)
        for name in cases.modules:
            self._hold(name, self._sources[name])
        self._hold(_NAME, _QUERY)
        self._loaded = cases
        self._set_data(cases.rows, cases.params, cases.contexts)
        self._before(stock=False)

    def _before(self, *, stock: bool) -> list[Answer]:
        """Return what the cases say without mutations; SystemExit when that is not what they expect."""
        cases = self._case_set
        key = (cases.control.id, stock)
        if key not in self._baselines:
            answers = self._answers(range(len(cases.rows)), stock=stock)
            if answers is None:
                raise SystemExit(f"{cases.control.id}: the policies fail before any mutation")
            for case, answer in zip(cases.cases, answers, strict=True):
                if not _is_as_expected(case, answer):
                    raise SystemExit(f"{case}: this case is red before any mutation; run the tests first")
            self._baselines[key] = [answer for answer in answers if answer]
        return self._baselines[key]

    @property
    def _case_set(self) -> Cases:
        assert self._loaded is not None  # noqa: S101 - load comes first
        return self._loaded

    def kills(self, mutant: Mutant) -> bool:
        """Tell whether a case of the loaded control turns red; Refused when OPA does not compile the mutant."""
        stock = mutant.row == "main"
        if stock and (self._case_set.control.id, stock) not in self._baselines:
            self._restore()
            self._before(stock=stock)
        self._restore(mutant.file)
        self._hold(mutant.file, mutant.content)
        return self._turns_red(stock=stock)

    def kills_with(self, rows: Sequence[JsonObject], params: JsonObject, contexts: JsonObject) -> bool:
        """Tell whether a case of the loaded control turns red with other parameters, contexts and inputs."""
        self._restore()
        self._set_data(rows, params, contexts)
        return self._turns_red(stock=False)

    def _restore(self, but: str = "") -> None:
        """Undo mutations; that of the file which comes next is overwritten anyway."""
        for name in [*self._held]:
            if name not in {but, _NAME}:
                self._hold(name, self._sources[name])
        if self._loaded:
            self._set_data(self._loaded.rows, self._loaded.params, self._loaded.contexts)

    def _turns_red(self, *, stock: bool) -> bool:
        """Ask for some cases at a time, for most mutants fall to the first ones."""
        cases, before = self._case_set.cases, self._before(stock=stock)
        for start in range(0, len(cases), _AT_ONCE):
            chosen = range(start, min(start + _AT_ONCE, len(cases)))
            answers = self._answers(chosen, stock=stock)
            if answers is None:
                return True
            for index, answer in zip(chosen, answers, strict=True):
                if _turns_red(cases[index], before[index], answer):
                    return True
        return False

    def _answers(self, indexes: Iterable[int], *, stock: bool) -> list[Answer | None] | None:
        """Return what the control says of each case, None where it says nothing; None when the policies fail."""
        rows = [str(index) for index in indexes]
        question = {"input": {"control": self._case_set.control.package, "rows": rows, "stock": stock}}
        status, body = self._ask("POST", "data/mutation/answers", json.dumps(question))
        if status != _OK:
            return None
        said = json.loads(body).get("result", {})
        return [_read(said.get(row), asked=stock) for row in rows]

    def _hold(self, name: str, text: str) -> None:
        if self._held.get(name) == text:
            return
        status, body = self._ask("PUT", f"policies/{quote(name, safe='')}", text, "text/plain")
        if status == _REFUSED:  # OPA goes on with the text before
            raise Refused(body)
        self._need_ok(status, body)
        self._held[name] = text

    def _drop(self, name: str) -> None:
        self._need_ok(*self._ask("DELETE", f"policies/{quote(name, safe='')}"))
        del self._held[name]

    def _set_data(
        self, rows: Sequence[JsonObject], params: Mapping[str, JsonObject], contexts: Mapping[str, JsonObject]
    ) -> None:
        """Hold the data of the cases; what is the very same object as before is not sent again."""
        for name, value in (("rows", rows), ("params", params), ("contexts", contexts)):
            if self._data.get(name) is not value:
                sent = {str(index): row for index, row in enumerate(rows)} if name == "rows" else value
                status, body = self._ask("PUT", f"data/bench/{name}", json.dumps(sent))
                self._need_ok(_OK if status == _NO_CONTENT else status, body)
                self._data[name] = value

    def _need_ok(self, status: int, body: str) -> None:
        if status != _OK:
            raise SystemExit(f"the OPA server answered {status}: {body}")

    def _ask(self, method: str, path: str, body: str = "", kind: str = "application/json") -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self._server.token}", "Content-Type": kind}
        self._connection.request(method, f"/v1/{path}", body.encode(), headers)
        response = self._connection.getresponse()
        return response.status, response.read().decode()

    def _await(self) -> None:
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                if self._ask("GET", "policies")[0] == _OK:
                    return
            self._connection.close()
            time.sleep(0.05)
        raise SystemExit(f"the OPA server does not answer: {self._server.death() or 'no reason given'}")


def _read(said: JsonObject | None, *, asked: bool) -> Answer | None:
    if said is None:
        return None
    control = said["said"]
    # Two findings of the same place differ in their words only, but are two.
    findings = sorted(
        (kind, one["code"], json.dumps([one["path"], one.get("key", "")]))
        for kind in ("deny", "undetermined", "warn")
        for one in control[kind]
    )
    stock = sorted(json.dumps([one.get("control"), one["code"], one["path"], one.get("key")]) for one in said["stock"])
    return Answer(control["applicable"], tuple(findings), tuple(said["guard"]), tuple(stock) if asked else None)


def _codes(answer: Answer | None) -> set[str]:
    return {code for _, code, _ in answer.findings} if answer else set()


def _turns_red(case: Any, before: Answer, after: Answer | None) -> bool:  # noqa: ANN401 - a case of the tables
    """Tell whether a case notices the difference: any, or for the side of a boundary the presence of its rule.

    A field that is taken away must only be noticed, by whatever finding.
    """
    if after is None:
        return True
    if case.status == _NOTICED:
        return not _notices(after)
    if case.only_rule:
        code = _code(case.only_rule)
        return (code in _codes(before)) != (code in _codes(after))
    return bool(before[:-1] != after[:-1] or after.stock not in {None, before.stock})


def _notices(answer: Answer) -> bool:
    return answer.applicable and any(kind in {"deny", "undetermined"} for kind, _, _ in answer.findings)


def _is_as_expected(case: Any, answer: Answer | None) -> bool:  # noqa: ANN401 - a case of the tables
    if answer is None:
        return False
    if case.status == _NOTICED:
        return _notices(answer)
    codes = _codes(answer)
    if case.only_rule:
        return bool((_code(case.only_rule) in codes) == (case.status == "found"))
    return codes == {_code(rule) for rule, _ in case.expected}


def _code(rule: str) -> str:
    return rule.partition(".")[2]


def contexts_with(contexts: Mapping[str, JsonObject], params: JsonObject) -> JsonObject:
    """Return the contexts with the dates for the periods that only the changed parameters hold."""
    changed = {}
    for key, context in contexts.items():
        new = {text for text in calendar.durations_in(params) if text not in context["durations"]}
        more = calendar.context(date.fromisoformat(context["as_of"]), sorted(new)) if new else {}
        changed[key] = {
            name: {**value, **more[name]} if more and isinstance(value, dict) else value
            for name, value in context.items()
        }
    return changed


def in_order(modules: Iterable[str], imports: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the modules and all that they import, each after its imports."""
    done: dict[str, None] = {}

    def add(name: str) -> None:
        if name not in done:
            for other in sorted(imports[name]):
                add(other)
            done[name] = None

    for name in modules:
        add(name)
    return tuple(done)
