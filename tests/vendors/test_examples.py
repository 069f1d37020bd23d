"""The manifests that fail: what each of them teaches stays findable, with a place and a fix."""

import re

import pytest

from checker.model import Status
from tests.vendors.runs import ENGINES, ROOT, report

FOLDER = "examples"
# Every finding: file, line, rule. A line moves when a file is edited; a rule must not.
FINDINGS = """
copyleft-in-deliverable.yaml:205:LL-02.not_allowed
copyleft-in-deliverable.yaml:206:LL-02.not_allowed
copyleft-in-deliverable.yaml:207:LL-02.unknown_licence
copyleft-in-deliverable.yaml:208:LL-02.entitlement
edited-after-sign-off.yaml:370:GR-05.digest_mismatch
evidence-swapped.yaml:350:AA-04.mismatch
expired-licence.yaml:199:LL-01.expired
expired-licence.yaml:367:AA-04.expired
hidden-sub-processor.yaml:44:FP-01.undeclared_operator
hidden-sub-processor.yaml:99:FP-01.undeclared_recipient
hidden-sub-processor.yaml:154:FP-01.undeclared_remote_employer
missing-answers.yaml:7:GR-01.missing
missing-answers.yaml:31:GR-02.missing
missing-answers.yaml:85:DP-03.missing
missing-answers.yaml:108:EN-01.missing
missing-answers.yaml:188:AA-04.no_evidence
no-transfer-mechanism.yaml:43:DP-03.no_mechanism
no-transfer-mechanism.yaml:91:DP-03.derogation
old-encryption.yaml:113:EN-01.old_version
old-encryption.yaml:113:EN-01.old_version
old-encryption.yaml:116:EN-01.weak_cipher
old-encryption.yaml:117:EN-01.weak_cipher
old-encryption.yaml:118:EN-01.weak_cipher
old-encryption.yaml:119:EN-01.file_transfer
old-encryption.yaml:122:EN-02.algorithm
old-encryption.yaml:123:EN-02.not_covered
overdue-audit.yaml:186:AA-03.never_done
overdue-audit.yaml:188:AA-03.overdue
overdue-audit.yaml:190:AA-03.finding_overdue
schema-mistakes.yaml:12:schema.required
schema-mistakes.yaml:15:schema.enum
schema-mistakes.yaml:18:schema.unknown_field
schema-mistakes.yaml:20:schema.enum
schema-mistakes.yaml:23:schema.format
schema-mistakes.yaml:24:schema.enum
schema-mistakes.yaml:25:schema.unknown_field
schema-mistakes.yaml:28:schema.pattern
schema-mistakes.yaml:31:schema.type
under-declared-tier.yaml:22:GR-02.under_declared
unquoted-norway.yaml:139:yaml.ambiguous
waivers-that-do-not-count.yaml:187:AA-03.overdue
waivers/waivers-that-do-not-count/W-EX-01.yaml:12:waiver.refused
waivers/waivers-that-do-not-count/W-EX-02.yaml:14:waiver.expired
waivers/waivers-that-do-not-count/W-EX-03.yaml:12:waiver.refused
waivers/waivers-that-do-not-count/W-EX-03.yaml:14:waiver.refused
yaml-traps.yaml:10:yaml.alias
yaml-traps.yaml:11:yaml.alias
yaml-traps.yaml:21:yaml.ambiguous
yaml-traps.yaml:24:yaml.duplicate_key
""".split()
NAMES = sorted(path.stem for path in (ROOT / FOLDER).glob("*.yaml"))


def told(engine="wasm"):
    found = report(FOLDER, engine=engine)
    return [f"{one.location.path.removeprefix('examples/')}:{one.location.line}:{one.rule}" for one in found]


@pytest.mark.parametrize("engine", ENGINES)
def test_findings_are_as_listed(engine):
    assert told(engine) == FINDINGS
    assert report(FOLDER, engine=engine).exit_code == 1


def test_engines_agree_in_every_word():
    first, second = (report(FOLDER, engine=engine).findings for engine in ENGINES)
    assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_each_example_fails_with_a_fix(name):
    mine = [one for one in report(FOLDER) if one.vendor == name]
    assert mine
    assert [one for one in mine if not (one.fix.strip() and one.message.strip() and one.location.line > 1)] == []
    assert [one for one in mine if one.status is Status.ERROR] == []


def test_only_the_warning_lets_a_file_pass():
    blocked = {one.vendor for one in report(FOLDER) if one.blocks}
    assert set(NAMES) - blocked == {"unquoted-norway"}


def test_no_waiver_excuses_anything():
    assert [one for one in report(FOLDER) if one.status is Status.WAIVED] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_example_says_what_is_wrong_and_what_to_learn(name):
    head = (ROOT / FOLDER / f"{name}.yaml").read_text(encoding="utf-8").partition("\napiVersion:")[0]
    assert "\n# What is wrong: " in head
    assert "\n# What to learn: " in head


def test_the_list_for_readers_names_every_example_and_its_controls():
    page = (ROOT / FOLDER / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \[([\w-]+)\]\(\1\.yaml\) \|.*\| (.+) \|$", page, re.MULTILINE))
    assert sorted(rows) == NAMES
    for name, controls in rows.items():
        found = {one.control for one in report(FOLDER) if one.vendor == name and one.control != "waiver"}
        named = set(re.findall(r"[A-Z]{2}-\d\d", controls))
        assert not named or named == found, name


@pytest.mark.parametrize("name", NAMES)
def test_documents_of_examples_are_there(name):
    text = (ROOT / FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    folder = ROOT / FOLDER / "evidence" / name
    files = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    assert set(re.findall(r"^    path: (\S+)$", text, re.MULTILINE)) == files
