"""What wording needs to know of a document and its schema: names, descriptions, and what may be written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.schema import guess
from checker.schema.names import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.documents import Document
    from checker.model import JsonObject, Keys
    from checker.schema.names import NaturalKeys

MOST_LISTED = 25


@dataclass(frozen=True, slots=True)
class Subject:
    """The document and its schema, as far as wording needs them."""

    data: JsonObject
    root: JsonObject
    names: NaturalKeys
    document: Document | None = None

    def written(self, keys: Keys) -> str:
        """Return the plain value at `keys` as it stands in the file; empty when there is no file."""
        if not self.document or not self.document.content:
            return ""
        at = self.document.locate(keys)
        line = self.document.content.decode("utf-8-sig").splitlines()[at.line - 1]
        found = re.match(r"[^\s,}\]#]+", line[at.column - 1 :])
        return found[0] if found else ""

    def label(self, keys: Keys) -> str:
        """Return how a sentence calls the node at `keys`."""
        return f"`{guess.cut(self.names.subject(self.data, keys), 200)}`" if keys else "this file"

    def declared(self, keys: Keys) -> JsonObject:
        """Return what the schema says of the node at `keys`, the field's own words over its definition's."""
        node = self.root
        for key in keys:
            full = _flat(self.root, node)
            child = full.get("items") if isinstance(key, int) else full.get("properties", {}).get(key)
            child = full.get("additionalProperties") if child is None else child
            node = child if isinstance(child, dict) else {}
        return _flat(self.root, node)

    def about(self, keys: Keys) -> str:
        """Return the description of the node at `keys`, empty when the schema knows none."""
        return str(self.declared(keys).get("description", ""))

    def sample(self, keys: Keys) -> str:
        """Return what may be written at `keys`: an example, the allowed values, or the fields of a block."""
        declared = self.declared(keys)
        name = keys[-1] if keys and isinstance(keys[-1], str) else ""
        head = f"{name}: " if name else ""
        if declared.get("examples"):
            example = guess.yaml_text(declared["examples"][0])
            return f"{f'`{name}`' if name else 'it'}, for example `{head}{example}`"
        if "const" in declared:
            return f"`{head}{guess.yaml_text(declared['const'])}`"
        if "enum" in declared:
            return _choice(name, declared)
        if declared.get("type") == "boolean":
            return f"`{head}true` or `{head}false`"
        if declared.get("type") == "object":
            return f"a block{f' `{name}:`' if name else ''}{_inner(declared)}"
        if declared.get("type") == "array":
            return self._sample_list(head.strip(), _flat(self.root, declared.get("items", {})))
        return f"`{head}...`"

    def holds_blocks(self, keys: Keys) -> bool:
        """Tell whether the list at `keys` has blocks of fields as its items."""
        return _flat(self.root, self.declared(keys).get("items", {})).get("type") == "object"

    def _sample_list(self, head: str, item: JsonObject) -> str:
        under = f" under `{head}`" if head else ""
        if item.get("type") == "object":
            return f"a list{under}, each item a block{_inner(item)}"
        if "enum" in item:
            return f"a list{under} of {listed(item['enum'])}"
        return f"a list{under}, or `{head} []` when there is nothing to list" if head else "a list"


def homes(root: JsonObject, name: str) -> list[str]:
    """Return the places of the schema, down to six levels, at which a field of this name belongs."""
    found: list[str] = []

    def walk(node: JsonObject, path: str, depth: int) -> None:
        full = _flat(root, node)
        fields = full.get("properties", {})
        if name in fields and path:
            found.append(path)
        if not depth:
            return
        for key, child in fields.items():
            walk(child, f"{path}.{key}" if path else key, depth - 1)
        if isinstance(full.get("items"), dict):
            walk(full["items"], f"{path}[]", depth - 1)

    walk(root, "", 6)
    return found


def listed(options: Iterable[object]) -> str:
    """Return words in backticks and commas; many are cut short with their number."""
    names = [str(option) for option in options]
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(f"`{name}`" for name in names[:MOST_LISTED]) + more


def _flat(root: JsonObject, node: JsonObject) -> JsonObject:
    """Return a subschema together with what it refers to; its own words win."""
    return {**resolve(root, node), **{key: value for key, value in node.items() if key != "$ref"}}


def _choice(name: str, declared: JsonObject) -> str:
    options = declared["enum"]
    values = listed(options) if len(options) <= MOST_LISTED else f"{guess.yaml_text(options[0])}, ..."
    return f"`{name}:` with one of {values}" if name else f"one of {values}"


def _inner(declared: JsonObject) -> str:
    fields = declared.get("required") or list(declared.get("properties", {}))
    return f" with {listed(fields)}" if fields else ""
