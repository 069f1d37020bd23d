"""`checker report html` as a process: runs of the history, what it refuses, and that half a site never shows."""

import shutil

import pytest

from checker.errors import CheckerError, UsageError
from checker.report import site
from tests.cli.program import checker, repository
from tests.site.conftest import NIGHTS, git
from tests.site.reading import pages

pytestmark = pytest.mark.timeout(900)  # the nights that the site tells of come first

HTML = ("report", "html", "--jobs", "1", "--out")


@pytest.fixture(scope="module")
def own(demo, tmp_path_factory):
    """Return a copy of the demo that may be changed."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("own") / "demo")


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def text(folder, name):
    return " ".join(" ".join(pages(folder)[name].words).split())


def test_the_same_run_gives_the_same_bytes(own, folder, tmp_path):
    source = "https://git.client.example/risk/vendors/blob/{revision}/{path}#L{line}"
    stored = checker(*HTML, tmp_path / "one", "--run", 3, "--source-url", source, cwd=own)
    assert stored.code == 0, stored
    assert files(tmp_path / "one") == files(folder)


def test_a_stored_run_is_told_as_it_was(own, tmp_path):
    done = checker(*HTML, tmp_path / "site", "--run", 1, "--values", "open", cwd=own)
    assert (done.code, done.out) == (0, f"{tmp_path}/site/index.html: 9 vendors, 98 files\n")
    front = text(tmp_path / "site", "index.html")
    assert f"{NIGHTS[0]} · run 1" in front
    assert "This is the first run that is kept" in front
    assert "AES-256-GCM" not in text(tmp_path / "site", "vendors/cedarvoice-transcription.html")


def test_files_that_are_no_longer_what_they_were_are_not_told_for_what_was(own, tmp_path):
    file = own / "vendor_manifests/nordlys-cloud.yaml"
    before = file.read_text()
    file.write_text(before + "# a remark\n")
    done = checker(*HTML, tmp_path / "site", "--run", 2, cwd=own)
    file.write_text(before)
    assert done.code == 0, done
    assert "no longer what they were" in text(tmp_path / "site", "index.html")
    assert "no longer what they were" in text(tmp_path / "site", "vendors/nordlys-cloud.html")
    other = text(tmp_path / "site", "vendors/cedarvoice-transcription.html")
    assert "no longer what they were" not in other
    assert "AES-256-GCM" in other


def test_what_is_not_kept_yet_is_compared_with_the_newest_run(own, tmp_path):
    assert checker(*HTML, tmp_path / "site", "--as-of", "2027-02-20", cwd=own).code == 0
    assert f"Since run 3 of {NIGHTS[2]}" in text(tmp_path / "site", "index.html")
    assert git(own, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--run", "99"), "the history holds no run 99"),
        (("--run", "1", "--as-of", "2026-11-22"), "--as-of has no say in it"),
        (("--run", "1", "vendor_manifests"), "PATH has no say in it"),
        (("--run", "1", "--history", "elsewhere.db"), "there is no history at"),
        (("--history", "elsewhere.db"), "there is no history at"),
        (("--within", "soon"), "`soon` is no period"),
        (("--source-url", "https://host/{revision}"), "tells no place of a file"),
        (("--source-url", "javascript:alert(1)//{path}"), "tells no place of a file"),
    ],
)
def test_wrong_usage_is_refused(own, tmp_path, arguments, message):
    done = checker(*HTML, tmp_path / "site", *arguments, cwd=own)
    assert done.code == 2, done
    assert message in done.err
    assert not (tmp_path / "site").exists()


def test_without_a_history_the_rest_is_told(tmp_path):
    place = repository(tmp_path / "repository")
    done = checker(*HTML, "site", "--as-of", "2026-11-22", cwd=place)
    assert done.code == 0, done
    front = text(place / "site", "index.html")
    assert "No history is read" in front
    assert "All 1 vendor pass" in front


def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    place = repository(tmp_path)
    done = checker(*HTML, "vendor_manifests", "--as-of", "2026-11-22", cwd=place)
    assert done.code == 2
    assert "holds something that is no site" in done.err
    assert list((place / "vendor_manifests").glob("*.yaml"))


def test_a_site_replaces_the_one_before_whole(tmp_path):
    target = tmp_path / "deep/site"
    for name in ("old.html", "new.html"):
        with site.swapped_in(target) as folder:
            site.write(folder, name, "text")
    assert sorted(files(target)) == [".checker-site", ".nojekyll", "new.html"]
    assert [path.name for path in target.parent.iterdir()] == ["site"]


def test_a_site_that_fails_leaves_the_one_before(tmp_path):
    with site.swapped_in(tmp_path / "site") as folder:
        site.write(folder, "old.html", "text")
    with pytest.raises(ZeroDivisionError), site.swapped_in(tmp_path / "site"):
        raise ZeroDivisionError
    assert "old.html" in files(tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_place_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(UsageError, match="is no directory"):
            site.check(tmp_path / name)
    with pytest.raises(CheckerError, match="cannot be written"), site.swapped_in(tmp_path / "file/site"):
        pass
