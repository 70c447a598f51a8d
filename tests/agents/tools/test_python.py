"""Functions of the user's repository as tools: whatever they do, the model gets an answer and we go on."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.agents.tools.asking import CASE, Asking, ends

from evaltui.agents.tools.python import Python
from evaltui.domain.tool import ToolCall, ToolResult

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="bounds address space and watches processes")
Write = Callable[[str, str], Path]
TOOLS = """
import asyncio, decimal, os, subprocess, sys, time
from os import system
from shop import stock

calls = 0

def add(a, b=1): return a + b
def blocks(): return [{"type": "text", "text": "seen"}]
def count():
    global calls
    calls += 1
    return calls
async def later(x):
    await asyncio.sleep(0)
    return {"x": x}
def in_stock(): return stock.LEFT
def here(): return open("shop/note.txt").read()
def environment(): return dict(os.environ)
def who(): return os.getpid()
def read_input(): return sys.stdin.read() + "|"
def refuse(): raise KeyError("no such order")
def mute():
    class Mute(Exception):
        def __str__(self): raise RuntimeError
    raise Mute
def leave(): sys.exit(2)
def price(): return {"total": decimal.Decimal("1.5")}
def nan(): return float("nan")
def half(): return "\\ud800"
def long(): return "x" * (9 * 1024 * 1024)
def greedy(): return len(bytearray(4 * 1024 ** 3))
def die():
    os.write(2, b"last words")
    os._exit(3)
def crash():
    import ctypes
    ctypes.string_at(0)
def hang():
    while True: pass
def sleepers():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open("child.pid", "w") as file: file.write(str(child.pid))
    time.sleep(600)
def shout():
    print("to stdout"); print("to stderr", file=sys.stderr); os.system("echo from a child")
    return "quiet"
