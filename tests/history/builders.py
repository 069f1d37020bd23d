"""Small reports, in the form in which they are stored."""

from checker.history import History, Record, Run
from checker.history.comparison import Before, compare


def finding(vendor: str, rule: str, status: str = "fail", *, blocks: bool = True, subject: str = "") -> dict:
    """Return what a report says of one finding."""
    return {
        "fingerprint": f"{rule}/{vendor}/{subject}",
        "rule": rule,
        "vendor": vendor,
        "severity": "high",
        "status": status,
        "blocks": blocks,
        "message": f"Jane Roe of {vendor} says so",
        "path": f"vendor_manifests/{vendor}.yaml",
        "line": 3,
        "column": 5,
    }


def report(day: str, vendors: dict[str, list[dict]], **provenance: str) -> dict:
    """Return a report of vendors with their findings."""
    told = {
        "path": "vendor_manifests/{}.yaml",
        "verdict": "blocked",
        "problems": [],
    }
    return {
        "kind": "Report",
        "exit_code": int(any(vendors.values())),
        "provenance": {
            **dict.fromkeys(("engine", "opa", "profile", "policies", "parameters", "schemas", "revision"), "x"),
            "tool": "checker 1",
            "as_of": day,
            **provenance,
        },
        "vendors": [
            {**told, "path": told["path"].format(name), "vendor": name, "results": [{"findings": found}]}
            for name, found in vendors.items()
        ],
        "others": [],
    }


def keep(history: History, id_: str, told: dict, sources: dict | None = None) -> tuple[Run, bool]:
    """Compare a report with the newest run, and store it."""
    record = Record(id_, "2026-11-22T03:00:00+00:00", told, sources or {})
    previous = history.latest()
    before = Before(previous, history.report(previous), history.entries(previous.number)) if previous else None
    return history.append(record, compare(before, record), previous)
