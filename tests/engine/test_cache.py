import os

import pytest

from checker import cache


@pytest.fixture
def place(tmp_path):
    return tmp_path / "cache" / "kind" / "key"


def test_what_was_written_is_read_and_private(place):
    assert cache.write(place, b"payload")
    assert cache.read(place) == b"payload"
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in place.parent.iterdir()] == ["key"]


def test_absent_is_none(place):
    assert cache.read(place) is None


def spoil_content(place):
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)


def truncate(place):
    place.write_bytes(place.read_bytes()[:-1])


def open_file(place):
    place.chmod(0o644)


def open_directory(place):
    place.parent.chmod(0o755)


def link_file(place):
    target = place.with_name("elsewhere")
    place.rename(target)
    place.symlink_to(target)


def link_directory(place):
    target = place.parent.with_name("elsewhere")
    place.parent.rename(target)
    place.parent.symlink_to(target)


def become_fifo(place):
    place.unlink()
    os.mkfifo(place, 0o600)


@pytest.mark.parametrize(
    "spoil",
    [spoil_content, truncate, open_file, open_directory, link_file, link_directory, become_fifo],
    ids=lambda function: function.__name__,
)
def test_what_others_could_have_changed_is_not_read(place, spoil):
    cache.write(place, b"payload")
    spoil(place)
    assert cache.read(place) is None


def test_foreign_owner_is_not_trusted(place, monkeypatch):
    cache.write(place, b"payload")
    owner = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    assert cache.read(place) is None
    assert not cache.write(place, b"other")


def test_directory_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert not cache.write(tmp_path / "file" / "key", b"payload")


def test_target_that_cannot_be_replaced_leaves_nothing_behind(place):
    place.mkdir(parents=True)
    (place / "inside").touch()
    place.parent.chmod(0o700)
    assert not cache.write(place, b"payload")
    assert [file.name for file in place.parent.iterdir()] == ["key"]
