"""Which controls a run judges by: asked for on the command line or in checker.toml, and why each was taken or not.

An option beats its key in checker.toml. The base is a list of controls or families (`only`) or else the union of
profiles; then the severity narrows it; then what is skipped is taken away, wherever it was named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker.config import FILE, Config
from checker.errors import UsageError, nearest
from checker.model import Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence

    from checker.model import Control

_ON_COMMAND_LINE = "skipped on the command line"


@dataclass(frozen=True, slots=True)
class Choice:
    """One control of the library, and which rule took it or left it out."""

    control: Control
    taken: bool
    rule: str
    """In plain words, such as `profile gdpr` or `severity below high`; empty when nothing named the control."""
    reason: str = ""
    """Why the control is skipped, in the words of whoever skipped it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The controls to judge by, and how they were found."""

    choices: tuple[Choice, ...]
    profile: str
    """What was selected, in one phrase for every report."""
    steps: tuple[str, ...]
    """What each rule did, in the order in which they count."""

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls to judge by, in the order of the library."""
        return tuple(choice.control for choice in self.choices if choice.taken)

    @property
    def notes(self) -> tuple[str, ...]:
        """What every report tells of controls that are skipped."""
        return tuple(f"{_named(choice)} is left out: {choice.reason}" for choice in self.choices if choice.reason)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line; None where an option was not given."""

    profiles: Sequence[str] | None = None
    only: Sequence[str] | None = None
    skip: Sequence[str] | None = None
    severity: Severity | None = None


def add_selection(parser: argparse.ArgumentParser, verb: str = "judge by") -> None:
    """Add the options that choose controls; `verb` is what a command does with them."""
    parser.add_argument(
        "--profile",
        action="append",
        metavar="NAME[,NAME]",
        help=f"{verb} these profiles (default: full)",
    )
    parser.add_argument("--only", action="append", metavar="ID[,ID]", help=f"{verb} these controls or families alone")
    parser.add_argument(
        "--severity", type=parse_severity, metavar="SEVERITY", help=f"{verb} those of this severity or above"
    )
    parser.add_argument("--skip", action="append", metavar="ID[,ID]", help="leave out these controls or families")


def wanted(options: argparse.Namespace) -> Wanted:
    """Return what the options of `add_selection` ask for; each may be repeated, or hold a list with commas."""
    return Wanted(_split(options.profile), _split(options.only), _split(options.skip), options.severity)


def parse_severity(text: str) -> Severity:
    """Return the severity of that name; UsageError names the nearest."""
    try:
        return Severity(text.lower())
    except ValueError:
        raise UsageError(f"there is no severity `{text}`", nearest(text, Severity)) from None


def select(controls: Sequence[Control], config: Config, asked: Wanted) -> Selection:
    """Choose among the controls of the library; UsageError for a name that it does not know."""
    base, choices = _base(controls, config, asked)
    step, phrase = base
    steps, phrases = [*_set_aside(config, asked), f"{step} names {_of(choices, controls)}"], [phrase]
    if least := asked.severity or config.severity:
        source = "the command line" if asked.severity else FILE
        choices, fallen = _narrowed(choices, least)
        steps.append(f"severity {least} or above, from {source}, takes away {_listed(fallen)}")
        phrases.append(f"from severity {least}")
    reasons = {**config.skip, **dict.fromkeys(asked.skip or (), _ON_COMMAND_LINE)}
    _require_known(config.skip, controls, f"[skip] of {FILE}")
    _require_known(asked.skip or (), controls, "")
    choices, fallen = _skipped(choices, reasons)
    if reasons:
        steps += [f"skip takes away {_listed(fallen)}", *(f"  {_named(one)}: {one.reason}" for one in fallen)]
    if fallen:
        phrases.append(f"without {','.join(one.control.id for one in fallen)}")
    return Selection(tuple(choices), " ".join(phrases), tuple(steps))


def _base(controls: Sequence[Control], config: Config, asked: Wanted) -> tuple[tuple[str, str], list[Choice]]:
    """Return how the base is called, in a sentence and in a phrase, and every control with what took it."""
    on_command_line = asked.only is not None or asked.profiles is not None
    by_default = not config.only and config.profile == Config().profile
    source = "from the command line" if on_command_line else "by default" if by_default else f"from {FILE}"
    only = asked.only if on_command_line else config.only
    if only:
        _require_known(only, controls, "" if on_command_line else f"`only` of {FILE}")
        words = f"only {','.join(only)}"
        return (f"{words}, {source},", words), [_choice(one, "only", _names(one, only)) for one in controls]
    profiles = tuple(dict.fromkeys(asked.profiles if asked.profiles is not None else config.profile))
    known = sorted({name for control in controls for name in control.profiles})
    for name in profiles:
        if name not in known:
            place = "" if on_command_line else f", which {FILE} names"
            raise UsageError(f"there is no profile `{name}`{place}", nearest(name, known))
    words = f"profile {' or '.join(profiles)}"
    choices = [_choice(one, "profile", [name for name in profiles if name in one.profiles]) for one in controls]
    return (f"{words}, {source},", ",".join(profiles)), choices


def _set_aside(config: Config, asked: Wanted) -> list[str]:
    """Tell of what was asked for and does not count because something else takes its place."""
    told = []
    if asked.only is not None and asked.profiles is not None:
        told.append("--profile does not count, because --only takes its place")
    if config.only and asked.only is None and asked.profiles is not None:
        told.append(f"`only` of {FILE} does not count, because --profile takes its place")
    return told


def _choice(control: Control, word: str, names: Sequence[str]) -> Choice:
    return Choice(control, bool(names), f"{word} {','.join(names)}" if names else "")


def _narrowed(choices: Sequence[Choice], least: Severity) -> tuple[list[Choice], list[Choice]]:
    """Return all choices with those below `least` left out, and these."""
    low = {one.control.id for one in choices if one.taken and one.control.severity.rank < least.rank}
    rule = f"severity below {least}"
    return _without(choices, dict.fromkeys(low, (rule, "")))


def _skipped(choices: Sequence[Choice], reasons: dict[str, str]) -> tuple[list[Choice], list[Choice]]:
    """Return all choices with those skipped left out, and these; the reason of the control beats its family's."""
    found = {one.control.id: _names(one.control, reasons) for one in choices if one.taken}
    return _without(choices, {name: (f"skip {hits[0]}", reasons[hits[0]]) for name, hits in found.items() if hits})


