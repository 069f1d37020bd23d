"""OPA as compiler: Rego sources -> a WebAssembly module and the catalogue of controls."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.errors import EngineError, PolicyError
from checker.model import Control, JsonObject, PortfolioPolicy, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from subprocess import CompletedProcess

ENTRYPOINT = "main/verdict"
PORTFOLIO_ENTRYPOINT = "main/portfolio"
CAPABILITIES = Path(__file__).parent / "library_data" / "capabilities.json"
"""The language features and built-in functions that policies may use."""
OPA_ADVICE = "install OPA: `go install github.com/open-policy-agent/opa@v1.22.2`, or `make tools`"

_FORMAT = 2
_OLDEST = (1, 12)  # the first with string interpolation
_TIME_LIMIT = 120
_SHOWN = 5
_PACKAGE = re.compile(r"main|controls\.[a-z]\w*\.[a-z]\w*|portfolio\.[a-z]\w*|lib(\.[a-z]\w*)+")
_PORTFOLIO_FILE = re.compile(r"portfolio/(\w+)/\1\.rego")
_CONTROL_FILE = re.compile(r"controls/(\w+)/(\w+)/\2\.rego")
_ADVICE = {
    "sprintf": 'write the message as `$"..{value}.."`',
    "time.": "dates are ISO strings that compare as text; `data.context` holds today and the cut-off dates",
    "http.": "policies may not reach outside; the checker puts such facts into `input.derived`",
    "net.lookup": "policies may not reach outside; the checker puts such facts into `input.derived`",
    "opa.runtime": "policies may not read the environment; use a parameter",
    "rand.": "policies must give the same answer each time",
    "semver.": "let the manifest's schema ask for comparable numbers",
    "units.": "let the manifest's schema ask for one unit",
    "to_number": "let the manifest's schema ask for a number",
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled library, with what is needed to know that it belongs to given sources.

    `sources` maps relative paths to SHA-256 digests; `capabilities` is the digest of the capabilities file.
    """

    sources: Mapping[str, str]
    capabilities: str
    opa_version: str
    entrypoints: tuple[str, ...]
    controls: tuple[Control, ...]
    portfolio: tuple[PortfolioPolicy, ...]
    wasm: bytes

    @property
    def record(self) -> bytes:
        """Everything but the module as JSON: the same bytes for the same sources and OPA."""
        content = {
            "format": _FORMAT,
            "opa": self.opa_version,
            "capabilities": self.capabilities,
            "entrypoints": self.entrypoints,
            "wasm": sha256(self.wasm),
            "sources": dict(sorted(self.sources.items())),
            "controls": [_entry(control) for control in self.controls],
            "portfolio": [_portfolio_entry(policy) for policy in self.portfolio],
        }
        return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def sha256(content: bytes) -> str:
    """Return the digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def compile_library(
    sources: Mapping[str, bytes], *, opa: Path, root: str = "policies", capabilities: Path = CAPABILITIES
) -> Compiled:
    """Compile `sources` (path relative to `root` -> text) with the program `opa`.

    Raises PolicyError with the place of every error, or when the library breaks the contract: an entry point
    is missing, a package is not where its name says, METADATA is incomplete. `root` only serves the messages.
    """
    import tempfile  # slow, and most runs compile nothing

    allowed = capabilities.read_bytes()
    with tempfile.TemporaryDirectory(prefix="checker-") as name:
        work = Path(name)
        run = Opa(opa, work, root)
        version = run.version()
        for path, content in sources.items():
            (work / "library" / path).parent.mkdir(parents=True, exist_ok=True)
            (work / "library" / path).write_bytes(content)
        (work / "capabilities.json").write_bytes(allowed)
        run.check()
        inspected = run.inspect()
        controls, portfolio = _catalogue(inspected, sources, root)
        entrypoints = _entrypoints(sources)
        wasm = run.build(entrypoints)
    hashes = {path: sha256(content) for path, content in sorted(sources.items())}
    return Compiled(hashes, sha256(allowed), version, entrypoints, controls, portfolio, wasm)


def read_record(record: bytes, wasm: bytes) -> Compiled:
    """Put a stored library together again; PolicyError when the parts do not match or are damaged."""
    try:
        content = json.loads(record)
        if content["format"] != _FORMAT or content["wasm"] != sha256(wasm):
            raise PolicyError("the compiled library does not match its record")
        controls = tuple(_control(entry, "record.json") for entry in content["controls"])
        texts = {str(path): str(digest) for path, digest in content["sources"].items()}
        portfolio = tuple(_portfolio(entry, "record.json", controls) for entry in content["portfolio"])
        compiled = Compiled(
            sources=texts,
            capabilities=str(content["capabilities"]),
            opa_version=str(content["opa"]),
            entrypoints=tuple(content["entrypoints"]),
            controls=controls,
            portfolio=portfolio,
            wasm=wasm,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PolicyError(f"the record of the compiled library is damaged: {error!r}") from error
    named = {control.package for control in controls} | {policy.package for policy in portfolio}
    if named != packages_of(texts) or compiled.entrypoints != _entrypoints(texts):
        raise PolicyError("the record of the compiled library does not name the controls of its sources")
    return compiled


def opa_version(opa: Path) -> str:
    """Return the version of a program; EngineError when it is too old."""
    return Opa(opa, Path(), "").version(Path())


class Opa:
    """The program, run where the sources are (`library` below `work`), so that no absolute path gets into the module.

    `root` is how messages call the directory that the sources come from.
    """

    def __init__(self, program: Path, work: Path, root: str) -> None:
        self._program = program.absolute()
        self._work = work
        self._root = root

    def version(self, where: Path | None = None) -> str:
        """Return its version; EngineError when that is too old."""
        text = self._run("version", where=where or self._work).stdout.decode(errors="replace")
        found = re.search(r"^Version: ((\d+)\.(\d+)\S*)", text, re.MULTILINE)
        if not found:
            raise EngineError(f"`{self._program}` does not tell its version", OPA_ADVICE)
        if (int(found[2]), int(found[3])) < _OLDEST:
            raise EngineError(f"OPA {found[1]} is older than {_OLDEST[0]}.{_OLDEST[1]}", OPA_ADVICE)
        return found[1]

    def check(self) -> None:
        """Compile strictly, with the built-in functions that a library may use."""
        self.accept("check", "--strict", "--format", "json", "--capabilities", "../capabilities.json", ".")

    def inspect(self) -> JsonObject:
        """Return the packages and their METADATA."""
        result: JsonObject = json.loads(self.accept("inspect", "--annotations", "--format", "json", "."))
        return result

    def build(self, entrypoints: Sequence[str], *flags: str) -> bytes:
        """Return the WebAssembly module, built with the functions of `capabilities.json` below `work`."""
        import tarfile  # slow, and most runs compile nothing

        entries = [text for entry in entrypoints for text in ("--entrypoint", entry)]
        # A higher level of optimisation would bake in data that is given at run time.
        self.accept(
            *("build", "--target", "wasm", "--optimize", "0", "--capabilities", "../capabilities.json"),
            *(*entries, *flags, "--output", "../bundle.tar.gz", "."),
        )
        with tarfile.open(fileobj=io.BytesIO((self._work / "bundle.tar.gz").read_bytes())) as bundle:
            module = bundle.extractfile("/policy.wasm")
            if module is None:
                raise PolicyError("OPA built no module")
            return module.read()

    def accept(self, *arguments: str) -> bytes:
        """Run a subcommand in the directory of the sources, and return its output; PolicyError when it complains."""
        done = self._run(*arguments)
        if done.returncode:
            raise _refusal(done.stderr or done.stdout, self._root)
        return done.stdout

    def _run(self, *arguments: str, where: Path | None = None) -> CompletedProcess[bytes]:
        import subprocess  # slow, and most runs compile nothing

        # OPA takes flags from OPA_* variables too: it gets none of ours.
        environment = {"HOME": str(self._work), "TMPDIR": str(self._work)}
        directory = where or self._work / "library"
        command = [str(self._program), *arguments]
        try:
            return subprocess.run(  # noqa: S603  the program is chosen by the user, the arguments by us
                command, cwd=directory, env=environment, capture_output=True, timeout=_TIME_LIMIT, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"`{self._program} {arguments[0]}` failed: {error}", OPA_ADVICE) from error


def _refusal(output: bytes, root: str) -> PolicyError:
    """Make OPA's errors readable: one line each, with a hint for the first."""
    text = output.decode(errors="replace").strip()
    try:
        errors = json.loads(text)["errors"]
        lines = [_line(error, root) for error in errors]
        message = errors[0]["message"]
    except (ValueError, TypeError, KeyError, IndexError):
        lines, message = [text], text
    if len(lines) > _SHOWN:
        lines = [*lines[:_SHOWN], f"and {len(lines) - _SHOWN} more"]
    return PolicyError("the policies do not compile:\n  " + "\n  ".join(lines), _hint(str(message)))


