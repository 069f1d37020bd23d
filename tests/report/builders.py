"""Three tiny reports, shared by the tests of all formats, and the parts to build others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checker.model import (
    Announced,
    Assessment,
    Change,
    Control,
    Edit,
    Finding,
    Flip,
    Impact,
    Location,
    Provenance,
    Report,
    Result,
    Review,
    ReviewedManifest,
    ReviewedWaiver,
    Severity,
    Status,
    WaiverRef,
)

SOURCE = {
    "vendor_manifests/halcyon-support.yaml": b"""apiVersion: vendorpolicy/v1
kind: VendorManifest
metadata:
  id: halcyon-support
data_protection:
  transfers:
    - {from: DE, to: PH, recipient: vendor, mechanism: none}
encryption:
  at_rest: {algorithm: 3DES}
access:
  password: hunter2
\tremote_work: {allowed: true}
""",
}


FIX = "Sign the SCC module that fits the roles and assess the transfer, or keep the data in the EEA."


def make_control(control_id: str = "DP-03", **changes: Any) -> Control:
    control = Control(
        id=control_id,
        package="controls.data_protection.international_transfers",
        title="International transfers have a valid mechanism",
        description="Personal data may leave the EEA only under a mechanism of GDPR Chapter V.",
        severity=Severity.CRITICAL,
        remediation=FIX,
        frameworks={"GDPR": ("Art. 44", "Art. 46(2)(c)"), "ISO 27001": ("A.5.14",)},
        profiles=("full", "gdpr"),
        owner="dpo@client.example",
        effective_on="2026-01-01",
        examples={"fail": "transfers: []", "pass": "transfers: [{to: IN, mechanism: scc_2021_914}]"},
        findings={"no_mechanism": "Personal data leaves the EEA without a mechanism, which is unlawful."},
        resources=(("https://eur-lex.europa.eu/eli/reg/2016/679/oj", "GDPR"),),
    )
    return replace(control, **changes)


CONTROLS = (
    make_control(),
    make_control(
        "EN-02",
        package="controls.encryption.at_rest",
        title="Encryption at rest",
        description="Data at rest is encrypted with an algorithm that still holds.",
        remediation="Encrypt the store with AES-256-GCM and state the algorithm.",
        frameworks={"ISO 27001": ("A.8.24",), "PCI DSS": ("3.5",)},
        resources=(),
    ),
    make_control(
        "LA-03",
        package="controls.access.remote_working",
        title="Home and remote working safeguards",
        severity=Severity.HIGH,
    ),
    make_control(
        "AA-01",
        package="controls.assurance.independent_reports",
        title="Independent assurance is current",
        severity=Severity.HIGH,
    ),
    make_control(
        "PC-03",
        package="controls.people.fair_labour",
        title="Fair labour",
        severity=Severity.MEDIUM,
        frameworks={},
    ),
)

PROVENANCE = Provenance(
    tool="0.1.0",
    engine="wasm",
    opa="1.22.2",
    as_of="2026-11-22",
    profile="full",
    policies="sha256:9f2c4e1d7a3b",
    parameters="sha256:1b7d0c55e2aa",
    schemas="sha256:c0ffee123456",
    revision="3f1c2d4",
)


def make_finding(rule: str = "DP-03.no_mechanism", **changes: Any) -> Finding:
    finding = Finding(
        rule=rule,
        status=Status.FAIL,
        severity=Severity.CRITICAL,
        message="Data of EEA residents goes to PH without a transfer mechanism",
        fix=FIX,
        location=Location("vendor_manifests/halcyon-support.yaml", 7, 7),
        vendor="halcyon-support",
        subject="data_protection.transfers[PH]",
        pointer="/data_protection/transfers/0",
        blocks=True,
    )
    return replace(finding, **changes)


def make_assessment(
    vendor: str = "halcyon-support", *results: Result, problems: tuple[Finding, ...] = (), **changes: Any
) -> Assessment:
    assessment = Assessment(
        path=f"vendor_manifests/{vendor}.yaml",
        vendor=vendor,
        name=f"{vendor.partition('-')[0].title()} Services Inc.",
        tier="high",
        lifecycle="active",
        results=results,
        problems=problems,
    )
    return replace(assessment, **changes)


def make_report(*assessments: Assessment, **changes: Any) -> Report:
    report = Report(provenance=PROVENANCE, controls=CONTROLS, assessments=assessments)
    return replace(report, **changes)


def passing(*controls: str) -> tuple[Result, ...]:
    return tuple(Result(control, Status.PASS) for control in controls or ("DP-03", "EN-02", "LA-03", "AA-01", "PC-03"))


def clean() -> Report:
    return make_report(
        make_assessment("halcyon-support", *passing()),
        make_assessment("nordhost-gmbh", *passing(), tier="low"),
    )


def mixed() -> Report:
    return make_report(
        _halcyon(),
        _lumen(),
        make_assessment("nordhost-gmbh", *passing("DP-03", "EN-02", "LA-03", "AA-01", "PC-03"), tier="medium"),
        _scribe(),
        _broken(),
        _prospect(),
        others=(_waiver_lapsed(),),
        notes=("PC-01 and PC-02 were not judged: they are outside the profile.",),
        portfolio={"concentration": make_overview("Nordhost Group", "Lumen Holding", "Scribe Ltd", "Halcyon Inc.")},
    )


def make_overview(*names: str) -> dict[str, Any]:
    """Return an overview over eight functions, on which the first named has the largest share."""
    levels = ["limit_pct", "warn_pct", *["within"] * len(names)]
    rows = [
        {
            "key": f"group {rank}",
            "name": name,
            "functions": max(1, 5 - rank),
            "share_pct": round(100 * max(1, 5 - rank) / 8),
            "vendors": ["halcyon-support"],
            "level": levels[rank],
        }
        for rank, name in enumerate(names)
    ]
    home = {**rows[0], "key": "DE", "name": "DE", "level": "exempt"}
    return {"functions": 8, "judged": True, "groups": rows, "subprocessors": [], "countries": [home]}


def _at(vendor: str, line: int, column: int = 3) -> dict[str, Any]:
    return {"vendor": vendor, "location": Location(f"vendor_manifests/{vendor}.yaml", line, column)}


def _halcyon() -> Assessment:
    vendor = "halcyon-support"
    transfer = make_finding()
    algorithm = make_finding(
        "EN-02.algorithm",
        status=Status.WAIVED,
        blocks=False,
        message="The backups are encrypted with 3DES, which has been disallowed since 2023-12-31",
        subject="encryption.at_rest.algorithm",
        waiver=WaiverRef(
            id="W-2026-007",
            path="vendor_manifests/waivers/halcyon-support/W-2026-007.yaml",
            expires="2026-12-31",
            reason="The tape library is replaced in December; restores are logged and reviewed until then.",
        ),
        **_at(vendor, 9, 13),
    )
    undetermined = make_finding(
        "LA-03.no_vdi",
        status=Status.UNDETERMINED,
        severity=Severity.HIGH,
        message="Work from home is allowed, but access.remote_work.vdi is not given",
        fix="State whether agents work on a virtual desktop:\naccess:\n  remote_work:\n    vdi: true",
        subject="access.remote_work.vdi",
        **_at(vendor, 12, 2),
    )
    lapses = make_finding(
        "AA-01.lapses_soon",
        status=Status.WARN,
        severity=Severity.HIGH,
        blocks=False,
        message="The ISO/IEC 27001 certificate lapses on 2026-12-15",
        fix="Ask for the renewed certificate.",
        subject="assurance.reports[iso_27001]",
        **_at(vendor, 9, 1),
    )
    announced = make_finding(
        "PC-03.no_standard",
        status=Status.WARN,
        severity=Severity.MEDIUM,
        blocks=False,
        message="No labour standard is attested",
        fix="Attest ilo_core under people.labour.standard.",
        subject="people.labour.standard",
        starts_on="2027-01-01",
        **_at(vendor, 1, 1),
    )
    return make_assessment(
        vendor,
        Result("DP-03", Status.FAIL, (transfer,)),
        Result("EN-02", Status.WAIVED, (algorithm,)),
        Result("LA-03", Status.UNDETERMINED, (undetermined,)),
        Result("AA-01", Status.WARN, (lapses,)),
        Result("PC-03", Status.WARN, (announced,)),
    )


def _lumen() -> Assessment:
    vendor = "lumen-transcription"
    old = make_finding(
        "AA-01.too_old",
        severity=Severity.HIGH,
        blocks=False,
        message="The newest independent report ended on 2025-03-31, longer ago than P18M allows",
        fix="Ask the vendor for a report whose period ended within 18 months.",
        subject="assurance.reports",
        **_at(vendor, 88),
    )
    return make_assessment(
        vendor,
        *passing("DP-03", "EN-02"),
        Result("LA-03", Status.NOT_APPLICABLE),
        Result("AA-01", Status.FAIL, (old,)),
        Result("PC-03", Status.PASS),
        tier="low",
    )


def _scribe() -> Assessment:
    vendor = "scribe-back-office"
    broke = make_finding(
        "engine.timeout",
        status=Status.ERROR,
        severity=Severity.CRITICAL,
        message="DP-03 was stopped after 2 s",
        fix="Report the manifest to the owners of the policy; the other controls were judged.",
        subject="DP-03",
        **_at(vendor, 1, 1),
    )
    return make_assessment(vendor, Result("DP-03", Status.ERROR, (broke,)), *passing("EN-02", "LA-03", "AA-01"))


def _broken() -> Assessment:
    vendor = "tidewater-payroll"
    twice = make_finding(
        "yaml.duplicate_key",
        severity=Severity.CRITICAL,
        message="The key `encryption` is given twice; it was first given on line 31",
        fix="Merge the two blocks.",
        subject="encryption",
        pointer="/encryption",
        **_at(vendor, 54, 1),
    )
    return make_assessment(vendor, problems=(twice,), tier="", lifecycle="", name="")


def _prospect() -> Assessment:
    vendor = "verdant-analytics"
    early = make_finding(blocks=False, **_at(vendor, 40, 7))
    return make_assessment(
        vendor,
        Result("DP-03", Status.FAIL, (early,)),
        *passing("EN-02", "LA-03", "AA-01"),
        Result("PC-03", Status.NOT_APPLICABLE),
        lifecycle="prospective",
        tier="critical",
    )


def _waiver_lapsed() -> Finding:
    return make_finding(
        "waiver.expired",
        status=Status.WARN,
        severity=Severity.MEDIUM,
        blocks=False,
        message="Waiver W-2026-002 expired on 2026-10-31",
        fix="Remove the file, or have a new waiver granted under a new id.",
        vendor="lumen-transcription",
        subject="W-2026-002",
        pointer="/expires",
        location=Location("vendor_manifests/waivers/lumen-transcription/W-2026-002.yaml", 12, 10),
    )


NAUGHTY = (
    "::error file=README.md,line=1::owned",
    "  ::add-mask::a",
    "x\n::stop-commands::end\n##[add-mask]b",
    "fine ##[group]not fine ##[error]x",
    "100%, a:b\r\n%0A::warning::z",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x9b2J\x08\x7f",
    "<img src=x onerror=alert(1)> <script>alert(1)</script> </details> <!-- --> &lt;b&gt;",
    "@org/team #1 GH-7 https://evil.example www.evil.example [x](javascript:alert(1)) ![i](https://evil.example/i.png)",
    "| a | b |\n| --- | --- |\n``` `` ` ~~~ **bold** _em_ \\| \\\\| $x^2$",
    '=HYPERLINK("https://evil.example","x") +1 -1 \t@SUM(1)',
    "admin\u202egnp.exe \u2066a\u2069 \u200bzero\u200dwidth \ufeff \u2028line\u2029paragraph \U000e0041tag",
    "null\x00 \x01\x02 \ufffe\uffff \ud800 lone \udfff ]]> <![CDATA[x]]> &amp; &#0;",
    "{0} {x} %s ${{ github.token }} $(id) `id` {{ 7*7 }} {% raw %}",
    "---\n# heading\n- list\n1. one\n> quote\n    code",
    "A" * 100_000,
    "word " * 20_000,
    "中文字符" * 50 + "e\u0301" * 50,
    "",
    " ",
)


def hostile() -> Report:
    """Every naughty string in every field that text from outside can reach."""
    return make_report(
        *(_naughty(number, text) for number, text in enumerate(NAUGHTY)),
        others=tuple(_naughty_finding(text, "waiver.expired", Status.WARN) for text in NAUGHTY),
        notes=NAUGHTY,
        portfolio={"concentration": make_overview(*reversed(NAUGHTY))},
    )


def _naughty(number: int, text: str) -> Assessment:
    statuses = (Status.FAIL, Status.UNDETERMINED, Status.WAIVED, Status.WARN)
    rules = ("DP-03.no_mechanism", "EN-02.algorithm", "LA-03.no_vdi", "AA-01.too_old")
    results = tuple(
        Result(rule.partition(".")[0], status, (_naughty_finding(text, rule, status, blocks=number % 2 == 0),))
        for rule, status in zip(rules, statuses, strict=True)
    )
    return Assessment(
        path=_file_name(text),
        vendor=text,
        name=text,
        tier=text,
        lifecycle=text,
        results=results,
        problems=(_naughty_finding(text, "schema.enum", Status.FAIL, blocks=True),),
    )


def _naughty_finding(text: str, rule: str, status: Status, *, blocks: bool = False) -> Finding:
    failed = status in {Status.FAIL, Status.UNDETERMINED}
    return Finding(
        rule=rule,
        status=status,
        severity=Severity.HIGH,
        message=text,
        fix=text,
        location=Location(_file_name(text), 3, 5),
        vendor=_encodable(text),
        subject=_encodable(text),
        pointer=text,
        blocks=blocks and failed,
        waiver=WaiverRef(text, _file_name(text), text, text) if status is Status.WAIVED else None,
        starts_on=text if status is Status.WARN else "",
    )


def _file_name(text: str) -> str:
    """Paths are no longer than an operating system allows; `x` stands for an empty one."""
    return text[:1000] or "x"


def _encodable(text: str) -> str:
    """Fingerprints are made of text without lone surrogates; the loader refuses a manifest that has one."""
    return text.encode("utf-8", "replace").decode()


def _changed(report: Report, change: Change) -> Report:
    return report.with_findings(lambda finding: replace(finding, change=change))


def reviewed() -> Report:
    """A review with something in every part of it."""
    vendor = "halcyon-support"
    fresh = _changed(make_report(_halcyon(), others=(_waiver_lapsed(),)), Change.NEW)
    old = make_finding(change=Change.EXISTING, blocks=False, **_at("lumen-transcription", 31, 5))
    worse = make_finding("AA-01.too_old", change=Change.WORSE, severity=Severity.HIGH, **_at("lumen-transcription", 88))
    lumen = make_assessment(
        "lumen-transcription", Result("DP-03", Status.FAIL, (old,)), Result("AA-01", Status.FAIL, (worse,))
    )
    gone = make_finding(
        "review.manifest_deleted",
        severity=Severity.HIGH,
        message="the manifest of `scribe` is deleted, though its contract has not ended",
        fix="keep it until the contract ends",
        change=Change.NEW,
        **_at("scribe-back-office", 1, 1),
    )
    fixed = make_finding("EN-02.algorithm", change=Change.FIXED, blocks=False, **_at(vendor, 9, 13))
    passed = make_assessment(vendor, *passing())
    return replace(
        fresh,
        assessments=(*fresh.assessments, lumen),
        others=(*fresh.others, gone),
        notes=("the change edits what runs reviews (.github/workflows/review.yml): read that with care",),
        review=Review(
            base="a" * 40,
            fork="b" * 40,
            head="c" * 40,
            block="new",
            manifests=(
                ReviewedManifest(
                    f"vendor_manifests/{vendor}.yaml",
                    vendor,
                    Edit.CHANGED,
                    passed,
                    lines=frozenset({7, 12}),
                    meaning=("sub-processor Nordhost added in DE", "not re-attested since"),
                ),
                ReviewedManifest(
                    "vendor_manifests/lumen-transcription.yaml",
                    "lumen-transcription",
                    Edit.EVIDENCE,
                    make_assessment("lumen-transcription", Result("DP-03", Status.FAIL, (replace(old, blocks=True),))),
                ),
                ReviewedManifest(
                    "vendor_manifests/scribe-back-office.yaml", "scribe-back-office", Edit.DELETED, _scribe()
                ),
            ),
            fixed=(fixed,),
            waivers=(
                make_waiver(),
                make_waiver("W-2026-010", accepted=False, effect=()),
                make_waiver("W-2026-003", edit=Edit.DELETED, accepted=False),
            ),
            impact=make_impact(),
            lapsing=(make_finding("AA-01.too_old", severity=Severity.HIGH, **_at(vendor, 9, 1)),),
            horizon="2026-12-22",
        ),
    )


def make_waiver(name: str = "W-2026-009", **changes: Any) -> ReviewedWaiver:
    waiver = ReviewedWaiver(
        id=name,
        path=f"vendor_manifests/waivers/halcyon-support/{name}.yaml",
        vendor="halcyon-support",
        rule="LA-03",
        edit=Edit.ADDED,
        expires="2027-01-31",
        reason="Virtual desktops come in January.",
        accepted=True,
        effect=(make_finding("LA-03.no_vdi"),),
    )
    return replace(waiver, **changes)


def make_impact(**changes: Any) -> Impact:
    flips = [
        Flip("EN-02", vendor, Status.PASS, Status.FAIL, blocks_before=False, blocks_after=True)
        for vendor in ("halcyon-support", "lumen-transcription", "nordhost-gmbh", "a", "b", "c", "d")
    ]
    flips.append(Flip("PC-03", "nordhost-gmbh", None, Status.FAIL, blocks_before=False, blocks_after=False))
    impact = Impact(
        files=("policies/params/crypto/data.yaml",),
        vendors=9,
        flips=tuple(flips),
        newly_blocked=tuple(sorted(flip.vendor for flip in flips[:7])),
        no_longer_blocked=(),
        announced=(Announced("PC-04", "2027-06-01", ("halcyon-support",)),),
    )
    return replace(impact, **changes)


def mended() -> Report:
    """A review of a change that mends something and breaks nothing."""
    report = reviewed()
    review = report.review
    assert review
    return replace(
        clean(),
        review=replace(review, manifests=review.manifests[:1], waivers=(), impact=None, lapsing=()),
    )


def unusable() -> Report:
    """A review of a change after which the rules cannot judge."""
    review = mended().review
    assert review
    broken = make_impact(
        vendors=0, flips=(), newly_blocked=(), announced=(), broken="crypto/data.yaml:3:1: unknown key"
    )
    finding = make_finding("review.rules_broken", change=Change.NEW, vendor="", message="nothing could be judged")
    return replace(make_report(), others=(finding,), review=replace(review, manifests=(), fixed=(), impact=broken))


def hostile_review() -> Report:
    """Every naughty string wherever a review can show text from outside."""
    report = _changed(hostile(), Change.NEW)
    findings = tuple(one for one in report.findings if one.status is Status.FAIL)
    names = tuple(map(_encodable, NAUGHTY))
    return replace(
        report,
        review=Review(
            base="a" * 40,
            fork="b" * 40,
            head="c" * 40,
            block="new",
            manifests=tuple(
                ReviewedManifest(_file_name(text), text, Edit.CHANGED, _naughty(0, text), NAUGHTY, frozenset(), NAUGHTY)
                for text in NAUGHTY
            ),
            fixed=tuple(replace(one, change=Change.FIXED, blocks=False) for one in findings),
            waivers=tuple(
                ReviewedWaiver(text, _file_name(text), text, text, edit, text, text, accepted=True, effect=findings[:3])
                for text in NAUGHTY
                for edit in (Edit.ADDED, Edit.DELETED)
            ),
            impact=Impact(
                files=names,
                vendors=len(names),
                flips=tuple(Flip(text, text, Status.PASS, Status.FAIL, False, True) for text in names),
                newly_blocked=names,
                no_longer_blocked=names,
                announced=tuple(Announced(text, text, names) for text in names),
                broken="\n".join(names[:3]),
            ),
            lapsing=findings,
            horizon="2026-12-22",
        ),
    )


REPORTS = {
    "clean": clean,
    "mixed": mixed,
    "hostile": hostile,
    "reviewed": reviewed,
    "mended": mended,
    "unusable": unusable,
    "hostile-review": hostile_review,
}
