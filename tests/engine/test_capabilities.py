import json
import subprocess

from checker.compiler import CAPABILITIES
from tools.make_capabilities import ALLOWED, restrict

NOT_NATIVE = (
    "http.send",
    "sprintf",
    "time.now_ns",
    "opa.runtime",
    "rand.intn",
    "net.lookup_ip_addr",
    "trace",
)
DIFFERENT = (
    "to_number",
    "json.unmarshal",
    "json.marshal",
    "product",
    "numbers.range",
    "bits.lsh",
    "format_int",
)


def test_file_is_what_the_generator_makes_of_opa(opa):
    current = json.loads(subprocess.run([opa, "capabilities", "--current"], capture_output=True, check=True).stdout)
    assert json.loads(CAPABILITIES.read_text()) == restrict(current)


def test_allow_list_is_closed():
    capabilities = json.loads(CAPABILITIES.read_text())
    names = {builtin["name"] for builtin in capabilities["builtins"]}
    assert names == ALLOWED
    assert len(names) == 75
    assert capabilities["allow_net"] == []
    assert not names & {*NOT_NATIVE, *DIFFERENT}
    assert not any(builtin.get("nondeterministic") for builtin in capabilities["builtins"])