def _line(error: Mapping[str, Any], root: str) -> str:
    place = error.get("location") or {}
    if not place.get("file"):
        return str(error["message"])
    file = f"{root}/{place['file']}" if root else place["file"]
    return f"{file}:{place['row']}:{place['col']}: {error['message']}"


def _hint(message: str) -> str:
    _, undefined, name = message.partition("undefined function ")
    if not undefined or name.startswith("data."):
        return "mend the policy; `checker policy lint` and `opa check --strict` show the same errors"
    advice = builtin_advice(name)
    refused = f"`{name.split()[0]}` is neither defined nor an allowed built-in function"
    return f"{refused}: {advice}" if advice else refused


def builtin_advice(name: str) -> str:
    """Return what to do in place of a built-in function that is refused; empty when nothing is known."""
    return next((text for prefix, text in _ADVICE.items() if name.startswith(prefix)), "")


def packages_of(sources: Iterable[str]) -> set[str]:
    """Return the packages of the controls and of the portfolio policies among `sources`."""
    listed = list(sources)
    controls = (_CONTROL_FILE.fullmatch(path) for path in listed)
    portfolio = (_PORTFOLIO_FILE.fullmatch(path) for path in listed)
    found = {f"controls.{match[1]}.{match[2]}" for match in controls if match}
    return found | {f"portfolio.{match[1]}" for match in portfolio if match}


