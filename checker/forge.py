"""Comments on pull requests, and issues, through a forge's REST API (GitHub's dialect)."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from checker.errors import CheckerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.model import JsonObject

_TIMEOUT_S: Final = 30
_TRIES: Final = 4
_LONGEST_WAIT_S: Final = 60
_PAGE: Final = 100
_MOST_PAGES: Final = 50
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_FORBIDDEN: Final = frozenset({401, 403})
_ISSUE: Final = re.compile(r"issues(?:/[0-9]+)?")
_WRITE_ISSUES: Final = "give the job `issues: write`"


class ForgeError(CheckerError):
    """The forge cannot be reached, or does not do what it is asked."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another address."""

    def redirect_request(self, *arguments: Any) -> None:  # noqa: ANN401 - as the library calls it
        del arguments


@dataclass(frozen=True)
class Forge:
    """One repository on a forge; `repository` is owner/name."""

    api: str
    repository: str
    token: str
    wait: Callable[[float], None] = time.sleep

    def comments(self, number: int) -> Iterator[JsonObject]:
        """Yield the comments on a pull request, the oldest first."""
        yield from self._pages(f"issues/{number}/comments", {})

    def issues(self, author: str) -> Iterator[JsonObject]:
        """Yield the issues that somebody opened, closed ones too, the oldest first."""
        wanted = {"creator": author, "state": "all", "sort": "created", "direction": "asc"}
        yield from (one for one in self._pages("issues", wanted) if "pull_request" not in one)

    def open_issue(self, title: str, body: str) -> int:
        """Open an issue, and return its number."""
        return int(self._ask("POST", "issues", {"title": title, "body": body})["number"])

    def edit_issue(self, number: int, body: str, state: str) -> None:
        """Give an issue another text, and make it `open` or `closed`."""
        self._ask("PATCH", f"issues/{number}", {"body": body, "state": state})

    def _pages(self, path: str, query: JsonObject) -> Iterator[JsonObject]:
        for page in range(1, _MOST_PAGES + 1):
            found = self._ask("GET", f"{path}?{urlencode({**query, 'per_page': _PAGE, 'page': page})}")
            yield from found
            if len(found) < _PAGE:
                return

    def pull_requests(self, owner: str, branch: str) -> list[JsonObject]:
        """Return the open pull requests from a branch of an owner, who may have a fork."""
        query = urlencode({"state": "open", "head": f"{owner}:{branch}", "per_page": _PAGE})
        return list(self._ask("GET", f"pulls?{query}"))

    def create(self, number: int, body: str) -> None:
        """Write a new comment."""
        self._ask("POST", f"issues/{number}/comments", {"body": body})

    def update(self, comment: int, body: str) -> None:
        """Give a comment another text."""
        self._ask("PATCH", f"issues/comments/{comment}", {"body": body})

    def _ask(self, method: str, path: str, content: JsonObject | None = None) -> Any:  # noqa: ANN401 - any JSON
        address = f"{self.api.rstrip('/')}/repos/{quote(self.repository)}/{path}"
        request = urllib.request.Request(  # noqa: S310 - the address is checked by the caller
            address,
            method=method,
            data=json.dumps(content).encode() if content else None,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"},
        )
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                with urllib.request.build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_S) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                if last or not _may_try_again(error):
                    raise _refused(method, path, error) from None
                self.wait(min(float(error.headers.get("Retry-After") or 2), _LONGEST_WAIT_S))
            except (OSError, ValueError) as error:
                if last or method == "POST":  # a comment may have been written
                    raise ForgeError(f"the forge does not answer: {error}", "run the job again") from None
                self.wait(2)
        raise RuntimeError("the last try ends otherwise")


def _may_try_again(error: urllib.error.HTTPError) -> bool:
    return error.code in _AGAIN or (error.code in _FORBIDDEN and "Retry-After" in error.headers)


def _refused(method: str, path: str, error: urllib.error.HTTPError) -> ForgeError:
    where = path.partition("?")[0]
    what = f"{method} {where}"
    if error.code in _FORBIDDEN and _ISSUE.fullmatch(where):
        return ForgeError(f"the forge refuses {what}: the token may not do that (HTTP {error.code})", _WRITE_ISSUES)
    if error.code in _FORBIDDEN:
        hint = "give the job `pull-requests: write`; runs for pull requests of forks never have it, `workflow_run` does"
        return ForgeError(f"the forge refuses {what}: the token may not do that (HTTP {error.code})", hint)
    return ForgeError(f"the forge refuses {what} (HTTP {error.code})", "see that repository and pull request exist")
