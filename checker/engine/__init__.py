"""Engines judge manifests by the policy library: `wasm` in this process, `opa` on an OPA server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from checker.engine.verdict import (
    ControlVerdict,
    Fault,
    FaultKind,
    InputError,
    PolicyFinding,
    Portfolio,
    Verdict,
    canonical,
    vendor_of,
)
from checker.errors import EngineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from checker.library import Library
    from checker.model import JsonObject

__all__ = [
    "ENGINES",
    "ControlVerdict",
    "Engine",
    "EngineSettings",
    "Fault",
    "FaultKind",
    "InputError",
    "PolicyFinding",
    "Portfolio",
    "Verdict",
    "canonical",
    "open_engine",
    "vendor_of",
]

ENGINES = ("wasm", "opa")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Limits for each manifest, and where the engines find what they need.

    `cache` is a directory for machine code (None: none is kept). The `opa` engine asks the server at
    `opa_url`, or starts the program `opa`; `strict` makes it report errors of built-in functions as faults.
    """

    timeout_s: float = 5.0
    memory_mb: int = 256
    cache: Path | None = None
    opa: Path | None = None
    opa_url: str | None = None
    opa_token: str | None = field(default=None, repr=False)
    opa_ca: Path | None = None
    batch: int = 100
    retries: int = 3
    strict: bool = False

    def for_portfolio(self, manifests: int) -> tuple[float, int]:
        """Return the seconds and the megabytes that judging so many manifests at once may take."""
        return self.timeout_s + manifests * 0.005, self.memory_mb + manifests // 8


class Engine(Protocol):
    """Judges manifests; one thread's fault never touches another's verdict."""

    @property
    def name(self) -> str:
        """One of ENGINES."""

    @property
    def opa_version(self) -> str:
        """The version of the OPA that compiled the policies, or that runs them."""

    def evaluate(self, inputs: Sequence[JsonObject]) -> list[Verdict | Fault]:
        """Return a verdict or a fault for each of `inputs`, in their order."""

    def survey(self, manifests: Mapping[str, bytes]) -> Portfolio | Fault:
        """Return what the portfolio policies say of all `manifests`: by vendor, as JSON, the blocks they may see."""

    def use(self, data: JsonObject) -> None:
        """Judge with this run-time data from now on, of the form that `open_engine` takes."""

    def close(self) -> None:
        """Free what the engine holds; it cannot be used afterwards."""


def open_engine(name: str, library: Library, data: JsonObject, settings: EngineSettings) -> Engine:
    """Open the engine `name` for `library` with the run-time data `{"params": .., "context": ..}`.

    Raises EngineError when the engine cannot be started or reached, PolicyError when it refuses the policies.
    """
    # Data on the path of a rule is an error in OPA and ignored without a word in WebAssembly.
    if data.keys() != {"params", "context"}:
        raise EngineError(f"policies see data.params and data.context only, not {sorted(data)}")
    if name == "wasm":
        from checker.engine.wasm import WasmEngine  # slow, and only one of the two is needed

        return WasmEngine(library, data, settings)
    if name == "opa":
        from checker.engine.reference import OpaEngine  # slow, and only one of the two is needed

        return OpaEngine(library, data, settings)
    raise UsageError(f"there is no engine {name!r}", f"choose one of {', '.join(ENGINES)}")
