"""Read what `opa test --coverage --format json` prints; list what no test reached, fail under a threshold."""

import argparse
import json
import sys
from typing import Any


def policies(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the files that are no tests; a test covers itself, and would only flatter the percentage."""
    return {path: file for path, file in sorted(report["files"].items()) if not path.endswith("_test.rego")}


def uncovered(file: dict[str, Any]) -> list[int]:
    """Return the rows that no test reached."""
    spans = [(span["start"]["row"], span["end"]["row"]) for span in file.get("not_covered", [])]
    return sorted({row for first, last in spans for row in range(first, last + 1)})


def judge(report: dict[str, Any], threshold: float) -> int:
    """Print the uncovered lines and the percentage; return 1 under the threshold or without any policy."""
    files = policies(report)
    covered = sum(file.get("covered_lines", 0) for file in files.values())
    lines = covered + sum(file.get("not_covered_lines", 0) for file in files.values())
    for path, file in files.items():
        for row in uncovered(file):
            print(f"{path}:{row}: not covered by a policy test")
    percent = 100 * covered / lines if lines else 0.0
    print(f"policy coverage {percent:.1f} % of {lines} lines, at least {threshold:g} % wanted")
    return int(percent < threshold)


def main() -> int:
    """Judge the report on standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-least", type=float, default=95, metavar="PERCENT")
    options = parser.parse_args()
    text = sys.stdin.read()
    try:
        report = json.loads(text)
    except json.JSONDecodeError:
        # A failing test makes opa print its results instead of the coverage.
        print(text, file=sys.stderr)
        return 1
    return judge(report, options.at_least)


if __name__ == "__main__":
    sys.exit(main())
