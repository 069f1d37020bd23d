"""All that is open or due, as one issue on a forge that is kept up to date; an edit rings nobody's bell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.forge import Forge, ForgeError
from checker.notify.channels import Undelivered

if TYPE_CHECKING:
    from checker.model import JsonObject

_MARK: Final = "<!-- vendorpolicy:notify:v1 -->\n"
TITLE: Final = "Vendor compliance: what is open and what is due"


@dataclass(frozen=True, slots=True)
class Issue:
    """The issue of one repository that `author` opened; whoever else begins one like it is left alone."""

    forge: Forge
    author: str

    def bring(self, text: str, *, needed: bool) -> str:
        """Open, edit, reopen or close the issue, or leave it as it is; return in words what was done."""
        try:
            return self._bring(f"{_MARK}{text}", needed=needed)
        except ForgeError as error:
            raise Undelivered(f"{error.message}; {error.hint}" if error.hint else error.message) from None

    def _bring(self, body: str, *, needed: bool) -> str:
        ours = next((one for one in self.forge.issues(self.author) if self._is_ours(one)), None)
        if ours is None:
            return f"opened #{self.forge.open_issue(TITLE, body)}" if needed else "nothing to open one for"
        number, state = int(ours["number"]), "open" if needed else "closed"
        if str(ours["body"]).replace("\r\n", "\n") == body:
            return f"#{number} says so already"
        self.forge.edit_issue(number, body, state)
        return f"brought #{number} up to date" if ours["state"] == state else f"{state} again: #{number}"

    def _is_ours(self, issue: JsonObject) -> bool:
        user = issue.get("user") or {}
        return user.get("login") == self.author and str(issue.get("body") or "").startswith(_MARK)
