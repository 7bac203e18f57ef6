"""A loopback stand-in for the Messages API: answers from a script and keeps the bill.

A script is a dict of lanes, each a list of turns. A turn is one of
- `{"content": [block, …], "usage": {…}}`, also with `model`, `stop_reason` and `delay` (seconds);
- `{"status": 529, "error": "overloaded_error", "message": "…"}`;
- `{"kill": true, "delay": 1}`: after the delay, in which the CLI writes down what it has, it is
  killed while it waits, as a crash or a lost connection would do.

A request takes the next turn of its lane, and "done" past the lane's end. Its lane is `compact`
when it asks for a summary of the conversation, `side` when it offers no tools (titles and the
like), the `NAME` of a `LANE:NAME` in its first prompt (so is a subagent told apart), else `main`.
"""

import itertools
import json
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PORT = 8931  # in a network namespace of its own: nothing else can hold it
LANE = re.compile(r"LANE:(\w+)")
# From the prompt with which the CLI asks for a compaction.
SUMMARY = re.compile(r"summary of (?:the|this|our) conversation|detailed summary", re.IGNORECASE)
DONE: Json = {"content": [{"type": "text", "text": "done"}]}


class Script:
    """Hands out each lane's turns in order, to any thread."""

    def __init__(self, lanes: Mapping[str, Sequence[Json]]) -> None:
        self._lanes = lanes
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def next_turn(self, lane: str) -> Json:
        """The next turn of a lane; "done" past its end."""
        with self._lock:
            at = self._taken[lane]
            self._taken[lane] += 1
        turns = self._lanes.get(lane, ())
        return turns[at] if at < len(turns) else DONE


class Ledger:
    """What was billed: a JSON line for each response, and the ids that tell responses apart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._run = secrets.token_hex(6)  # real ids never repeat, neither in a run nor between runs
        self._serial = itertools.count(1)

    def next_id(self) -> str:
        """What the ids of one request end with."""
        return f"{self._run}{next(self._serial):06d}"

    def write(self, entry: Json) -> None:
        """Append one billed response."""
        with self._lock, self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(entry) + "\n")


class MessagesApi(ThreadingHTTPServer):
    """The server. `kill` ends the CLI at once; it is set when the CLI has been started."""

    daemon_threads = True

    def __init__(self, script: Script, ledger: Ledger) -> None:
        self.script = script
        self.ledger = ledger
        self.kill: Callable[[], None] = lambda: None
        super().__init__(("127.0.0.1", PORT), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that the CLI gave up is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection of the CLI."""

    protocol_version = "HTTP/1.1"
    server: MessagesApi

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the terminal is the CLI's."""

    def do_HEAD(self) -> None:
        """The CLI looks whether the host is there."""
        self._reply({})

    def do_GET(self) -> None:
        """Whatever else it asks for is empty."""
        self._reply({})

    def do_POST(self) -> None:
        """A model call, a token count, or something that the stand-in has no use for."""
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        if "count_tokens" in self.path:
            self._reply({"input_tokens": max(1, len(raw) // 4)})
        elif "/v1/messages" in self.path:
            self._answer(json.loads(raw))
        else:
            self._reply({})

    def _answer(self, body: Json) -> None:
        lane = lane_of(body)
        turn = self.server.script.next_turn(lane)
        tail = self.server.ledger.next_id()
        headers = {"request-id": f"req_{tail}"}
        time.sleep(turn.get("delay", 0))
        if turn.get("kill"):
            self.server.kill()
            return
        if status := turn.get("status"):
            error = {"type": turn["error"], "message": turn.get("message", "scripted error")}
            self._reply({"type": "error", "error": error}, status, headers | {"retry-after": "0"})
            return
        message = message_of(turn, tail, body["model"])
        self.server.ledger.write(
            {"lane": lane, "message_id": message["id"], "request_id": headers["request-id"]}
            # The CLI books a call under the model that it asked for.
            | {"model": body["model"], "usage": message["usage"]}
        )
        if body.get("stream"):
            self._stream(message, headers)
        else:
            self._reply(message, headers=headers)

    def _reply(
        self, obj: Json, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        payload = b"" if self.command == "HEAD" else json.dumps(obj).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, message: Json, headers: Mapping[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in events_of(message):
            text = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")


def lane_of(body: Json) -> str:
    """Which lane of the script a request draws on."""
    messages = body.get("messages") or []
    if SUMMARY.search(json.dumps(messages[-1:])):
        return "compact"
    if not body.get("tools"):
        return "side"
    named = LANE.search(json.dumps(messages[:1]))
    return named[1] if named else "main"


def message_of(turn: Json, tail: str, model: str) -> Json:
    """A turn as the whole message that the API would answer with."""
    content = [dict(block) for block in turn["content"]]
    calls = [block for block in content if block["type"] == "tool_use"]
    for at, block in enumerate(calls):
        block["id"] = f"toolu_{tail}{at}"
    return {
        "id": f"msg_{tail}",
        "type": "message",
        "role": "assistant",
        "model": turn.get("model") or model.removesuffix("[1m]"),
        "content": content,
        "stop_reason": turn.get("stop_reason") or ("tool_use" if calls else "end_turn"),
        "stop_sequence": None,
        "usage": usage_of(turn),
    }


def usage_of(turn: Json) -> Json:
    """A turn's usage with the fields that the API always sends."""
    usage: Json = {
        "input_tokens": 12,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 5,
        "service_tier": "standard",
    } | turn.get("usage", {})
    written = usage["cache_creation_input_tokens"]
    split = {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0}
    return {"cache_creation": split} | usage


def events_of(message: Json) -> Iterator[Json]:
    """A message as the server-sent events that the API streams it in."""
    # The opening carries a placeholder for the output count, the closing event the final usage.
    usage = message["usage"] | {"output_tokens": min(2, message["usage"]["output_tokens"])}
    opening = message | {"content": [], "stop_reason": None, "usage": usage}
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(message["content"]):
        start, deltas = _opened(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": end, "usage": message["usage"]}
    yield {"type": "message_stop"}


def _opened(block: Json) -> tuple[Json, list[Json]]:
    """A content block as its empty start and the deltas that fill it."""
    match block["type"]:
        case "text":
            return {"type": "text", "text": ""}, [{"type": "text_delta", "text": block["text"]}]
        case "thinking":
            return {"type": "thinking", "thinking": "", "signature": ""}, [
                {"type": "thinking_delta", "thinking": block["thinking"]},
                {"type": "signature_delta", "signature": "c2ln"},
            ]
        case _:
            json_text = json.dumps(block["input"])
            return block | {"input": {}}, [{"type": "input_json_delta", "partial_json": json_text}]
