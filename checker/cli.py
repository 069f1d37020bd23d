"""The command line: which command, its options, and how an error ends. No logic of its own.

Each command is one module of `checker.commands` with `configure(parser)` and `run(options) -> exit code`; it is
imported only when it is the one asked for.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import re
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from checker import __version__
from checker.errors import CheckerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

COMMANDS = {
    "check": "validate and judge vendor manifests",
    "review": "judge what a change does, by the rules of the branch it goes to",
    "impact": "tell which vendors a change of the rules would newly fail or pass",
    "reevaluate": "judge everything on the day, keep the run, and tell what changed since the one before",
    "history": "list, show, verify, export and restore the runs that were kept, or erase values from them",
    "notify": "tell the owners of vendors what changed and what is due, or that the nightly run is missing",
    "comment": "put a review on its pull request, as one comment kept up to date",
    "report": "show how the vendors stand at each article of a law or clause of a standard",
    "explain": "tell why a control exists, what it asks and how to meet it",
    "vendor": "list vendors, show one with what is due next, begin one, or sign one off",
    "policy": "draft, test, measure, lint, compile and list the policies",
    "schema": "print a JSON Schema, with the values of the parameters filled in",
    "input": "print what the policies see of a manifest",
    "context": "print the dates that the policies compare with",
    "doctor": "show versions, engines and what is missing here",
}

_EXIT_CODES = """exit codes:
  0  nothing at or above the threshold
  1  findings
  2  wrong usage or configuration, or nothing to check
  3  the check could not be completed
"""


class Parser(argparse.ArgumentParser):
    """argparse that ends with exit code 2, one line, and the nearest right spelling."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and how to go on, and leave."""
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


def _dispatch(arguments: list[str]) -> int:
    parser = Parser(
        prog="checker",
        description="Compliance as code for outsourcing: judge vendor manifests in git.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"checker {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    wanted = next((text for text in arguments if not text.startswith("-")), "")
    for name, text in COMMANDS.items():
        if name != wanted:
            commands.add_parser(name, help=text, add_help=False)
            continue
        module = importlib.import_module(f"checker.commands.{name}")
        below = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=module.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.configure(below)
        below.set_defaults(run=module.run, parser=below)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        options.parser.error(f"unrecognized arguments: {unknown[0]}")
    return int(options.run(options))


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
