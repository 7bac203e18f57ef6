"""Write realistic transcripts of a given size, with the truth beside them.

    python tests/bench/generate.py DIR --megabytes 332 --files 161

The records have the shape and the proportions of real ones: a line per content block with the usage
repeated, tool results of a few hundred bytes to hundreds of kilobytes, request bookkeeping,
attachments, subagent files, failures and compactions. `DIR/truth.json` has what a meter must find.
"""

import argparse
import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5")
TEXT = "the build passes once src/app/server.py returns early and tests/test_api.py agrees"
WORDS = TEXT.split()
START = datetime(2026, 9, 1, 8, tzinfo=UTC)


@dataclass
class Truth:
    """What all files together hold."""

    calls: int = 0
    bytes: int = 0
    files: int = 0
    tokens: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("input", "output", "cache_read", "cache_write"), 0)
    )


class Session:
    """One made-up session, and the lines of its files."""

    def __init__(self, rng: random.Random, number: int, truth: Truth) -> None:
        self.rng = rng
        self.truth = truth
        self.id = self._uuid()
        self.time = START + timedelta(minutes=17 * number)
        self.model = rng.choice(MODELS)
        self.cwd = f"/home/dev/project-{number % 23}"
        self.context = 15_000
        self.parent: str | None = None

    def lines(self, budget: int, agent: str = "") -> list[bytes]:
        """Return lines of about `budget` bytes."""
        out: list[bytes] = []
        size = 0
        while size < budget:
            new = [json.dumps(r, ensure_ascii=False).encode() for r in self._step(agent)]
            out += new
            size += sum(map(len, new)) + len(new)
        return out

    def _step(self, agent: str) -> list[dict[str, Any]]:
        rng = self.rng
        records: list[dict[str, Any]] = []
        if rng.random() < 0.15 and not agent:
            records.append(self._user({"content": self._text(40)}, agent))
        if rng.random() < 0.12:
            records.append(self._bookkeeping())
        records += self._response(agent)
        if self.context > 160_000 and not agent:
            records += self._compaction()
        return records

    def _response(self, agent: str) -> list[dict[str, Any]]:
        rng = self.rng
        new = rng.randrange(200, 6_000)
        usage: dict[str, Any] = {
            "input_tokens": rng.randrange(2, 40),
            "cache_creation_input_tokens": new,
            "cache_read_input_tokens": self.context,
            "output_tokens": rng.randrange(40, 2_000),
            "output_tokens_details": {"thinking_tokens": rng.randrange(0, 40)},
            "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
            "service_tier": "standard",
            "cache_creation": {"ephemeral_1h_input_tokens": new, "ephemeral_5m_input_tokens": 0},
            "inference_geo": "",
            "iterations": [],
            "speed": "standard",
        }
        self.context += new
        self.truth.calls += 1
        tokens = self.truth.tokens
        tokens["input"] += usage["input_tokens"]
        tokens["output"] += usage["output_tokens"]
        tokens["cache_read"] += usage["cache_read_input_tokens"]
        tokens["cache_write"] += new
        message, request = f"msg_01{self._hex(22)}", f"req_011{self._hex(21)}"
        blocks: list[dict[str, Any]] = []
        if rng.random() < 0.4:
            blocks.append({"type": "thinking", "thinking": "", "signature": self._hex(400)})
        if rng.random() < 0.6:
            blocks.append({"type": "text", "text": self._text(30)})
        tools = [f"toolu_01{self._hex(22)}" for _ in range(rng.choice((1, 1, 1, 2)))]
        blocks += [self._call(tool) for tool in tools]
        records = [
            self._envelope("assistant", agent)
            | {
                "message": {
                    "id": message, "type": "message", "role": "assistant", "model": self.model,
                    "content": [block], "stop_reason": "tool_use", "stop_sequence": None,
                    "usage": usage,
                },
                "requestId": request, "requestedModel": self.model, "effort": "medium",
                "apiBlockIndex": index,
            }
            for index, block in enumerate(blocks)
        ]  # fmt: skip
        return records + [self._result(tool, agent) for tool in tools]

    def _call(self, tool: str) -> dict[str, Any]:
        name, arguments = self.rng.choice(
            (
                ("Bash", {"command": f"pytest -q tests/{self._hex(6)}", "description": "run"}),
                ("Read", {"file_path": f"{self.cwd}/src/{self._hex(5)}.py"}),
                ("Edit", {"file_path": f"{self.cwd}/a.py", "old_string": self._text(40),
                          "new_string": self._text(40)}),
                ("Grep", {"pattern": "def main", "path": self.cwd}),
            )
        )  # fmt: skip
        return {"type": "tool_use", "id": tool, "name": name, "input": arguments}

    def _result(self, tool: str, agent: str) -> dict[str, Any]:
        rng = self.rng
        failed = rng.random() < 0.05
        words = min(20_000, int(rng.lognormvariate(5, 1.3)))
        text = "Exit code 1\n" + self._text(20) if failed else self._text(words)
        block = {"type": "tool_result", "tool_use_id": tool, "content": text, "is_error": failed}
        record = self._user({"content": [block]}, agent)
        record["toolUseResult"] = f"Error: {text}" if failed else {"stdout": text, "stderr": ""}
        return record

    def _compaction(self) -> list[dict[str, Any]]:
        before, self.context = self.context, 12_000
        boundary = self._envelope("system", "") | {
            "subtype": "compact_boundary", "content": "Conversation compacted",
            "compactMetadata": {"trigger": "auto", "preTokens": before, "postTokens": 12_000,
                                "durationMs": 31_000},
        }  # fmt: skip
        summary = self._user({"content": self._text(900)}, "") | {"isCompactSummary": True}
        return [boundary, summary]

    def _bookkeeping(self) -> dict[str, Any]:
        return {
            "type": "api-request-blob", "sessionId": self.id, "hash": self._hex(64),
            "message": {"role": "user", "content": self._text(self.rng.randrange(100, 3_000))},
        }  # fmt: skip

    def _user(self, message: dict[str, Any], agent: str) -> dict[str, Any]:
        return self._envelope("user", agent) | {"message": {"role": "user"} | message}

    def _envelope(self, kind: str, agent: str) -> dict[str, Any]:
        self.time += timedelta(milliseconds=self.rng.randrange(200, 9_000))
        parent, self.parent = self.parent, self._uuid()
        return {
            "parentUuid": parent, "isSidechain": bool(agent), "type": kind, "uuid": self.parent,
            "timestamp": self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "userType": "external", "entrypoint": "cli", "cwd": self.cwd, "sessionId": self.id,
            "version": "2.1.330", "gitBranch": "main",
        } | ({"agentId": agent} if agent else {})  # fmt: skip

    def _text(self, words: int) -> str:
        return " ".join(self.rng.choices(WORDS, k=words))

    def _hex(self, length: int) -> str:
        return f"{self.rng.getrandbits(length * 4):0{length}x}"

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))


