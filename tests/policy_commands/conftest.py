"""The repository that the tests of this directory share; whoever changes a file in it puts it back."""

import pytest

from tests.policy_commands.desk import Desk
from tests.real import need


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """Return a repository with a draft, made once."""
    need("opa")
    return Desk(tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("cache"))


@pytest.fixture
def changed(desk):
    """Return how to change files of the desk for one test; afterwards they are as before."""
    before = {}

    def change(name, old, new=None):
        file = desk.place / name
        before.setdefault(name, file.read_text() if file.exists() else None)
        if new is None:
            desk.write(name, old)
            return
        assert old in before[name]
        file.write_text(file.read_text().replace(old, new))

    yield change
    for name, text in before.items():
        if text is None:
            (desk.place / name).unlink()
        else:
            (desk.place / name).write_text(text)
