"""OPA tells what rules there are; what cannot fail in silence is compiled for the engine in this process."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import cache as store
from checker.compiler import CAPABILITIES, OPA_ADVICE, Opa
from checker.errors import PolicyError, UsageError, nearest
from checker.library import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.model import JsonObject
    from checker.rulesets.reading import Ruleset

PACKAGE = "checker_ruleset"
"""The package of the entry that is generated for the rules."""
ENTRYPOINT = f"{PACKAGE}/verdict"
ALL = "*"
"""The pattern that takes every namespace."""
DEFAULT = "main"
"""The namespace that is taken when none is named."""

_FORMAT = "1"
_RULE = re.compile(r"(?:warn|deny|violation)(?:_[A-Za-z0-9]+)*")
_TEST = "_test.rego"
_EXCEPTION = "exception"
_RESERVED = frozenset({PACKAGE, "checker_batch", "system"})
_REFUSED = frozenset({"http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn"})
_REFUSED_WHY = "refused, for policies may not reach outside, read the environment or draw lots"
_CONFTEST_ONLY = frozenset({"parse_config", "parse_config_file", "parse_combined_config_files"})
_CONFTEST_WHY = "only conftest has this function, for tests; keep it in files that end in _test.rego"
# Functions that have an answer for every value. Of all others only OPA itself tells that they failed; compiled, they
# make a rule silent.
_TOTAL = frozenset(
    """
    assign eq equal neq gt gte lt lte internal.member_2 internal.member_3 internal.print internal.template_string
    is_array is_boolean is_null is_number is_object is_set is_string print type_name
    """.split()
)
_ENTRY = f"""package {PACKAGE}

import rego.v1

verdict := {{"id": input.id, "found": judged}} if {{
	document := input.document
	file := input.file
	judged := data.{PACKAGE}.found with input as document with data.conftest.file as file
}}

