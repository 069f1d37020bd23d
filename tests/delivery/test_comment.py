"""One comment on a pull request: made when there is something to say, then kept up to date."""

import json

import pytest

from checker import forge as forges
from tests.cli.program import checker
from tests.delivery.forge import BOT, serving

RED = "<!-- vendorpolicy:review:v1 -->\n<!-- vendorpolicy:verdict:red -->\n## 1 of 1 changed vendors blocked\n"
CLEAN = "<!-- vendorpolicy:review:v1 -->\n<!-- vendorpolicy:verdict:clean -->\n## All is fine\n"
SHA = "a" * 40
PULL = {"repository": {"full_name": "client/vendors"}, "pull_request": {"number": 7}}
FORK = {
    "repository": {"full_name": "client/vendors"},
    "workflow_run": {
        "head_sha": SHA,
        "head_branch": "change",
        "head_repository": {"owner": {"login": "velora"}},
        "pull_requests": [],
    },
}


@pytest.fixture
def forge():
    with serving() as one:
        yield one


def comment(forge, place, body=RED, event=PULL, *arguments, **environment):
    (place / "review.md").write_text(body)
    (place / "event.json").write_text(json.dumps(event))
    used = {"GITHUB_API_URL": forge.api, "GITHUB_TOKEN": "secret-token", **environment}
    return checker("comment", "--body", "review.md", "--event", "event.json", *arguments, cwd=place, **used)


def test_a_red_review_is_commented(forge, tmp_path):
    done = comment(forge, tmp_path)
    assert (done.code, done.err) == (0, "")
    assert [one["body"] for one in forge.comments] == [RED]
    assert forge.requests[-1] == ("POST", "/repos/client/vendors/issues/7/comments")
    assert forge.tokens == {"Bearer secret-token"}
    assert "secret-token" not in done.out


def test_a_clean_review_that_was_never_red_is_quiet(forge, tmp_path):
    assert comment(forge, tmp_path, CLEAN).code == 0
    assert forge.comments == []


def test_the_comment_is_updated_in_place_also_when_it_is_clean_again(forge, tmp_path):
    forge.say("hello", "jane")
    comment(forge, tmp_path)
    comment(forge, tmp_path, CLEAN)
    assert [one["body"] for one in forge.comments] == ["hello", CLEAN]
    before = len(forge.requests)
    assert "word for word" in comment(forge, tmp_path, CLEAN).out
    assert [method for method, _ in forge.requests[before:]] == ["GET"]


def test_the_comment_is_found_behind_many_others(forge, tmp_path):
    for number in range(250):
        forge.say(f"talk {number}", "jane")
    forge.say(CLEAN)
    comment(forge, tmp_path)
    assert (len(forge.comments), forge.comments[-1]["body"]) == (251, RED)


def test_a_comment_that_somebody_else_began_like_ours_is_left_alone(forge, tmp_path):
    forge.say(CLEAN, "mallory")
    comment(forge, tmp_path)
    assert [(one["user"]["login"], one["body"]) for one in forge.comments] == [("mallory", CLEAN), (BOT, RED)]


def test_the_pull_request_of_a_fork_is_looked_up_by_its_commit(forge, tmp_path):
    forge.pulls = [
        {"from": "velora:change", "number": 8, "head": {"sha": "b" * 40}},
        {"from": "velora:change", "number": 9, "head": {"sha": SHA}},
    ]
    assert comment(forge, tmp_path, RED, FORK).code == 0
    assert forge.requests[-1][1] == "/repos/client/vendors/issues/9/comments"
    forge.pulls = []
    assert "no open pull request" in comment(forge, tmp_path, RED, FORK).out


def test_only_the_pull_request_that_was_reviewed_is_told(forge, tmp_path):
    """Of two from one branch, one goes to another branch than the default one, whose rules may differ."""
    event = {**FORK, "repository": {**FORK["repository"], "default_branch": "main"}}
    forge.pulls = [
        {"from": "velora:change", "number": number, "head": {"sha": SHA}, "base": {"ref": ref}}
        for number, ref in ((8, "release"), (9, "main"))
    ]
    comment(forge, tmp_path, RED, event)
    assert forge.requests[-1] == ("POST", "/repos/client/vendors/issues/9/comments")
    forge.pulls.pop()
    before = len(forge.comments)
    assert "no open pull request into the default branch" in comment(forge, tmp_path, RED, event).out
    assert len(forge.comments) == before


def test_a_dry_run_writes_nothing(forge, tmp_path):
    assert "would be commented" in comment(forge, tmp_path, RED, PULL, "--dry-run").out
    assert forge.comments == []


@pytest.mark.parametrize(
    "body",
    [
        "@everyone look\n",
        "\n" + RED,
        RED.replace("red", "perhaps"),
        RED + "x" * 65_000,
        RED + "\0",
        "",
    ],
)
def test_what_is_no_review_is_not_published(forge, tmp_path, body):
    done = comment(forge, tmp_path, body)
    assert (done.code, forge.requests) == (2, [])
    assert "is no review" in done.err


@pytest.mark.parametrize(
    "event",
    [
        [],
        {},
        {"repository": {"full_name": "client/vendors/../x"}, "pull_request": {"number": 7}},
        {"repository": {"full_name": "client/vendors"}, "pull_request": {"number": "7/../8"}},
        {**FORK, "workflow_run": {**FORK["workflow_run"], "head_sha": "HEAD"}},
    ],
)
def test_an_odd_event_is_refused(forge, tmp_path, event):
    done = comment(forge, tmp_path, RED, event)
    assert (done.code, forge.requests) == (2, [])


def test_a_token_that_may_not_write_is_explained(forge, tmp_path):
    forge.refusals = [(403, {})]
    done = comment(forge, tmp_path)
    assert done.code == 3
    assert "pull-requests: write" in done.err
    assert "secret-token" not in done.err


def test_a_redirect_is_not_followed(forge, tmp_path):
    forge.refusals = [(302, {"Location": f"{forge.api}/elsewhere"})]
    assert comment(forge, tmp_path).code == 3
    assert [path for _, path in forge.requests if "elsewhere" in path] == []


def test_a_forge_that_is_busy_is_asked_again(forge):
    waits = []
    one = forges.Forge(forge.api, "client/vendors", "t", waits.append)
    forge.refusals = [(502, {}), (429, {"Retry-After": "7"}), (403, {"Retry-After": "900"})]
    assert list(one.comments(7)) == []
    assert waits == [2, 7, 60]
    forge.refusals = [(503, {})] * 4
    with pytest.raises(forges.ForgeError, match="HTTP 503"):
        list(one.comments(7))


def test_a_forge_that_is_away_is_an_error():
    waits = []
    with pytest.raises(forges.ForgeError, match="does not answer"):
        list(forges.Forge("http://127.0.0.1:9", "client/vendors", "t", waits.append).comments(7))
    assert len(waits) == 3
    with pytest.raises(forges.ForgeError, match="does not answer"):
        forges.Forge("http://127.0.0.1:9", "client/vendors", "t", waits.append).create(7, "x")
    assert len(waits) == 3, "a comment may have been written"


def test_the_token_goes_over_https_only(forge, tmp_path):
    assert comment(forge, tmp_path, GITHUB_API_URL="http://api.example").code == 2


def test_files_that_are_not_there_are_told(tmp_path):
    done = checker("comment", "--body", "none.md", "--event", "none.json", cwd=tmp_path)
    assert (done.code, "none.md" in done.err) == (2, True)
