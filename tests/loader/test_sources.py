"""Finding and reading files: nothing leads outside, blocks, overflows, or shows raw names."""

import hashlib
import os
import socket
import time
from pathlib import Path

import pytest

from checker import sources
from checker.errors import UsageError
from checker.model import Problem
from checker.sources import find, read, sha256, shown


@pytest.fixture
def root(tmp_path):
    """A repository, with a secret beside it."""
    (tmp_path / "secret.yaml").write_text("secret: 1\n")
    root = tmp_path / "repo"
    for name in (
        "vendor_manifests/b.yaml",
        "vendor_manifests/a.yml",
        "vendor_manifests/C.YAML",
        "vendor_manifests/notes.txt",
        "vendor_manifests/.hidden.yaml",
        "vendor_manifests/.git/x.yaml",
        "vendor_manifests/evidence/acme/e.yaml",
        "vendor_manifests/waivers/acme/w.yaml",
        "other/deep/evidence/e.yaml",
        "other/deep/d.yaml",
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a: 1\n")
    return root


IN_MANIFESTS = [".hidden.yaml", "C.YAML", "a.yml", "b.yaml", "waivers/acme/w.yaml"]


def test_folders_are_searched_in_a_stable_order(root):
    expected = [f"vendor_manifests/{name}" for name in IN_MANIFESTS]
    assert find(root, ["vendor_manifests"]) == expected
    assert find(root, ["vendor_manifests/"]) == expected
    assert find(root, [str(root / "vendor_manifests"), "vendor_manifests/b.yaml"]) == expected
    assert find(root, ["."]) == ["other/deep/d.yaml", *expected]
    assert find(root, []) == []


def test_what_is_named_is_taken(root):
    named = ["vendor_manifests/notes.txt", "vendor_manifests/.hidden.yaml", "vendor_manifests/./x/../b.yaml"]
    assert find(root, named) == [
        "vendor_manifests/.hidden.yaml",
        "vendor_manifests/b.yaml",
        "vendor_manifests/notes.txt",
    ]
    assert find(root, ["vendor_manifests/evidence"]) == ["vendor_manifests/evidence/acme/e.yaml"]


def test_a_linked_root_is_the_same_root(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    for start in (root, tmp_path / "link"):
        for path in (root / "other", tmp_path / "link/other"):
            assert find(start, [str(path)]) == ["other/deep/d.yaml"]
        assert find(start, [str(tmp_path / "link")]) == find(root, ["."])
    assert read(tmp_path / "link", "other/deep/d.yaml", 100) == b"a: 1\n"


MISSING = {
    "vendor_manifest": "Did you mean `vendor_manifests`?",
    "vendor_manifests/bb.yaml": "Did you mean `vendor_manifests/b.yaml`?",
    "other/deep/zzzzzzzz": "look into `other/deep/`.",
    "zzzzzzzz": "look into `./`.",
    "vendor_manifests/b.yaml/x": "Did you mean `vendor_manifests/b.yaml`?",
}


@pytest.mark.parametrize(("path", "hint"), MISSING.items())
def test_missing_paths_are_told_with_the_nearest_spelling(root, path, hint):
    with pytest.raises(UsageError, match=f"There is no file or folder `{path}`") as caught:
        find(root, [path])
    assert caught.value.hint.endswith(hint)


def test_a_missing_root_and_an_impossible_name(tmp_path):
    with pytest.raises(UsageError, match="There is no file"):
        find(tmp_path / "nowhere", ["."])
    with pytest.raises(UsageError, match=r"`a\\x00b`"):
        find(tmp_path, ["a\0b"])


@pytest.mark.parametrize("path", ["..", "../secret.yaml", "/etc/passwd", "/proc/self/environ", "a/../../secret.yaml"])
def test_paths_outside_are_a_wrong_call(root, path):
    with pytest.raises(UsageError, match="lies outside"):
        find(root, [path])


def test_paths_outside_by_a_link_are_a_wrong_call(root, tmp_path):
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="lies outside"):
        find(root, ["out/secret.yaml"])


def test_links_are_listed_and_not_followed(root, tmp_path):
    folder = root / "vendor_manifests"
    (folder / "out").symlink_to(tmp_path)
    (folder / "in").symlink_to(root / "other")
    (folder / "loop").symlink_to("loop")
    (folder / "file.yaml").symlink_to("b.yaml")
    (folder / "dangling.yaml").symlink_to("nowhere")
    (folder / "note").symlink_to("notes.txt")
    extra = ["dangling.yaml", "file.yaml", "in", "out"]
    assert find(root, ["vendor_manifests"]) == [f"vendor_manifests/{name}" for name in sorted(IN_MANIFESTS + extra)]
    for name in extra:
        assert rule(read(root, f"vendor_manifests/{name}", 100)) == "file.symlink"


def test_too_many_files(root, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 5)
    assert len(find(root, ["vendor_manifests"])) == 5
    with pytest.raises(UsageError, match="more than 5 files"):
        find(root, ["."])


def test_a_folder_that_cannot_be_listed(root, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "no")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UsageError, match="`other` cannot be listed: permission denied"):
        find(root, ["other"])


