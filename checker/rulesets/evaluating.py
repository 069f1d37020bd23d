"""An engine's answers for documents, and their shape: whatever is no message or object with one is a fault."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from checker.compiler import OPA_ADVICE, opa_version
from checker.engine.verdict import Fault, InputError, canonical
from checker.errors import UsageError
from checker.model import Severity
from checker.rulesets.compiling import ENTRYPOINT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from checker.engine import EngineSettings
    from checker.model import JsonObject, Keys
    from checker.rulesets.compiling import Program, Rule
    from checker.rulesets.reading import Ruleset

_SHOWN = 80
_FIXES = ("fix", "remediation")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_BATCH_RULES = """package checker_batch

import rego.v1

verdicts[i] := verdict if {
	some i, one in input.batch
	verdict := data.checker_ruleset.verdict with input as one
}
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One result of a rule; `path` leads to the place in the document when the policy names one, `line` is its line."""

    msg: str
    fix: str = ""
    severity: Severity | None = None
    path: Keys = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say of one document: by id of the rule its results or why they cannot be read."""

    results: Mapping[str, tuple[Told, ...] | Fault]
    exceptions: Mapping[str, frozenset[str]]
    """By namespace the names that its rules named `exception` take out."""


class Evaluator(Protocol):
    """An engine with the policies and their data."""

    @property
    def name(self) -> str:
        """`wasm` or `opa`."""

    @property
    def opa_version(self) -> str:
        """The version of the OPA that compiled the policies, or that runs them."""

    def ask(self, inputs: Mapping[int, JsonObject]) -> Mapping[int, object | Fault]:
        """Return an unchecked answer, or a fault, for each of `inputs`, which are exact JSON."""

    def close(self) -> None:
        """Free what the engine holds."""


def open_evaluator(program: Program, ruleset: Ruleset, wanted: str | None, settings: EngineSettings) -> Evaluator:
    """Open the engine that is wanted; without a wish the one in this process where it can, else a real OPA.

    UsageError says what is missing.
    """
    if wanted != "opa" and not program.reason:
        return _Wasm(program, ruleset, settings)
    if wanted == "wasm":
        raise UsageError(f"the engine wasm cannot judge by these policies: {program.reason}", "leave out --engine")
    if not settings.opa:
        why = program.reason or "--engine opa asks for one"
        raise UsageError(f"these policies need a real OPA, and there is no `opa` on PATH: {why}", OPA_ADVICE)
    return _Opa(program, ruleset, settings.opa, settings)


class _Wasm:
    name = "wasm"

    def __init__(self, program: Program, ruleset: Ruleset, settings: EngineSettings) -> None:
        from checker.engine.wasm import Module  # slow, and only one of the two is needed

        self.opa_version = program.opa_version
        self._module = Module(program.wasm, ruleset.data, settings, ENTRYPOINT)

    def ask(self, inputs: Mapping[int, JsonObject]) -> Mapping[int, object | Fault]:
        return {index: self._module.ask(canonical(one)) for index, one in inputs.items()}

    def close(self) -> None:
        self._module.close()


class _Opa:
    name = "opa"

    def __init__(self, program: Program, ruleset: Ruleset, opa: Path, settings: EngineSettings) -> None:
        from checker.engine.evaluation import Content, OpaProcess  # slow, and only one of the two is needed

        self.opa_version = opa_version(opa)
        modules = {**program.modules, "checker_batch.rego": _BATCH_RULES}
        flags = ("--v0-compatible",) if ruleset.rego == "v0" else ()
        self._process = OpaProcess(opa, Content(modules, ruleset.data, "data.checker_batch.verdicts", flags), settings)

    def ask(self, inputs: Mapping[int, JsonObject]) -> Mapping[int, object | Fault]:
        return self._process.ask(inputs)

    def close(self) -> None:
        self._process.close()


def evaluate(evaluator: Evaluator, rules: Sequence[Rule], inputs: Sequence[JsonObject]) -> list[Answer | Fault]:
    """Return an answer or a fault for each of `inputs`: `document` as the policies see it, and `file` as data."""
    answers: dict[int, Answer | Fault] = {}
    sound: dict[int, JsonObject] = {}
    for index, one in enumerate(inputs):
        try:
            canonical(one)
            sound[index] = {**one, "id": index}
        except InputError as error:
            answers[index] = Fault("input", str(error))
    for index, raw in evaluator.ask(sound).items():
        answers[index] = raw if isinstance(raw, Fault) else _answer(raw, index, sound[index]["document"], rules)
    return [answers[index] for index in range(len(inputs))]


def _answer(raw: object, index: int, document: object, rules: Sequence[Rule]) -> Answer | Fault:
    if not (isinstance(raw, dict) and raw.keys() == {"id", "found"} and raw["id"] == index):
        return Fault("shape", "the policies gave no verdict on this document")
    found = raw["found"]
    if found["type"] != _type_name(document):
        return Fault("shape", f"the engine read the document as {found['type']}, not as {_type_name(document)}")
    given = found["rules"]
    return Answer(
        # A list under a condition is undefined when that does not hold, which is no less certain than an empty set.
        results={rule.id: _results(rule, given.get(rule.key, [])) for rule in rules},
        exceptions={
            name: frozenset(one for one in names if isinstance(one, str)) for name, names in found["exceptions"].items()
        },
    )


def _type_name(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


def _results(rule: Rule, raw: object) -> tuple[Told, ...] | Fault:
    if not isinstance(raw, list):
        return Fault("shape", f"`{rule.name}` of {rule.namespace} is {_brief(raw)}, where a set of results must stand")
    told = [_told(one) for one in raw]
    if None in told:
        wrong = _brief(raw[told.index(None)])
        return Fault("shape", f"`{rule.name}` of {rule.namespace} gives {wrong}, not a text or an object with `msg`")
    return tuple(sorted(filter(None, told), key=repr))


def _told(raw: Any) -> Told | None:  # noqa: ANN401 - any JSON
    """Read one result; None when it says nothing."""
    if isinstance(raw, str):
        return Told(raw) if raw.strip() else None
    msg = raw.get("msg") if isinstance(raw, dict) else None
    if not isinstance(msg, str) or not msg.strip():
        return None
    below = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    both = {**below, **raw}
    fix = next((both[name] for name in _FIXES if isinstance(both.get(name), str)), "")
    severity = str(both.get("severity", "")).lower()
    return Told(
        msg=msg,
        fix=fix,
        severity=Severity(severity) if severity in list(Severity) else None,
        path=_path(both.get("path")),
        line=_line(both.get("_loc")) or _line(both),
    )


def _path(raw: object) -> Keys:
    """Read a place: a list of keys, a JSON pointer such as `/spec/ports/0`, or words such as `spec.ports[0]`."""
    if isinstance(raw, list):
        return tuple(raw) if all(type(step) in {str, int} for step in raw) else ()
    if not isinstance(raw, str):
        return ()
    if raw.startswith("/"):
        steps = [step.replace("~1", "/").replace("~0", "~") for step in raw[1:].split("/")]
        return tuple(int(step) if step.isdecimal() else step for step in steps)
    return tuple(int(index) if index else name for name, index in _STEP.findall(raw))


def _line(raw: object) -> int:
    line = raw.get("line") if isinstance(raw, dict) else None
    text = str(line) if type(line) in {int, str} else ""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 8 else 0  # noqa: PLR2004 - no file is longer


def _brief(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
