"""The figures of a scheduled run in the text format of Prometheus, for a node exporter's textfile collector."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError
from checker.model import Severity, stored_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.model import JsonObject

_LABELS: Final = {
    "checker_vendors": "verdict",
    "checker_results": "status",
    "checker_blocking_findings": "severity",
    "checker_changes": "kind",
    "checker_lapses": "blocks",
}
_HELP: Final = {
    "checker_run_timestamp_seconds": "When the run judged, in Unix time.",
    "checker_run_duration_seconds": "How long the run took.",
    "checker_run_exit_code": "0 nothing blocks, 1 findings block, 3 something could not be judged.",
    "checker_run_kept": "1 when the run is in the history, 0 when it waits to be taken in.",
    "checker_run_number": "The number of the newest run in the history.",
    "checker_vendors": "Vendors by verdict.",
    "checker_results": "Results of controls by status, over all vendors.",
    "checker_blocking_findings": "Findings that block, by severity.",
    "checker_changes": "Findings that are not as they were in the run before, by kind.",
    "checker_lapses": "Controls that come to fail within the horizon of the run, by whether they will block.",
    "checker_next_lapse_days": "Days until the next control comes to block; absent when none does within the horizon.",
}


def render(told: JsonObject, judged_at: float, seconds: float) -> str:
    """Render the record of a run; `judged_at` is in Unix time, and it took `seconds`."""
    try:
        import prometheus_client as prometheus
    except ModuleNotFoundError as error:
        hint = "install it: pip install 'vendorpolicy-checker[history]'"
        raise UsageError(f"metrics need the package {error.name}", hint) from error
    registry = prometheus.CollectorRegistry()
    plain = {
        "checker_run_timestamp_seconds": judged_at,
        "checker_run_duration_seconds": round(seconds, 3),
        "checker_run_exit_code": told["report"]["exit_code"],
        "checker_run_kept": int(told["kept"]),
        **({"checker_run_number": told["run"]["number"]} if told["run"] else {}),
        **dict(_next_lapse(told)),
    }
    for name, value in plain.items():
        prometheus.Gauge(name, _HELP[name], registry=registry).set(value)
    for name, counts in _counts(told).items():
        gauge = prometheus.Gauge(name, _HELP[name], [_LABELS[name]], registry=registry)
        for label, count in counts.items():
            gauge.labels(label).set(count)
    return prometheus.generate_latest(registry).decode()


def _counts(told: JsonObject) -> dict[str, Mapping[str, int]]:
    summary, lapses = told["report"]["summary"], (told["forecast"] or {}).get("lapses", ())
    blocking = [one["severity"] for one in stored_findings(told["report"]) if one["blocks"]]
    kinds = [one["kind"] for one in told["changes"]]
    return {
        "checker_vendors": summary["verdicts"],
        "checker_results": summary["results"],
        "checker_blocking_findings": {str(one): blocking.count(one) for one in Severity},
        "checker_changes": {kind: kinds.count(kind) for kind in ("new", "worse", "better", "fixed", "dropped")},
        "checker_lapses": {
            "yes": sum(one["blocks"] for one in lapses),
            "no": sum(not one["blocks"] for one in lapses),
        },
    }


def _next_lapse(told: JsonObject) -> Iterator[tuple[str, int]]:
    as_of = date.fromisoformat(told["report"]["provenance"]["as_of"])
    for one in (told["forecast"] or {}).get("lapses", ()):
        if one["blocks"]:
            yield "checker_next_lapse_days", (date.fromisoformat(one["day"]) - as_of).days
            return
