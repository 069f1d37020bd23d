"""The workflows, jobs and locks for forges, made of those that this project uses itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.adoption.wish import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checker.adoption.wish import Wish

_ACTION: Final = ".github/actions/checker"
_SCHEDULE: Final = ".github/workflows/vendor-schedule.yml"
_JOB: Final = ".gitlab/vendor-review.gitlab-ci.yml"
_GITLAB_LOCK: Final = ".gitlab/checker"
_LOCAL_ACTION: Final = "uses: ./ # zizmor: ignore[self-repository] the action as checked out, not as the change has it"


def github(wish: Wish, shipped: Path) -> Iterator[Draft]:
    """Yield the action, its lock and the workflows."""
    action = (shipped / "action.yml").read_text(encoding="utf-8")
    installing = _install(wish, "$GITHUB_ACTION_PATH")
    action = replaced(
        _without(action, "    - name: Set up Go\n", "    # Every package"),
        {
            "    # Every package is installed as hashed in requirements/, and OPA as summed in tools/go.sum.\n"
            "    - name: Install the checker and OPA\n": "    # What the checker needs is installed as hashed in "
            "requirements.txt. Controls of your own need `opa` on PATH, too.\n    - name: Install the checker\n",
            'run: make -C "$GITHUB_ACTION_PATH" install opa': f"run: {_script(installing, 8)}",
            '        export PATH="$GITHUB_ACTION_PATH/.venv/bin:$GITHUB_ACTION_PATH/.tools/bin:$PATH"\n': "",
        },
    )
    yield Draft(f"{_ACTION}/action.yml", action, "action")
    yield Draft(f"{_ACTION}/requirements.txt", _lock(shipped), "lock")
    yield Draft(f"{_ACTION}/nightly.txt", _lock(shipped, "nightly"), "lock")
    installed = {"run: make install": f"run: {_script(_install(wish, _ACTION), 10)}", ".venv/bin/checker": "checker"}
    reviewing = {_LOCAL_ACTION: _LOCAL_ACTION.replace("./ ", f"./{_ACTION} ")}
    for name, about, changes in (
        ("vendor-review.yml", "review", reviewing),
        ("vendor-comment.yml", "comment", reviewing | installed),
    ):
        path = f".github/workflows/{name}"
        yield Draft(path, replaced((shipped / path).read_text(encoding="utf-8"), changes), about)
    yield Draft(_SCHEDULE, _nightly(wish, (shipped / _SCHEDULE).read_text(encoding="utf-8")), "every night")


def _nightly(wish: Wish, text: str) -> str:
    installing = _install(wish, _ACTION, "nightly")
    return replaced(
        _without(text, "      - name: Set up Go\n", "      - name: Install the checker"),
        {
            "Install the checker and OPA": "Install the checker",
            "run: make install-nightly opa": f"run: {_script(installing, 10)}",
            '          export PATH="$PWD/.tools/bin:$PATH"\n': "",
            'PATH="$PWD/.tools/bin:$PATH" .venv/bin/checker': "checker",
            ".venv/bin/checker": "checker",
        },
    )


def gitlab(wish: Wish, shipped: Path) -> Iterator[Draft]:
    """Yield the job for merge requests, its lock, and what includes it."""
    job = (shipped / "docs/ci/vendor-review.gitlab-ci.yml").read_text(encoding="utf-8")
    head, _, rest = job.partition("vendor review:\n")
    install = "".join(f"    - {line}\n" for line in _install(wish, _GITLAB_LOCK))
    job = _without(_without(rest, "    CHECKER_COMMIT", "  before_script"), "    - apt-get", "  script:")
    job = replaced(
        job, {"golang:1.26-bookworm": "python:3.11-bookworm", "  before_script:\n": f"  before_script:\n{install}"}
    )
    if not head:
        raise RuntimeError("the job for GitLab begins in another way")
    text = f"# What the checker needs is installed as hashed in {_GITLAB_LOCK}/requirements.txt.\nvendor review:\n{job}"
    yield Draft(_JOB, text, "review")
    yield Draft(f"{_GITLAB_LOCK}/requirements.txt", _lock(shipped), "lock")
    include = f"include:\n  - local: {_JOB}\n"
    yield Draft(".gitlab-ci.yml", include, "pipeline", _JOB)


def _install(wish: Wish, folder: str, lock: str = "requirements") -> list[str]:
    return [
        f'python -m pip install --quiet --no-deps --require-hashes --requirement "{folder}/{lock}.txt"',
        f'python -m pip install --quiet --no-deps "{wish.requirement}"',
    ]


def _script(lines: list[str], depth: int) -> str:
    return "|\n" + "\n".join(f"{' ' * depth}{line}" for line in lines)


def _lock(shipped: Path, name: str = "run") -> str:
    lock = (shipped / f"requirements/{name}.txt").read_text(encoding="utf-8")
    return "# What the checker needs, as it was tested. Renew it with the checker.\n" + lock.partition("\n")[2]


def replaced(text: str, changes: dict[str, str]) -> str:
    """Return a text with every change made; one that finds nothing is a fault of ours, for the original has moved."""
    for old, new in changes.items():
        if old not in text:
            message = f"what is shipped does not hold {old!r}"
            raise RuntimeError(message)
        text = text.replace(old, new)
    return text


def _without(text: str, start: str, end: str) -> str:
    """Leave out what stands from `start` to before `end`."""
    before, found, rest = text.partition(start)
    _, last, after = rest.partition(end)
    if not found or not last:
        message = f"what is shipped holds nothing from {start!r} to {end!r}"
        raise RuntimeError(message)
    return before + last + after