def _hidden(): return 1
"""
FILE = "shop/tools.py"


@pytest.fixture
def shop(write: Write) -> Path:
    write("shop/stock.py", "LEFT = 7")
    write("shop/note.txt", "a note")
    return write(FILE, TOOLS)


def test_a_function_is_called_with_its_arguments_by_name(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE)
    assert ask(backend, "add", a=1, b=2) == ToolResult("3")
    assert ask(backend, "add", a=1) == ToolResult("2")


def test_an_async_function_is_run(shop: Path, ask: Asking) -> None:
    assert ask(Python(shop, module=FILE), "later", x=[1]) == ToolResult('{"x": [1]}')


def test_content_blocks_stay_blocks(shop: Path, ask: Asking) -> None:
    assert ask(Python(shop, module=FILE), "blocks").content == [{"type": "text", "text": "seen"}]


def test_a_tool_imports_and_reads_what_lies_in_the_folder_of_the_agent(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE)
    assert ask(backend, "in_stock").content == "7"
    assert ask(backend, "here").content == "a note"


def test_a_dotted_module_and_a_file_elsewhere_do_as_well(shop: Path, ask: Asking, write: Write) -> None:
    assert ask(Python(shop, module="shop.tools"), "in_stock").content == "7"
    write("other/tools.py", "import beside\ndef add(): return beside.ONE")
    write("other/beside.py", "ONE = 1")
    assert ask(Python(shop / "shop", module="../other/tools.py"), "add").content == "1"


def test_relative_imports_work_and_a_name_of_the_standard_library_hides_nothing(ask: Asking, write: Write) -> None:
    write("shop/stock.py", "LEFT = 7")
    folder = write("shop/near.py", "from .stock import LEFT\ndef add(): return LEFT")
    assert ask(Python(folder, module="shop/near.py"), "add").content == "7"
    write("queue/__init__.py", "")
    write("json.py", "import asyncio, queue\nfrom collections import OrderedDict\ndef add(): return [1]")
    assert ask(Python(write("x", ""), module="json.py"), "add").content == "[1]"


def test_one_function_may_answer_every_tool(write: Write, ask: Asking) -> None:
    folder = write("one.py", "async def answer(name, arguments): return [name, arguments]")
    assert ask(Python(folder, module="one.py:answer"), "find", id=1).content == '["find", {"id": 1}]'


def test_a_module_is_loaded_once_and_remembers(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE)
    assert [ask(backend, "count").content for _ in range(3)] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["_hidden", "system", "asyncio", "nothing", "__class__"])
def test_only_public_functions_of_the_module_itself_are_tools(shop: Path, ask: Asking, name: str) -> None:
    assert ask.error(Python(shop, module=FILE), name) == f"there is no tool {name!r}"


def test_what_a_module_lists_in_all_is_a_tool_wherever_it_comes_from(write: Write, ask: Asking) -> None:
    folder = write("m.py", "from os.path import basename\n__all__ = ['basename']\ndef other(): return 1")
    assert ask(Python(folder, module="m.py"), "basename", p="a/b").content == "b"
    assert ask.error(Python(folder, module="m.py"), "other") == "there is no tool 'other'"


def test_an_exception_is_told_by_type_and_message_and_its_traceback_is_kept_from_the_model(
    shop: Path, ask: Asking
) -> None:
    found = ask(Python(shop, module=FILE), "refuse")
    assert (found.content, found.is_error) == ("KeyError: 'no such order'", True)
    assert "Traceback" in found.detail and "in refuse" in found.detail


def test_arguments_that_do_not_fit_are_an_error_the_model_can_mend(shop: Path, ask: Asking) -> None:
    words = ask.error(Python(shop, module=FILE), "add", wrong=1)
    assert words == "TypeError: add() got an unexpected keyword argument 'wrong'"


def test_arguments_that_are_no_object_are_an_error(shop: Path) -> None:
    found = Python(shop, module=FILE).answer(ToolCall("t", "add", [1]), CASE, ())
    assert found == ToolResult("the arguments must be an object", is_error=True)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mute", "Mute"),
        ("leave", "SystemExit: 2"),
        ("price", "price returned a dict that is not JSON: Object of type Decimal is not JSON serializable"),
        ("nan", "nan returned a float that is not JSON: Out of range float values are not JSON compliant"),
        ("long", "long returned 9,437,197 bytes; at most 8,388,608 are allowed"),
    ],
)
def test_what_cannot_be_an_answer_is_an_error_and_the_next_call_goes_on(
    shop: Path, ask: Asking, name: str, words: str
) -> None:
    backend = Python(shop, module=FILE)
    before = ask(backend, "who")
    assert ask.error(backend, name).startswith(words)
    assert ask(backend, "who") == before


def test_half_a_surrogate_pair_cannot_be_sent(shop: Path, ask: Asking) -> None:
    assert ask.error(Python(shop, module=FILE), "half").startswith("half returned a str that is not JSON")


@LINUX
def test_memory_is_bounded(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE, memory_mb=256)
    assert ask.error(backend, "greedy") == "MemoryError"
    assert ask(backend, "add", a=1).content == "2"


def test_a_process_that_ends_is_an_error_and_the_next_call_has_another(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE)
    before = ask(backend, "who")
    found = ask(backend, "die")
    assert found == ToolResult("die ended the process it ran in (exit code 3)", is_error=True, detail="last words")
    assert ask(backend, "who") != before


def test_a_crash_names_the_signal_and_keeps_where_it_happened(shop: Path, ask: Asking) -> None:
    found = ask(Python(shop, module=FILE), "crash")
    assert found.content == "crash ended the process it ran in (killed by SIGSEGV)"
    assert "in crash" in found.detail


def test_a_process_killed_between_calls_is_replaced(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE)
    process = int(str(ask(backend, "who").content))
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    assert ask(backend, "add", a=1).content == "2"


@pytest.mark.parametrize("name", ["hang", "sleepers"])
def test_a_call_that_takes_too_long_is_stopped_and_the_next_goes_on(shop: Path, ask: Asking, name: str) -> None:
    backend = Python(shop, module=FILE, timeout=1)
    assert ask.error(backend, name) == f"{name} took longer than 1 s and was stopped"
    assert ask(backend, "add", a=1).content == "2"


@LINUX
def test_what_a_stopped_tool_has_started_is_stopped_too(shop: Path, ask: Asking) -> None:
    ask(Python(shop, module=FILE, timeout=2), "sleepers")
    child = int((shop / "child.pid").read_text())
    assert ends(child)


CALLER = """
import sys
from pathlib import Path
from evaltui.agents.tools.python import Python
from evaltui.domain.tool import ToolCall
backend = Python(Path(sys.argv[1]), module="shop/tools.py", timeout=600)
print(backend.answer(ToolCall("t", "who", {}), None, ()).content, flush=True)
backend.answer(ToolCall("t", "hang", {}), None, ())
"""


@LINUX
def test_a_call_does_not_outlive_the_program_that_made_it(shop: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CALLER, str(shop)], stdout=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        worker = int(caller.stdout.readline())
        caller.kill()
    assert ends(worker)


def test_nothing_a_tool_prints_reaches_the_terminal(shop: Path, ask: Asking, capfd: pytest.CaptureFixture[str]) -> None:
    backend = Python(shop, module=FILE)
    assert ask(backend, "shout").content == "quiet"
    assert ask(backend, "read_input").content == "|"
    ask(backend, "die")
    assert capfd.readouterr() == ("", "")


def test_a_tool_sees_no_key_of_ours(shop: Path, ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "SHOP_API_KEY", "github_token"):
        monkeypatch.setenv(name, "secret-value")
    monkeypatch.setenv("SHOP_REGION", "eu")
    seen = str(ask(Python(shop, module=FILE), "environment").content)
    assert "secret-value" not in seen and "SHOP_REGION" in seen


@pytest.mark.parametrize(
    ("module", "text", "why"),
    [
        ("gone.py", "", "FileNotFoundError"),
        ("bad.py", "def (", "SyntaxError"),
        ("bad.py", "import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("bad.py", "raise SystemExit(4)", "SystemExit: 4"),
        ("bad.py", "import os; os._exit(5)", "exit code 5"),
        ("bad.py:answer", "ask = 1", "LookupError: bad.py has no function answer"),
        ("bad.name", "", "ModuleNotFoundError"),
    ],
)
def test_a_module_that_does_not_load_fails_every_case_and_says_so_first(
    write: Write, ask: Asking, module: str, text: str, why: str
) -> None:
    found = ask.failure(Python(write("bad.py", text), module=module))
    assert found.reason.startswith(f"the tools in {module} cannot be loaded: {why}")


def test_a_folder_that_is_gone_is_a_failure_too(tmp_path: Path, ask: Asking) -> None:
    assert "No such file" in ask.failure(Python(tmp_path / "gone", module="m.py")).reason


def test_a_mended_module_is_loaded_once_the_backend_was_closed(write: Write, ask: Asking) -> None:
    backend = Python(write("m.py", "def ("), module="m.py")
    ask.failure(backend)
    write("m.py", "def add(): return 1")
    backend.close()
    assert backend.tools() is None
    assert ask(backend, "add").content == "1"


def test_closing_ends_the_process(shop: Path, ask: Asking) -> None:
    backend = Python(shop, module=FILE)
    process = int(str(ask(backend, "who").content))
    backend.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
