"""What importing M megabytes of logs costs, in a process of its own: `python -m tests.benchmarks.intake 300`.

Half of it is transcripts of Claude Code, half recorded exchanges of the Messages API. Imported, then imported again.
"""

import json
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.benchmarks.measure import compiled, disk, evaltui, measured, row

VOCABULARY = [
    f"{a}{b}" for a in ("or", "re", "ta", "lim", "ex", "sto") for b in ("der", "fund", "ble", "it", "ile", "re")
]


def main(megabytes: int, folder: Path) -> None:
    logs = folder / "logs"
    logs.mkdir()
    size = written(logs / "sessions.jsonl", megabytes * 500_000, session)
    size += written(logs / "proxy.jsonl", megabytes * 500_000, exchange)
    database = folder / "inbox.db"
    env = compiled(folder / "compiled")
    for name in ("import", "the same again"):
        cost = measured(evaltui("import", str(logs), "--db", str(database)), folder, env)
        print(row(name, cost, f"exit {cost.code}, {size / 1e6 / cost.wall:.1f} MB/s, {size / 1e6:.0f} MB of logs"))
    print(f"database: {(disk(folder) - size) / 1e6:.0f} MB with what was compiled")


def written(path: Path, size: int, make) -> int:
    """Lines of `make` until so many bytes are there."""
    random, number = Random(7), 0
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < size:
            file.writelines(json.dumps(record) + "\n" for record in make(random, number))
            number += 1
        return file.tell()


def words(random: Random, many: int) -> str:
    return " ".join(random.choices(VOCABULARY, k=many))


def session(random: Random, number: int):
    """Twenty turns with a tool call each; one in ten fails."""
    name = f"session-{number}"
    for turn in range(20):
        failed = random.random() < 0.1
        call = {"type": "tool_use", "id": f"t{number}-{turn}", "name": "look", "input": {"query": words(random, 20)}}
        result = {"type": "tool_result", "tool_use_id": call["id"], "content": words(random, 400), "is_error": failed}
        yield told(name, 2 * turn, {"role": "user", "content": [result] if turn else words(random, 40)})
        text = {"type": "text", "text": words(random, 60)}
        usage = {"input_tokens": 900, "output_tokens": 90}
        reply = {"id": f"m{number}-{turn}", "model": "claude-x", "role": "assistant", "usage": usage}
        yield told(name, 2 * turn + 1, reply | {"content": [text, call | {"id": f"t{number}-{turn + 1}"}]})


def told(name: str, place: int, message):
    about = {"sessionId": name, "uuid": f"{name}-{place}", "timestamp": "2026-11-01T10:00:00Z"}
    return {"type": message["role"], **about, "message": message}


def exchange(random: Random, number: int):
    request = {"model": "claude-x", "max_tokens": 500, "system": words(random, 200)}
    request |= {"messages": [{"role": "user", "content": words(random, 200)}]}
    content = [{"type": "text", "text": words(random, 100)}]
    usage = {"input_tokens": 900, "output_tokens": 90}
    reply = {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": "claude-x", "content": content}
    reply |= {"stop_reason": "max_tokens" if number % 10 == 0 else "end_turn", "usage": usage}
    yield {"request": request, "response": reply, "status": 200, "id": f"req-{number}"}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="evaltui-bench-") as folder:
        main(int(sys.argv[1]), Path(folder))
