"""The live server keeps what openapi.json promises, asked as it says and as it does not (schemathesis)."""

import json
from urllib.request import urlopen

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from initiatives.opendata.views import openapi_description

CONFIG = SchemathesisConfig.from_dict({"generation": {"deterministic": True, "database": "none"}})
PROMISE = schemathesis.openapi.from_dict(json.loads(json.dumps(openapi_description())), config=CONFIG)


@PROMISE.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_keeps_every_promise(server, case):
    case.call_and_validate(base_url=server.url)


def test_what_is_tested_is_what_the_server_promises(server):
    with urlopen(f"{server.url}/data/openapi.json") as answer:
        said = json.load(answer)
    assert said["servers"] == [{"url": server.url}]
    assert said["paths"] == openapi_description()["paths"]
    assert len(said["paths"]) == len(list(PROMISE.get_all_operations())) == 26


def test_no_two_tests_have_the_same_id(request):
    # Two workers at a time run each id once, and say nothing of the others.
    ids = [item.nodeid for item in request.session.items]
    assert len(ids) == len(set(ids))
