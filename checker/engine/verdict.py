"""What an engine answers, checked strictly: anything but a whole verdict on the right manifest is a fault."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from checker.model import JsonObject, Keys

FaultKind: TypeAlias = Literal["timeout", "memory", "trap", "shape", "unreachable", "refused", "input"]

MAX_DEPTH = 500
"""How deeply an input may nest; both engines are sound to twice this."""
MAX_NODES = 1_000_000
"""How many values an input may hold; far above what a manifest file may."""

_SHOWN = 80

_VERDICT = frozenset({"input", "vendor", "tier", "lifecycle", "guard", "controls"})
_CONTROL = frozenset({"applicable", "deny", "warn", "undetermined"})
_PORTFOLIO = frozenset({"input", "guard", "controls"})
_POLICY = frozenset({"deny", "warn", "undetermined", "overview"})
_SHARE = frozenset({"key", "name", "functions", "share_pct", "vendors", "level"})
_REQUIRED = frozenset({"code", "msg", "path"})
_OPTIONAL = frozenset({"key", "fix"})
_LIFECYCLES = frozenset({"prospective", "active", "ended"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TIER = re.compile(r"[a-z][a-z0-9_]{0,31}")
_JSON = frozenset({str, int, float, bool, NoneType, dict, list})
_TEXT = frozenset({str})
# No search for cycles: the structure is checked before.
_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False, check_circular=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """One finding as the policy states it; `path` leads to the place in the manifest."""

    code: str
    msg: str
    path: Keys
    key: str = ""
    """Names the list member that is concerned when no list item is there."""
    fix: str = ""
    """A fix that is exact for this finding; empty means the control's remediation."""


@dataclass(frozen=True, slots=True)
class ControlVerdict:
    """What one control says; findings are sorted and unique."""

    applicable: bool
    deny: tuple[PolicyFinding, ...] = ()
    warn: tuple[PolicyFinding, ...] = ()
    undetermined: tuple[PolicyFinding, ...] = ()

    def joined(self, added: ControlVerdict) -> ControlVerdict:
        """Return this verdict with the findings of another; what blocks counts only where this control applies."""
        return ControlVerdict(
            self.applicable,
            self.deny + (added.deny if self.applicable else ()),
            self.warn + added.warn,
            self.undetermined + (added.undetermined if self.applicable else ()),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policies say of one manifest; `controls` maps the package of every control to its verdict."""

    vendor: str | None
    tier: str
    lifecycle: str
    guard: tuple[PolicyFinding, ...]
    controls: Mapping[str, ControlVerdict]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What the policies over all manifests say: by package and vendor the findings, by package the overview."""

    guard: tuple[PolicyFinding, ...]
    findings: Mapping[str, Mapping[str, ControlVerdict]]
    overviews: Mapping[str, JsonObject]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a manifest could not be judged. It never counts as a pass."""

    kind: FaultKind
    message: str


class InputError(ValueError):
    """A value that is not exactly JSON: an engine would take it for no input at all, or for another value."""


def canonical(value: object) -> bytes:
    """Return `value` as JSON text in UTF-8; InputError for whatever the engines would read differently.

    Refused: NaN and infinities, lone surrogates, keys that are no strings, types other than JSON's (a date, a
    tuple), more than MAX_DEPTH levels, a cycle.
    """
    _check_structure(value)
    try:
        return _ENCODER.encode(value).encode()
    except ValueError as error:  # of it, UnicodeEncodeError for a surrogate
        raise InputError(f"the input is not JSON: {error}") from error


def vendor_of(manifest: JsonObject) -> str | None:
    """Return the manifest's `metadata.id`, which every verdict must echo; None when it is absent."""
    metadata = manifest.get("metadata")
    vendor = metadata.get("id") if isinstance(metadata, dict) else None
    if vendor is not None and not isinstance(vendor, str):
        raise InputError("metadata.id is not a string")
    return vendor


def asked_of(manifest: JsonObject) -> frozenset[str] | None:
    """Return the packages of the controls that are asked for, as `derived.asked` names them; None for all."""
    derived = manifest.get("derived")
    asked = derived.get("asked") if isinstance(derived, dict) else None
    return None if asked is None else frozenset(asked)


