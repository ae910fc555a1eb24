"""The asynchronous client is the plain one; the package stands alone and says what is in it."""

from __future__ import annotations

import ast
import asyncio
import inspect
import tomllib
from pathlib import Path
from typing import Any

import httpx
import policy_decisions_client
import pytest
from policy_decisions_client import AsyncClient, Client, Decision, ProblemError, Request, Unreachable

from tests.client.conftest import AT_ONCE, FACTS, URL
from tests.conftest import ROOT

PACKAGE = ROOT / "client" / "policy_decisions_client"
FILES = sorted(PACKAGE.rglob("*.py"))
ASYNC = {"__aenter__": "__enter__", "__aexit__": "__exit__"}


def operations(kind: type) -> dict[str, Any]:
    return {
        ASYNC.get(name, name): [(p.name, p.kind, p.annotation) for p in inspect.signature(made).parameters.values()]
        for name, made in vars(kind).items()
        if inspect.isfunction(made) and name != "__init__"
    }


def test_both_have_the_same_operations() -> None:
    assert operations(Client) == operations(AsyncClient)
    for name in operations(Client):
        if not name.startswith("_"):
            assert getattr(Client, name).__doc__ == getattr(AsyncClient, name).__doc__


class OverSteps(httpx.AsyncBaseTransport):
    """A plain transport behind the asynchronous client."""

    def __init__(self, behind: httpx.BaseTransport) -> None:
        self.behind = behind

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.behind.handle_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=b"".join(answer.stream))  # type: ignore[arg-type]


async def everything(served: httpx.BaseTransport, key: str) -> None:
    async with AsyncClient(URL, transport=OverSteps(served), verify_with=key, retry=AT_ONCE) as client:
        decided = await asyncio.gather(*(client.decide(FACTS, decide=["size"], subject="C-1") for _ in range(5)))
        decision_id = decided[0].decision_id
        assert decision_id is not None
        assert await client.decision(decision_id) == decided[0]
        assert (await client.explanation(decision_id)).rulesets[0].rules[0].fired
        assert (await client.receipt(decision_id)).document["entry_id"] == decision_id
        found = {one.decision_id async for one in client.search(subject="C-1")}
        assert found == {one.decision_id for one in decided}
        assert {one.name for one in await client.rulesets()} >= {"size", "route"}
        assert (await client.vocabulary())["order.amount"].type == "money"
        assert (await client.verify(decided[0])).size == 6
        good, bad, again = await client.batch([Request(FACTS, decide=["size"]), Request({"no": 1}), Request(FACTS)])
        assert isinstance(good, Decision)
        assert isinstance(bad, ProblemError)
        assert (bad.status, bad.errors[0].pointer) == (422, "/facts/no")
        assert isinstance(again, Decision)
        tried = await client.simulate(FACTS, decide=["size"], trying={"parameters": {"large_from": "5000.00"}})
        assert (tried.outcomes["size"].values["size"], tried.changes is not None) == ("small", True)
        with pytest.raises(ProblemError, match="404"):
            await client.decision("x/../y")


def test_the_asynchronous_client(served: httpx.WSGITransport, log: Any) -> None:
    asyncio.run(everything(served, str(log.key)))


def test_the_asynchronous_client_asks_again() -> None:
    async def go() -> None:
        def fail(_: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused")

        async with AsyncClient(URL, transport=httpx.MockTransport(fail), retry=AT_ONCE) as client:
            await client.decide(FACTS)

    with pytest.raises(Unreachable, match="after 6 attempts"):
        asyncio.run(go())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_of_the_service_is_imported_and_files_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 320
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.split(".")[0] for name in names} & {"rules", "service", "tests"}
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 45


def test_the_package_carries_its_types_and_names_what_it_needs() -> None:
    project = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text(encoding="utf-8"))
    assert (PACKAGE / "py.typed").exists()
    assert project["tool"]["setuptools"]["package-data"] == {"policy_decisions_client": ["py.typed"]}
    assert [one.split(">=")[0] for one in project["project"]["dependencies"]] == ["httpx", "cryptography"]
    assert sorted(policy_decisions_client.__all__) == policy_decisions_client.__all__
