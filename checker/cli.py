"""The command line: which command, its options, and how an error ends. No logic of its own.

Each command is one module of `checker.commands` with `configure(parser)` and `run(options) -> exit code`; it is
imported only when it is the one asked for.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import itertools
import os
import re
import signal
import sys
import textwrap
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from checker import __version__
from checker.errors import CheckerError

if TYPE_CHECKING:
    from collections.abc import Container, Generator, Iterable, Sequence
    from types import FrameType

COMMANDS = {
    "check": "validate and judge vendor manifests",
    "review": "judge what a change does, by the rules of the branch it goes to",
    "impact": "tell which vendors a change of the rules would newly fail or pass",
    "reevaluate": "judge everything on the day, keep the run, and tell what changed since the one before",
    "forecast": "tell which controls will fail, for whom and from which day, if nothing changes",
    "history": "list, show, verify, export and restore the runs that were kept, or erase values from them",
    "notify": "tell the owners of vendors what changed and what is due, or that the nightly run is missing",
    "comment": "put a review on its pull request, as one comment kept up to date",
    "report": "show how the vendors stand at each article of a law or clause of a standard",
    "explain": "tell why a control exists, what it asks and how to meet it",
    "vendor": "list vendors, show one with what is due next, begin one, or sign one off",
    "policy": "draft, test, measure, lint, compile and list the policies",
    "init": "begin: write settings, editor schemas, hooks, workflows, an example",
    "schema": "print a JSON Schema, with the values of the parameters filled in",
    "input": "print what the policies see of a manifest",
    "context": "print the dates that the policies compare with",
    "completion": "print a script that lets a shell complete commands and names",
    "cache": "tell what is kept from run to run, and remove it",
    "doctor": "show versions, engines and what is missing here",
}

_HELP_COLUMN = 26
_MARGINS = len("  ") + len("   ")
_EPILOG = """examples:
  checker init                     begin in this repository
  checker check                    judge its vendors
  checker COMMAND --help           options and examples of a command

exit codes:
  0  nothing at or above the threshold
  1  findings
  2  wrong usage or configuration, or nothing to check
  3  the check could not be completed
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help that fits a screen: a usage without the options that stand below it, and examples folded to its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_HELP_COLUMN)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Show the options that must be given, and the others as one word."""
        wanted = [one for one in actions if one.required or not one.option_strings]
        if len(wanted) == len(list(actions)):
            super().add_usage(usage, actions, groups, prefix)
            return
        others = argparse.Action(["[options]"], "options", nargs=0, required=True)
        super().add_usage(usage, [others, *wanted], groups, prefix)

    def _iter_indented_subactions(self, action: argparse.Action) -> Generator[argparse.Action, None, None]:
        yield from getattr(action, "_get_subactions", list)()

    def _format_action(self, action: argparse.Action) -> str:
        text = super()._format_action(action)
        # The list of commands stands below a title, and needs no line that says COMMAND.
        return text.partition("\n")[2] if action.nargs == argparse.PARSER else text

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = text.splitlines()
        column = _column([_example(line) for line in lines if _is_example(line)], width)
        filled: list[str] = []
        for plain, some in itertools.groupby(lines, lambda line: line[:1].strip() != ""):
            if plain:
                filled += textwrap.wrap(" ".join(some), width)
            else:
                filled += (
                    row for one in some for row in (_laid_out(one, width, column) if _is_example(one) else [one])
                )
        return "\n".join(f"{indent}{line}" for line in filled)


def _is_example(line: str) -> bool:
    return line.lstrip().startswith("checker ") and line.startswith(" ")


def _example(line: str) -> tuple[str, str]:
    """Return the command of an example, and what it is about."""
    command, *about = re.split(r" {2,}", line.strip(), maxsplit=1)
    return command, "".join(about)


def _column(examples: list[tuple[str, str]], width: int) -> int:
    """Return where most examples can tell what they are about, on their own lines and one below the other."""
    rest = sorted((one for one in examples if one[1]), key=lambda one: len(one[0]))
    while rest and len(rest[-1][0]) + max(len(about) for _, about in rest) + _MARGINS > width:
        rest.pop()
    return len(rest[-1][0]) if rest else 0


def _laid_out(line: str, width: int, column: int) -> list[str]:
    command, about = _example(line)
    if about and len(command) <= column:
        return [f"  {command:{column}}   {about}"]
    rows = textwrap.wrap(command, width - 8, break_long_words=False, break_on_hyphens=False)
    folded = [f"{'      ' if number else '  '}{row}" for number, row in enumerate(rows)]
    ends = [" \\"] * (len(folded) - 1) + [""]
    return [row + end for row, end in zip(folded, ends, strict=True)] + ([f"      {about}"] if about else [])


class Parser(argparse.ArgumentParser):
    """argparse that ends with exit code 2, one line, and the nearest right spelling."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - what argparse takes
        super().__init__(**{"formatter_class": _Help, "allow_abbrev": False, **given})

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - as argparse has it
        """Keep what was given, so that an error can tell the likelier reason."""
        self._given = [str(one) for one in args or ()]
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and how to go on, and leave."""
        if message.startswith("the following arguments are required"):
            options = [one.partition("=")[0] for one in self._given if one.startswith("--") and one != "--"]
            unknown = [one for one in options if one not in self._words()]
            message = f"unrecognized arguments: {unknown[0]}" if unknown else message
        wrong = re.search(r"unrecognized arguments: (\S+)|argument (\S+): invalid choice: '([^']*)'", message)
        hint = f"see `{self.prog} --help`"
        if wrong:
            word = (wrong[1] or wrong[3]).partition("=")[0]
            what = "option" if word.startswith("-") else "command" if wrong[2] in {"COMMAND", "ACTION"} else "value"
            message = f"there is no {what} `{word}` here" if wrong[1] or what == "command" else message
            near = difflib.get_close_matches(word, self._words(), 1)
            hint = f"did you mean `{near[0]}`?" if near else hint
        _complain(message, hint)
        self.exit(2)

    def _words(self) -> list[str]:
        """Return every option and choice that this parser knows."""
        return [word for action in self._actions for word in (*action.option_strings, *map(str, action.choices or ()))]


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code."""
    signal.signal(signal.SIGTERM, partial(_terminate, os.getpid()))
    try:
        return _dispatch(list(arguments))
    except CheckerError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        _complain("interrupted", "")
        return 130
    except BrokenPipeError:
        # The reader has gone; leave without a second complaint when the interpreter flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of ours must not look like a verdict
        return _own_fault(error)