# ---------------------------------------------------------------- reading


def rule(outcome):
    assert isinstance(outcome, Problem), outcome
    assert outcome.fatal
    assert outcome.message.endswith(".")
    assert outcome.fix.endswith(".")
    return outcome.rule


def refusal(root, path, size=100):
    """Both readers refuse, the one of evidence at the latest where the other does."""
    assert isinstance(sha256(root, path, size), Problem)
    return rule(read(root, path, size))


def test_reading_and_digest(root):
    assert read(root, "vendor_manifests/b.yaml", 100) == b"a: 1\n"
    assert read(root, "vendor_manifests/../vendor_manifests/./b.yaml", 100) == b"a: 1\n"
    assert sha256(root, "vendor_manifests/b.yaml", 100) == hashlib.sha256(b"a: 1\n").hexdigest()
    (root / "empty").touch()
    assert read(root, "empty", 0) == b""


def test_size(root):
    data = os.urandom(3 * 1024 * 1024 + 7)
    (root / "big").write_bytes(data)
    assert read(root, "big", len(data)) == data
    assert sha256(root, "big", len(data)) == hashlib.sha256(data).hexdigest()
    assert refusal(root, "big", len(data) - 1) == "file.size"


def test_size_is_also_bounded_while_reading(root, monkeypatch):
    """A file that grows, or tells no size, as those of /proc do."""
    real = os.fstat
    monkeypatch.setattr(os, "fstat", lambda fd: os.stat_result((*real(fd)[:6], 0, *real(fd)[7:])))
    assert read(root, "vendor_manifests/b.yaml", 5) == b"a: 1\n"
    assert refusal(root, "vendor_manifests/b.yaml", 4) == "file.size"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.yaml",
        "..",
        "/etc/passwd",
        "/proc/self/environ",
        "vendor_manifests/../../secret.yaml",
        "//x",
    ],
)
def test_paths_outside(root, path):
    assert refusal(root, path) == "file.outside"


def test_links(root, tmp_path):
    (root / "file").symlink_to("vendor_manifests/b.yaml")
    (root / "secret").symlink_to(tmp_path / "secret.yaml")
    (root / "proc").symlink_to("/proc/self")
    (root / "out").symlink_to(tmp_path)
    (root / "in").symlink_to("vendor_manifests")
    (root / "vendor_manifests/up").symlink_to("../in")
    (root / "loop").symlink_to("loop")
    assert refusal(root, "file") == "file.symlink"
    assert refusal(root, "secret") == "file.symlink"
    assert refusal(root, "out") == "file.symlink"
    assert refusal(root, "loop") == "file.symlink"
    assert refusal(root, "out/secret.yaml") == "file.outside"
    assert refusal(root, "proc/environ") == "file.outside"
    assert refusal(root, "vendor_manifests/up/../../secret.yaml") == "file.missing"
    assert refusal(root, "loop/x") == "file.unreadable"
    # A linked folder that stays inside is fine, a link at its end is not.
    assert read(root, "in/b.yaml", 100) == b"a: 1\n"
    assert read(root, "vendor_manifests/up/b.yaml", 100) == b"a: 1\n"
    assert refusal(root, "in/up") == "file.symlink"
    # Evidence lies where its path says: no link at all.
    assert rule(sha256(root, "in/b.yaml", 100)) == "file.unreadable"
    assert rule(sha256(root, "vendor_manifests/up/b.yaml", 100)) == "file.unreadable"


def test_a_folder_that_becomes_a_link_is_not_followed(root, tmp_path, monkeypatch):
    """Between looking and opening: the steps themselves follow nothing."""
    (root / "swap").symlink_to(tmp_path)
    monkeypatch.setattr(sources, "_resolved", lambda _root, inner: inner)
    assert refusal(root, "swap/secret.yaml") == "file.unreadable"


