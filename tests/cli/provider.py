"""A provider that means harm: whatever text it may choose, in a batch, a reply or an error, is hostile."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EVIL = (
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link\x1b]8;;\x07 \x1b]52;c;aGk=\x07 [bold]x[/bold] \u202etxet\u202c "
    "zero\u200bwidth \ufeff \x00nul \x9b31m\x84 \x7f \u2028\u2066 漢字 👩‍🚀 é \ud800 \b\v\r\n  ✓ exact: right\n\x1b[2J"
)
PATH = "/v1/messages/batches"


class Provider(ThreadingHTTPServer):
    """Answers with `replies` by the text of a request; a reply beginning with `!` is an error."""

    def __init__(self, replies: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = replies
        self.taken: dict[str, list[dict[str, Any]]] = {}
        self.looked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, requests: list[dict[str, Any]]) -> str:
        name = f"msgbatch_hostile_{len(self.taken)}"
        self.taken[name] = requests
        return name

    def look(self, name: str) -> dict[str, Any]:
        """Every batch is in a hostile state once, and has ended after that."""
        self.looked[name] += 1
        return self.batch(name, EVIL if self.looked[name] == 1 else "ended")

    def batch(self, name: str, status: str) -> dict[str, Any]:
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        counts["processing" if status != "ended" else "succeeded"] = len(self.taken[name])
        moments = {"created_at": "2026-11-22T20:00:00Z", "expires_at": "2026-11-23T20:00:00Z", "ended_at": None}
        about = {"id": name, "type": "message_batch", "processing_status": status, "request_counts": counts}
        return {**about, **moments, "results_url": None}

    def results(self, name: str) -> Iterator[dict[str, Any]]:
        for request in self.taken[name]:
            text = request["params"]["messages"][-1]["content"]
            said = self.replies.get(text, text)
            yield {"custom_id": request["custom_id"], "result": _failed(said[1:]) if said[:1] == "!" else _said(said)}


def _said(text: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text}, {"type": "tool_use", "id": text, "name": text, "input": {text: text}}]
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {
        "type": "message",
        "role": "assistant",
        "model": text[:200],
        "content": content,
        "stop_reason": text[:200],
    }
    return {"type": "succeeded", "message": {**message, "usage": usage}}


def _failed(text: str) -> dict[str, Any]:
    return {"type": "errored", "error": {"type": "error", "error": {"type": text, "message": text}}}


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"] or 0)) or b"{}")
        self._say(json.dumps(self.server.batch(self.server.take(body["requests"]), "in_progress")))

    def do_GET(self) -> None:
        name = self.path.removeprefix(PATH).strip("/").removesuffix("/results")
        if self.path.endswith("/results"):
            self._say("".join(json.dumps(line) + "\n" for line in self.server.results(name)))
        elif name in self.server.taken:
            self._say(json.dumps(self.server.look(name)))
        else:
            self._say(json.dumps({"data": [], "has_more": False, "first_id": None, "last_id": None}))

    def _say(self, text: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def provider(replies: dict[str, str]) -> Iterator[Provider]:
    with Provider(replies) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
