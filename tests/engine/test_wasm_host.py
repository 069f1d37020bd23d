"""The host against modules that no OPA would build: each names one way to break the contract of the ABI."""

import pytest
from wasmtime import wat2wasm

from checker.compiler import ENTRYPOINT, Compiled
from checker.engine import EngineSettings, Fault, open_engine
from checker.errors import EngineError, PolicyError
from checker.library import Library
from tests.engine.manifests import DATA, manifest

HEAD = """
(import "env" "memory" (memory {pages}))
(import "env" "opa_abort" (func $abort (param i32)))
(import "env" "opa_builtin0" (func $builtin0 (param i32 i32) (result i32)))
(data (i32.const 16) "{builtins}\\00")
(data (i32.const 64) "{entries}\\00")
(data (i32.const 128) "broken\\00")
(data (i32.const 192) "{answer}\\00")
(global (export "opa_wasm_abi_version") i32 (i32.const {major}))
(global (export "opa_wasm_abi_minor_version") i32 (i32.const {minor}))
(func (export "builtins") (result i32) (i32.const 16))
(func (export "entrypoints") (result i32) (i32.const 64))
(func (export "opa_json_dump") (param i32) (result i32) (local.get 0))
(func (export "opa_malloc") (param i32) (result i32) (i32.const 1024))
(func (export "opa_json_parse") (param i32 i32) (result i32) (i32.const {data}))
(func (export "opa_heap_ptr_get") (result i32) (i32.const 8192))
"""
EVAL = '(func (export "opa_eval") (param i32 i32 i32 i32 i32 i32 i32) (result i32) {body})'
DEFAULTS = {
    "pages": 2,
    "builtins": "{}",
    "entries": '{\\"main/verdict\\":0}',
    "answer": "[]",
    "major": 1,
    "minor": 3,
    "data": 1024,
}


def library(body="(i32.const 192)", **parts):
    text = HEAD
    for name, value in {**DEFAULTS, **parts}.items():
        text = text.replace(f"{{{name}}}", str(value))
    wasm = bytes(wat2wasm(f"(module {text} {EVAL.replace('{body}', body)})"))
    return Library(None, {}, {}, "", Compiled({}, "", "1.22.2", (ENTRYPOINT,), (), (), wasm))


def judge(body="(i32.const 192)", *, timeout_s=5.0, memory_mb=4, **parts):
    settings = EngineSettings(timeout_s=timeout_s, memory_mb=memory_mb)
    engine = open_engine("wasm", library(body, **parts), DATA, settings)
    try:
        return engine.evaluate([manifest()])[0]
    finally:
        engine.close()


def test_module_that_behaves_is_judged():
    verdict = '{"input":"object","vendor":"acme","tier":"low","lifecycle":"active","guard":[],"controls":{}}'
    answer = f'[{{"result":{verdict}}}]'
    assert judge(answer=answer.replace('"', '\\"')).vendor == "acme"


@pytest.mark.parametrize(
    "answer",
    ["[]", "", "{}", "[{}]", "[1]", "nonsense", "null", '[{"result":{}},{"result":{}}]', "\\ff", "[NaN]"],
)
def test_answer_that_is_no_verdict_is_a_shape_fault(answer):
    fault = judge(answer=answer.replace('"', '\\"'))
    assert isinstance(fault, Fault)
    assert fault.kind == "shape"


GROW = "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)"
FULL = "(memory.fill (i32.const 1024) (i32.const 120) (i32.const 130048)) (i32.const 1024)"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("(unreachable)", "trap"),
        ("(i32.div_s (i32.const 1) (i32.const 0))", "trap"),
        ("(i32.load (i32.const -8))", "trap"),
        ("(call $abort (i32.const 128)) (i32.const 192)", "trap"),
        ("(call $abort (i32.const -1)) (i32.const 192)", "trap"),
        ("(call $builtin0 (i32.const 0) (i32.const 0))", "trap"),
        ("(i32.const 0)", "trap"),
        ("(i32.const -1)", "trap"),
        ("(i32.const 99999999)", "trap"),
        (FULL, "shape"),
        (GROW, "trap"),
        ("(loop $l (br $l)) (i32.const 192)", "timeout"),
    ],
)
def test_failures_end_as_faults(body, kind):
    fault = judge(body, timeout_s=0.2)
    assert isinstance(fault, Fault)
    assert (fault.kind, bool(fault.message)) == (kind, True)


def test_abort_is_told():
    assert "broken" in judge("(call $abort (i32.const 128)) (i32.const 192)").message


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"major": 2}, "ABI"),
        ({"minor": 2}, "ABI"),
        ({"builtins": '{\\"http.send\\":0}'}, "http.send"),
        ({"entries": "{}"}, "no entry main/verdict"),
    ],
)
def test_module_that_does_not_fit_is_refused(parts, message):
    with pytest.raises(PolicyError, match=message):
        judge(**parts)


@pytest.mark.parametrize(("parts", "message"), [({"data": 0}, "not understood"), ({"builtins": "x"}, "loaded")])
def test_module_that_cannot_be_set_up_is_an_engine_error(parts, message):
    with pytest.raises(EngineError, match=message):
        judge(**parts)


@pytest.mark.parametrize("wasm", [b"", b"\0asm", b"not a module"])
def test_what_is_no_module_is_refused(wasm):
    broken = Library(None, {}, {}, "", Compiled({}, "", "1.22.2", (ENTRYPOINT,), (), (), wasm))
    with pytest.raises(PolicyError):
        open_engine("wasm", broken, DATA, EngineSettings())


def test_module_without_the_exports_is_an_engine_error():
    empty = Library(None, {}, {}, "", Compiled({}, "", "1.22.2", (ENTRYPOINT,), (), (), bytes(wat2wasm("(module)"))))
    with pytest.raises(EngineError, match="cannot be loaded"):
        open_engine("wasm", empty, DATA, EngineSettings())
