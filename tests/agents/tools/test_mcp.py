"""Tools of a real Model Context Protocol server, written with the official SDK and spoken to over stdio."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.agents.tools.asking import CASE, Asking, ends

from evaltui.agents.tools.mcp import Mcp
from evaltui.domain.tool import ToolCall, ToolResult

Write = Callable[[str, str], Path]
SERVER = """
import os, sys, time
from mcp.server.mcpserver import Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("shop")
calls = 0

@server.tool()
def lookup_order(order_id: str, full: bool = False) -> str:
    '''Finds an order.'''
    if order_id == "none":
        raise ToolError("no such order")
    return f"order {order_id}"

@server.tool(name="stock.left")
def stock_left() -> dict[str, int]:
    return {"left": 7}

@server.tool()
def count() -> int:
    global calls
    calls += 1
    return calls

@server.tool()
def picture() -> list:
    return ["a picture", Image(data=b"abc", format="png")]

@server.tool()
def environment() -> dict[str, str]:
    return dict(os.environ)

@server.tool()
def who() -> int:
    return os.getpid()

@server.tool()
def die() -> str:
    print("last words", file=sys.stderr, flush=True)
    os._exit(3)

@server.tool()
def hang() -> str:
    time.sleep(600)
    return ""

@server.tool()
def long() -> str:
    return "x" * (9 * 1024 * 1024)

print("not the protocol", file=sys.stderr)
server.run()
"""
COMMAND = ["python", "server.py"]


@pytest.fixture
def shop(write: Write) -> Path:
    return write("server.py", SERVER)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mcp]:
    """One server for all who leave it as it is: each start costs an import of the SDK."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "server.py").write_text(SERVER, "utf-8")
    backend = Mcp(folder, command=COMMAND)
    yield backend
    backend.close()


@pytest.fixture
def asking() -> Asking:
    """Asks the server that is kept, and does not close it."""
    return Asking()


def test_the_tools_of_a_server_become_definitions_of_the_messages_api(kept: Mcp, asking: Asking) -> None:
    asking(kept, "who")
    tools = kept.tools()
    assert isinstance(tools, list)
    assert [tool["name"] for tool in tools][:3] == ["lookup_order", "stock_left", "count"]
    assert tools[0]["description"] == "Finds an order." and "description" not in tools[2]
    schema = tools[0]["input_schema"]
    assert (schema["type"], schema["required"]) == ("object", ["order_id"])
    assert schema["properties"]["full"]["type"] == "boolean"


def test_a_call_is_answered_and_the_server_kept(kept: Mcp, asking: Asking) -> None:
    assert asking(kept, "lookup_order", order_id="A7") == ToolResult("order A7")
    first, second = (int(str(asking(kept, "count").content)) for _ in range(2))
    assert second == first + 1


def test_a_name_the_api_does_not_take_is_translated_both_ways(kept: Mcp, asking: Asking) -> None:
    assert '"left": 7' in str(asking(kept, "stock_left").content)


def test_content_blocks_become_blocks(kept: Mcp, asking: Asking) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "YWJj"}
    blocks = [{"type": "text", "text": "a picture"}, {"type": "image", "source": source}]
    assert asking(kept, "picture").content == blocks


def test_errors_of_a_tool_are_error_results(kept: Mcp, asking: Asking) -> None:
    before = asking(kept, "who")
    assert asking.error(kept, "lookup_order", order_id="none").endswith("no such order")
    assert "order_id" in asking.error(kept, "lookup_order", wrong=1)
    assert "there is no tool lookup_orders" in asking.error(kept, "lookup_orders")
    assert 'did you mean "lookup_order"?' in asking.error(kept, "lookup_orders")
    assert "at most 8,388,608" in asking.error(kept, "long")
    counted = int(str(asking(kept, "count").content))
    bad = kept.answer(ToolCall("t", "count", None), CASE, ())
    assert bad == ToolResult("the arguments must be an object", is_error=True)
    assert int(str(asking(kept, "count").content)) == counted + 1, "that call never reached the server"
    assert asking(kept, "who") == before, "no error ended the server"


def test_a_server_that_dies_is_an_error_and_the_next_call_has_another(shop: Path, ask: Asking) -> None:
    backend = Mcp(shop, command=COMMAND)
    before = ask(backend, "who")
    found = ask(backend, "die")
    assert (found.content, found.is_error) == ("the server of die stopped", True)
    assert found.detail.endswith("last words")
    assert ask(backend, "who") != before


def test_a_call_that_takes_too_long_is_stopped_and_the_next_goes_on(shop: Path, ask: Asking) -> None:
    backend = Mcp(shop, command=COMMAND, timeout=2)
    process = int(str(ask(backend, "who").content))
    assert ask.error(backend, "hang") == "hang took longer than 2 s and was stopped"
    assert ends(process)
    assert ask(backend, "lookup_order", order_id="B1").content == "order B1"


def test_closing_ends_the_server(shop: Path, ask: Asking) -> None:
    backend = Mcp(shop, command=COMMAND)
    process = int(str(ask(backend, "who").content))
    backend.close()
    assert ends(process, 0)


def test_a_server_sees_no_key_but_the_one_that_is_named(
    shop: Path, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "our-secret")
    monkeypatch.setenv("SHOP_TOKEN", "shop-secret")
    backend = Mcp(shop, command=COMMAND, env={"SHOP_TOKEN": "$SHOP_TOKEN", "REGION": "eu"})
    seen = str(ask(backend, "environment").content)
    assert "our-secret" not in seen
    assert '"SHOP_TOKEN": "shop-secret"' in seen and '"REGION": "eu"' in seen


def test_nothing_a_server_says_beside_the_protocol_reaches_the_terminal(
    write: Write, ask: Asking, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write("server.py", SERVER.replace("server.run()", "print('no protocol', flush=True)\nserver.run()"))
    assert ask(Mcp(folder, command=COMMAND), "lookup_order", order_id="A7").content == "order A7"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["no-such-server"], "No such file or directory"),
        (["python", "-c", "import nothing_here"], "it said: ModuleNotFoundError: No module named 'nothing_here'"),
        (["python", "-c", "print('hello')"], "Connection closed"),
    ],
)
def test_a_server_that_does_not_start_fails_every_case_and_says_so_first(
    tmp_path: Path, ask: Asking, command: list[str], why: str
) -> None:
    assert why in ask.failure(Mcp(tmp_path, command=command)).reason


def test_a_variable_that_the_environment_lacks_is_named(shop: Path, ask: Asking) -> None:
    found = ask.failure(Mcp(shop, command=COMMAND, env={"A": "$NOT_IN_ANY_ENVIRONMENT"}))
    assert "the environment has no NOT_IN_ANY_ENVIRONMENT" in found.reason


def test_two_tools_with_one_name_for_the_model_are_refused(write: Write, ask: Asking) -> None:
    folder = write("server.py", SERVER.replace('"stock.left"', '"lookup.order"'))
    assert "differ only in characters" in ask.failure(Mcp(folder, command=COMMAND)).reason
