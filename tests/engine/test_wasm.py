"""What only the WebAssembly engine does: instances, threads, processes, the cache of machine code."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from checker import cache
from checker.engine import EngineSettings, Fault, Verdict, open_engine
from checker.errors import EngineError
from tests.engine.manifests import DATA, manifest, misbehaving


@pytest.fixture
def quick(start, library):
    return start("wasm", library, timeout_s=0.3)


def kinds(answers):
    return [answer.kind if isinstance(answer, Fault) else "verdict" for answer in answers]


def test_memory_stays_bounded_and_is_freed(start, library):
    small = start("wasm", library, memory_mb=16)
    assert kinds(small.evaluate([misbehaving("hog"), manifest(), misbehaving("hog"), manifest()])) == [
        *("memory", "verdict"),
        *("memory", "verdict"),
    ]


def test_manifest_larger_than_the_memory(start, library):
    small = start("wasm", library, memory_mb=2)
    assert kinds(small.evaluate([manifest(text="x" * 5_000_000), manifest()])) == ["memory", "verdict"]


def test_memory_too_small_for_the_policies_is_an_engine_error(library):
    with pytest.raises(EngineError, match="opa_malloc"):
        open_engine("wasm", library, {**DATA, "params": {"text": "x" * 5_000_000}}, EngineSettings(memory_mb=2))


def test_threads_do_not_disturb_each_other(quick):
    good = [manifest(f"vendor-{index}", tier="high") for index in range(40)]
    expected = [f"vendor-{index}" for index in range(40)]

    def judge(bad):
        if bad:
            return kinds(quick.evaluate([misbehaving(bad)] * 2))
        return [verdict.vendor for verdict in quick.evaluate(good)]

    work = [None, "loop", None, "conflict", None, "conflict", "loop", None]
    with ThreadPoolExecutor(len(work)) as pool:
        answers = list(pool.map(judge, work))
    wanted = {None: expected, "loop": ["timeout"] * 2, "conflict": ["trap"] * 2}
    assert answers == [wanted[bad] for bad in work]


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_time_limit_holds_in_a_forked_child(quick):
    assert kinds(quick.evaluate([manifest()])) == ["verdict"]
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, json.dumps(kinds(quick.evaluate([manifest(), misbehaving("loop"), manifest()]))).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = json.loads(pipe.read())
    assert os.waitpid(child, 0)[1] == 0
    assert answer == ["verdict", "timeout", "verdict"]
    assert kinds(quick.evaluate([misbehaving("loop")])) == ["timeout"]


def test_closed_engine_judges_no_more(library):
    engine = open_engine("wasm", library, DATA, EngineSettings())
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        engine.evaluate([manifest()])


def test_clock_ends_with_the_engine(library):
    before = set(threading.enumerate())
    engine = open_engine("wasm", library, DATA, EngineSettings())
    (clock,) = (thread for thread in threading.enumerate() if thread.name == "epoch" and thread not in before)
    del engine
    clock.join(10)
    assert not clock.is_alive()


def native(directory):
    (file,) = (directory / "native").iterdir()
    return file


def opened(library, directory):
    engine = open_engine("wasm", library, DATA, EngineSettings(cache=directory))
    try:
        return engine.evaluate([manifest()])
    finally:
        engine.close()


def test_machine_code_is_kept_privately(library, tmp_path):
    first = opened(library, tmp_path)
    file = native(tmp_path)
    written = file.stat().st_mtime_ns
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert opened(library, tmp_path) == first
    assert native(tmp_path).stat().st_mtime_ns == written


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def replace_with_other_code(file):
    cache.write(file, b"\x7fELF" + bytes(5000))


def expose(file):
    file.chmod(0o666)


@pytest.mark.parametrize("spoil", [flip, replace_with_other_code, expose], ids=lambda function: function.__name__)
def test_machine_code_that_is_not_ours_is_compiled_again(library, tmp_path, spoil):
    first = opened(library, tmp_path)
    sound = native(tmp_path).read_bytes()
    spoil(native(tmp_path))
    assert opened(library, tmp_path) == first
    assert native(tmp_path).read_bytes() == sound
    assert native(tmp_path).stat().st_mode & 0o777 == 0o600


def test_cache_that_cannot_be_written_is_no_error(library, tmp_path):
    (tmp_path / "file").touch()
    assert isinstance(opened(library, tmp_path / "file")[0], Verdict)
