"""Policies as OPA parses them, and remarks on them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from checker.model import JsonObject


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing to change in a policy: where, which check, why, and an example of the right form."""

    path: str
    line: int
    column: int
    check: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed policy file."""

    path: str
    tree: JsonObject

    @property
    def package(self) -> tuple[str, ...]:
        """The package below `data`."""
        return tuple(part["value"] for part in self.tree["package"]["path"][1:])

    @property
    def rules(self) -> list[JsonObject]:
        """The rules in the order of the file."""
        return list(self.tree.get("rules", []))

    @property
    def imports(self) -> set[str]:
        """The names by which imports are known in the file."""
        found = self.tree.get("imports") or []
        return {str(one.get("alias") or one["path"]["value"][-1]["value"]) for one in found}


@dataclass(frozen=True, slots=True)
class Annotations:
    """The METADATA of a package, as `opa inspect` gives it, and its line; nothing when there is none."""

    entry: Mapping[str, Any] = field(default_factory=dict)
    line: int = 1


def parse(root: Path, path: str, opa: Path) -> Module:
    """Parse one file with OPA itself."""
    command = [str(opa), "parse", "--format", "json", "--json-include", "locations", path]
    done = subprocess.run(command, cwd=root, env={}, capture_output=True, check=False, timeout=60)  # noqa: S603 - the OPA on the user's PATH
    if done.returncode:
        text = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise PolicyError(
            f"{path} does not parse: {text.splitlines()[0] if text else 'no reason given'}",
            "see `opa check --strict`",
        )
    return Module(path, json.loads(done.stdout))


def inspect(root: Path, opa: Path) -> dict[tuple[str, ...], Annotations]:
    """Return the METADATA of every package below `root`; PolicyError when OPA cannot read it."""
    command = [str(opa.absolute()), "inspect", "--annotations", "--format", "json", "."]
    done = subprocess.run(command, cwd=root, env={}, capture_output=True, check=False, timeout=60)  # noqa: S603 - the OPA on the user's PATH
    if done.returncode:
        text = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise PolicyError(f"the METADATA of the policies cannot be read: {text}", "see `opa check --strict`")
    listed = json.loads(done.stdout).get("annotations", ())
    return {
        tuple(step["value"] for step in one["path"][1:]): Annotations(one["annotations"], one["location"]["row"])
        for one in listed
        if one["annotations"]["scope"] == "package"
    }


def head_name(rule: JsonObject) -> str:
    """Return the name of a rule."""
    return str(rule["head"]["ref"][0]["value"])


def calls(node: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - the syntax tree
    """Yield the reference to the function of every call."""
    if isinstance(node, dict):
        terms = node.get("terms")
        called = terms if isinstance(terms, list) else node["value"] if node.get("type") == "call" else None
        if called and called[0].get("type") == "ref":
            yield called[0]
        for value in node.values():
            yield from calls(value)
    elif isinstance(node, list):
        for value in node:
            yield from calls(value)


def expressions(node: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - the syntax tree
    """Yield every expression in a part of the tree, nested ones too."""
    if isinstance(node, dict):
        if "terms" in node:
            yield node
        for value in node.values():
            yield from expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from expressions(value)


def references(node: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - the syntax tree
    """Yield every reference in a part of the tree."""
    if isinstance(node, dict):
        if node.get("type") == "ref" and "location" in node:
            yield node
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def remark(module: Module, node: Mapping[str, Any], check: str, message: str, fix: str) -> Remark:
    """Return a remark on a node of a policy's tree."""
    return Remark(module.path, node["location"]["row"], node["location"]["col"], check, message, fix)
