import os
import shutil
from pathlib import Path

import pytest

from checker.errors import PolicyError, UsageError
from checker.library import differing_files, digest_of, open_library, read_policies, write_compiled
from tests.engine.manifests import FIXTURE

FIRST = "controls/alpha/first/first.rego"


@pytest.fixture
def committed(library, tmp_path):
    directory = tmp_path / "committed"
    directory.mkdir()
    write_compiled(library.compiled, directory)
    return directory


def edit(policies, path, old, new):
    text = (policies / path).read_text()
    assert old in text
    (policies / path).write_text(text.replace(old, new))


def test_library_is_what_the_files_say(library):
    assert sorted(library.sources) == [
        "controls/alpha/first/first.rego",
        "controls/alpha/second/second.rego",
        "controls/beta/third/third.rego",
        "lib/dates/dates.rego",
        "main/main.rego",
        "portfolio/crowd/crowd.rego",
    ]
    assert list(library.sources) == sorted(library.sources)
    assert library.parameters == {"thresholds": {"size": 10}}
    assert library.packages == {"controls.alpha.first", "controls.alpha.second", "controls.beta.third"}
    assert [control.id for control in library.controls] == ["AL-01", "AL-02", "BE-01"]
    assert library.modules["main/main.rego"].startswith("package main")
    assert library.wasm.startswith(b"\0asm")


def test_tests_and_other_files_do_not_count(library, policies, committed):
    (policies / "controls/alpha/first/first_test.rego").write_text("package controls.alpha.first_test\n")
    (policies / "README.md").write_text("# Policies\n")
    again = open_library(policies, cache=None, opa=None, committed=committed)
    assert again.digest == library.digest


@pytest.mark.parametrize(
    "path", ["controls/alpha/load_test/load_test.rego", "controls/alpha/first/second_test.rego", "main/_test.rego"]
)
def test_policy_named_like_a_test_is_refused(policies, path):
    (policies / path).parent.mkdir(exist_ok=True)
    (policies / path).write_text("package controls.alpha.load_test\n\ndeny := set()\n")
    with pytest.raises(PolicyError, match="cannot end in _test unless it tests the file beside it") as caught:
        read_policies(policies)
    assert path in caught.value.message


def test_policy_named_like_a_test_may_be_tested(policies):
    for name in ("load_test.rego", "load_test_test.rego", "load.rego"):
        (policies / "controls/alpha/first" / name).write_text("package x\n")
    sources, _ = read_policies(policies)
    assert {Path(path).name for path in sources} >= {"load.rego"}


def test_digests_follow_the_files(library, policies, opa):
    edit(policies, "params/thresholds/data.yaml", "10", "11")
    again = open_library(policies, cache=None, opa=opa, committed=None)
    assert again.digest == library.digest
    assert again.parameter_digest != library.parameter_digest
    assert again.parameters == {"thresholds": {"size": 11}}
    assert again.wasm == library.wasm


def test_digest_tells_a_moved_file_and_a_shifted_border():
    digests = {
        digest_of(files)
        for files in (
            {"a": b"x"},
            {"b": b"x"},
            {"a": b"x", "b": b""},
            {"a": b"", "b": b"x"},
            {},
            {"ab": b"x"},
        )
    }
    assert len(digests) == 6
    assert digest_of({"a": b"1", "b": b"2"}) == digest_of({"b": b"2", "a": b"1"})


def test_committed_library_needs_no_opa(library, policies, committed):
    again = open_library(policies, cache=None, opa=None, committed=committed)
    assert again.compiled == library.compiled


def test_committed_files_are_compared_by_bytes(library, committed):
    assert differing_files(library.compiled, committed) == ()
    (committed / "policy.wasm").write_bytes(b"\0asm")
    (committed / "record.json").unlink()
    assert differing_files(library.compiled, committed) == ("policy.wasm", "record.json")


def test_edited_module_is_refused_although_opa_is_there(policies, committed, opa):
    (committed / "policy.wasm").write_bytes((committed / "policy.wasm").read_bytes() + b"\0")
    with pytest.raises(PolicyError, match="does not match"):
        open_library(policies, cache=None, opa=opa, committed=committed)


def test_lost_module_is_refused(policies, committed, opa):
    (committed / "policy.wasm").unlink()
    with pytest.raises(PolicyError):
        open_library(policies, cache=None, opa=opa, committed=committed)


def test_record_that_hides_a_control_is_refused(policies, committed, opa):
    record = committed / "record.json"
    record.write_text(record.read_text().replace("controls.alpha.first", "controls.alpha.second"))
    with pytest.raises(PolicyError):
        open_library(policies, cache=None, opa=opa, committed=committed)


def test_changed_sources_without_opa_are_named(policies, committed):
    edit(policies, FIRST, "no owner is named", "no owner")
    shutil.rmtree(policies / "controls/beta")
    (policies / "lib/more").mkdir()
    (policies / "lib/more/more.rego").write_text("package lib.more\n")
    with pytest.raises(UsageError) as caught:
        open_library(policies, cache=None, opa=None, committed=committed)
    assert caught.value.exit_code == 2
    for words in (f"{FIRST} (changed)", "third.rego (removed)", "lib/more/more.rego (added)"):
        assert words in caught.value.message
    assert "go install github.com/open-policy-agent/opa" in caught.value.hint