def test_what_is_no_file(root):
    os.mkfifo(root / "pipe.yaml")
    started = time.monotonic()
    assert refusal(root, "pipe.yaml") == "file.not_regular"
    assert time.monotonic() - started < 5  # an open that waits for a writer would wait for ever
    assert "pipe.yaml" in find(root, ["pipe.yaml"])
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.fspath(root / "s"))
    listener.close()
    assert refusal(root, "s") == "file.not_regular"
    assert refusal(root, "vendor_manifests") == "file.not_regular"
    assert refusal(root, ".") == "file.not_regular"
    assert refusal(root, "") == "file.not_regular"


def test_a_pipe_put_in_place_of_the_file_does_not_block(root, monkeypatch):
    os.mkfifo(root / "pipe")
    regular = (root / "vendor_manifests/b.yaml").stat()
    monkeypatch.setattr(os, "stat", lambda *_args, **_rest: regular)
    assert refusal(root, "pipe") == "file.not_regular"


def test_devices():
    assert "a device" in read(Path("/"), "dev/null", 100).message
    assert refusal(Path("/dev"), "zero") == "file.not_regular"


@pytest.mark.parametrize("path", ["nowhere.yaml", "nowhere/x.yaml", "vendor_manifests/nowhere.yaml"])
def test_missing(root, path):
    problem = read(root, path, 100)
    assert rule(problem) == "file.missing"
    assert "does not exist" in problem.message


@pytest.mark.parametrize("path", ["vendor_manifests/b.yaml/x", "a\0b", "x" * 300])
def test_unreadable(root, path):
    assert refusal(root, path) == "file.unreadable"


def test_permission_denied(root, monkeypatch):
    real = os.open

    def guarded(path, *args, **rest):
        if path == "b.yaml":
            raise PermissionError(13, "no")
        return real(path, *args, **rest)

    monkeypatch.setattr(os, "open", guarded)
    problem = read(root, "vendor_manifests/b.yaml", 100)
    assert rule(problem) == "file.unreadable"
    assert "permission denied" in problem.message


def test_an_error_while_reading(root, monkeypatch):
    def fail(*_):
        raise OSError(5, "no")

    monkeypatch.setattr(os, "read", fail)
    assert refusal(root, "vendor_manifests/b.yaml") == "file.unreadable"


def open_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_descriptor_is_left_open(root):
    (root / "out").symlink_to("/")
    os.mkfifo(root / "pipe")
    before = open_descriptors()
    for path in ("vendor_manifests/b.yaml", "out/etc/passwd", "pipe", "nowhere/x", "out", "vendor_manifests"):
        read(root, path, 1)
        sha256(root, path, 100)
    assert open_descriptors() == before


# ---------------------------------------------------------------- names

NAMES = {
    b"plain.yaml": "plain.yaml",
    b"k\xc3\xb6ln.yaml": "k\u00f6ln.yaml",
    b"a b%20::x.yaml": "a b%20::x.yaml",
    b"line\nbreak.yaml": "line\\x0abreak.yaml",
    b"esc\x1b[31m.yaml": "esc\\x1b[31m.yaml",
    b"latin\xe9.yaml": "latin\\xe9.yaml",
    b"bidi\xe2\x80\xae.yaml": "bidi\\xe2\\x80\\xae.yaml",
    b"back\\slash.yaml": "back\\x5cslash.yaml",
    b"fake\\x41.yaml": "fake\\x5cx41.yaml",
}


def test_odd_names_are_shown_escaped_and_read_back(root):
    (root / "odd").mkdir()
    for raw in NAMES:
        (root / "odd" / os.fsdecode(raw)).write_bytes(raw)
    found = find(root, ["odd"])
    assert found == sorted(f"odd/{name}" for name in NAMES.values())
    for raw, name in NAMES.items():
        assert read(root, f"odd/{name}", 100) == raw
        assert find(root, [f"odd/{name}"]) == [f"odd/{name}"]
        assert f"odd/{name}".isprintable()


def test_names_as_they_come_from_the_shell_work_too(root):
    for raw, name in NAMES.items():
        (root / os.fsdecode(raw)).write_bytes(raw)
        assert find(root, [os.fsdecode(raw)]) == [name]
        assert read(root, os.fsdecode(raw), 100) == raw


@pytest.mark.parametrize(("raw", "name"), NAMES.items())
def test_shown(raw, name):
    assert shown(os.fsdecode(raw)) == name


def test_half_characters_end_in_a_problem(root):
    assert shown("\ud800\\") == "\\xed\\xa0\\x80\\x5c"
    assert refusal(root, "\ud800") == "file.unreadable"
    assert refusal(root, "\ud800\\x41") == "file.unreadable"
    with pytest.raises(UsageError, match="There is no file"):
        find(root, ["\ud800\\x41"])
