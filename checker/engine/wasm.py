"""The default engine: policies compiled to WebAssembly by OPA, run in this process by wasmtime.

The host side of OPA's WebAssembly ABI (https://www.openpolicyagent.org/docs/wasm), with a limit of time and
memory for each manifest. Every thread has an instance of its own; after any failure it gets a new one.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import math
import os
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import wasmtime

from checker import cache
from checker.compiler import ENTRYPOINT, PORTFOLIO_ENTRYPOINT
from checker.engine.verdict import (
    Fault,
    InputError,
    Portfolio,
    Verdict,
    asked_of,
    canonical,
    parse,
    parse_portfolio,
    vendor_of,
)
from checker.errors import EngineError, PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from checker.engine import EngineSettings
    from checker.library import Library
    from checker.model import JsonObject

_ABI = (1, 3)  # the oldest; later minor versions are compatible
_PAGE = 65536
_PIECE = 16384
_TICK_S = 0.05
_SETUP_S = 30.0
_SETTINGS = b"epoch_interruption,opt_level=speed"


class WasmEngine:
    """Judges with the library's compiled module."""

    name = "wasm"

    def __init__(self, library: Library, data: JsonObject, settings: EngineSettings) -> None:
        self.opa_version = library.opa_version
        self._packages = library.packages
        self._portfolio = frozenset(policy.package for policy in library.portfolio)
        self._settings = settings
        self._module = Module(library.wasm, data, settings, ENTRYPOINT)

    def evaluate(self, inputs: Sequence[JsonObject]) -> list[Verdict | Fault]:
        """Return a verdict or a fault for each of `inputs`, in their order."""
        return [self._judge(manifest) for manifest in inputs]

    def survey(self, manifests: Mapping[str, bytes]) -> Portfolio | Fault:
        """Return what the portfolio policies say of all `manifests`, by vendor."""
        text = b'{"manifests":[%s]}' % b",".join(manifests.values())
        seconds, memory_mb = self._settings.for_portfolio(len(manifests))
        result = self._module.ask_once(text, PORTFOLIO_ENTRYPOINT, seconds, memory_mb)
        return result if isinstance(result, Fault) else parse_portfolio(result, manifests.keys(), self._portfolio)

    def use(self, data: JsonObject) -> None:
        """Judge with this run-time data from now on."""
        self._module.use(data)

    def close(self) -> None:
        """Stop the clock of the time limit; nothing can be judged without it."""
        self._module.close()

    def _judge(self, manifest: JsonObject) -> Verdict | Fault:
        self._module.require_open()
        try:
            text, vendor = canonical(manifest), vendor_of(manifest)
        except InputError as error:
            return Fault("input", str(error))
        result = self._module.ask(text)
        if isinstance(result, Fault):
            return result
        return parse(result, vendor, self._packages, asked_of(manifest))