def test_many_changes_are_counted(policies, tmp_path):
    for number in range(9):
        (policies / f"lib/dates/x{number}.rego").write_text(f"package lib.x{number}\n")
    with pytest.raises(UsageError, match="and 10 more"):
        open_library(policies, cache=None, opa=None, committed=tmp_path)


def test_changed_sources_compile_once_into_the_cache(policies, committed, tmp_path, opa):
    edit(policies, FIRST, "no owner is named", "no owner")
    cache = tmp_path / "cache"
    compiled = open_library(policies, cache=cache, opa=opa, committed=committed)
    cached = open_library(policies, cache=cache, opa=None, committed=committed)
    assert cached.compiled == compiled.compiled
    assert all(path.stat().st_mode & 0o077 == 0 for path in (cache / "compiled").rglob("*"))


def test_cache_is_for_one_content_only(policies, tmp_path, opa):
    cache = tmp_path / "cache"
    open_library(policies, cache=cache, opa=opa, committed=None)
    edit(policies, FIRST, "no owner is named", "no owner")
    with pytest.raises(UsageError):
        open_library(policies, cache=cache, opa=None, committed=None)


@pytest.mark.parametrize("name", ["policy.wasm", "record.json"])
def test_poisoned_cache_is_not_used(policies, tmp_path, opa, name):
    cache = tmp_path / "cache"
    compiled = open_library(policies, cache=cache, opa=opa, committed=None).compiled
    (file,) = (cache / "compiled").rglob(name)
    content = bytearray(file.read_bytes())
    content[-2] ^= 1
    file.write_bytes(content)
    with pytest.raises(UsageError):
        open_library(policies, cache=cache, opa=None, committed=None)
    assert open_library(policies, cache=cache, opa=opa, committed=None).compiled == compiled
    assert open_library(policies, cache=cache, opa=None, committed=None).compiled == compiled


def test_module_of_other_policies_in_the_cache_is_not_used(policies, tmp_path, opa):
    cache = tmp_path / "cache"
    open_library(policies, cache=cache, opa=opa, committed=None)
    (place,) = (cache / "compiled").iterdir()
    edit(policies, FIRST, "no owner is named", "no owner")
    open_library(policies, cache=cache, opa=opa, committed=None)
    (other,) = (each for each in (cache / "compiled").iterdir() if each != place)
    shutil.copytree(place, other, dirs_exist_ok=True)
    with pytest.raises(UsageError):
        open_library(policies, cache=cache, opa=None, committed=None)


def test_cache_that_cannot_be_written_is_no_error(policies, tmp_path, opa):
    (tmp_path / "file").touch()
    assert open_library(policies, cache=tmp_path / "file", opa=opa, committed=None).controls


@pytest.mark.parametrize(
    "path",
    [
        "data.json",
        "main/capabilities.json",
        "controls/alpha/first/cases.yaml",
        "params/data.yaml",
        "params/thresholds/data.json",
        "params/thresholds/data.yml",
        "params/thresholds/more.yaml",
        "params/thresholds/deep/data.yaml",
        "params/Thresholds/data.yaml",
        "params/a-b/data.yaml",
        ".hidden/x.YAML",
        ".manifest.json",
    ],
)
def test_data_that_stock_tools_would_load_is_refused(policies, path):
    (policies / path).parent.mkdir(parents=True, exist_ok=True)
    (policies / path).write_text("{}\n")
    with pytest.raises(PolicyError, match="parameter file"):
        read_policies(policies)


@pytest.mark.parametrize("name", ["a b.rego", "ä.rego", "a%2e.rego", "a\n.rego", "a?b.rego"])
def test_odd_names_are_refused(policies, name):
    (policies / "lib" / name).write_text("package lib.a\n")
    with pytest.raises(PolicyError, match="names of policy files"):
        read_policies(policies)


def test_links_are_refused(policies, tmp_path):
    for target in (tmp_path, policies / FIRST, tmp_path / "nothing"):
        link = policies / "lib" / "link.rego"
        link.symlink_to(target)
        with pytest.raises(PolicyError, match="symbolic link"):
            read_policies(policies)
        link.unlink()


def test_other_kinds_of_files_do_not_block(policies):
    os.mkfifo(policies / "lib" / "pipe.rego")
    with pytest.raises(PolicyError, match="regular file"):
        read_policies(policies)


def test_huge_policy_is_refused(policies):
    (policies / FIRST).write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(PolicyError, match="regular file"):
        read_policies(policies)


@pytest.mark.parametrize("missing", ["empty", "none"])
def test_no_policies_is_a_usage_error(tmp_path, missing):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        open_library(tmp_path / missing, cache=None, opa=None)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("size: [1\n", "data.yaml:"),
        ("size: 1\nsize: 2\n", "data.yaml:2:1"),
        ("- 1\n", "data.yaml:1:1"),
        ("", "data.yaml:1:1"),
    ],
)
def test_wrong_parameter_file_is_a_usage_error_with_its_place(policies, committed, content, place):
    (policies / "params/thresholds/data.yaml").write_text(content)
    with pytest.raises(UsageError) as caught:
        open_library(policies, cache=None, opa=None, committed=committed)
    assert place in caught.value.message
    assert caught.value.hint


def test_root_is_only_for_reading(library):
    assert library.root == Path(FIXTURE)
