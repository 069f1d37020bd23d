"""Which controls are judged: what each rule takes or leaves out, which one counts, and how that is told."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from checker.commands.selection import Wanted, select
from checker.config import Config
from checker.documents import Document
from checker.errors import UsageError
from checker.model import Severity
from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.report.builders import make_control
from tests.schema.material import schemas

DAY = ("--as-of", tables.TODAY)
CONTROLS = (
    make_control("AA-01", title="Reports", severity=Severity.MEDIUM, profiles=("dora", "full")),
    make_control("AA-02", title="Audits", severity=Severity.HIGH, profiles=("gdpr", "dora", "full")),
    make_control("DP-01", title="Agreement", severity=Severity.CRITICAL, profiles=("gdpr", "full")),
    make_control("DP-02", title="Records", severity=Severity.LOW, profiles=("full",)),
)
SKIP = {"AA": "The auditors are on their way, RSK-1.", "DP-01": "Counsel holds the contract, RSK-2."}


def chosen(config: Config | None = None, **asked) -> tuple[str, str]:
    """Return the ids that are taken, and what the selection is called."""
    selection = select(CONTROLS, config or Config(), Wanted(**asked))
    return " ".join(control.id for control in selection.controls), selection.profile


@pytest.mark.parametrize(
    ("config", "asked", "ids", "profile"),
    [
        ({}, {}, "AA-01 AA-02 DP-01 DP-02", "full"),
        ({}, {"profiles": ["gdpr"]}, "AA-02 DP-01", "gdpr"),
        ({}, {"profiles": ["gdpr", "dora", "gdpr"]}, "AA-01 AA-02 DP-01", "gdpr,dora"),
        ({"profile": ("gdpr", "dora")}, {}, "AA-01 AA-02 DP-01", "gdpr,dora"),
        ({"profile": ("gdpr",)}, {"profiles": ["dora"]}, "AA-01 AA-02", "dora"),
        ({}, {"only": ["DP", "AA-02"]}, "AA-02 DP-01 DP-02", "only DP,AA-02"),
        ({"only": ("DP",)}, {}, "DP-01 DP-02", "only DP"),
        ({"only": ("DP",)}, {"profiles": ["dora"]}, "AA-01 AA-02", "dora"),
        ({"only": ("DP",)}, {"only": ["AA"]}, "AA-01 AA-02", "only AA"),
        ({"profile": ("gdpr",), "only": ("DP",)}, {}, "DP-01 DP-02", "only DP"),
        ({}, {"only": ["DP"], "profiles": ["dora"]}, "DP-01 DP-02", "only DP"),
        ({}, {"severity": Severity.HIGH}, "AA-02 DP-01", "full from severity high"),
        ({}, {"severity": Severity.LOW}, "AA-01 AA-02 DP-01 DP-02", "full from severity low"),
        ({"severity": Severity.CRITICAL}, {}, "DP-01", "full from severity critical"),
        ({"severity": Severity.LOW}, {"severity": Severity.HIGH}, "AA-02 DP-01", "full from severity high"),
        ({"severity": Severity.HIGH}, {"severity": Severity.MEDIUM}, "AA-01 AA-02 DP-01", "full from severity medium"),
        ({"severity": Severity.HIGH}, {"only": ["AA"]}, "AA-02", "only AA from severity high"),
        ({}, {"skip": ["DP"]}, "AA-01 AA-02", "full without DP-01,DP-02"),
        ({}, {"only": ["DP"], "skip": ["DP-01"]}, "DP-02", "only DP without DP-01"),
        ({"skip": SKIP}, {}, "DP-02", "full without AA-01,AA-02,DP-01"),
        ({"skip": SKIP}, {"skip": ["DP-02"]}, "", "full without AA-01,AA-02,DP-01,DP-02"),
        ({"skip": SKIP, "severity": Severity.CRITICAL}, {}, "", "full from severity critical without DP-01"),
        ({"skip": {"AA-01": "It is nobody's concern."}}, {"profiles": ["gdpr"]}, "AA-02 DP-01", "gdpr"),
    ],
)
def test_precedence(config, asked, ids, profile):
    assert chosen(Config(**config), **asked) == (ids, profile)


def test_each_control_is_told_the_rule_that_decided():
    asked = Wanted(profiles=["gdpr", "dora"], severity=Severity.HIGH, skip=["DP"])
    choices = select(CONTROLS, Config(skip={"AA-01": SKIP["AA"]}), asked).choices
    assert [(one.control.id, one.taken, one.rule, one.reason) for one in choices] == [
        ("AA-01", False, "severity below high", ""),
        ("AA-02", True, "profile gdpr,dora", ""),
        ("DP-01", False, "skip DP", "skipped on the command line"),
        ("DP-02", False, "", ""),
    ]


def test_the_reason_of_a_control_beats_that_of_its_family_and_reaches_the_reports():
    selection = select(CONTROLS, Config(skip={**SKIP, "AA-02": "It is done in January."}), Wanted())
    assert selection.notes == (
        "AA-01 Reports is left out: The auditors are on their way, RSK-1.",
        "AA-02 Audits is left out: It is done in January.",
        "DP-01 Agreement is left out: Counsel holds the contract, RSK-2.",
    )


@pytest.mark.parametrize(
    ("config", "asked", "steps"),
    [
        ({}, {}, ["profile full, by default, names 4 of 4 controls"]),
        ({"profile": ("gdpr",)}, {}, ["profile gdpr, from checker.toml, names 2 of 4 controls"]),
        (
            {"only": ("DP",)},
            {"profiles": ["gdpr", "dora"]},
            [
                "`only` of checker.toml does not count, because --profile takes its place",
                "profile gdpr or dora, from the command line, names 3 of 4 controls",
            ],
        ),
        (
            {"severity": Severity.LOW, "skip": {"DP-02": SKIP["AA"]}},
            {"profiles": ["gdpr"], "only": ["AA"]},
            [
                "--profile does not count, because --only takes its place",
                "only AA, from the command line, names 2 of 4 controls",
                "severity low or above, from checker.toml, takes away none",
                "skip takes away none",
            ],
        ),
        (
            {},
            {"severity": Severity.HIGH, "skip": ["AA"]},
            [
                "profile full, by default, names 4 of 4 controls",
                "severity high or above, from the command line, takes away 2: AA-01 DP-02",
                "skip takes away 1: AA-02",
                "  AA-02 Audits: skipped on the command line",
            ],
        ),
    ],
)
def test_the_steps_are_told_in_plain_words(config, asked, steps):
    assert list(select(CONTROLS, Config(**config), Wanted(**asked)).steps) == steps


@pytest.mark.parametrize(
    ("config", "asked", "hint"),
    [
        ({}, {"profiles": ["gdpr", "doar"]}, "did you mean `dora`?"),
        ({}, {"profiles": [""]}, "known are: dora, full, gdpr"),
        ({"profile": ("fulll",)}, {}, "did you mean `full`?"),
        ({}, {"only": ["dp-01"]}, "did you mean `DP-01`?"),
        ({"only": ("DPP",)}, {}, "did you mean `DP`?"),
        ({}, {"skip": ["AA-1"]}, "did you mean `AA-01`?"),
        ({"skip": {"AA-11": SKIP["AA"]}}, {}, "did you mean `AA-01`?"),
    ],
)
def test_a_misspelt_name_gets_the_nearest(config, asked, hint):
    with pytest.raises(UsageError) as caught:
        chosen(Config(**config), **asked)
    assert caught.value.hint == hint


@pytest.mark.parametrize("option", ["--severity", "--fail-on"])
def test_a_misspelt_severity_gets_the_nearest(tmp_path, option):
    done = checker("check", option, "hihg", cwd=repository(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert done.err == "checker: there is no severity `hihg`\n  fix: did you mean `high`?\n"


def test_the_program_takes_commas_repetition_and_the_configuration(tmp_path):
    place = repository(tmp_path)
    once = checker("check", *DAY, "--profile", "gdpr,starter", "--output", "json", cwd=place)
    twice = checker("check", *DAY, "--profile", "starter", "--profile", "gdpr", "--output", "json", cwd=place)
    assert once.code == twice.code == 0, once.err
    report = json.loads(once.out)
    assert report["controls"] == json.loads(twice.out)["controls"]
    assert report["provenance"]["profile"] == "gdpr,starter"
    (place / "checker.toml").write_text('profile = ["gdpr", "starter"]\nseverity = "critical"\n')
    configured = json.loads(checker("check", *DAY, "--output", "json", cwd=place).out)
    assert configured["provenance"]["profile"] == "gdpr,starter from severity critical"
    severe = [one for one in report["controls"] if one["severity"] == "critical"]
    assert configured["controls"] == severe != []
    (place / "checker.toml").write_text('profile = "starter"\n')
    text = checker("check", *DAY, "--only", "EN,DP-01", "--skip", "EN-02", cwd=place).out
    assert "profile only EN,DP-01 without EN-02" in text
    assert "EN-02 Encryption at rest is left out: skipped on the command line" in text


def test_policy_list_tells_the_rule_of_each_control(tmp_path):
    place = repository(tmp_path)
    (place / "checker.toml").write_text('[skip]\nEN-01 = "The old gateway is gone in January, RSK-7."\n')
    arguments = ("policy", "list", "--profile", "gdpr", "--severity", "critical", "--skip", "DP-03")
    lines = checker(*arguments, cwd=place, COLUMNS="160").out.splitlines()
    row = {line[2:7]: line for line in lines}
    assert row["DP-01"].startswith("* ")
    assert re.search(r"  profile gdpr  ", row["DP-01"])
    assert row["AA-03"].startswith("  ")
    assert "severity below critical" in row["AA-03"]
    assert "skip EN-01" in row["EN-01"]
    assert row["LL-02"].startswith("  ")
    assert not re.search(r"profile|skip|severity", row["LL-02"])
    assert "    EN-01 Encryption in transit: The old gateway is gone in January, RSK-7." in lines
    assert any("skipped on the command line" in line for line in lines)
    for width in (80, 120):
        narrow = checker(*arguments, cwd=place, COLUMNS=str(width)).out.splitlines()[: len(tables.library().controls)]
        assert max(map(len, narrow)) <= width


@pytest.mark.parametrize("text", ["profile = []", 'profile = ["gdpr", 2]', "profile = 3", 'severity = "urgent"'])
def test_a_wrong_selection_in_the_configuration_is_refused(tmp_path, text):
    place = repository(tmp_path)
    (place / "checker.toml").write_text(text)
    done = checker("check", cwd=place)
    assert done.code == 2
    assert done.err.startswith("checker: checker.toml:1: ")


def test_the_example_of_the_documentation_is_valid():
    page = (ROOT / "docs/configuration.md").read_text()
    data = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])
    assert {"profile", "only", "severity", "skip"} <= set(data)
    assert schemas().check(Document("checker.toml", data, b""), "CheckerConfig") == ()
