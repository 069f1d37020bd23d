"""Sending against real servers: well, refusing, slow, hanging, asking for a log-in, and gone."""

import json
import re
from datetime import UTC, datetime

import pytest

from checker.forge import Forge
from checker.notify.channels import Message, Refused, Undelivered
from checker.notify.issue import Issue
from checker.notify.mail import Mail, Server
from checker.notify.plan import Digest, Item, Kind
from checker.notify.webhook import Webhook, ask
from checker.notify.wording import ISSUE_LIMIT, Facts, chat, issue, letter
from tests.delivery.forge import BOT, serving
from tests.notify.servers import PASSWORD, USER, certificate, mailbox, silent, web

NOW = datetime(2026, 11, 22, 5, 17, tzinfo=UTC)
FACTS = Facts("2026-11-22", 7, "0eb479dfee18aa", "https://risk.client.example/")
ANN = "ann@client.example"
HOSTILE = (
    "<script> @channel <!here> *bold* [x](https://evil.example) www.evil.example evil.example\r\n"
    "Bcc: a@b.example \x1b[31m\u202e ::error::x"
)


def item(number=1, kind=Kind.NEW, message="it is old"):
    place = f"vendor_manifests/{message}.yaml:1:1"
    return Item(
        f"k{number}", kind, "acme", "EN-01.old", "high", {"vendor": "acme"}, "Acme", message=message, place=place
    )


DIGEST = Digest(ANN, (item(),))


def message(recipient=ANN, text="hello\n"):
    return Message(recipient, text, (item(),), "a" * 32, "Vendor compliance")


def mail(port, waits=None, **more):
    values = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "checker@client.example", "timeout_s": 2}
    return Mail(Server(**{**values, **more}), NOW, (waits if waits is not None else []).append)


def test_a_mail_arrives_as_it_was_made():
    with mailbox() as box:
        channel = mail(box.port)
        (made,) = channel.messages([DIGEST], FACTS)
        channel.send(made)
        channel.send(message("joe@client.example"))
        channel.close()
    first, second = box.mails
    assert first.get_content().replace("\r\n", "\n") == letter(DIGEST, FACTS)
    told = {name: first[name] for name in ("From", "To", "Subject", "Auto-Submitted", "Message-ID")}
    assert told == {
        "From": "checker@client.example",
        "To": ANN,
        "Subject": "Vendor compliance 2026-11-22: 1 new",
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{DIGEST.id}@client.example>",
    }
    assert second["To"] == "joe@client.example"


def test_a_busy_server_is_asked_again():
    waits = []
    with mailbox() as box:
        box.answers[ANN] = ["450 busy", "421 busy"]
        channel = mail(box.port, waits)
        channel.send(message())
        box.data_answers = ["451 later"]
        channel.send(message())
        channel.close()
    assert (len(box.mails), waits) == (2, [5, 5, 5])


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ("550 no such person", Refused, "550 no such person"),
        ("551 5.1.1 moved", Refused, "551 5.1.1 moved"),
        ("550 5.7.1 relaying denied", Undelivered, "does not take this mail from us"),
        ("530 log in first", Undelivered, "does not take this mail from us"),
        ("450 full", Undelivered, "now: 450 full"),
    ],
)
def test_what_a_refused_recipient_means(answer, error, told):
    with mailbox() as box:
        box.answers[ANN] = [answer] * 3
        channel = mail(box.port)
        with pytest.raises(error, match=told):
            channel.send(message())
        channel.send(message("joe@client.example"))
        channel.close()
    assert box.tried.count(ANN) == (1 if answer.startswith("5") else 3)
    assert [one["To"] for one in box.mails] == ["joe@client.example"]


def test_a_message_that_is_not_taken_stops_no_other():
    waits = []
    with mailbox() as box:
        box.data_answers = ["554 it looks like spam", "250 OK"]
        channel = mail(box.port, waits)
        with pytest.raises(Undelivered, match="554 it looks like spam"):
            channel.send(message())
        channel.send(message("joe@client.example"))
        channel.close()
    assert (len(box.tried), waits) == (2, [])


def test_a_server_that_never_answers_is_given_up_once_for_all():
    waits = []
    with silent() as port:
        channel = mail(port, waits, timeout_s=1)
        for _ in range(2):
            with pytest.raises(Undelivered, match="does not answer in time"):
                channel.send(message())
        channel.close()
    assert waits == [5, 5]
    with pytest.raises(Undelivered, match=r"cannot be used: .*refused"):
        mail(port).send(message())


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


def test_mail_goes_over_a_safe_connection_after_a_log_in(secure):
    with mailbox(secure, auth=True) as box:
        safe = {"security": "starttls", "authority": str(secure[0])}
        channel = mail(box.port, user=USER, password=PASSWORD, **safe)
        channel.send(message())
        channel.close()
        assert len(box.mails) == 1
        waits = []
        for channel, told in (
            (mail(box.port, waits, user=USER, password="wrong", **safe), "CHECKER_SMTP_PASSWORD"),  # noqa: S106
            (mail(box.port, waits, **safe), "530"),
            (mail(box.port, waits, security="starttls"), "no safe connection"),
            (mail(box.port, waits), "530"),
        ):
            with pytest.raises(Undelivered, match=told) as caught:
                channel.send(message())
            assert "wrong" not in str(caught.value)
            channel.close()
        assert (len(box.mails), waits) == (1, [])


