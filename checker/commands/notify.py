"""`checker notify`: tell whom it concerns what changed and what is due, or that the nightly run is missing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from checker import calendar
from checker.commands import telling
from checker.commands.check import parse_outputs, write
from checker.commands.reevaluate import HOME, add_history, alone, open_at
from checker.commands.selection import add_selection
from checker.commands.workspace import open_workspace
from checker.errors import CheckerError, UsageError
from checker.notify import News, plan
from checker.notify.wording import Facts
from checker.report import runs
from checker.report.escape import json_document

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from checker.commands.workspace import Workspace
    from checker.history import History, Run
    from checker.model import JsonObject
    from checker.notify.plan import Item, Told

EPILOG = """examples:
  checker notify --dry-run          print what would be sent to whom
  checker notify                    tell of the newest run what was not told before
  checker notify --overdue PT26H    raise the alarm when no run was kept for so long

Who is told, and by which channels, stands in checker.toml under [notify]. Secrets come from the environment alone:
CHECKER_SMTP_USER, CHECKER_SMTP_PASSWORD, CHECKER_SMTP_CA (a file), CHECKER_WEBHOOK_URL, GITHUB_TOKEN, CHECKER_PING_URL.

exit codes: 0 all are told; 1 the nightly run is overdue; 2 wrong usage; 3 somebody could not be told
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_history(parser)
    add_selection(parser, "look ahead by")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one per processor)")
    parser.add_argument("--dry-run", action="store_true", help="send nothing; print what would be sent to whom")
    parser.add_argument(
        "--overdue", metavar="PERIOD", help="only see whether the newest run is older, such as P2D or PT26H"
    )
    parser.add_argument("--output", metavar="FORMAT[:FILE]", default="text", help="text or json")
    parser.set_defaults(paths=[], allow_empty=True)  # what is ahead is looked for among all manifests


def run(options: argparse.Namespace) -> int:
    """Tell, say what became of it, and return the exit code."""
    ((name, file),) = parse_outputs([options.output], ("text", "json"))
    limit = _limit(options.overdue) if options.overdue else None
    workspace = open_workspace(options)
    if limit:
        late, deliveries = _overdue(workspace, options, limit)
    else:
        settings = telling.required(workspace)
        history = open_at(workspace, options, create=False)
        try:
            with alone(workspace.root / HOME):  # two at once would tell everything twice
                late, deliveries = "", telling.tell(workspace, options, settings, history)
        finally:
            history.close()
    if name == "json":
        told: JsonObject = {
            "apiVersion": "vendorpolicy/v1",
            "kind": "NotificationOutcome",
            "overdue": late or None,
            "deliveries": deliveries,
        }
        write(json_document(told), file)
    else:
        lines = runs.deliveries(deliveries) if deliveries or not limit else ()
        write("\n".join([*([late or "the nightly run is not overdue"] if limit else []), *lines]) + "\n", file)
    if any(one["state"] == "failed" for one in deliveries):
        return 3
    return int(bool(late))


def _overdue(workspace: Workspace, options: argparse.Namespace, limit: timedelta) -> tuple[str, list[JsonObject]]:
    """Return why the nightly run is overdue, which is nothing when it is not, and what became of telling it."""
    now = datetime.now(UTC)
    settings = workspace.config.notify
    history: History | None = None
    try:
        history = open_at(workspace, options, create=False)
        newest = max(history.runs(), key=lambda one: one.judged_at, default=None)
        late = _late(newest, now, limit)
        number, ledger = (newest.number if newest else 0), history
    except CheckerError as error:
        late, number, ledger = f"no run can be seen: {error.message}", 0, None
    try:
        if not late or not settings:
            return late, []
        hint = "see whether the scheduler still starts `checker reevaluate`, and what its last log says"
        item = plan.overdue(late, hint, number, now.date())
        told = {item.key: item.state}

        def items(known: Told) -> list[Item]:
            return [] if known.get(item.key) == told[item.key] else [item]

        book = plan.Book(lambda _: (), {}, frozenset(), settings.fallback)
        news = News(items, book, Facts(now.date().isoformat(), 0, "", settings.link))
        over = telling.over_channels(settings, news, ledger or _Forgetful(), dry_run=options.dry_run)
        return late, [asdict(one) for one in over]
    finally:
        if history:
            history.close()


def _late(newest: Run | None, now: datetime, limit: timedelta) -> str:
    if newest is None:
        return "no run was ever kept"
    judged = datetime.fromisoformat(newest.judged_at)
    if now - judged <= limit:
        return ""
    hours = int((now - judged).total_seconds() // 3600)
    return f"the newest run, {newest.number} for {newest.as_of}, is {hours} hours old"


class _Forgetful:
    """The ledger when the history is out of reach: better told twice than never."""

    def told(self, channel: str) -> dict[str, JsonObject]:
        del channel
        return {}

    def remember(self, channel: str, states: Mapping[str, JsonObject]) -> None:
        """Nothing can be noted."""


def _limit(period: str) -> timedelta:
    measured = calendar.length(period)
    if not measured or measured["unit"] != "seconds" or not measured["length"]:
        raise UsageError(f"`{period}` is no time that a run may be old", "write days or hours, such as P2D or PT26H")
    return timedelta(seconds=measured["length"])
