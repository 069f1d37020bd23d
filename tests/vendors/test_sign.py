"""tools/sign.py: true hashes into manifests, and nothing else of the text touched."""

import shutil
from pathlib import Path

import pytest

from tests.vendors.runs import ROOT
from tools import sign

FOLDER = ROOT / "vendor_manifests"
BLOCKS = sign.vendor_blocks()


@pytest.fixture
def copy(tmp_path):
    """Return a copy of one manifest with its documents."""
    shutil.copytree(FOLDER / "evidence" / "palmleaf-data-entry", tmp_path / "evidence" / "palmleaf-data-entry")
    return Path(shutil.copy(FOLDER / "palmleaf-data-entry.yaml", tmp_path))


def test_a_signed_manifest_stays_as_it_is(copy):
    before = copy.read_bytes()
    assert sign.sign(copy, BLOCKS) == 0
    assert copy.read_bytes() == before


def test_only_hashes_change(copy):
    before = copy.read_text(encoding="utf-8")
    document = copy.parent / "evidence" / "palmleaf-data-entry" / "permit-kochi.txt"
    document.write_text("another permit\n", encoding="utf-8")
    assert sign.sign(copy, BLOCKS) == 2
    after = copy.read_text(encoding="utf-8")
    assert after != before
    assert sign.DIGITS.sub("", after) == sign.DIGITS.sub("", before)
    assert sign.sign(copy, BLOCKS) == 0


def test_the_digest_follows_what_the_vendor_answers_for(copy):
    text = copy.read_text(encoding="utf-8")
    copy.write_text(text.replace("last_meeting: 2026-11-11", "last_meeting: 2026-11-18"), encoding="utf-8")
    assert sign.sign(copy, BLOCKS) == 0
    copy.write_text(text.replace("leaver_revocation: PT8H", "leaver_revocation: PT9H"), encoding="utf-8")
    assert sign.sign(copy, BLOCKS) == 1


def test_an_unreadable_manifest_is_refused_with_its_line(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("kind: VendorManifest\nkind: Waiver\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"broken\.yaml:2: "):
        sign.sign(broken, BLOCKS)


def test_what_is_no_digest_is_refused_with_its_place(copy):
    text = copy.read_text(encoding="utf-8")
    copy.write_text(sign.DIGITS.sub("to do", text, count=1), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"palmleaf-data-entry\.yaml:\d+:13: this is no digest"):
        sign.sign(copy, BLOCKS)