def test_a_server_without_safety_is_not_used_when_safety_is_wanted():
    with mailbox() as box, pytest.raises(Undelivered, match="STARTTLS"):
        mail(box.port, security="starttls").send(message())
    assert box.mails == []


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([], 1),
        ([(500, {})], 2),
        ([(429, {"Retry-After": "1"})], 2),
        ([(503, {"Retry-After": "0"}), (500, {"Retry-After": "0"})], 3),
    ],
)
def test_a_webhook_is_tried_again(answers, asked):
    with web() as site:
        site.answers = answers
        channel = Webhook(f"{site.url}/hook?key=secret", "json", 5)
        (made,) = channel.messages([DIGEST], FACTS)
        channel.send(made)
    assert len(site.requests) == asked
    method, path, body, headers = site.requests[-1]
    assert (method, path, headers["Content-Type"]) == ("POST", "/hook?key=secret", "application/json")
    assert headers["Idempotency-Key"] == DIGEST.id
    told = json.loads(body)
    assert (told["kind"], told["run"], told["as_of"]) == ("Notification", 7, "2026-11-22")
    assert [(one["to"], one["items"][0]["rule"]) for one in told["digests"]] == [(ANN, "EN-01.old")]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([(404, {})], "HTTP 404"),
        ([(302, {"Location": "/other"})], "HTTP 302"),
        ([(500, {"Retry-After": "0"})] * 4, "HTTP 500"),
        ([(0, {})] * 4, "does not answer in time"),
    ],
)
def test_a_webhook_that_does_not_take_it_is_told_without_its_address(answers, told):
    with web() as site:
        site.answers = list(answers)
        with pytest.raises(Undelivered, match=told) as caught:
            ask("POST", f"{site.url}/secret", 0.2, body=b"{}")
    assert "secret" not in str(caught.value)
    assert len(site.requests) == len(answers)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://hooks.client.example/secret", "not https"),
        ("ftp://127.0.0.1/secret", "not https"),
        ("nonsense", "not https"),
        ("https://127.0.0.1:1/secret", "cannot be reached"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_it(address, told):
    with pytest.raises(Undelivered, match=told) as caught:
        ask("GET", address, 1)
    assert "secret" not in str(caught.value)


def test_an_issue_is_opened_kept_closed_and_opened_again():
    with serving() as site:
        site.say_issue("not ours", "jane")
        ours = Issue(Forge(site.api, "client/vendors", "t"), BOT)
        assert ours.bring("all is well", needed=False) == "nothing to open one for"
        assert ours.bring("one", needed=True) == "opened #2"
        assert ours.bring("one", needed=True) == "#2 says so already"
        assert ours.bring("two", needed=True) == "brought #2 up to date"
        assert ours.bring("all is well", needed=False) == "closed again: #2"
        assert ours.bring("three", needed=True) == "open again: #2"
        states = [(one["body"].rpartition("\n")[2], one["state"]) for one in site.issues]
        assert states == [("not ours", "open"), ("three", "open")]
        site.refusals = [(403, {})]
        with pytest.raises(Undelivered, match="issues: write"):
            ours.bring("four", needed=True)


def test_text_of_a_vendor_is_text_in_every_channel():
    every = tuple(item(number, kind, HOSTILE) for number, kind in enumerate((Kind.NEW, Kind.DUE)))
    digests = [Digest(ANN, every, (f"{HOSTILE}, who is named for acme, is no address",))]
    for text in (letter(digests[0], FACTS), chat(digests, FACTS), issue(digests, FACTS)):
        assert not {"\x1b", "\u202e", "\r"} & set(text)
        assert not any(line.lstrip().startswith(("Bcc:", "::")) for line in text.splitlines())
    # A path of a mail can be copied, so it is shown as it is; code spans of Markdown are read by nobody.
    unplaced = "\n".join(line for line in letter(digests[0], FACTS).splitlines() if not line.startswith("    at "))
    uncoded = re.sub(r"`[^`]*`", "", issue(digests, FACTS))
    for text in (unplaced, uncoded, chat(digests, FACTS)):
        assert not any(word in text for word in ("https://evil", "www.evil", "@channel"))
    for text in (uncoded, chat(digests, FACTS)):
        assert not any(tag in text for tag in ("<script", "<!here", "[x](", "*bold*"))
    assert "<" not in issue(digests, FACTS)
    (made,) = Webhook("https://x.example", "slack", 1).messages(digests, FACTS)
    told = json.loads(made.text)
    assert (told["parse"], told["mrkdwn"], told["link_names"]) == ("none", False, False)
    with mailbox() as box:
        channel = mail(box.port)
        for one in channel.messages(digests, FACTS):
            channel.send(one)
        channel.close()
    assert (box.mails[0].keys().count("Bcc"), box.mails[0]["To"]) == (0, ANN)


def test_long_news_are_cut_to_what_a_reader_and_a_forge_take():
    many = Digest(ANN, tuple(item(number, message="x" * 500) for number in range(5000)))
    assert len(letter(many, FACTS)) < 100_000
    assert "and 4900 more" in letter(many, FACTS)
    assert len(chat([many], FACTS)) < 13_000
    assert len(issue([many], FACTS)) < ISSUE_LIMIT + 500
    assert "More: https://risk.client.example/" in chat([many], FACTS)
