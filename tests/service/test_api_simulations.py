"""Simulations: another policy tried on a request, told apart from decisions, and bounded."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from service import simulation
from service.decide import DecisionService
from service.ledger import Ledger
from service.problems import Refusal
from service.simulation import Simulator
from tests.service.releases import release, texts
from tests.service.test_api_problems import check

URL = "/v1/simulations"
NOTHING = {"rulesets": {}, "actions_added": [], "actions_removed": []}


def simulate(client: FlaskClient, order: dict[str, Any], **tried: Any) -> Any:
    answer = client.post(URL, json={**order, **tried})
    assert answer.status_code == 200, answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def faults(client: FlaskClient, order: dict[str, Any], **tried: Any) -> list[tuple[str, str]]:
    errors = check(client.post(URL, json={**order, **tried}), 422, "invalid-request")
    return [(error["pointer"], error["code"]) for error in errors]


def test_it_is_the_decision_but_nothing_is_recorded(
    client: FlaskClient, order: dict[str, Any], ledger: Ledger
) -> None:
    size = ledger.size
    found = simulate(client, order)
    assert ledger.size == size
    assert found["simulation"] is True
    assert not {"decision_id", "receipt", "decided_at"} & found.keys()
    assert found["changes"] == NOTHING
    decided = client.post("/v1/decisions", json=order).get_json()
    assert all(decided[name] == found[name] for name in found.keys() & decided.keys())


def test_another_parameter_changes_outcomes_and_actions(client: FlaskClient, order: dict[str, Any]) -> None:
    found = simulate(client, order, parameters={"large_from": "1000.01"})
    assert found["draft"] == {"files": [], "parameters": {"large_from": "1000.01"}}
    changes = found["changes"]
    assert changes["rulesets"]["size"]["before"]["values"]["size"] == "large"
    assert changes["rulesets"]["size"]["after"]["values"]["size"] == "small"
    assert changes["rulesets"].keys() == {"size"}
    removed = [(one["action"], one["params"]) for one in changes["actions_removed"]]
    assert ("charge", {"amount": "15.00"}) in removed
    assert changes["actions_added"] == []


def test_a_draft_takes_the_place_of_files(client: FlaskClient, order: dict[str, Any]) -> None:
    files = {"policy.yaml": texts(label="2")["policy.yaml"], "parameters.yaml": texts(5000)["parameters.yaml"]}
    found = simulate(client, order, policy={"files": files})
    assert found["policy"] == {"release": release(5000, "2").checked.release, "label": "2"}
    assert found["compared_with"]["policy"]["label"] == "1"
    assert found["outcomes"]["size"]["values"]["size"] == "small"


def test_a_draft_may_take_a_file_away(client: FlaskClient, order: dict[str, Any]) -> None:
    found = simulate(client, {**order, "decide": ["size"]}, policy={"files": {"shop/note.yaml": None}})
    assert found["changes"] == NOTHING
    wanted = faults(client, {**order, "decide": ["note"]}, policy={"files": {"shop/note.yaml": None}})
    assert wanted == [("/decide/0", "unknown-ruleset")]


def test_a_draft_with_a_fact_that_the_release_in_force_does_not_know(
    client: FlaskClient, order: dict[str, Any]
) -> None:
    vocabulary = texts(**{"order.note:": "order.remark:"})["vocabulary.yaml"]
    note = texts()["shop/note.yaml"].replace("order.note", "order.remark")
    order["facts"]["order"]["remark"] = "none"
    found = simulate(client, order, policy={"files": {"vocabulary.yaml": vocabulary, "shop/note.yaml": note}})
    assert found["changes"] is None
    [error] = found["compared_with"]["problem"]["errors"]
    assert error["pointer"] == "/facts/order/remark"


def test_a_draft_that_does_not_check_tells_every_place(client: FlaskClient, order: dict[str, Any]) -> None:
    size = texts()["shop/size.yaml"].replace("when: order.amount", "when: order.amuont")
    route = texts()["shop/route.yaml"].replace("when: order.urgent", "when: order.urgnt")
    answer = client.post(URL, json={**order, "policy": {"files": {"shop/size.yaml": size, "shop/route.yaml": route}}})
    errors = check(answer, 422, "invalid-policy")
    assert [(e["pointer"], e["file"], e["line"], e["code"]) for e in errors] == [
        ("/policy/files/shop~1route.yaml", "shop/route.yaml", 21, "unknown-name"),
        ("/policy/files/shop~1size.yaml", "shop/size.yaml", 22, "unknown-name"),
    ]
    assert all(error["hint"] and error["column"] > 1 for error in errors)


def test_an_older_release(
    client: FlaskClient, service: DecisionService, order: dict[str, Any]
) -> None:
    first = service.decider.policy.checked.release
    service.adopt(release(5000, "2"))
    found = simulate(client, order, release=first)
    assert (found["policy"]["label"], found["compared_with"]["policy"]["label"]) == ("1", "2")
    assert found["changes"]["rulesets"]["size"]["after"]["values"]["size"] == "large"


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ({"parameters": {"large_form": 1}}, [("/parameters/large_form", "unknown-parameter")]),
        ({"parameters": {"large_from": "1.001"}}, [("/parameters/large_from", "too-many-decimals")]),
        ({"parameters": {"large_from": -1}}, [("/parameters/large_from", "below-minimum")]),
        ({"parameters": {"large_from": None}}, [("/parameters/large_from", "wrong-type")]),
        ({"parameters": {"large_from": {}, "x": 1}},
         [("/parameters/large_from", "wrong-type"), ("/parameters/x", "unknown-parameter")]),
        ({"parameters": []}, [("/parameters", "wrong-type")]),
        ({"release": "sha256:00"}, [("/release", "unknown-release")]),
        ({"release": 1, "policy": 2}, [("/release", "wrong-type"), ("/policy", "wrong-type")]),
        ({"policy": {}}, [("/policy/files", "required")]),
        ({"policy": {"files": [], "x": 1}}, [("/policy/x", "unknown-member"), ("/policy/files", "wrong-type")]),
        ({"policy": {"files": {"shop/size.yaml": 1}}}, [("/policy/files/shop~1size.yaml", "wrong-type")]),
        ({"policy": {"files": {"shop/none.yaml": None}}}, [("/policy/files/shop~1none.yaml", "no-such-file")]),
        ({"simulate": True}, [("/simulate", "unknown-member")]),
    ],
)  # fmt: skip
def test_what_cannot_be_tried(client: FlaskClient, order: dict[str, Any], tried: Any, expected: Any) -> None:
    assert faults(client, order, **tried) == expected


@pytest.mark.parametrize(
    "name",
    ["x", "../x.yaml", "/x.yaml", "a/../x.yaml", "a\\x.yaml", "a//x.yaml", "./x.yaml", "x.yaml\n", f"{'x' * 200}.yaml"],
)  # fmt: skip
def test_names_that_no_policy_file_has(client: FlaskClient, order: dict[str, Any], name: str) -> None:
    [(_, code)] = faults(client, order, policy={"files": {name: ""}})
    assert code == "bad-file-name"


def test_the_size_of_a_draft_is_bounded(client: FlaskClient, order: dict[str, Any]) -> None:
    many = {f"shop/x{i}.yaml": "" for i in range(simulation.MAX_FILES + 1)}
    assert faults(client, order, policy={"files": many}) == [("/policy/files", "too-many-items")]
    much = {f"shop/x{i}.yaml": "x" * simulation.MAX_FILE for i in range(5)}
    assert faults(client, order, policy={"files": much}) == [("/policy/files", "draft-too-large")]
    large = {"parameters.yaml": "x" * (simulation.MAX_FILE + 1)}
    assert faults(client, order, policy={"files": large}) == [("/policy/files/parameters.yaml", "file-too-large")]


def test_a_zone_that_does_not_exist(client: FlaskClient, order: dict[str, Any]) -> None:
    answer = client.post(URL, json={**order, "parameters": {"time_zone": "Mars/Base"}})
    [error] = check(answer, 422, "invalid-policy")
    assert (error["pointer"], error["code"]) == ("/parameters", "bad-time-zone")


def test_one_draft_at_a_time(service: DecisionService, order: dict[str, Any]) -> None:
    simulator = Simulator(service, patience=0)
    with simulator._compiling, pytest.raises(Refusal) as refused:
        simulator.simulate(orjson.dumps({**order, "parameters": {"large_from": 5}}))
    assert (refused.value.kind.status, refused.value.headers["Retry-After"]) == (503, "2")
    assert orjson.loads(simulator.simulate(orjson.dumps({**order, "parameters": {"large_from": 5}})))["simulation"]


def test_a_draft_is_compiled_once(service: DecisionService, order: dict[str, Any]) -> None:
    simulator = Simulator(service, patience=0)
    simulator.simulate(orjson.dumps({**order, "parameters": {"large_from": 5}}))
    with simulator._compiling:
        assert simulator.simulate(orjson.dumps({**order, "subject": "another", "parameters": {"large_from": 5}}))


def test_nobody_waits_long_for_the_simulations_before(service: DecisionService, order: dict[str, Any]) -> None:
    simulator = Simulator(service, turn=0.01)
    with simulator._deciding:
        assert orjson.loads(simulator.simulate(orjson.dumps(order)))["simulation"]


@pytest.mark.timeout(20)
def test_what_is_refused_gives_its_turn_back(service: DecisionService, order: dict[str, Any]) -> None:
    simulator = Simulator(service, turn=60)
    for text in (b"{", b"{}", orjson.dumps({**order, "release": "none"}), orjson.dumps({**order, "parameters": []})):
        with pytest.raises(Refusal):
            simulator.simulate(text)
    assert simulator.simulate(orjson.dumps(order))


def test_only_the_last_drafts_are_kept(service: DecisionService, order: dict[str, Any]) -> None:
    simulator = Simulator(service)
    for amount in range(simulation.KEPT + 2):
        simulator.simulate(orjson.dumps({**order, "parameters": {"large_from": amount}}))
    assert len(simulator._kept) == simulation.KEPT
