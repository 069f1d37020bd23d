"""What will fail and from which day, in five formats: for people, for machines and for a calendar."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError
from checker.model import Status
from checker.report.escape import csv_cell, json_document, markdown_prose, markdown_text, plain, prose
from checker.report.summary import plural
from checker.report.terminal import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icalendar import Alarm

    from checker.model import Cause, Finding, Forecast, JsonObject, Lapse, Location

_NARROWEST: Final = 60
_MOST_CAUSES: Final = 3
_ALARM: Final = timedelta(days=14)
"""How long before a lapse that blocks a calendar reminds of it."""
_COLUMNS: Final = (
    *("day", "vendor", "name", "owner", "control", "title", "severity", "status", "blocks"),
    *("finding", "message", "fix", "cause", "path", "line"),
)


def text(forecast: Forecast, *, width: int = 80, color: bool = False) -> str:
    """Render for people at a terminal: day by day, what fails, why, and whose it is."""
    page = Page(max(width, _NARROWEST), color)
    lines = [page.paint(line, "1") if not number else line for number, line in enumerate(_head(forecast))]
    for day, lapses in groupby(forecast.lapses, key=lambda one: one.day):
        lines += ["", page.paint(f"{day}, {_away(forecast, day)}", "1")]
        for lapse in lapses:
            lines += _lapse(page, lapse)
    for day, finding in forecast.reviews:
        lines += ["", page.paint(f"{day}, {_away(forecast, day)}", "1"), *page.wrap(prose(finding.message), "  ", "  ")]
    for finding in forecast.unjudged:
        lines += ["", *page.wrap(f"not judged: {_place(finding.location)}: {prose(finding.message)}", "", "  ")]
    for note in forecast.notes:
        lines += ["", *page.wrap(f"note: {prose(note)}", "", "      ")]
    return "\n".join(lines) + "\n"


def markdown(forecast: Forecast) -> str:
    """Render as a page with one table."""
    first, *more = _head(forecast)
    parts = ["<!-- vendorpolicy:forecast:v1 -->", f"## {markdown_text(first)}", markdown_prose(" ".join(more))]
    if forecast.lapses:
        rows = [
            "| From | Vendor | Control | Severity | What happens | Owner |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        parts.append("\n".join([*rows, *(_row(forecast, lapse) for lapse in forecast.lapses)]))
    told = [f"{day}: {prose(finding.message)}" for day, finding in forecast.reviews]
    told += [f"not judged: {_place(one.location)}: {prose(one.message)}" for one in forecast.unjudged]
    told += [prose(note) for note in forecast.notes]
    if told:
        parts.append("\n".join(f"- {markdown_text(line)}" for line in told))
    return "\n\n".join(parts) + "\n"


def json(forecast: Forecast) -> str:
    """Render after `schemas/forecast.schema.json`; nothing is shortened."""
    return json_document(to_dict(forecast))


def to_dict(forecast: Forecast) -> JsonObject:
    """Return the forecast as plain JSON values."""
    titles = {control.id: control.title for control in forecast.controls}
    return {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Forecast",
        "until": forecast.until,
        "summary": {
            "vendors": forecast.vendors,
            "controls": len(forecast.controls),
            "lapses": len(forecast.lapses),
            "blocking": sum(lapse.blocks for lapse in forecast.lapses),
            "failing": forecast.failing,
        },
        "provenance": asdict(forecast.provenance),
        "notes": list(forecast.notes),
        "lapses": [
            {
                "day": lapse.day,
                "vendor": lapse.vendor,
                "name": lapse.name,
                "owner": lapse.owner,
                "control": lapse.result.control,
                "title": titles[lapse.result.control],
                "severity": str(lapse.finding.severity),
                "status": str(lapse.result.status),
                "blocks": lapse.blocks,
                "causes": [{"text": cause.text, **_located(cause.location)} for cause in lapse.causes],
                "findings": [_finding(finding) for finding in lapse.findings],
            }
            for lapse in forecast.lapses
        ],
        "reviews": [{"day": day, "finding": _finding(finding)} for day, finding in forecast.reviews],
        "unjudged": [_finding(finding) for finding in forecast.unjudged],
    }


def table(forecast: Forecast) -> str:
    """Render as CSV: a line for each vendor and control."""
    titles = {control.id: control.title for control in forecast.controls}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for lapse in forecast.lapses:
        finding, location = lapse.finding, _location(lapse)
        cells = (
            *(lapse.day, lapse.vendor, lapse.name, lapse.owner, lapse.result.control, titles[lapse.result.control]),
            *(finding.severity, lapse.result.status, "yes" if lapse.blocks else "no", finding.rule),
            *(finding.message, finding.fix, "; ".join(one.text for one in lapse.causes), location.path, location.line),
        )
        writer.writerow([csv_cell(str(cell)) for cell in cells])
    return stream.getvalue()


def ics(forecast: Forecast) -> str:
    """Render as a calendar (RFC 5545): an all-day event for each vendor and control.

    The event of one vendor and control keeps its UID, so that it moves when the day does. Equal forecasts give equal
    bytes, so its time stamp is the as-of date.
    """
    try:
        import icalendar
    except ModuleNotFoundError as error:
        hint = "install it: pip install 'vendorpolicy-checker[calendar]'"
        raise UsageError(f"a calendar needs the package {error.name}", hint) from error
    whole = icalendar.Calendar()
    whole.add("prodid", "-//vendorpolicy//checker forecast//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", "Vendor compliance")
    stamp = datetime.combine(date.fromisoformat(forecast.provenance.as_of), time(), UTC)
    titles = {control.id: control.title for control in forecast.controls}
    for lapse in forecast.lapses:
        event = icalendar.Event()
        event.add("uid", f"{lapse.vendor}.{lapse.result.control.lower()}@vendorpolicy.invalid")
        event.add("dtstamp", stamp)
        event.add("dtstart", date.fromisoformat(lapse.day))
        event.add("summary", _summary(lapse))
        event.add("description", "\n".join(_description(lapse, titles[lapse.result.control])))
        event.add("categories", [str(lapse.finding.severity), "blocks" if lapse.blocks else "does not block"])
        event.add("transp", "TRANSPARENT")
        if lapse.blocks:
            event.add_component(_alarm(lapse))
        whole.add_component(event)
    made: bytes = whole.to_ical()
    return made.decode()


RENDERERS: dict[str, Callable[[Forecast], str]] = {
    "text": text,
    "markdown": markdown,
    "json": json,
    "csv": table,
    "ics": ics,
}
"""The formats of a forecast; the names are the choices of `--output`."""


def _head(forecast: Forecast) -> Iterator[str]:
    as_of = forecast.provenance.as_of
    days = (date.fromisoformat(forecast.until) - date.fromisoformat(as_of)).days
    yield f"Forecast from {as_of} to {forecast.until}, {plural(days, 'day')}: {plural(forecast.vendors, 'vendor')}"
    blocking = sum(lapse.blocks for lapse in forecast.lapses)
    verb = "comes" if len(forecast.lapses) == 1 else "come"
    told = f"{plural(len(forecast.lapses), 'control')} {verb} to fail, {blocking:,} of them will block"
    if forecast.lapses:
        first = forecast.lapses[0].day
        told += f"; the first on {first}, {_away(forecast, first)}"
    yield f"{told}." if forecast.lapses else "Nothing comes to fail, if nothing changes."
    if forecast.failing:
        verb = "fails" if forecast.failing == 1 else "fail"
        yield f"{plural(forecast.failing, 'control')} {verb} already: `checker check` tells which."


def _away(forecast: Forecast, day: str) -> str:
    days = (date.fromisoformat(day) - date.fromisoformat(forecast.provenance.as_of)).days
    return "tomorrow" if days == 1 else f"in {plural(days, 'day')}"


def _lapse(page: Page, lapse: Lapse) -> Iterator[str]:
    weight = f"[{lapse.finding.severity}{', blocks' if lapse.blocks else ''}]"
    name = plain(f"{lapse.vendor}  {lapse.result.control}")
    first, *more = page.wrap(f"{name}  {weight}  {prose(lapse.finding.message)}", "  ", "    ")
    yield first.replace(name, page.paint(name, "1;31" if lapse.blocks else "33"), 1)
    yield from more
    told = [prose(cause.text) for cause in lapse.causes[:_MOST_CAUSES]]
    if len(lapse.causes) > _MOST_CAUSES:
        told.append(f"and {len(lapse.causes) - _MOST_CAUSES} more dates")
    place = _place(_location(lapse))
    yield from page.wrap(
        f"{place}: {'; '.join(told) or 'other vendors change'} (owner: {prose(lapse.owner)})", "    ", "    "
    )


def _told(cause: Cause) -> str:
    return f"{prose(cause.text)} ({plain(cause.location.path)}:{cause.location.line})"


def _row(forecast: Forecast, lapse: Lapse) -> str:
    title = next(control.title for control in forecast.controls if control.id == lapse.result.control)
    cells = (
        lapse.day,
        lapse.vendor,
        f"{lapse.result.control} {title}",
        f"{lapse.finding.severity}{', blocks' if lapse.blocks else ''}",
        f"{lapse.finding.message} ({_place(_location(lapse))})",
        lapse.owner,
    )
    return f"| {' | '.join(markdown_text(prose(cell)) for cell in cells)} |"


def _location(lapse: Lapse) -> Location:
    return lapse.causes[0].location if lapse.causes else lapse.finding.location


def _place(location: Location) -> str:
    return plain(str(location))


def _located(location: Location) -> JsonObject:
    return {"path": location.path, "line": location.line, "column": location.column}


def _finding(finding: Finding) -> JsonObject:
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "status": str(finding.status),
        "severity": str(finding.severity),
        "blocks": finding.blocks,
        "vendor": finding.vendor,
        "subject": finding.subject,
        "message": finding.message,
        "fix": finding.fix,
        **_located(finding.location),
    }


def _summary(lapse: Lapse) -> str:
    missing = lapse.result.status is Status.UNDETERMINED
    return prose(
        f"{lapse.result.control} {'cannot be determined' if missing else 'fails'}: {lapse.name or lapse.vendor}"
    )


def _description(lapse: Lapse, title: str) -> Iterator[str]:
    yield prose(f"{title} [{lapse.finding.severity}{', blocks' if lapse.blocks else ''}]")
    yield prose(lapse.finding.message)
    yield prose(f"fix: {lapse.finding.fix}")
    yield from (_told(cause) for cause in lapse.causes)
    yield prose(f"owner: {lapse.owner}")


def _alarm(lapse: Lapse) -> Alarm:
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(lapse))
    alarm.add("trigger", -_ALARM)
    return alarm
