"""JSON Schema: whether a document is well formed, and which words tell its author why not.

`jsonschema_rs` judges; only after a failure is `jsonschema` imported to explain. No reference in a schema
ever opens a file or a socket.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from checker.errors import UsageError
from checker.schema.names import NaturalKeys, natural_keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from checker.documents import Document
    from checker.model import JsonObject, Keys, Problem
    from checker.schema.fields import Field

__all__ = ["FILES", "Judge", "NaturalKeys", "Schemas", "is_lei", "open_schema", "open_schemas"]

FILES = {
    "VendorManifest": "vendor-manifest.schema.json",
    "Waiver": "waiver.schema.json",
    "Baseline": "baseline.schema.json",
    "PolicyData": "parameters.schema.json",
    "ControlCases": "control-cases.schema.json",
    "CheckerConfig": "checker-config.schema.json",
    "ImportMapping": "import-mapping.schema.json",
}
"""The file that holds the schema of each kind of document."""
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Judge:
    """One schema, compiled."""

    schema: JsonObject
    validator: jsonschema_rs.Draft202012Validator
    names: NaturalKeys

    def check(self, document: Document) -> tuple[Problem, ...]:
        """Return every defect of the document; none means that it is valid."""
        duplicates = list(self.names.duplicates(document.data))
        if not duplicates and _is_valid(self.validator, document.data):
            return ()
        from checker.schema.explain import explain

        return explain(document, self.schema, self.validator, self.names, duplicates)


class Schemas:
    """The schemas of one directory, with the values that the parameters allow written into them.

    For a keyword `x-enum: <parameter>.<path>` the keys of that mapping, or the items of that list, become the
    `enum`. Kinds are compiled when first asked for: `PolicyData` can be used before any parameter is loaded.
    """

    def __init__(self, files: Mapping[str, bytes], parameters: Mapping[str, Any]) -> None:
        self._files = files
        self._parameters = parameters
        self._judges: dict[tuple[str, str], Judge] = {}
        self._raw: dict[str, JsonObject] = {}
        self._filled: dict[str, JsonObject] = {}

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex over the names and bytes of the schema files."""
        lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(self._files.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @cached_property
    def vendor_blocks(self) -> tuple[str, ...]:
        """The top-level keys of a manifest that the vendor attests, in the order of the schema."""
        blocks = self._read("VendorManifest").get("properties", {})
        return tuple(name for name, block in blocks.items() if block.get("x-owner") == "vendor")

    @property
    def parameters_read(self) -> frozenset[str]:
        """The names of the parameters that some schema takes values from."""
        found = (re.findall(rb'"x-enum"\s*:\s*"([a-z][a-z0-9_]*)\.', data) for data in self._files.values())
        return frozenset(name.decode() for names in found for name in names)

    def check(self, document: Document, kind: str, name: str = "") -> tuple[Problem, ...]:
        """Return every defect of the document; none means that it is valid.

        `name` is the parameter's name for kind `PolicyData`, whose schema has one part for each.
        """
        return self._judge(kind, name).check(document)

    def wrong_parameters(self) -> list[str]:
        """Return the names of the loaded parameters that break their schema; all are judged at once, which is fast."""
        whole = self._injected("PolicyData")
        parts = {name: _merged(whole, name) for name in self._parameters}
        for part in parts.values():
            for key in ("$defs", "$schema", "$id"):
                part.pop(key, None)
        schema = {"$defs": whole.get("$defs", {}), "type": "object", "properties": parts}
        names = natural_keys(schema)
        everything = dict(self._parameters)
        if not list(names.duplicates(everything)) and _is_valid(_compile(schema, FILES["PolicyData"]), everything):
            return []
        from checker.documents import Document  # only a failure needs one

        return [
            name for name, data in self._parameters.items() if self.check(Document(name, data, b""), "PolicyData", name)
        ]

    def text(self, kind: str) -> str:
        """Return the schema as indented JSON, with the values of the loaded parameters, for editors."""
        return json.dumps(self._injected(kind), indent=2, ensure_ascii=False) + "\n"

    def subject(self, data: JsonObject, keys: Keys) -> str:
        """Return the way to a node of a manifest by names: `subcontracting.parties[nordhost].countries`."""
        return self._manifest_names.subject(data, keys)

    def advice(self, keys: Keys) -> str:
        """Return how to write the field of a manifest at `keys`: an example, the allowed values or its fields."""
        from checker.schema.subject import Subject  # only a finding needs advice

        return Subject({}, self._injected("VendorManifest"), self._manifest_names).sample(keys)

    def declared(self, keys: Keys) -> JsonObject:
        """Return what the schema says of the node of a manifest at `keys`, references followed."""
        from checker.schema.subject import Subject  # only an account asks

        return Subject({}, self._injected("VendorManifest"), self._manifest_names).declared(keys)

    def properties(self, keys: Keys) -> list[tuple[str, JsonObject]]:
        """Return the fields of the block of a manifest at `keys` in the order of the schema, as `declared` does."""
        return [(name, self.declared((*keys, name))) for name in self.declared(keys).get("properties", ())]

    def fields(self, kind: str = "VendorManifest") -> dict[tuple[str, ...], Field]:
        """Return every field of that kind of document by its path, with what the schema says of it."""
        from checker.schema.fields import fields  # only the catalogue shows them

        return fields(self._injected(kind))

    def parameters_about(self) -> dict[str, str]:
        """Return what each parameter file is for, by its name."""
        parts = self._read("PolicyData").get("$defs", {})
        return {name: part.get("description", "") for name, part in parts.items() if isinstance(part, dict)}

    def natural_keys(self, kind: str = "VendorManifest") -> NaturalKeys:
        """Return how list items of that kind of document are named."""
        return natural_keys(self._read(kind))

    @cached_property
    def _manifest_names(self) -> NaturalKeys:
        return self._judge("VendorManifest", "").names

    def _judge(self, kind: str, name: str) -> Judge:
        if (kind, name) not in self._judges:
            schema = _merged(self._injected(kind), name) if name else self._injected(kind)
            self._judges[kind, name] = Judge(schema, _compile(schema, FILES[kind]), natural_keys(schema))
        return self._judges[kind, name]

    def _injected(self, kind: str) -> JsonObject:
        if kind not in self._filled:
            raw = self._read(kind)
            has_any = b'"x-enum"' in self._files[FILES[kind]]
            self._filled[kind] = _inject(raw, self._parameters, FILES[kind]) if has_any else raw
        return self._filled[kind]

    def _read(self, kind: str) -> JsonObject:
        if kind not in self._raw:
            self._raw[kind] = self._parsed(kind)
        return self._raw[kind]

    def _parsed(self, kind: str) -> JsonObject:
        if kind not in FILES:
            raise UsageError(f"there is no schema for the kind {kind!r}", f"the kinds are {', '.join(FILES)}")
        file = FILES[kind]
        if file not in self._files:
            raise UsageError(f"the schema {file} is missing", "restore it, or use the shipped schemas")
        return _object(file, self._files[file])


def open_schema(file: str, content: bytes) -> Judge:
    """Compile one schema that is not among our own; UsageError when it cannot be used."""
    schema = _object(file, content)
    if schema.get("$schema", _DRAFT) != _DRAFT:
        raise UsageError(f"the schema {file} is of another draft than 2020-12", f'write it with "$schema": "{_DRAFT}"')
    return Judge(schema, _compile(schema, file), natural_keys(schema))


def _object(file: str, content: bytes) -> JsonObject:
    try:
        schema = json.loads(content)
    except ValueError as error:
        raise UsageError(f"the schema file {file} is not JSON: {error}", "mend or restore the file") from error
    if not isinstance(schema, dict):
        raise UsageError(f"the schema {file} does not hold an object", "mend or restore the file")
    return schema


def open_schemas(directory: Path, parameters: Mapping[str, Any]) -> Schemas:
    """Read every schema file of a directory; UsageError when it cannot be read."""
    try:
        files = {path.name: path.read_bytes() for path in sorted(directory.glob("*.schema.json"))}
    except OSError as error:
        raise UsageError(
            f"the schemas in {directory} cannot be read: {error.strerror}", "check the directory"
        ) from error
    if not files:
        raise UsageError(
            f"there are no schemas in {directory}",
            "give the directory that holds vendor-manifest.schema.json",
        )
    return Schemas(files, parameters)


def is_lei(value: object) -> bool:
    """Tell whether the check digits of a Legal Entity Identifier fit (ISO 17442: modulo 97 leaves 1)."""
    if not isinstance(value, str):
        return True
    if len(value) != 20 or not (value.isascii() and value.isalnum()):  # noqa: PLR2004 - the length of every LEI
        return False
    return int("".join(str(int(letter, 36)) for letter in value)) % 97 == 1


def _is_valid(validator: jsonschema_rs.Draft202012Validator, data: JsonObject) -> bool:
    try:
        return validator.is_valid(data)
    except ValueError:
        return False


def _merged(schema: JsonObject, name: str) -> JsonObject:
    """Return the schema with the fields of its part `$defs/<name>`, when it has one, beside its own."""
    part = schema.get("$defs", {}).get(name, {})
    both: JsonObject = {"properties": {**schema.get("properties", {}), **part.get("properties", {})}}
    both["required"] = [*schema.get("required", ()), *part.get("required", ())]
    return {**schema, **part, **both, "description": schema.get("description", "")}


def _compile(schema: JsonObject, file: str) -> jsonschema_rs.Draft202012Validator:
    try:
        return jsonschema_rs.Draft202012Validator(
            schema, formats={"lei": is_lei}, validate_formats=True, retriever=_refuse, registry=None
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(f"the schema {file} is not usable: {reason}", "mend or restore the file") from error


def _refuse(uri: str) -> Any:  # noqa: ANN401 - the type that the library asks for
    """Keep every reference within the file: nothing is read from the disk or the network."""
    raise LookupError(f"the schema refers to {uri}, which lies outside of it")


def _inject(node: Any, parameters: Mapping[str, Any], file: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of a schema in which every `x-enum` has become the `enum` that the parameters hold."""
    if isinstance(node, list):
        return [_inject(item, parameters, file) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _inject(value, parameters, file) for key, value in node.items()}
    if isinstance(copy.get("x-enum"), str):
        copy["enum"] = _values(copy["x-enum"], parameters, file)
    return copy


def _values(target: str, parameters: Mapping[str, Any], file: str) -> list[str]:
    node: Any = parameters
    for part in target.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    values = list(node) if isinstance(node, (dict, list)) else []
    if not values or not all(isinstance(value, str) for value in values):
        raise UsageError(
            f"the schema {file} takes its values from the parameter {target}, which holds none",
            f"give it a mapping or a list of text in policies/params/{target.partition('.')[0]}/data.yaml",
        )
    return values