def parse(
    raw: object, vendor: str | None, packages: AbstractSet[str], asked: AbstractSet[str] | None = None
) -> Verdict | Fault:
    """Check an engine's answer against the contract: the exact keys, the echo of `vendor`, every package.

    Where only some packages are `asked` for, others may be answered and are left out.
    """
    try:
        verdict = _shaped(raw, _VERDICT, "the verdict")
        if verdict["input"] != "object":
            return Fault("shape", f"the engine read the manifest as {_brief(verdict['input'])}, not as an object")
        if verdict["vendor"] != vendor:
            return Fault("shape", f"the verdict speaks of {_brief(verdict['vendor'])}, not of {vendor!r}")
        tier, lifecycle = verdict["tier"], verdict["lifecycle"]
        if not (isinstance(tier, str) and _TIER.fullmatch(tier)):
            return Fault("shape", f"the effective tier is {_brief(tier)}")
        if not (isinstance(lifecycle, str) and lifecycle in _LIFECYCLES):
            return Fault("shape", f"the lifecycle is {_brief(lifecycle)}")
        controls = _controls(verdict["controls"], packages, packages if asked is None else asked)
        return Verdict(vendor, tier, lifecycle, _findings(verdict["guard"], "guard"), controls)
    except _ShapeError as error:
        return Fault("shape", str(error))


def parse_portfolio(raw: object, vendors: AbstractSet[str], packages: AbstractSet[str]) -> Portfolio | Fault:
    """Check an engine's answer on all manifests: the exact keys, every package, no vendor that was not asked about."""
    try:
        answer = _shaped(raw, _PORTFOLIO, "the verdict on the portfolio")
        if answer["input"] != "object":
            return Fault("shape", f"the engine read the portfolio as {_brief(answer['input'])}, not as an object")
        controls = _shaped(answer["controls"], frozenset(packages), "the verdict on the portfolio")
        policies = {package: _shaped(controls[package], _POLICY, package) for package in sorted(packages)}
        return Portfolio(
            _findings(answer["guard"], "guard"),
            {package: _by_vendor(policy, package, vendors) for package, policy in policies.items()},
            {package: _overview(policy["overview"], f"{package}.overview") for package, policy in policies.items()},
        )
    except _ShapeError as error:
        return Fault("shape", str(error))


def _overview(raw: object, where: str) -> JsonObject:
    """Check an overview and put it in order: engines give sets and keys in an order of their own."""
    if not isinstance(raw, dict) or not isinstance(raw.get("functions"), int):
        raise _ShapeError(f"{where} is {_brief(raw)}, which does not count the functions")
    return {
        kind: [_share(row, f"{where}.{kind}") for row in raw[kind]] if isinstance(raw[kind], list) else raw[kind]
        for kind in sorted(raw)
    }


def _share(raw: object, where: str) -> JsonObject:
    row = _shaped(raw, _SHARE, where)
    if not isinstance(row["vendors"], list) or not all(isinstance(vendor, str) for vendor in row["vendors"]):
        raise _ShapeError(f"{where} names the vendors {_brief(row['vendors'])}")
    return {key: sorted(row[key]) if key == "vendors" else row[key] for key in sorted(row)}


def _by_vendor(policy: JsonObject, package: str, vendors: AbstractSet[str]) -> dict[str, ControlVerdict]:
    found: dict[str, dict[str, list[JsonObject]]] = {}
    for rule in ("deny", "warn", "undetermined"):
        if not isinstance(policy[rule], list):
            raise _ShapeError(f"{package}.{rule} is {_brief(policy[rule])}, not a set of findings")
        for item in policy[rule]:
            vendor = item.get("vendor") if isinstance(item, dict) else None
            if not isinstance(vendor, str) or vendor not in vendors:
                raise _ShapeError(f"{package}.{rule} holds {_brief(item)}, which names no vendor of the portfolio")
            rest = {key: value for key, value in item.items() if key != "vendor"}
            found.setdefault(vendor, {}).setdefault(rule, []).append(rest)
    return {
        vendor: ControlVerdict(
            applicable=True,
            **{rule: _findings(items, f"{package}.{rule}") for rule, items in sorted(rules.items())},
        )
        for vendor, rules in sorted(found.items())
    }


class _ShapeError(Exception):
    """The answer is not what the contract says."""


