"""The policy library as a value: sources, parameters, catalogue of controls, and the module that judges."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from checker import cache as store
from checker import documents
from checker.compiler import CAPABILITIES, OPA_ADVICE, Compiled, compile_library, read_record, sha256
from checker.errors import PolicyError, UsageError, nearest
from checker.model import Finding, Location, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from checker.model import Control, JsonObject, PortfolioPolicy

COMMITTED = CAPABILITIES.parent
"""The directory of the compiled library that is shipped."""

_LARGEST = 1 << 20
_DATA = re.compile(r"params/([a-z][a-z0-9_]*)/data\.yaml")
_SOURCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*\.rego")
_TEST = "_test.rego"
_SHOWN = 5
_ADDABLE = ("controls/", "portfolio/", "lib/")


@dataclass(frozen=True)
class Library:
    """Policies, their parameters and their compiled form, all of the same moment.

    `sources` maps paths to Rego texts without tests; `parameters` maps names to whole files. All lie below `root`, or
    below `base` when `root` holds only a layer over that.
    """

    root: Path
    sources: Mapping[str, bytes]
    parameters: Mapping[str, JsonObject]
    parameter_digest: str
    compiled: Compiled
    base: Path | None = None

    @cached_property
    def digest(self) -> str:
        """What identifies the policies: their paths and contents."""
        return digest_of(self.sources)

    @property
    def controls(self) -> tuple[Control, ...]:
        """The catalogue, sorted by id."""
        return self.compiled.controls

    @property
    def portfolio(self) -> tuple[PortfolioPolicy, ...]:
        """The policies over all manifests at once."""
        return self.compiled.portfolio

    @property
    def wasm(self) -> bytes:
        """The compiled module."""
        return self.compiled.wasm

    @property
    def opa_version(self) -> str:
        """The version of the OPA that compiled the module."""
        return self.compiled.opa_version

    def place(self, path: str) -> Path:
        """Return where a file of the library is; that of the layer when both have it."""
        own = self.root / path
        return self.base / path if self.base and not own.exists() else own

    @cached_property
    def packages(self) -> frozenset[str]:
        """The packages of the controls: what every verdict must speak of."""
        return frozenset(control.package for control in self.controls)

    @cached_property
    def modules(self) -> dict[str, str]:
        """The sources as text, for an engine that takes Rego."""
        return {path: content.decode() for path, content in self.sources.items()}


def open_library(
    policies: Path,
    *,
    cache: Path | None,
    opa: Path | None,
    committed: Path | None = COMMITTED,
    base: Path | None = None,
) -> Library:
    """Read the policies and find their compiled form: committed, cached, or compiled now by `opa`.

    With `base` the policies are a layer over the library there: they add controls, and the values of their parameters
    take the place of those of the base. With `committed=None` no shipped module is trusted. Raises UsageError (a
    parameter file is wrong, nothing fits and there is no OPA) or PolicyError (the policies contradict the contract).
    """
    sources, data = read_policies(policies)
    parameters, digests = _parameters(policies, data), data
    if base:
        below, files = read_policies(base)
        _require_layer(policies, sources, below)
        sources = {**below, **sources}
        shipped = _parameters(base, files)
        _require_known(policies, shipped, parameters)
        parameters = _overlaid(shipped, parameters)
        digests = {**files, **{f"layer/{path}": content for path, content in data.items()}}
    elif not sources:
        raise UsageError(f"there are no policies in {policies}", "name the directory that holds main/ and controls/")
    compiled = _find(policies, sources, cache=cache, opa=opa, committed=committed)
    return Library(policies, sources, parameters, digest_of(digests), compiled, base)


def _require_layer(root: Path, sources: Mapping[str, bytes], below: Mapping[str, bytes]) -> None:
    for path in sources:
        if path in below:
            hint = "give your control a directory and an id of its own, or copy the whole library and change that"
            raise PolicyError(f"{root / path}: a layer cannot replace a policy of the library", hint)
        if not path.startswith(_ADDABLE):
            raise PolicyError(f"{root / path}: a layer holds controls/, portfolio/, lib/ and params/", "move the file")


def _require_known(root: Path, shipped: Mapping[str, JsonObject], own: Mapping[str, JsonObject]) -> None:
    """Refuse a value that no shipped parameter file holds: misspelt, it would take the place of nothing."""
    for name, values in own.items():
        unknown = sorted(values.keys() - shipped[name].keys()) if name in shipped else []
        if unknown:
            file = root / "params" / name / "data.yaml"
            known = nearest(unknown[0], shipped[name])
            message = f"{file}: the library has no parameter `{name}.{unknown[0]}`"
            raise UsageError(message, f"{known}; what your own controls read goes into a file of its own")


def _overlaid(below: Mapping[str, JsonObject], own: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
    """Put own values over those below: maps are merged, anything else is replaced."""
    merged = dict(below)
    for name, value in own.items():
        known = merged.get(name)
        merged[name] = _overlaid(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def overdue_reviews(library: Library, as_of: date, place: str, fix: str) -> tuple[Finding, ...]:
    """Return a finding for each parameter file whose `review_by` has passed on the day `as_of`.

    `place` is where the library is shown to be, relative to the repository's root; `fix` is what to do.
    """
    late = [(name, data) for name, data in library.parameters.items() if data["review_by"] < as_of.isoformat()]
    return tuple(
        Finding(
            rule="parameters.review_overdue",
            status=Status.WARN,
            severity=Severity.LOW,
            message=f"the parameters `{name}` were to be reviewed by {data['review_by']}; {data['owner']} owns them",
            fix=fix,
            location=_review(library, place, name),
            subject=f"parameters[{name}].review_by",
            pointer="/review_by",
        )
        for name, data in late
    )


def _review(library: Library, place: str, name: str) -> Location:
    # Values are kept without their places, which only a late review asks for.
    path = f"params/{name}/data.yaml"
    shown = f"{place}/{path}"
    document = documents.load(shown, content_of(library.place(path))).document
    return document.locate(("review_by",)) if document else Location(shown)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return one SHA-256 for many files: over the sorted paths, each with the digest of its content."""
    return _digest({path: sha256(content) for path, content in files.items()})