def _terminate(owner: int, number: int, frame: FrameType | None) -> NoReturn:
    """Leave in good order, so that no process of ours stays behind."""
    del frame
    if os.getpid() != owner:  # a process that was just forked has nothing to tidy up, and nobody to tell
        os._exit(128 + number)
    raise SystemExit(128 + number)


def whole() -> Parser:
    """Return the parser of every command, for what describes them all; a run needs that of its own command alone."""
    return _parser(COMMANDS)


def _dispatch(arguments: list[str]) -> int:
    wanted = next((text for text in arguments if not text.startswith("-")), "")
    options, unknown = _parser({wanted}).parse_known_args(arguments)
    if unknown:
        options.parser.error(f"unrecognized arguments: {unknown[0]}")
    return int(options.run(options))


def _parser(wanted: Container[str]) -> Parser:
    """Return a parser that knows the names of all commands, and the options of those that are wanted."""
    parser = Parser(
        prog="checker",
        description="Compliance as code for outsourcing: judge vendor manifests in git.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"checker {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for name, text in COMMANDS.items():
        if name not in wanted:
            commands.add_parser(name, help=text, add_help=False)
            continue
        module = importlib.import_module(f"checker.commands.{name}")
        below = commands.add_parser(name, help=text, description=_sentence(text), epilog=module.EPILOG)
        module.configure(below)
        below.set_defaults(run=module.run, parser=below, whole=whole)
        _describe(below, module.EPILOG)
    return parser


def _describe(parser: argparse.ArgumentParser, epilog: str) -> None:
    """Give each action below a command what it does not say itself: a sentence, and its examples of the command."""
    for group in parser._actions:  # noqa: SLF001 - argparse has no other way to them
        if not isinstance(group, argparse._SubParsersAction):  # noqa: SLF001
            continue
        parser._positionals.title = "actions"  # noqa: SLF001
        texts = {one.dest: one.help or "" for one in group._choices_actions}  # noqa: SLF001
        for name, action in group.choices.items():
            action.description = action.description or _sentence(texts[name])
            lines = [line for line in epilog.splitlines() if f"{line.strip()} ".startswith(f"{action.prog} ")]
            if not action.epilog and lines:
                action.epilog = "\n".join(["examples:", *lines])
            if action.get_default("run") is None:
                action.set_defaults(parser=action)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _complain(message: str, hint: str) -> None:
    from checker.report.escape import plain

    first, *more = message.splitlines() or [""]
    lines = [f"checker: {plain(first)}", *(f"  {plain(line.strip())}" for line in more)]
    if hint:
        lines.append(f"  fix: {plain(' '.join(hint.split()))}")
    print("\n".join(lines), file=sys.stderr)


def _own_fault(error: Exception) -> int:
    import traceback

    traceback.print_exception(error)
    _complain(
        f"internal error, {type(error).__name__}: {error}",
        "please report it with the lines above; nothing was judged",
    )
    return 3