def _without(choices: Sequence[Choice], out: dict[str, tuple[str, str]]) -> tuple[list[Choice], list[Choice]]:
    left = []
    for one in choices:
        rule, reason = out.get(one.control.id, (one.rule, one.reason))
        left.append(replace(one, taken=one.taken and one.control.id not in out, rule=rule, reason=reason))
    return left, [one for one in left if one.control.id in out]


def _names(control: Control, names: Collection[str]) -> list[str]:
    """Return those of `names` that mean this control, its own before its family's."""
    return [name for name in (control.id, control.family) if name in names]


def _require_known(names: Collection[str], controls: Sequence[Control], place: str) -> None:
    """Raise UsageError for a name that the library does not know; `place` is where it stands, when in a file."""
    known = {control.id for control in controls} | {control.family for control in controls}
    for name in names:
        if name not in known:
            where = f", which {place} names" if place else ""
            raise UsageError(f"there is no control or family `{name}`{where}", nearest(name, known))


def _split(texts: list[str] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(word.strip() for text in texts for word in text.split(","))


def _of(choices: Sequence[Choice], controls: Sequence[Control]) -> str:
    return f"{sum(one.taken for one in choices)} of {len(controls)} controls"


def _listed(fallen: Sequence[Choice]) -> str:
    return f"{len(fallen)}: {' '.join(one.control.id for one in fallen)}" if fallen else "none"


def _named(choice: Choice) -> str:
    return f"{choice.control.id} {choice.control.title}"
