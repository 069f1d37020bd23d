"""`checker completion`: scripts with which a shell completes commands, options, and the names in a repository."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker.commands.workspace import open_workspace
from checker.errors import CheckerError, UsageError
from checker.frameworks import frameworks

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker completion bash > ~/.local/share/bash-completion/completions/checker
  checker completion zsh > ~/.zfunc/_checker       with `fpath+=~/.zfunc` in .zshrc, before compinit
  checker completion tcsh > ~/.checker.tcsh        with `source ~/.checker.tcsh` in .tcshrc

Controls, profiles, frameworks and vendors are looked up when they are completed.
"""
_SHELLS: Final = ("bash", "zsh", "tcsh")
_LOOK_UP: Final = {
    "bash": '_checker_{kind}() {{\n  compgen -W "$(checker completion --words {kind} 2>/dev/null)" -- "$1"\n}}\n',
    # A function, because what stands in an array of zsh is run when the script is loaded.
    "zsh": "_checker_{kind}() {{\n  compadd -- $(checker completion --words {kind} 2>/dev/null)\n}}\n",
}
_FILES: Final = frozenset({"FILE", "PATH", "DIR"})
_KINDS: Final = {
    "only": "controls",
    "skip": "controls",
    "controls": "controls",
    "what": "controls",
    "profile": "profiles",
    "framework": "frameworks",
    "vendor": "vendors",
}
"""What an option or argument stands for, by the name of its value."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("shell", nargs="?", choices=_SHELLS, metavar="SHELL", help=f"one of {', '.join(_SHELLS)}")
    parser.add_argument("--words", choices=_WORDS, metavar="KIND", help=f"print {', '.join(_WORDS)}, for these scripts")


def run(options: argparse.Namespace) -> int:
    """Print the script, or the words of a kind, one a line."""
    if options.words:
        print("\n".join(_words(options)))
        return 0
    if not options.shell:
        raise UsageError("no shell is named", f"give one of {', '.join(_SHELLS)}, such as `checker completion bash`")
    import shtab  # only this prints scripts

    parser = options.whole()
    _mark(parser, shtab.FILE)
    preamble = "".join(_LOOK_UP.get(options.shell, "").format(kind=kind) for kind in _WORDS)
    sys.stdout.write(shtab.complete(parser, options.shell, preamble=preamble).rstrip() + "\n")
    return 0


def _words(options: argparse.Namespace) -> list[str]:
    """Return the names of a kind; none where the repository cannot be read, for nobody asked for its defects."""
    try:
        return sorted(_WORDS[options.words](open_workspace(options)))
    except CheckerError:
        return []


def _controls(workspace: Workspace) -> Iterable[str]:
    controls = workspace.library.controls
    return {one.id for one in controls} | {one.family for one in controls}


def _profiles(workspace: Workspace) -> Iterable[str]:
    return {name for control in workspace.library.controls for name in control.profiles}


def _frameworks(workspace: Workspace) -> Iterable[str]:
    return frameworks(workspace.library.controls)


def _vendors(workspace: Workspace) -> Iterable[str]:
    return {Path(path).stem for path in workspace.manifests()}


_WORDS: Final[dict[str, Callable[[Workspace], Iterable[str]]]] = {
    "controls": _controls,
    "frameworks": _frameworks,
    "profiles": _profiles,
    "vendors": _vendors,
}


def _mark(parser: argparse.ArgumentParser, files: Any) -> None:  # noqa: ANN401 - a table of shtab's
    """Tell shtab for each value what it is."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to them
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                if hasattr(below, "add_argument"):
                    _mark(below, files)
        elif action.choices is None and action.dest in _KINDS and action.nargs != 0:
            action.complete = _asked(_KINDS[action.dest])  # type: ignore[attr-defined]
        elif action.choices is None and action.metavar in _FILES:
            action.complete = files  # type: ignore[attr-defined]


def _asked(kind: str) -> dict[str, str]:
    return {
        "bash": f"_checker_{kind}",
        "zsh": f"_checker_{kind}",
        "tcsh": f"`checker completion --words {kind}`",
    }