def _entrypoints(sources: Iterable[str]) -> tuple[str, ...]:
    """Return what the module must answer: without policies over the portfolio nobody asks for their entry."""
    is_portfolio = any(package.startswith("portfolio.") for package in packages_of(sources))
    return (ENTRYPOINT, PORTFOLIO_ENTRYPOINT) if is_portfolio else (ENTRYPOINT,)


def _catalogue(
    inspected: JsonObject, sources: Mapping[str, bytes], root: str
) -> tuple[tuple[Control, ...], tuple[PortfolioPolicy, ...]]:
    files = _files(inspected["namespaces"], root)
    if lost := sorted({f"{root}/{path}" for path in sources} - set(files.values())):
        raise PolicyError(f"{lost[0]} holds no package", "remove the file, or begin it with `package ..`")
    entries = {
        ".".join(step["value"] for step in item["path"][1:]): item["annotations"]
        for item in inspected.get("annotations", ())
        if item["annotations"]["scope"] == "package"
    }
    controls: dict[str, Control] = {}
    for package in sorted(package for package in files if package.startswith("controls.")):
        control = _control({**entries.get(package, {}), "package": package}, files[package])
        other = controls.setdefault(control.id, control)
        if other is not control:
            both = f"{files[other.package]} and {files[package]}"
            raise PolicyError(f"{both} have the same id {control.id}", "give one of them another id")
    known = tuple(control for _, control in sorted(controls.items()))
    portfolio: list[PortfolioPolicy] = []
    for package in sorted(package for package in files if package.startswith("portfolio.")):
        entry = {**entries.get(package, {}), "package": package}
        policy = _portfolio(entry, files[package], known)
        portfolio.append(policy)
        told = {code: text.strip() for code, text in entry["custom"]["findings"].items()}
        known = tuple(_told(control, told) if control.id == policy.control else control for control in known)
    return known, tuple(portfolio)


def _told(control: Control, findings: Mapping[str, str]) -> Control:
    """Return the control with the findings of a portfolio policy among its own."""
    return replace(control, findings=dict(sorted({**control.findings, **findings}.items())))


