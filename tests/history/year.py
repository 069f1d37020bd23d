"""A year in the life of the vendors in this repository: 365 nights, and what people did in between.

`python -m tests.history.year DIR` plays it into an empty directory, to look at the history and its pages.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from checker import cli
from tests.cli.program import ROOT

FIRST, NIGHTS = date(2026, 11, 22), 365
CONTROLS = ("EN-01", "GR-04", "GR-05", "LL-01", "LL-03")
"""What is judged: few enough to foretell a whole year by hand."""
MONTHLY = (
    "cedarvoice-transcription",
    "harbourline-contact",
    "ledgermoor-payroll",
    "nordlys-cloud",
    "palmleaf-data-entry",
)
MONTHLY += ("quillforge-software",)
LAYER = """\
apiVersion: vendorpolicy/v1
kind: PolicyData
sanctions_screening: {critical: P12M, high: P12M, medium: P12M, low: P12M}
"""


def begin(place: Path) -> None:
    """Make the repository: the vendors of this one, and five controls."""
    shutil.copytree(ROOT / "vendor_manifests", place / "vendor_manifests")
    (place / "checker.toml").write_text(f"only = {list(CONTROLS)}\n".replace("'", '"'))
    (place / ".gitignore").write_text(".checker/\n")
    git(place, "init", "--quiet", "-b", "main")
    commit(place, "Begin")


def play(place: Path, nights: int = NIGHTS) -> list[int]:
    """Run the nights one after the other, each with what was committed on its day, and return their exit codes."""
    codes = []
    for number in range(nights):
        day = FIRST + timedelta(number)
        if day.isoformat() in EVENTS:
            EVENTS[day.isoformat()](place)
            commit(place, day.isoformat())
        code, _ = checker(place, "reevaluate", "--jobs", "1", "--as-of", day, "--within", "P1D")
        codes.append(code)
    return codes


def checker(place: Path, *arguments: object) -> tuple[int, str]:
    """Run the checker in this process, 365 times faster than in as many, and return exit code and output."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.chdir(place), contextlib.redirect_stdout(out):
        code = cli.run([str(one) for one in arguments])
    return code, out.buffer.getvalue().decode()


def git(place: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{who}_{what}": "x@client.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    subprocess.run(
        ["git", "-c", "commit.gpgsign=false", *arguments], cwd=place, check=True, env={**os.environ, **identity}
    )


def commit(place: Path, message: str) -> None:
    git(place, "add", "-A")
    git(place, "commit", "--quiet", "-m", message)


def edit(place: Path, vendor: str, *changes: tuple[str, str]) -> None:
    """Replace what a pattern matches, which must be somewhere."""
    file = place / "vendor_manifests" / f"{vendor}.yaml"
    text = file.read_text()
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text)
        assert count, (vendor, pattern)
    file.write_text(text)


def monthly_round(place: Path) -> None:
    """Hold the meetings, and screen everybody again."""
    for vendor in MONTHLY:
        edit(
            place,
            vendor,
            (r"last_meeting: \S+", "last_meeting: 2027-01-04"),
            (r"sanctions: \{screened_on: [0-9-]+", "sanctions: {screened_on: 2027-01-04"),
        )


def waive_again(place: Path) -> None:
    """Grant another month for the old gateway."""
    folder = place / "vendor_manifests" / "waivers" / "sollbruck-collections"
    text = (folder / "W-2026-022.yaml").read_text()
    for old, new in (
        ("W-2026-022", "W-2027-001"),
        ("2026-11-16", "2027-01-10"),
        ("expires: 2026-12-14", "expires: 2027-02-09"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "W-2027-001.yaml").write_text(text)


def renew_licence(place: Path) -> None:
    """Renew the two licences that lapsed on 2027-02-14; what the vendor attests has changed, so it signs again."""
    edit(
        place,
        "palmleaf-data-entry",
        (r"issued: 2026-02-15\n(\s+)expires: 2027-02-14", r"issued: 2027-02-18\n\1expires: 2028-02-14"),
    )
    code, _ = checker(place, "vendor", "sign", "palmleaf-data-entry", "--as-of", "2027-02-20")
    assert code == 0


def screen_yearly(place: Path) -> None:
    """Decide that a screening in a year is enough."""
    file = place / "policies" / "params" / "thresholds" / "data.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(LAYER)


EVENTS = {
    "2027-01-04": monthly_round,
    "2027-01-10": waive_again,
    "2027-02-20": renew_licence,
    "2027-03-01": screen_yearly,
}
"""What is committed, by day, before the night of that day."""


if __name__ == "__main__":
    home = Path(sys.argv[1]).resolve()
    home.mkdir(parents=True, exist_ok=True)
    begin(home)
    play(home, int(sys.argv[2]) if sys.argv[2:] else NIGHTS)