def read_policies(root: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the Rego sources without tests, and the parameter files, by path relative to `root`.

    Refuses what stock tools would load as data besides the parameters, whatever is no regular file, and a policy
    that is named like a test and would never be loaded.
    """
    sources: dict[str, bytes] = {}
    data: dict[str, bytes] = {}
    for path, file in walk(root):
        suffix = Path(path).suffix.lower()
        if path.endswith(_TEST):
            _require_tested(file)
        elif suffix == ".rego":
            if not _SOURCE.fullmatch(path):
                raise PolicyError(f"{file}: use letters, digits, `_` and `-` in the names of policy files")
            sources[path] = content_of(file)
        elif _DATA.fullmatch(path):
            data[path] = content_of(file)
        elif suffix in {".yaml", ".yml", ".json"}:
            hint = "OPA and conftest load it as data: make it params/<name>/data.yaml, or keep it elsewhere"
            raise PolicyError(f"{file} is no parameter file", hint)
    return sources, data


def assemble(policies: Path, base: Path, target: Path) -> None:
    """Write the whole library, tests included, that a layer over `base` makes, for tools that take one directory."""
    import shutil

    shutil.copytree(base, target, dirs_exist_ok=True)
    shutil.copytree(policies, target, dirs_exist_ok=True)
    merged = _overlaid(read_parameters(base), read_parameters(policies))
    for name, values in merged.items():
        (target / "params" / name / "data.yaml").write_text(documents.dump(values), encoding="utf-8")


def read_parameters(root: Path) -> dict[str, JsonObject]:
    """Return the parameters by name, without a look at the policies; UsageError names a file that is no map."""
    return _parameters(root, read_policies(root)[1])


def shipped_sources(committed: Path = COMMITTED) -> Mapping[str, str]:
    """Return the SHA-256 of every policy that the checker brings along, by its path."""
    compiled = _committed(committed)
    return compiled.sources if compiled else {}


def write_compiled(compiled: Compiled, directory: Path) -> None:
    """Store a compiled library to be committed: `policy.wasm` and `record.json`."""
    for name, content in _committed_files(compiled).items():
        (directory / name).write_bytes(content)


def differing_files(compiled: Compiled, directory: Path) -> tuple[str, ...]:
    """Return the names of the committed files that are absent or hold other bytes than `compiled`."""
    return tuple(
        name
        for name, content in _committed_files(compiled).items()
        if not (directory / name).is_file() or (directory / name).read_bytes() != content
    )


def _committed_files(compiled: Compiled) -> dict[str, bytes]:
    return {"policy.wasm": compiled.wasm, "record.json": compiled.record}


def walk(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file below `root` in order, with its path relative to that; a link is refused."""
    if not root.is_dir():
        raise UsageError(f"{root} is not a directory", "name the directory of the policies")
    for directory, folders, names in os.walk(root, onerror=_fail):
        folders.sort()
        for name in sorted([*names, *(folder for folder in folders if (Path(directory) / folder).is_symlink())]):
            file = Path(directory) / name
            if file.is_symlink():
                raise PolicyError(f"{file} is a symbolic link", "policies are plain files, so that reviews see them")
            yield file.relative_to(root).as_posix(), file


def _require_tested(file: Path) -> None:
    if not file.with_name(file.name.removesuffix(_TEST) + ".rego").is_file():
        reason = "the name of a policy file cannot end in _test unless it tests the file beside it"
        raise PolicyError(f"{file}: {reason}", "rename the policy, or put the test beside what it tests")


def _fail(error: OSError) -> None:
    raise UsageError(f"{error.filename} cannot be read: {error.strerror}")


def content_of(file: Path) -> bytes:
    """Return the bytes of a regular file of no more than a megabyte; what cannot be read is refused."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            raise PolicyError(f"{file} is not a regular file of at most {_LARGEST} bytes")
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _parameters(root: Path, data: Mapping[str, bytes]) -> dict[str, JsonObject]:
    parameters: dict[str, JsonObject] = {}
    for path, content in data.items():
        file = (root / path).as_posix()
        loaded = documents.load(file, content)
        for problem in loaded.problems:
            if problem.fatal:
                raise UsageError(f"{file}:{problem.line}:{problem.column}: {problem.message}", problem.fix)
        if loaded.document is None or not isinstance(loaded.document.data, dict):
            raise UsageError(
                f"{file}:1:1: a parameter file is a map",
                "write `name: value` lines, as in the other files of params",
            )
        parameters[path.split("/")[1]] = loaded.document.data
    return parameters


def _find(
    root: Path, sources: Mapping[str, bytes], *, cache: Path | None, opa: Path | None, committed: Path | None
) -> Compiled:
    hashes = {path: sha256(content) for path, content in sources.items()}
    allowed = sha256(CAPABILITIES.read_bytes())
    shipped = _committed(committed) if committed else None
    if shipped and (shipped.sources, shipped.capabilities) == (hashes, allowed):
        return shipped
    place = cache / "compiled" / _digest({**hashes, "": allowed}) if cache else None
    if place and (cached := _cached(place, hashes)):
        return cached
    if not opa:
        raise UsageError(_changes(root, shipped.sources if shipped else {}, hashes), OPA_ADVICE)
    compiled = compile_library(sources, opa=opa, root=root.as_posix())
    if place:
        for name, content in _committed_files(compiled).items():
            store.write(place / name, content)
    return compiled


def _committed(directory: Path) -> Compiled | None:
    if not (directory / "record.json").exists():
        return None
    try:
        return read_record((directory / "record.json").read_bytes(), (directory / "policy.wasm").read_bytes())
    except (OSError, PolicyError) as error:
        hint = "run `checker policy compile`, or install the checker again"
        raise PolicyError(f"{directory}: {error}", hint) from error


def _cached(place: Path, hashes: Mapping[str, str]) -> Compiled | None:
    record, wasm = store.read(place / "record.json"), store.read(place / "policy.wasm")
    if record is None or wasm is None:
        return None
    try:
        compiled = read_record(record, wasm)
    except PolicyError:
        return None
    return compiled if compiled.sources == hashes else None


def _changes(root: Path, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Say why the shipped module does not fit: the first few files that differ."""
    names = [(path, "added") for path in after.keys() - before.keys()]
    names += [(path, "removed") for path in before.keys() - after.keys()]
    names += [(path, "changed") for path in after.keys() & before.keys() if after[path] != before[path]]
    shown = [f"{path} ({how})" for path, how in sorted(names)[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"and {len(names) - _SHOWN} more")
    what = ", ".join(shown) or "the list of allowed built-in functions (changed)"
    return f"the policies in {root} are not compiled, and there is no `opa` to compile them: {what}"


def _digest(hashes: Mapping[str, str]) -> str:
    return sha256("".join(f"{path}\0{digest}\n" for path, digest in sorted(hashes.items())).encode())
