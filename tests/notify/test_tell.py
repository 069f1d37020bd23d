"""Delivery and note, one message after the other: what fails is told again, what is refused goes to the next."""

import pytest

from checker.history import HistoryError
from checker.notify import News, tell
from checker.notify.channels import Message, Refused, Undelivered
from checker.notify.plan import Book, Item, Kind
from checker.notify.wording import Facts

ANN, JON, RISK = "ann@client.example", "jon@client.example", "risk@client.example"


class Room:
    """A channel that keeps what it is given, but for whom it refuses or cannot reach."""

    name = "room"

    def __init__(self, refused=(), out_of_reach=()):
        self.refused, self.out_of_reach = refused, out_of_reach
        self.sent, self.closed = [], 0

    def messages(self, digests, facts):
        del facts
        return [Message(one.recipient, "text", one.items, one.id) for one in digests]

    def send(self, message):
        if message.recipient in self.refused:
            raise Refused("is refused")
        if message.recipient in self.out_of_reach:
            raise Undelivered("no answer")
        self.sent.append((message.recipient, [one.key for one in message.items], message.id))

    def close(self):
        self.closed += 1


class Ledger:
    """A ledger in memory; a broken one cannot be written."""

    def __init__(self, *, broken=False):
        self.states, self.broken = {}, broken

    def told(self, channel):
        return dict(self.states.get(channel, {}))

    def remember(self, channel, states):
        if self.broken:
            raise HistoryError("the disk is full")
        self.states.setdefault(channel, {}).update(states)


def news(*vendors):
    """Return news of one thing for each vendor: those of `a..` are Ann's, of `j..` Jon's, and she is his deputy."""
    people = {"a": (ANN, JON), "j": (JON, ANN)}

    def items(told):
        every = [Item(one, Kind.NEW, one, "EN-01.old", "high", {"vendor": one}) for one in vendors]
        return [one for one in every if told.get(one.key) != one.state]

    book = Book(lambda vendor: people[vendor[0]], {}, frozenset({"client.example"}), RISK)
    return News(items, book, Facts("2026-11-22", 1, "ab"))


def states(done):
    return [(one.recipient, one.state) for one in done]


@pytest.mark.parametrize(
    ("refused", "out_of_reach", "first", "told"),
    [
        ((), (), [(ANN, "sent"), (JON, "sent")], [ANN, JON]),
        ((ANN,), (), [(ANN, "refused"), (JON, "sent"), (JON, "sent")], [JON, JON]),
        ((ANN, JON), (), [(ANN, "refused"), (JON, "refused"), (RISK, "sent")], [RISK]),
        ((ANN, JON, RISK), (), [(ANN, "refused"), (JON, "refused"), (RISK, "refused"), ("", "failed")], []),
        ((), (JON,), [(ANN, "sent"), (JON, "failed")], [ANN]),
        ((ANN,), (JON,), [(ANN, "refused"), (JON, "failed"), (JON, "failed")], []),
    ],
)
def test_each_thing_reaches_the_first_who_can_be_told_and_what_does_not_waits(refused, out_of_reach, first, told):
    room, ledger = Room(refused, out_of_reach), Ledger()
    assert states(tell(room, news("a1", "a2", "j1"), ledger)) == first
    assert ([whom for whom, _, _ in room.sent], room.closed) == (told, 1)
    mended = Room()
    list(tell(mended, news("a1", "a2", "j1"), ledger))
    keys = sorted(key for _, some, _ in [*room.sent, *mended.sent] for key in some)
    assert keys == ["a1", "a2", "j1"]
    assert list(tell(Room(), news("a1", "a2", "j1"), ledger)) == []


def test_what_could_not_be_noted_comes_again_under_the_same_id():
    room, ledger = Room(), Ledger(broken=True)
    (done,) = tell(room, news("a1"), ledger)
    assert (done.state, done.detail) == ("sent", "will come again: the disk is full")
    ledger.broken = False
    list(tell(room, news("a1"), ledger))
    assert room.sent[0] == room.sent[1]
    assert list(tell(room, news("a1"), ledger)) == []


def test_a_crash_between_two_messages_loses_neither():
    class Crashing(Room):
        def send(self, message):
            if message.recipient == JON:
                raise KeyboardInterrupt
            super().send(message)

    room, ledger = Crashing(), Ledger()
    with pytest.raises(KeyboardInterrupt):
        list(tell(room, news("a1", "j1"), ledger))
    after = Room()
    list(tell(after, news("a1", "j1"), ledger))
    assert ([one[:2] for one in room.sent], room.closed) == ([(ANN, ["a1"])], 1)
    assert [one[:2] for one in after.sent] == [(JON, ["j1"])]


def test_a_dry_run_notes_nothing():
    room, ledger = Room(), Ledger()
    (done,) = tell(room, news("a1"), ledger, dry_run=True)
    assert (done.recipient, done.state, done.text) == (ANN, "would be sent", "text")
    assert (room.sent, ledger.states) == ([], {})
