"""A real git repository with vendors, changed on a branch and reviewed as its users do."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.cases import tables
from tests.cli.program import ROOT, Done, checker, repository, write

VENDOR = "halcyon-support"
MANIFEST = f"vendor_manifests/{VENDOR}.yaml"
TOLD = Path(__file__).parent / "told"
EVIDENCE = f"vendor_manifests/evidence/{VENDOR}"
_IDENTITY = ("-c", "user.name=Tester", "-c", "user.email=tester@client.example", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Reviewed:
    """What a review said: its report as JSON, and how it ended."""

    done: Done
    text: str = ""
    """The same review as people read it."""

    def told(self, name: str) -> None:
        """Hold the text, but for the number of rules, against the kept one, which `UPDATE_GOLDEN=1` writes anew."""
        file = TOLD / f"{name}.txt"
        text = re.sub(r"\d+ files of rules changed", "N files of rules changed", self.text)
        text = re.sub(r"and \d+ more\.$", "and M more.", text, flags=re.MULTILINE)
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"exit code {self.code}\n\n{text}")
        assert file.read_text() == f"exit code {self.code}\n\n{text}"

    @property
    def code(self) -> int:
        """The exit code."""
        return self.done.code

    @cached_property
    def report(self) -> dict[str, Any]:
        """The whole report."""
        assert self.done.out, self.done.err
        return json.loads(self.done.out)

    @property
    def review(self) -> dict[str, Any]:
        """What is told beside the findings."""
        return self.report["review"]

    @cached_property
    def findings(self) -> list[dict[str, Any]]:
        """Every finding of the head."""
        found = list(self.report["others"])
        for vendor in self.report["vendors"]:
            found += vendor["problems"]
            for result in vendor["results"]:
                found += result["findings"]
        return found

    def of(self, change: str) -> set[str]:
        """Return the rules of the findings that compare in this way, such as `new`."""
        return {one["rule"] for one in self.findings if one["change"] == change}

    @property
    def blocking(self) -> set[str]:
        """The rules of the findings that block."""
        return {one["rule"] for one in self.findings if one["blocks"]}

    @property
    def fixed(self) -> set[str]:
        """The rules of what the change mends."""
        return {one["rule"] for one in self.review["fixed"]}

    @property
    def edits(self) -> dict[str, str]:
        """What the change does, by path of the manifest."""
        return {one["path"]: one["edit"] for one in self.review["manifests"]}


class World:
    """A repository whose branch `main` holds one sound vendor; its own policies only when asked for."""

    def __init__(self, place: Path, *, policies: bool = False) -> None:
        self._signed = dt.date(2026, 11, 1)
        place.mkdir(parents=True, exist_ok=True)
        self.place = repository(place)
        if policies:
            for folder in ("policies", "schemas"):
                shutil.copytree(ROOT / folder, place / folder)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("config", "core.autocrlf", "false")
        self.commit()

    def git(self, *arguments: str) -> str:
        """Run git, and return what it prints."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", *_IDENTITY, *arguments], cwd=self.place, env=environment, check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    def commit(self, message: str = "change") -> str:
        """Commit everything, and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str = "change") -> None:
        """Go on with a branch that starts here."""
        self.git("checkout", "--quiet", "-B", name)

    def edit(self, changes: dict[str, Any], *, vendor: str = VENDOR) -> None:
        """Change fields of a manifest, by path, and sign it off on a later day; a value of None deletes."""
        manifest = self.manifest(vendor)
        for path, value in changes.items():
            *keys, last = (int(key) if key.isdigit() else key for key in path.split("."))
            node = manifest
            for key in keys:
                node = node[key]
            if value is None:
                del node[last]
            else:
                node[last] = value
        self._signed += dt.timedelta(days=1)
        manifest["attestation"]["date"] = self._signed.isoformat()
        write(self.place, tables.signed(manifest), vendor)

    def manifest(self, vendor: str = VENDOR) -> dict[str, Any]:
        """Return a manifest of the work tree."""
        return json.loads((self.place / f"vendor_manifests/{vendor}.yaml").read_text())

    def add(self, vendor: str, changes: dict[str, Any] | None = None) -> None:
        """Add a vendor that is like the first one."""
        manifest = tables.base()
        manifest["metadata"] = {**manifest["metadata"], "id": vendor, "legal_name": f"{vendor} Ltd"}
        home = self.place / "vendor_manifests/evidence"
        shutil.copytree(home / VENDOR, home / vendor)
        write(self.place, tables.signed(manifest), vendor)
        if changes:
            self.edit(changes, vendor=vendor)

    def waiver(self, rule: str, *, subject: str = "", name: str = "W-2026-001", **changes: Any) -> Path:
        """Write a sound waiver."""
        waiver = {
            "apiVersion": "vendorpolicy/v1",
            "kind": "Waiver",
            "metadata": {"id": name, "vendor": VENDOR},
            "control": rule,
            "reason": "The vendor moves to the new gateway in spring.",
            "compensating_controls": ["a proxy of ours ends the old protocol"],
            "requested_by": "j.berg@client.example",
            "approved_by": [{"name": "K. Ohm", "role": "ciso", "email": "k.ohm@client.example"}],
            "granted": "2026-11-01",
            "expires": "2026-12-31",
            "risk_ref": "RSK-311",
        }
        if subject:
            waiver["subject"] = subject
        file = self.place / f"vendor_manifests/waivers/{VENDOR}/{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(waiver | changes, indent=1))
        return file

    def review(self, *arguments: object, command: str = "review", seconds: int = 120, **environment: str) -> Reviewed:
        """Review the work tree, or what the arguments say, against `main`."""
        base = () if "--base" in arguments else ("--base", "main")
        options = (*base, "--as-of", tables.TODAY, "--jobs", 1, "--output", "json")
        with tempfile.TemporaryDirectory() as beside:
            text = Path(beside) / "review.txt"
            options = (*options, "--output", f"text:{text}")
            done = checker(command, *options, *arguments, cwd=self.place, seconds=seconds, **environment)
            return Reviewed(done, text.read_text() if text.is_file() else "")