found := {{"type": type_name(input), "rules": rules, "exceptions": exceptions}}
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule whose results are findings."""

    namespace: str
    name: str
    path: str
    """The file of its first definition."""
    line: int
    title: str = ""
    description: str = ""
    prefix: str = ""
    """What tells it from rules of other rulesets in one report."""

    @property
    def key(self) -> str:
        """How it is called in its ruleset."""
        return f"{self.namespace.replace('.', '/')}/{self.name}"

    @property
    def id(self) -> str:
        """How it is called in reports: `main/deny_privileged`, or `Contract:main/deny_privileged`."""
        return f"{self.prefix}{self.key}"

    @property
    def warns(self) -> bool:
        """Tell whether its results only warn."""
        return self.name.startswith("warn")

    @property
    def excepted_as(self) -> str:
        """The name by which rules named `exception` take it out: what follows the first `_`."""
        return self.name.partition("_")[2]


@dataclass(frozen=True, slots=True)
class Program:
    """The rules of the selected namespaces, ready to be evaluated."""

    rules: tuple[Rule, ...]
    modules: Mapping[str, str]
    """The policies and the generated entry, for an engine that takes Rego."""
    opa_version: str
    wasm: bytes
    reason: str
    """Why there is no compiled form; empty when there is one."""


@dataclass(frozen=True, slots=True)
class _Module:
    """One parsed file."""

    path: str
    package: tuple[str, ...]
    rules: Sequence[JsonObject]

    @property
    def namespace(self) -> str:
        return ".".join(self.package)

    def heads(self) -> Iterator[tuple[str, int, bool]]:
        """Yield name and line of each rule that is no function, and whether it is more than a plain name."""
        for rule in self.rules:
            head = rule["head"]
            if "args" not in head:
                reference = head.get("ref") or [{"value": head.get("name", "")}]
                yield str(reference[0]["value"]), int(rule["location"]["row"]), len(reference) > 1


def compile_ruleset(ruleset: Ruleset, namespaces: Sequence[str], *, opa: Path | None, cache: Path | None) -> Program:
    """Find the rules of the namespaces that match a pattern, and compile them; from the cache if it knows them.

    Raises UsageError when there is no OPA to read the policies or no rule to judge by, PolicyError when OPA refuses
    the policies, or a rule could never be a finding.
    """
    place = cache / "rulesets" / _key(ruleset, namespaces) if cache else None
    record, wasm = _cached(place)
    if record is None:
        if not opa:
            raise UsageError("OPA must read these policies once, and there is no `opa` on PATH", OPA_ADVICE)
        record, wasm = _compile(ruleset, namespaces, opa)
        if place:
            store.write(place / "policy.wasm", wasm)
            store.write(place / "record.json", json.dumps(record).encode())
    _require_apart(ruleset.data, record["heads"])
    texts = {path: ruleset.sources[path].decode() for path in record["modules"]}
    return Program(
        rules=tuple(Rule(**rule) for rule in record["rules"]),
        modules={**texts, f"{PACKAGE}.rego": record["entry"]},
        opa_version=record["opa"],
        wasm=wasm,
        reason=record["reason"],
    )


def _key(ruleset: Ruleset, namespaces: Sequence[str]) -> str:
    """Return what tells one compiled ruleset from every other."""
    rest = (_FORMAT, ruleset.rego, *namespaces, _ENTRY, *sorted(_TOTAL), *sorted(_REFUSED))
    return digest_of({**ruleset.sources, "\0": json.dumps(rest).encode()})


def _cached(place: Path | None) -> tuple[JsonObject | None, bytes]:
    record, wasm = (store.read(place / name) if place else None for name in ("record.json", "policy.wasm"))
    return (json.loads(record), wasm) if record is not None and wasm is not None else (None, b"")


def _compile(ruleset: Ruleset, namespaces: Sequence[str], opa: Path) -> tuple[JsonObject, bytes]:
    import tempfile  # slow, and a known ruleset needs none

    flags = ("--v0-compatible",) if ruleset.rego == "v0" else ()
    with tempfile.TemporaryDirectory(prefix="checker-") as name:
        work = Path(name)
        run = Opa(opa, work, "")
        version = run.version()
        for path, content in ruleset.sources.items():
            _write(work / "library" / path, content)
        modules = [_parsed(run, path, flags) for path in ruleset.sources]
        for test in [module for module in modules if module.path.endswith(_TEST)]:
            _require_test(test)
            (work / "library" / test.path).unlink()
            modules.remove(test)
        _write(work / "capabilities.json", _without_refused(run))
        _check(run, flags)
        rules = _rules(modules, namespaces, _annotations(run, flags))
        entry = _entry(rules, modules)
        _write(work / "library" / f"{PACKAGE}.rego", entry.encode())
        _check(run, flags)
        _write(work / "capabilities.json", _total_only())
        wasm, reason = b"", ""
        try:
            wasm = run.build((ENTRYPOINT,), *flags)
        except PolicyError as error:
            reason = _reason(error.message)
    record = {
        "rules": [{name: getattr(rule, name) for name in Rule.__slots__} for rule in rules],
        "modules": [module.path for module in modules],
        "heads": sorted({(*module.package, name) for module in modules for name, _, _ in module.heads()}),
        "entry": entry,
        "opa": version,
        "reason": reason,
    }
    return record, wasm


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _parsed(run: Opa, path: str, flags: tuple[str, ...]) -> _Module:
    tree = json.loads(_accept(run, "parse", "--format", "json", "--json-include", "locations", *flags, path))
    package = tuple(str(step["value"]) for step in tree["package"]["path"][1:])
    if package[0] in _RESERVED:
        raise PolicyError(f"{path}: the package name `{package[0]}` is taken", "give the package another name")
    return _Module(path, package, tree.get("rules") or ())


def _require_test(module: _Module) -> None:
    """Refuse a rule that would be lost, because files of tests are not loaded: tests may use functions of conftest."""
    for name, line, _ in module.heads():
        if _RULE.fullmatch(name) or name == _EXCEPTION:
            message = f"{module.path}:{line}: `{name}` stands in a file of tests, which is not loaded"
            raise PolicyError(message, f"move it, or give the file a name that does not end in {_TEST}")


def _without_refused(run: Opa) -> bytes:
    known = json.loads(run.accept("capabilities", "--current"))
    known["builtins"] = [one for one in known["builtins"] if one["name"] not in _REFUSED]
    return json.dumps({**known, "allow_net": []}).encode()


def _total_only() -> bytes:
    known = json.loads(CAPABILITIES.read_bytes())
    known["builtins"] = [one for one in known["builtins"] if one["name"] in _TOTAL]
    return json.dumps(known).encode()


def _check(run: Opa, flags: tuple[str, ...]) -> None:
    _accept(run, "check", "--format", "json", "--capabilities", "../capabilities.json", *flags, ".")


def _accept(run: Opa, *arguments: str) -> bytes:
    """Run OPA, and say of its errors what helps here."""
    try:
        return run.accept(*arguments)
    except PolicyError as error:
        missing = set(_undefined(error.message))
        known = {**dict.fromkeys(_REFUSED, _REFUSED_WHY), **dict.fromkeys(_CONFTEST_ONLY, _CONFTEST_WHY)}
        hints = [f"`{name}`: {known[name]}" for name in sorted(missing & known.keys())]
        raise PolicyError(
            error.message, hints[0] if hints else "mend the policy; `opa check` tells the same"
        ) from error


def _undefined(message: str) -> list[str]:
    return re.findall(r"undefined function ([\w.]+)", message)


def _reason(message: str) -> str:
    """Say why policies are not compiled for the engine in this process."""
    functions = [name.rstrip(".") for name in dict.fromkeys(_undefined(message))]
    if not functions:
        return f"they do not compile for the built-in engine: {message.splitlines()[-1].strip()}"
    return f"they call `{functions[0]}`, and only a real OPA tells when that fails"


def _annotations(run: Opa, flags: tuple[str, ...]) -> dict[tuple[str, ...], JsonObject]:
    """Return what METADATA says of rules, by their path."""
    inspected = json.loads(run.accept("inspect", "--annotations", "--format", "json", *flags, "."))
    return {
        tuple(str(step["value"]) for step in one["path"][1:]): one["annotations"]
        for one in reversed(inspected.get("annotations") or ())
        if one["annotations"].get("scope") in {"rule", "document"}
    }


def _rules(
    modules: Iterable[_Module], namespaces: Sequence[str], annotations: Mapping[tuple[str, ...], JsonObject]
) -> list[Rule]:
    rules: dict[tuple[str, str], Rule] = {}
    for module in modules:
        for name, line, longer in module.heads():
            if not _RULE.fullmatch(name):
                continue
            if longer:
                message = f"{module.path}:{line}: `{name}` has a longer name, and would never be asked for"
                raise PolicyError(message, f"write `{name} contains msg if ..`, or `{name}_more contains msg if ..`")
            if any("." in part or "/" in part for part in module.package):
                raise PolicyError(f"{module.path}: the name of the package has `.` or `/` in a part", "use plain words")
            told = annotations.get((*module.package, name), {})
            texts = {key: str(told.get(key, "")).strip() for key in ("title", "description")}
            rules.setdefault((module.namespace, name), Rule(module.namespace, name, module.path, line, **texts))
    known = sorted({namespace for namespace, _ in rules})
    for pattern in namespaces:
        if not any(fnmatchcase(name, pattern) for name in known):
            message = "no rule is named deny, violation or warn" + (
                "" if pattern == ALL else f" in namespace `{pattern}`"
            )
            hint = nearest(pattern, known) if known else "conftest would find nothing either, and pass"
            raise UsageError(message, f"{hint}; --namespace and --all-namespaces choose" if known else hint)
    return [rule for _, rule in sorted(rules.items()) if any(fnmatchcase(rule.namespace, one) for one in namespaces)]


def _entry(rules: Iterable[Rule], modules: Sequence[_Module]) -> str:
    """Write the Rego that asks for every rule, and for the names that rules named `exception` take out."""
    lines = [_ENTRY]
    chosen = {rule.namespace: "".join(f"[{json.dumps(part)}]" for part in rule.namespace.split(".")) for rule in rules}
    lines += [f'rules[{json.dumps(rule.key)}] := data{chosen[rule.namespace]}["{rule.name}"]\n' for rule in rules]
    excepting = {module.namespace for module in modules for name, _, _ in module.heads() if name == _EXCEPTION}
    lines += [
        f"exceptions[{json.dumps(name)}] contains excepted if {{\n"
        f'\tsome names in data{way}["{_EXCEPTION}"]\n\tsome excepted in names\n}}\n'
        for name, way in chosen.items()
        if name in excepting
    ]
    return "\n".join([*lines, *([] if excepting & chosen.keys() else ["exceptions := {}\n"])])


def _require_apart(data: JsonObject, heads: Iterable[Sequence[str]]) -> None:
    """Refuse data in the place of a rule, which engines mix or leave out without a word."""
    for head in heads:
        node: Any = data
        for part in head:
            node = node.get(part) if isinstance(node, dict) else node
        if node is not None:
            raise UsageError(
                f"the data have a value at `{'.'.join(head)}`, and so have the policies", "rename one of them"
            )
