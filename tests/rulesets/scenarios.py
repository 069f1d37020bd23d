"""Existing policies with files to judge, of the kinds that conftest's own examples show; written for these tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """Files by path; what is said of them by path: failures, warnings, exceptions."""

    files: dict[str, str]
    told: dict[str, tuple[int, int, int]]
    options: tuple[str, ...] = ()
    """Options that both programs know by the same name."""
    paths: tuple[str, ...] = ("in",)
    engine: str = "opa"
    """What must judge when nothing is asked for."""


MAIN = "package main\n\n"
FIREWALL = """
package main

import data.firewall

deny contains msg if {
	some rule in input.rules
	rule.port in firewall.closed.ports
	msg := sprintf("port %d must stay closed (%s)", [rule.port, firewall.owner])
}
"""
LEAVE = """
package main

deny contains "a leave needs a person" if not input.person

violation_length contains {"msg": msg, "days": input.days} if {
	input.days > 30
	msg := sprintf("%d days are more than 30", [input.days])
}

warn_notice contains "tell your team" if input.days > 5

warn contains "a remark would help" if not input.remark
"""
SHOP = """
package main

deny contains msg if {
	some item in input.items
	item.price <= 0
	msg := sprintf("%s has no price", [item.name])
}

deny contains msg if {
	some item in input.items
	not item.shelf
	msg := sprintf("%s stands nowhere", [item.name])
}

deny contains "the shop has no keeper" if not input.keeper
"""
TEAMS = {
    "policy/people.rego": "package people\n\ndeny contains `too few` if count(input.members) < 2\n",
    "policy/money.rego": "package money.budget\n\nwarn contains `no budget` if not input.budget\n",
    "policy/lib.rego": "package lib\n\nis_small if count(input.members) < 3\n",
    "policy/extra.rego": "package money.extra\n\nviolation contains {`msg`: `small`} if data.lib.is_small\n",
    "in/team.yaml": "members: [ada]\n",
    "in/other.yaml": "members: [ada, grace, joan]\nbudget: 5\n",
}
EXCEPTIONS = {
    "policy/rules.rego": """
package main

deny_root contains msg if {
	input.user == "root"
	msg := sprintf("%s runs as root", [input.name])
}

deny_tag contains "latest is no version" if endswith(input.image, ":latest")

exception contains rules if {
	input.name == "installer"
	rules := ["root", "other"]
}
""",
    "in/a.yaml": "name: installer\nuser: root\nimage: x:latest\n",
    "in/b.yaml": "name: web\nuser: root\nimage: x:1.2\n",
}
WORDS = """
package main