class Module:
    """A compiled module with its data: what an entry point says of an input, unchecked, or why it says nothing."""

    def __init__(self, wasm: bytes, data: JsonObject, settings: EngineSettings, entry: str) -> None:
        self._data = _data_text(data)
        self._settings = settings
        engine = wasmtime.Engine(_config())
        self._program = _Program(engine, _load(engine, wasm, settings.cache), -(-len(wasm) // _PAGE), entry)
        self._ticker = _Ticker(engine)
        weakref.finalize(self, self._ticker.stop)
        self._local = threading.local()
        self._local.instance = self._new()  # a module that does not fit is refused before any input is read

    def ask(self, text: bytes) -> object | Fault:
        """Return what the entry point says of an input, which is exact JSON."""
        self.require_open()
        # Put back only after success: stack and heap of a broken instance are not to be trusted.
        instance = self._local.__dict__.pop("instance", None) or self._new()
        answer = instance.evaluate(text, self._settings.timeout_s, self._program.entry)
        if isinstance(answer, Fault):
            return answer
        self._local.instance = instance
        return _result(answer)

    def ask_once(self, text: bytes, entry: str, seconds: float, memory_mb: int) -> object | Fault:
        """Return what another entry point says, in an instance that may take more memory and gives it back."""
        self.require_open()
        answer = _Instance(self._program, self._data, memory_mb).evaluate(text, seconds, entry)
        return answer if isinstance(answer, Fault) else _result(answer)

    def use(self, data: JsonObject) -> None:
        """Evaluate with this data from now on."""
        self._data = _data_text(data)
        self._local = threading.local()

    def close(self) -> None:
        """Stop the clock of the time limit."""
        self._ticker.stop()

    def require_open(self) -> None:
        """Raise EngineError once it is closed."""
        if self._ticker.stopped:
            raise EngineError("the engine is closed")

    def _new(self) -> _Instance:
        return _Instance(self._program, self._data, self._settings.memory_mb)


@dataclass(frozen=True, slots=True)
class _Program:
    """The policies as machine code."""

    engine: wasmtime.Engine
    module: wasmtime.Module
    pages: int
    """Room for the module's constants, which OPA does not count into the memory that it asks for."""
    entry: str
    """The entry point that the module must have."""


class _Instance:
    """One instance of the module with its own memory, holding the data; used by one thread only."""

    def __init__(self, program: _Program, data: bytes, memory_mb: int) -> None:
        self._store = wasmtime.Store(program.engine)
        self._abort_text = ""
        self._arm(_SETUP_S)
        try:
            self._exports: Any = self._instantiate(program, memory_mb).exports(self._store)
            self._verify(program.entry)
            self._data = self._parse(data)
            self._heap = self._call("opa_heap_ptr_get")
            self._eval: Any = self._exports["opa_eval"]
        except (wasmtime.WasmtimeError, wasmtime.Trap, _AbortError, KeyError, ValueError) as error:
            reason = self._abort_text or str(error)
            raise EngineError(f"the compiled policies cannot be loaded: {reason}") from error

    def evaluate(self, text: bytes, timeout_s: float, entry: str) -> bytes | Fault:
        """Return the JSON text of the result set of an entry point for one input."""
        started = time.monotonic()
        self._arm(timeout_s)
        try:
            self._write(self._heap, text)
            address = self._eval(
                self._store, 0, self._entries[entry], self._data, self._heap, len(text), self._heap + len(text), 0
            )
            return self._text(address)
        except Exception as error:  # noqa: BLE001  whatever it is, this manifest was not judged
            return self._fault(error, timeout_s, time.monotonic() - started)

    def _instantiate(self, program: _Program, memory_mb: int) -> wasmtime.Instance:
        pages = memory_mb * (1 << 20) // _PAGE
        imports: list[wasmtime.Func | wasmtime.Memory] = []
        for wanted in program.module.imports:
            kind = wanted.type
            if isinstance(kind, wasmtime.MemoryType):
                least = kind.limits.min + program.pages
                limits = wasmtime.MemoryType(wasmtime.Limits(least, max(pages, least)))
                self._memory = wasmtime.Memory(self._store, limits)
                imports.append(self._memory)
            elif isinstance(kind, wasmtime.FuncType):
                imports.append(wasmtime.Func(self._store, kind, self._import(wanted.name)))
        return wasmtime.Instance(self._store, program.module, imports)

    def _import(self, name: str | None) -> Callable[..., int]:
        owner = weakref.ref(self)  # the store keeps the function alive, and this instance keeps the store

        def called(*arguments: int) -> int:
            instance = owner()
            if instance and name == "opa_abort":
                instance._abort_text = instance._text(arguments[0]).decode(errors="replace")  # noqa: SLF001
            raise _AbortError(f"the policies called {name}")

        return called

    def _verify(self, entry: str) -> None:
        globals_ = ("opa_wasm_abi_version", "opa_wasm_abi_minor_version")
        abi = tuple(self._exports[name].value(self._store) for name in globals_)
        if abi[0] != _ABI[0] or abi < _ABI:
            raise PolicyError(f"the policies are compiled for ABI {abi}, not {_ABI}", "compile them again")
        if missing := json.loads(self._text(self._call("opa_json_dump", self._call("builtins")))):
            raise PolicyError(f"the policies need functions that only a host has: {', '.join(sorted(missing))}")
        self._entries: dict[str, int] = json.loads(self._text(self._call("opa_json_dump", self._call("entrypoints"))))
        if entry not in self._entries:
            raise PolicyError(f"the compiled policies have no entry {entry}")

    def _parse(self, data: bytes) -> int:
        place = self._call("opa_malloc", len(data))
        self._write(place, data)
        value = self._call("opa_json_parse", place, len(data))
        if not value:
            raise ValueError("the parameters and the context were not understood")
        return value

    def _call(self, name: str, *arguments: int) -> int:
        return int(self._exports[name](self._store, *arguments))

    def _arm(self, seconds: float) -> None:
        self._abort_text = ""
        self._store.set_epoch_deadline(math.ceil(seconds / _TICK_S) + 1)

    def _write(self, address: int, content: bytes) -> None:
        lacking = address + len(content) - self._memory.data_len(self._store)
        if lacking > 0:
            self._memory.grow(self._store, -(-lacking // _PAGE))
        ctypes.memmove(self._base() + address, content, len(content))

    def _text(self, address: int) -> bytes:
        """Read up to the first NUL, never beyond the memory."""
        end = self._memory.data_len(self._store)
        if not 0 < address < end:
            raise ValueError("the policies answered with an address outside their memory")
        base, text = self._base(), b""
        while address < end:
            piece = ctypes.string_at(base + address, min(_PIECE, end - address))
            head, nul, _ = piece.partition(b"\0")
            text += head
            if nul:
                break
            address += len(piece)
        return text

    def _base(self) -> int:
        return ctypes.addressof(self._memory.data_ptr(self._store).contents)

    def _fault(self, error: Exception, timeout_s: float, elapsed_s: float) -> Fault:
        """Name the kind of a failure; own notes first, for wasmtime may hand one thread another's error."""
        if "opa_malloc: failed" in self._abort_text or "failed to grow memory" in str(error):
            return Fault("memory", "the evaluation needs more memory than it may take")
        if self._abort_text:
            return Fault("trap", f"the policies aborted: {self._abort_text}")
        code = _trap_code(error)
        if code == "interrupt" or elapsed_s >= timeout_s:
            return Fault("timeout", f"the evaluation took longer than {timeout_s:g} s")
        return Fault("trap", f"the evaluation broke off: {code or error}")


def _trap_code(error: Exception) -> str:
    """Return the name of a trap; empty for other errors and for traps too new to have one."""
    with suppress(ValueError):
        if isinstance(error, wasmtime.Trap) and error.trap_code:
            return error.trap_code.name.lower()
    return ""


class _AbortError(Exception):
    """The policies gave up, or called a function that the host does not have."""


class _Ticker:
    """Advances an engine's epoch, the clock that its time limits are measured with."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self.restart()
        _TICKERS.add(self)

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def restart(self) -> None:
        """Start the thread, also in a forked child: it has the parent's memory and none of its threads."""
        if not self.stopped:
            self._stop = threading.Event()
            threading.Thread(target=_tick, args=(self._engine, self._stop), name="epoch", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()


def _tick(engine: wasmtime.Engine, stop: threading.Event) -> None:
    while not stop.wait(_TICK_S):
        engine.increment_epoch()


def _restart_tickers() -> None:
    for ticker in list(_TICKERS):
        ticker.restart()


_TICKERS: weakref.WeakSet[_Ticker] = weakref.WeakSet()
os.register_at_fork(after_in_child=_restart_tickers)


def _load(engine: wasmtime.Engine, wasm: bytes, directory: Path | None) -> wasmtime.Module:
    """Return the module as machine code: from the cache when it is ours and whole, else compiled now."""
    # wasmtime itself refuses the code of another version of its own, or for another processor.
    place = directory / "native" / hashlib.sha256(wasm + _SETTINGS).hexdigest() if directory else None
    if place and (code := cache.read(place)):
        with suppress(wasmtime.WasmtimeError):
            return wasmtime.Module.deserialize(engine, code)
    try:
        module = wasmtime.Module(engine, wasm)
    except wasmtime.WasmtimeError as error:
        raise PolicyError(f"the compiled policies are no valid module: {error}") from error
    if place:
        cache.write(place, bytes(module.serialize()))
    return module


def _config() -> wasmtime.Config:
    # No limit of the stack: one above the host's own would end the process.
    config = wasmtime.Config()
    config.epoch_interruption = True
    config.cranelift_opt_level = "speed"
    return config


def _data_text(data: JsonObject) -> bytes:
    try:
        return canonical(data)
    except InputError as error:
        raise EngineError(f"the parameters or the context are not JSON: {error}") from error


def _result(answer: bytes) -> object:
    """Return the one result of an answer, or the fault that there is none."""
    try:
        results = json.loads(answer)
    except ValueError as error:
        return Fault("shape", f"the answer is not JSON: {error}")
    # An entry that is undefined gives no result, and so does an input that was not understood.
    if not (isinstance(results, list) and len(results) == 1 and isinstance(results[0], dict)):
        return Fault("shape", "the policies gave no verdict")
    return results[0].get("result")