def _check_structure(value: object) -> None:
    """Walk level by level, so that no depth can exhaust the stack."""
    level: list[Any] = [value]
    nodes = 0
    for _ in range(MAX_DEPTH + 1):
        # Whole levels at a time, for this runs for every manifest.
        if not _JSON.issuperset(map(type, level)):
            raise InputError(f"the input holds a {_foreign(level)}, which is not JSON")
        containers = [node for node in level if type(node) is dict or type(node) is list]
        if not containers:
            return
        keys: list[Any] = []
        level = []
        for node in containers:
            if type(node) is dict:
                keys += node
                level += node.values()
            else:
                level += node
        if not _TEXT.issuperset(map(type, keys)):
            raise InputError("the input holds a key that is not a string")
        nodes += len(level)
        if nodes > MAX_NODES:
            raise InputError(f"the input holds more than {MAX_NODES} values")
    raise InputError(f"the input is nested more than {MAX_DEPTH} levels deep")


def _foreign(values: list[Any]) -> str:
    return next(type(value).__name__ for value in values if type(value) not in _JSON)


def _shaped(value: object, keys: frozenset[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _ShapeError(f"{what} is {_brief(value)}, not an object")
    if value.keys() != keys:
        lacks, extra = sorted(keys - value.keys()), sorted(value.keys() - keys)
        raise _ShapeError(f"{what} lacks {lacks} and has {extra} besides the contract")
    return value


_NOTHING: list[Any] = []
_PASSED = {"applicable": True, "deny": _NOTHING, "warn": _NOTHING, "undetermined": _NOTHING}
_CLEAN = {True: ControlVerdict(applicable=True), False: ControlVerdict(applicable=False)}


def _controls(raw: object, packages: AbstractSet[str], asked: AbstractSet[str]) -> dict[str, ControlVerdict]:
    if not isinstance(raw, dict) or not asked <= raw.keys() <= packages:
        names = raw.keys() if isinstance(raw, dict) else frozenset[str]()
        lacks, extra = sorted(asked - names), sorted(names - packages)
        raise _ShapeError(f"the verdict lacks the controls {lacks} and has {extra} besides the catalogue")
    controls: dict[str, ControlVerdict] = {}
    for package in sorted(asked):
        answer = raw[package]
        # Most controls find nothing; `1 == True` makes the second test necessary.
        if answer == _PASSED and answer["applicable"] is True:
            controls[package] = _CLEAN[True]
        else:
            controls[package] = _control(answer, package)
    return controls


def _control(raw: object, package: str) -> ControlVerdict:
    answer = _shaped(raw, _CONTROL, package)
    applicable = answer["applicable"]
    if applicable is not True and applicable is not False:
        raise _ShapeError(f"{package}.applicable is {_brief(applicable)}, not a boolean")
    deny, warn, undetermined = (
        _findings(answer[rule], f"{package}.{rule}") for rule in ("deny", "warn", "undetermined")
    )
    if not (deny or warn or undetermined):
        return _CLEAN[applicable]
    return ControlVerdict(applicable, deny, warn, undetermined)


def _findings(raw: object, where: str) -> tuple[PolicyFinding, ...]:
    if raw == _NOTHING:
        return ()
    if not isinstance(raw, list):
        raise _ShapeError(f"{where} is {_brief(raw)}, not a set of findings")
    # Engines give sets in an order of their own.
    return tuple(sorted({_finding(item, where) for item in raw}, key=_order))


def _finding(raw: object, where: str) -> PolicyFinding:
    if not isinstance(raw, dict) or not (raw.keys() >= _REQUIRED and raw.keys() - _REQUIRED <= _OPTIONAL):
        raise _ShapeError(f"{where} holds {_brief(raw)}, which is no finding")
    code, path = raw["code"], raw["path"]
    if not (isinstance(code, str) and _CODE.fullmatch(code)):
        raise _ShapeError(f"{where} holds the code {_brief(code)}")
    if not (isinstance(path, list) and all(map(_is_step, path))):
        raise _ShapeError(f"{where}.{code} has the path {_brief(path)}")
    for name in ("msg", "key", "fix"):
        text = raw.get(name, name)
        # A key may come from the manifest, blank or not; the other texts are the policy's own.
        if not isinstance(text, str) or (name != "key" and not text.strip()):
            raise _ShapeError(f"{where}.{code} has the {name} {_brief(text)}")
    return PolicyFinding(code, raw["msg"], tuple(path), raw.get("key", ""), raw.get("fix", ""))


def _is_step(value: object) -> bool:
    return type(value) is str or (type(value) is int and value >= 0)


def _order(finding: PolicyFinding) -> tuple[Any, ...]:
    path = tuple((0, step, "") if isinstance(step, int) else (1, 0, step) for step in finding.path)
    return (finding.code, path, finding.key, finding.msg, finding.fix)


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