def write(folder: Path, megabytes: float, files: int, seed: int = 1) -> Truth:
    """Write a config directory of that many transcripts and megabytes; return the truth."""
    truth = Truth()
    rng = random.Random(seed)
    each = int(megabytes * 1_000_000 / files)
    while truth.files < files:
        session = Session(rng, truth.files, truth)
        project = folder / "projects" / session.cwd.replace("/", "-")
        project.mkdir(parents=True, exist_ok=True)
        _write(project / f"{session.id}.jsonl", session.lines(each), truth)
        if truth.files < files and rng.random() < 0.3:
            agent = f"{rng.getrandbits(64):016x}"
            below = project / session.id / "subagents"
            below.mkdir(parents=True, exist_ok=True)
            _write(below / f"agent-{agent}.jsonl", session.lines(each, agent), truth)
    (folder / "truth.json").write_text(json.dumps(truth.__dict__, indent=2))
    return truth


def _write(path: Path, lines: list[bytes], truth: Truth) -> None:
    data = b"\n".join(lines) + b"\n"
    path.write_bytes(data)
    truth.files += 1
    truth.bytes += len(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=float, default=332)
    parser.add_argument("--files", type=int, default=161)
    given = parser.parse_args()
    print(write(given.folder, given.megabytes, given.files))