deny contains "not encrypted" if input.encrypted != true
deny contains "mode" if input.mode != 420
deny contains "copied" if input.copy.level != 3
deny contains "no such key" if not input["true"]
deny contains "size" if input.size != 1000
"""

SCENARIOS = {
    "data": Scenario(
        files={
            "policy/firewall.rego": FIREWALL,
            "lists/firewall/closed/ports.yaml": "ports: [22, 23]\n",
            "lists/firewall/owner.json": '{"owner": "network team"}',
            "in/gate.yaml": "rules:\n- port: 22\n- port: 443\n- port: 23\n",
            "in/door.json": '{"rules": [{"port": 443}]}',
        },
        told={"in/gate.yaml": (2, 0, 0), "in/door.json": (0, 0, 0)},
        options=("--data", "lists"),
    ),
    "data-in-single-files": Scenario(
        files={
            "policy/firewall.rego": FIREWALL,
            "ports.yaml": "firewall:\n  closed:\n    ports: [22]\n",
            "owner.yaml": "firewall:\n  owner: network team\n",
            "in/gate.yaml": "rules:\n- port: 22\n",
        },
        told={"in/gate.yaml": (1, 0, 0)},
        options=("--data", "ports.yaml", "--data", "owner.yaml"),
    ),
    "strict-rules": Scenario(
        files={
            "policy/leave.rego": LEAVE,
            "in/long.yaml": "days: 40\n",
            "in/short.yaml": "days: 2\nperson: ada\nremark: sea\n",
            "in/middle.yaml": "days: 10\nperson: ada\nremark: sea\n",
        },
        told={"in/long.yaml": (2, 2, 0), "in/short.yaml": (0, 0, 0), "in/middle.yaml": (0, 1, 0)},
    ),
    "only-warnings": Scenario(
        files={"policy/leave.rego": LEAVE, "in/middle.yaml": "days: 10\nperson: ada\n"},
        told={"in/middle.yaml": (0, 2, 0)},
    ),
    "multiple-failures": Scenario(
        files={
            "policy/shop.rego": SHOP,
            "in/corner.yaml": "items:\n- {name: tea, price: 0}\n- {name: oil, price: -1}\n"
            "- {name: rye, price: 2, shelf: a}\n",
            "in/market.yaml": "keeper: ada\nitems:\n- {name: salt, price: 0}\n",
        },
        told={"in/corner.yaml": (5, 0, 0), "in/market.yaml": (2, 0, 0)},
    ),
    "one-namespace": Scenario(
        files=TEAMS, told={"in/team.yaml": (1, 0, 0), "in/other.yaml": (0, 0, 0)}, options=("--namespace", "people")
    ),
    "two-namespaces": Scenario(
        files=TEAMS,
        told={"in/team.yaml": (1, 1, 0), "in/other.yaml": (0, 0, 0)},
        options=("--namespace", "people", "--namespace", "money.budget"),
    ),
    "namespaces-by-pattern": Scenario(
        files=TEAMS, told={"in/team.yaml": (1, 1, 0), "in/other.yaml": (0, 0, 0)}, options=("--namespace", "money.*")
    ),
    "all-namespaces": Scenario(
        files=TEAMS, told={"in/team.yaml": (2, 1, 0), "in/other.yaml": (0, 0, 0)}, options=("--all-namespaces",)
    ),
    "exceptions": Scenario(files=EXCEPTIONS, told={"in/a.yaml": (1, 0, 1), "in/b.yaml": (1, 0, 0)}),
    "several-documents": Scenario(
        files={
            "policy/p.rego": f"{MAIN}deny contains input.name if input.bad\n\nwarn contains `empty` if input == null\n",
            "in/many.yaml": "---\nname: a\nbad: true\n---\nname: b\n---\nname: c\nbad: true\n---\n",
            "in/list.json": '[{"name": "d", "bad": true}, {"name": "e", "bad": true}]',
            "in/list.yaml": "- {name: f}\n- {name: g, bad: true}\n",
        },
        told={"in/many.yaml": (2, 1, 0), "in/list.json": (2, 0, 0), "in/list.yaml": (1, 0, 0)},
        engine="wasm",
    ),
    "words-of-old-yaml": Scenario(
        files={
            "policy/p.rego": WORDS,
            "in/old.yaml": "encrypted: yes\nmode: 0644\nbase: &b {level: 3}\ncopy: {<<: *b}\non: push\nsize: 1_000\n",
            "in/new.yaml": "encrypted: 'yes'\nmode: 644\ncopy: {level: 4}\n'on': push\nsize: '1_000'\n",
        },
        told={"in/old.yaml": (0, 0, 0), "in/new.yaml": (5, 0, 0)},
        engine="wasm",
    ),
    "rego-v0": Scenario(
        files={
            "policy/old.rego": f"{MAIN}deny[msg] {{\n\tinput.size > 3\n\tmsg := sprintf(`%d`, [input.size])\n}}\n\n"
            "violation[{`msg`: msg}] {\n\tnot input.owner\n\tmsg := `no owner`\n}\n",
            "in/a.yaml": "size: 4\n",
        },
        told={"in/a.yaml": (2, 0, 0)},
        options=("--rego-version", "v0"),
    ),
    "name-of-the-file": Scenario(
        files={
            "policy/p.rego": f"{MAIN}deny contains f.name if {{\n\tf := data.conftest.file\n"
            "\tendswith(f.name, `.yml`)\n}\n",
            "in/a.yml": "a: 1\n",
            "in/b.yaml": "a: 1\n",
        },
        told={"in/a.yml": (1, 0, 0), "in/b.yaml": (0, 0, 0)},
    ),
    "tests-beside-the-rules": Scenario(
        files={
            "policy/p.rego": "package main\n\ndeny contains `a` if input.a\n",
            "policy/p_test.rego": f"{MAIN}test_a if count(deny) == 1 with input as parse_config(`yaml`, `a: true`)\n",
            "in/a.yaml": "a: true\n",
        },
        told={"in/a.yaml": (1, 0, 0)},
        engine="wasm",
    ),
    "a-list-under-a-condition": Scenario(
        files={
            "policy/p.rego": f"{MAIN}violation := [{{`msg`: `loud`, `details`: {{}}}}] if input.volume > 5\n",
            "in/a.yaml": "volume: 9\n",
            "in/b.yaml": "volume: 1\n",
        },
        told={"in/a.yaml": (1, 0, 0), "in/b.yaml": (0, 0, 0)},
        engine="wasm",
    ),
    "odd-keys": Scenario(
        files={
            "policy/p.rego": 'package main\n\ndeny contains "label" if not input.labels["example.com/part-of"]\n',
            "in/a.yaml": 'labels: {"example.com/part-of": x, "with space": "\\t"}\ntext: |\n  a\tb\n',
        },
        told={"in/a.yaml": (0, 0, 0)},
        engine="wasm",
    ),
}