def _files(namespaces: Mapping[str, list[str]], root: str) -> dict[str, str]:
    """Return the file of each package, after checking that each is where its name says."""
    files: dict[str, str] = {}
    for namespace, paths in sorted(namespaces.items()):
        package = namespace.removeprefix("data.")
        places = [f"{root}/{path}" for path in sorted(paths)]
        if len(places) > 1:
            raise PolicyError(f"package {package} is in {' and '.join(places)}", "keep a package in one file")
        if not _PACKAGE.fullmatch(package):
            hint = "packages are main, lib.*, controls.<family>.<control> and portfolio.<name>"
            raise PolicyError(f"{places[0]}: package {package} is not allowed", hint)
        if packages_of(paths) != ({package} if package.startswith(("controls.", "portfolio.")) else set()):
            hint = (
                "package controls.<family>.<control> is in controls/<family>/<control>/<control>.rego, "
                "package portfolio.<name> in portfolio/<name>/<name>.rego"
            )
            raise PolicyError(f"{places[0]}: package {package} is not where its name says", hint)
        files[package] = places[0]
    return files


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_code(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[a-z][a-z0-9_]*", value)) and value != "missing"


_CUSTOM: dict[str, tuple[Callable[[Any], bool], str]] = {
    "id": (lambda v: isinstance(v, str) and bool(re.fullmatch(r"[A-Z]{2}-[0-9]{2}", v)), "such as DP-03"),
    "severity": (lambda v: v in list(Severity), f"one of {', '.join(Severity)}"),
    "remediation": (_is_text, "a sentence"),
    "owner": (_is_text, "who answers for the control"),
    "effective_on": (_is_date, 'a day in quotes, such as "2026-01-01"'),
    "profiles": (lambda v: _is_texts(v) and bool(v), "a list of names"),
    "frameworks": (
        lambda v: isinstance(v, dict) and all(_is_text(k) and _is_texts(refs) for k, refs in v.items()),
        "a map of framework to a list of references",
    ),
    "findings": (
        lambda v: isinstance(v, dict) and all(_is_code(k) and _is_text(text) for k, text in v.items()),
        "a map of code, such as no_mechanism, to a sentence; `missing` is every control's and not listed",
    ),
    "examples": (
        lambda v: isinstance(v, dict) and set(v) == {"fail", "pass"} and all(map(_is_text, v.values())),
        "two pieces of a manifest, `fail` and `pass`",
    ),
}


def metadata_faults(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each key that the METADATA of a control lacks or fills wrongly, and what it should be."""
    custom = entry.get("custom") or {}
    for key, (fits, form) in _CUSTOM.items():
        if key not in custom or not fits(custom[key]):
            yield f"custom.{key}", form
    for key in ("title", "description"):
        if not _is_text(entry.get(key)):
            yield key, "a sentence"


def _control(entry: Mapping[str, Any], where: str) -> Control:
    """Make a control of its package's METADATA; `where` names the file in errors."""
    custom = entry.get("custom") or {}
    for key, form in metadata_faults(entry):
        raise PolicyError(f"{where}: METADATA needs {key}", f"`{key.removeprefix('custom.')}` is {form}")
    related = entry.get("related_resources", ())
    return Control(
        id=custom["id"],
        package=entry["package"],
        title=entry["title"].strip(),
        description=entry["description"].strip(),
        severity=Severity(custom["severity"]),
        remediation=custom["remediation"].strip(),
        frameworks={name: tuple(refs) for name, refs in sorted(custom["frameworks"].items())},
        profiles=tuple(custom["profiles"]),
        owner=custom["owner"],
        effective_on=custom["effective_on"],
        examples=dict(sorted(custom["examples"].items())),
        findings={code: text.strip() for code, text in sorted(custom["findings"].items())},
        resources=tuple((item["ref"], item.get("description", "")) for item in related),
    )


def _portfolio(entry: Mapping[str, Any], where: str, controls: Sequence[Control]) -> PortfolioPolicy:
    """Make a portfolio policy of its package's METADATA; `where` names the file in errors."""
    custom = entry.get("custom") or {}
    extends, blocks, findings = custom.get("extends"), custom.get("blocks", ()), custom.get("findings")
    if not any(control.id == extends for control in controls):
        raise PolicyError(f"{where}: METADATA needs custom.extends", "`extends` is the id of the control it adds to")
    if not _is_texts(blocks) or "metadata" not in blocks:
        raise PolicyError(f"{where}: METADATA needs custom.blocks", "`blocks` lists those it reads, `metadata` too")
    if not isinstance(findings, (dict, list)) or not all(map(_is_code, findings)):
        raise PolicyError(f"{where}: METADATA needs custom.findings", _CUSTOM["findings"][1])
    return PortfolioPolicy(entry["package"], str(extends), tuple(blocks), tuple(sorted(findings)))


def _portfolio_entry(policy: PortfolioPolicy) -> JsonObject:
    """Return what `_portfolio` makes the same policy of; the sentences of the findings are in the control's entry."""
    custom = {"extends": policy.control, "blocks": list(policy.blocks), "findings": list(policy.findings)}
    return {"package": policy.package, "custom": custom}


def _entry(control: Control) -> JsonObject:
    """Return what `_control` makes the same control of."""
    custom = {
        "id": control.id,
        "severity": control.severity.value,
        "remediation": control.remediation,
        "owner": control.owner,
        "effective_on": control.effective_on,
        "profiles": list(control.profiles),
        "frameworks": {name: list(refs) for name, refs in control.frameworks.items()},
        "examples": dict(control.examples),
        "findings": dict(control.findings),
    }
    return {
        "package": control.package,
        "title": control.title,
        "description": control.description,
        "related_resources": [{"ref": ref, "description": text} for ref, text in control.resources],
        "custom": custom,
    }
