"""`checker comment`: put the Markdown of a review on its pull request, as one comment that is kept up to date."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from checker.errors import UsageError
from checker.forge import Forge
from checker.report.markdown import LIMIT

if TYPE_CHECKING:
    import argparse

    from checker.model import JsonObject

EPILOG = """examples:
  checker comment --body review.md --event "$GITHUB_EVENT_PATH"             from a workflow
  checker comment --body review.md --event event.json --dry-run             say what would be done

The token is read from GITHUB_TOKEN and the address from GITHUB_API_URL. A clean review writes no first comment.
"""

_MARK: Final = "<!-- vendorpolicy:review:v1 -->"
_HEAD: Final = re.compile(rf"{re.escape(_MARK)}\n<!-- vendorpolicy:verdict:(clean|red) -->\n")
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LARGEST_EVENT: Final = 10 << 20
_BOT: Final = "github-actions[bot]"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--body", required=True, metavar="FILE", help="the Markdown that `checker review` wrote")
    parser.add_argument("--event", required=True, metavar="FILE", help="the forge's event; it names the pull request")
    parser.add_argument("--author", default=_BOT, metavar="LOGIN", help=f"whose comment is ours (default: {_BOT})")
    parser.add_argument("--dry-run", action="store_true", help="write nothing; say what would be written")


def run(options: argparse.Namespace) -> int:
    """Create or update the comment, or leave things as they are; say which."""
    body = _body(Path(options.body))
    event = _event(Path(options.event))
    forge = Forge(api_address(), _repository(event), os.environ.get("GITHUB_TOKEN", ""))
    number = _number(event, forge)
    if number is None:
        print("no open pull request into the default branch has this commit; nothing is written")
        return 0
    ours = next((one for one in forge.comments(number) if _is_ours(one, options.author)), None)
    what, done = _decide(body, ours)
    print(f"pull request {number}: {'would be' if options.dry_run and done else 'is'} {what}")
    if done and not options.dry_run:
        if ours:
            forge.update(int(ours["id"]), body)
        else:
            forge.create(number, body)
    return 0


def _decide(body: str, ours: JsonObject | None) -> tuple[str, bool]:
    """Return in words what is to be done, and whether anything is."""
    found = _HEAD.match(body)
    if ours is None:
        clean = found is not None and found[1] == "clean"
        return ("clean and was never red: no comment", False) if clean else ("commented", True)
    same = ours["body"].replace("\r\n", "\n") == body
    return ("commented already, word for word", False) if same else ("commented anew in the same place", True)


def _is_ours(comment: JsonObject, author: str) -> bool:
    user = comment.get("user") or {}
    return user.get("login") == author and str(comment.get("body", "")).startswith(_MARK)


def _body(path: Path) -> str:
    """Return the text to publish; whoever made the file may be hostile, so it must look like a review of ours."""
    content = _read(path, LIMIT * 4)
    text = content.decode(errors="replace")
    if not _HEAD.match(text) or len(text) > LIMIT or "\0" in text or "\ufffd" in text:
        raise UsageError(f"{path} is no review in Markdown", "give what `checker review --output markdown:FILE` wrote")
    return text


def _event(path: Path) -> JsonObject:
    try:
        event = json.loads(_read(path, _LARGEST_EVENT))
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise UsageError(f"{path} is no event", "give the file that GITHUB_EVENT_PATH names")
    return event


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "give a file that exists") from error
    if len(content) > most:
        raise UsageError(f"{path} is larger than {most:,} bytes", "give what `checker review` wrote")
    return content


def api_address() -> str:
    """Return the address of the forge, as a workflow gives it."""
    address = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise UsageError(f"GITHUB_API_URL is {address}, which is not https", "correct the address")
    return address


def _repository(event: JsonObject) -> str:
    name = _at(event, "repository", "full_name")
    if not isinstance(name, str) or not _REPOSITORY.fullmatch(name):
        raise UsageError("the event names no repository", "give an event of a pull request, or of a workflow run")
    return name


def _number(event: JsonObject, forge: Forge) -> int | None:
    """Return the number of the pull request: from the event, or looked up for a fork, whose event names none."""
    number = _at(event, "pull_request", "number")
    if isinstance(number, int):
        return number
    commit, branch = _at(event, "workflow_run", "head_sha"), _at(event, "workflow_run", "head_branch")
    owner = _at(event, "workflow_run", "head_repository", "owner", "login")
    if not (
        isinstance(commit, str) and _COMMIT.fullmatch(commit) and isinstance(branch, str) and isinstance(owner, str)
    ):
        raise UsageError("the event names no pull request", "give an event of a pull request, or of a workflow run")
    into = _at(event, "repository", "default_branch")  # by its rules the change was reviewed anew
    found = [
        one
        for one in forge.pull_requests(owner, branch)
        if _at(one, "head", "sha") == commit and _at(one, "base", "ref") in {into, None}
    ]
    return int(found[0]["number"]) if found else None


def _at(node: Any, *keys: str) -> Any:  # noqa: ANN401 - any JSON
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node
