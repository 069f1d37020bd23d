"""Telling of a stored run, for the commands that do: what the history and the days ahead hold, over which channels."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from checker import documents, notify, sources
from checker.commands.comment import api_address
from checker.commands.forecast import foresee
from checker.errors import CheckerError, UsageError
from checker.forge import Forge
from checker.model import Problem
from checker.notify import Delivery, News, plan
from checker.notify.channels import Undelivered
from checker.notify.issue import Issue
from checker.notify.mail import Mail, Server
from checker.notify.wording import Facts, counted, issue

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from checker.commands.workspace import Workspace
    from checker.config import Issue as IssueSettings
    from checker.config import Notify
    from checker.history import History
    from checker.model import Forecast, JsonObject
    from checker.notify import Ledger
    from checker.notify.channels import Channel
    from checker.notify.plan import Book, Item, Told

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
_PING_S: Final = 30


def after(
    workspace: Workspace,
    options: argparse.Namespace,
    opener: Callable[[], History] | None,
    forecast: Forecast | None,
    *,
    good: bool,
) -> list[JsonObject]:
    """Tell of the run that has just ended, and give the sign of life after a good one; no fault of this ends the run.

    `opener` opens the history; None when the run was not kept there. `forecast` is the one that was made, if any.
    """
    done: list[JsonObject] = []
    if options.notify and not opener:
        done = [_failed("the run was not kept, so nobody is told of it")]
    elif options.notify and opener:
        try:
            history = opener()
            try:
                done = tell(workspace, options, required(workspace), history, forecast)
            finally:
                history.close()
        except CheckerError as error:
            done = [_failed(error.message)]
        except Exception as error:  # noqa: BLE001 - not even a fault of ours may cost the verdict, which is not told yet
            done = [_failed(f"internal error, {type(error).__name__}: {error}")]
    # A monitor that hears nothing raises the alarm, and so it should when those concerned were not told.
    if good and not options.as_of and not any(one["state"] == "failed" for one in done):
        done += ping()
    return done


def _failed(why: str) -> JsonObject:
    return asdict(Delivery("notification", "", "all", "failed", why))


def required(workspace: Workspace) -> Notify:
    """Return who is told how; UsageError when nobody is."""
    settings = workspace.config.notify
    if settings is None or not (settings.mail or settings.webhook or settings.issue):
        hint = "add [notify.mail], [notify.webhook] or [notify.issue]: see docs/notify.md"
        raise UsageError("checker.toml does not say how anybody is told", hint)
    return settings


def tell(
    workspace: Workspace,
    options: argparse.Namespace,
    settings: Notify,
    history: History,
    forecast: Forecast | None = None,
) -> list[JsonObject]:
    """Tell over every channel what the newest run has that was not told there; return what became of each message.

    `forecast` serves when it is from the day of that run on and reaches far enough; else one is made.
    """
    newest = history.latest()
    if newest is None:
        raise UsageError("the history is empty", "`checker reevaluate` begins it")
    terms = plan.Terms(settings.remind, settings.warnings)
    done: list[Delivery] = []
    try:
        until = terms.until(date.fromisoformat(newest.as_of))
        if not (forecast and forecast.provenance.as_of == newest.as_of and forecast.until >= until.isoformat()):
            forecast = None
            forecast = foresee(replace(workspace, as_of_option=newest.as_of), options, until)
    except CheckerError as error:
        done.append(Delivery("forecast", "", "due dates", "failed", error.message))
    report = history.report(newest)
    causes = {one.fingerprint: one.causes for one in history.changes(newest.number)}

    def items(told: Told) -> list[Item]:
        return plan.items(report, forecast, told, terms, causes)

    news = News(
        items,
        _book(workspace, settings, {one["vendor"]: one["path"] for one in report["vendors"]}),
        Facts(newest.as_of, newest.number, newest.hash, settings.link),
    )
    dry_run = bool(getattr(options, "dry_run", False))
    done += over_channels(settings, news, history, dry_run=dry_run)
    if settings.issue and forecast:
        done.append(_bring(settings.issue, news, dry_run=dry_run))
    elif settings.issue:  # it would seem as if nothing were due
        done.append(Delivery("issue", "", "all", "failed", "left as it is: it is not known what is due"))
    return [asdict(one) for one in done]


def ping() -> list[JsonObject]:
    """Give the sign of life that a monitor waits for, when one is named; return what became of it."""
    monitor = os.environ.get("CHECKER_PING_URL", "")
    if not monitor:
        return []
    from checker.notify.webhook import ask  # slow to import

    try:
        ask("GET", monitor, _PING_S)
    except Undelivered as error:
        return [asdict(Delivery("ping", "the monitor", "a sign of life", "failed", str(error)))]
    return [asdict(Delivery("ping", "the monitor", "a sign of life", "sent"))]


def over_channels(settings: Notify, news: News, ledger: Ledger, *, dry_run: bool) -> Iterator[Delivery]:
    """Tell over every channel that speaks to people, and yield what became of each message."""
    openers = {"mail": partial(_mail, settings), "webhook": partial(_webhook, settings, dry_run=dry_run)}
    for name, opener in openers.items():
        try:
            channel = opener()
        except Undelivered as error:
            yield Delivery(name, "", "all", "failed", str(error))
            continue
        if channel:
            yield from notify.tell(channel, news, ledger, dry_run=dry_run)


def _mail(settings: Notify) -> Channel | None:
    if not settings.mail:
        return None
    mail, user = settings.mail, os.environ.get("CHECKER_SMTP_USER", "")
    if user and mail.security == "none" and mail.host not in _LOOPBACK:
        raise Undelivered("the password would cross the network in the clear: set `security` to starttls or tls")
    server = Server(
        **asdict(mail),
        user=user,
        password=os.environ.get("CHECKER_SMTP_PASSWORD", ""),
        authority=os.environ.get("CHECKER_SMTP_CA", ""),
    )
    return Mail(server, datetime.now(UTC))


def _webhook(settings: Notify, *, dry_run: bool) -> Channel | None:
    if not settings.webhook:
        return None
    where = os.environ.get("CHECKER_WEBHOOK_URL", "")
    if not where and not dry_run:
        raise Undelivered("the environment variable CHECKER_WEBHOOK_URL is not set")
    from checker.notify.webhook import Webhook  # slow to import

    return Webhook(where, settings.webhook.format, settings.webhook.timeout_s)


def _bring(settings: IssueSettings, news: News, *, dry_run: bool) -> Delivery:
    repository = settings.repository or os.environ.get("GITHUB_REPOSITORY", "")
    items = news.items({})
    text, what = issue(plan.digests(items, news.book, {}), news.facts), counted(items) or "nothing"
    if dry_run:
        return Delivery("issue", repository, what, "would be sent", text=text)
    if not repository:
        return Delivery("issue", "", what, "failed", "no repository: set `repository` under [notify.issue]")
    try:
        forge = Forge(api_address(), repository, os.environ.get("GITHUB_TOKEN", ""))
        done = Issue(forge, settings.author).bring(text, needed=bool(items))
    except (Undelivered, UsageError) as error:
        return Delivery("issue", repository, what, "failed", str(error))
    return Delivery("issue", repository, what, "sent", done)


def _book(workspace: Workspace, settings: Notify, paths: Mapping[str, str]) -> Book:
    @cache
    def people(vendor: str) -> tuple[str, ...]:
        """Return the addresses of owner and deputy, as the manifest has them now."""
        path = paths.get(vendor)
        content = sources.read(workspace.root, path, workspace.config.limits.max_bytes) if path else None
        if path is None or content is None or isinstance(content, Problem):
            return ()
        document = documents.load(path, content, workspace.config.limits).document
        metadata = document.data.get("metadata") if document and isinstance(document.data, dict) else None
        named = [metadata.get(name) for name in ("owner", "deputy")] if isinstance(metadata, dict) else []
        addresses = [one.get("email") for one in named if isinstance(one, dict)]
        return tuple(one for one in addresses if isinstance(one, str))

    return plan.Book(
        people=people,
        owners={control.id: control.owner for control in workspace.library.controls},
        domains=frozenset(one.lower() for one in workspace.library.parameters["org"]["domains"]),
        fallback=settings.fallback,
        gone=frozenset(one.lower() for one in settings.gone),
        teams=settings.teams,
    )
