"""All steps that sessions are made of: what Claude Code 2.1.330 writes, in its proportions."""

import random
from collections.abc import Sequence
from typing import Any

from steps import VERSION, Draft, Step

ENGLISH = (
    "the build passes once server returns early and test agrees with cache index of every session"
    " for every caller import def return None self.path = Path(name) if not found else raise"
)
RARE = ("café", "naïve", "—", "“quoted”", "≥ 3", "✓")
JAPANESE = "テスト は サーバー の 応答 を 確かめる この 関数 で 早く 戻る ため 索引 と 一致 する"
PROSE = 1_200_000  # characters to take texts from: more than the longest text has


class Pool:
    """All steps to choose from. The same seed makes the same ones."""

    def __init__(self, seed: int, each: int = 160) -> None:
        self._rng = random.Random(seed)
        self._text = _prose(self._rng, ENGLISH.split())
        self._foreign = _prose(self._rng, JAPANESE.split())
        self.main = sorted((self._plain(False) for _ in range(each)), key=lambda s: s.size)
        self.agent = sorted((self._plain(True) for _ in range(each // 2)), key=lambda s: s.size)
        self.opening = [self._opening(False) for _ in range(8)]
        self.asked = [self._opening(True) for _ in range(4)]
        self.spawning = [self._spawning() for _ in range(8)]
        self.compaction = [self._compaction() for _ in range(4)]
        self.closing = self._closing()

    def _draft(self, agent: bool = False) -> Draft:
        # Who works in another language writes most of a step in it.
        text = self._foreign if self._rng.random() < 0.08 else self._text
        return Draft(self._rng, text, agent)

    def _plain(self, agent: bool) -> Step:
        draft, rng = self._draft(agent), self._rng
        if rng.random() < 0.12 and not agent:
            draft.add("user", {"message": {"role": "user", "content": draft.words(300)}})
        if rng.random() < 0.10:
            draft.add("attachment", {"attachment": {"type": "todo", "text": draft.words(1500)}})
        _bookkeeping(draft)
        if rng.random() < 0.03:
            _retry(draft)
        _response(draft, rng.choice((1, 1, 1, 2)))
        if rng.random() < 0.05 and not agent:
            draft.records.append(
                {"type": "ai-title", "aiTitle": draft.words(40), "sessionId": "@{sid}"}
            )
        return draft.step()

    def _opening(self, agent: bool) -> Step:
        draft = self._draft(agent)
        if not agent:
            draft.records += [
                {"type": "mode", "mode": "normal", "sessionId": "@{sid}"},
                {"type": "permission-mode", "permissionMode": "default", "sessionId": "@{sid}"},
                {"type": "ai-title", "aiTitle": draft.words(40), "sessionId": "@{sid}"},
            ]
        draft.add("user", {"message": {"role": "user", "content": draft.words(400)}})
        draft.add("attachment", {"attachment": {"type": "skills", "content": draft.words(900)}})
        _response(draft, 0)
        return draft.step()

    def _spawning(self) -> Step:
        """A call of a subagent, whose own file has to be written beside it."""
        draft = self._draft()
        _response(draft, 0, spawn=True)
        return draft.step()

    def _compaction(self) -> Step:
        draft = self._draft()
        meta = {"trigger": "auto", "preTokens": "@{#read}", "postTokens": 12_000,
                "durationMs": self._rng.randrange(9_000, 60_000)}  # fmt: skip
        boundary = {"content": "Conversation compacted", "isMeta": False, "compactMetadata": meta}
        draft.add("system", {"subtype": "compact_boundary", **boundary})
        summary = {"role": "user", "content": draft.words(7_000)}
        draft.add("user", {"isCompactSummary": True, "message": summary})
        draft.counts["compactions"] += 1
        return draft.step()

    def _closing(self) -> Step:
        draft = self._draft()
        draft.add("system", {"subtype": "turn_duration", "durationMs": 31_000, "isMeta": False})
        use = dict.fromkeys(("inputTokens", "outputTokens", "cacheReadInputTokens"), 1_000)
        draft.records.append(
            {"type": "cost-state", "sessionId": "@{sid}", "totalCostUSD": 1.25,
             "totalAPIDuration": 555, "totalToolDuration": 1410, "totalDuration": 15560,
             "startTime": "@{#began}", "modelUsage": {"@{model}": use | {"costUSD": 1.25}},
             "hasUnknownModelCost": False}
        )  # fmt: skip
        return draft.step()


def _prose(rng: random.Random, words: Sequence[str]) -> str:
    """Return made-up lines: words, indents, quotes, escapes, now and then a rare character."""
    out, size = [], 0
    while size < PROSE:
        line = rng.choice(("", "", "    ", "\t")) + " ".join(rng.choices(words, k=12))
        if (luck := rng.random()) < 0.3:
            line += ' "quoted\\n"' if luck < 0.2 else " " + rng.choice(RARE)
        out.append(line)
        size += len(line) + 1
    return "\n".join(out)


def _bookkeeping(draft: Draft) -> None:
    """Add what Claude Code keeps of a request: up to hundreds of kilobytes a line."""
    rng = draft.rng
    owner = {"sessionId": "@{sid}"} | ({"agentId": "@{agent}"} if draft.agent else {})
    if rng.random() < 0.03:
        schema = {"type": "object", "properties": {"path": {"type": "string"}}}
        tools = [
            {"name": draft.hex(6), "description": draft.words(900), "input_schema": schema}
            for _ in range(60)
        ]
        draft.records.append(
            {"type": "api-request-shape", **owner, "shapeHash": draft.hex(64),
             "timestamp": draft.stamp(), "version": VERSION, "shape": {"tools": tools}}
        )  # fmt: skip
    if rng.random() < 0.5:
        length = min(400_000, int(rng.lognormvariate(7.2, 1.5)))
        content = [{"type": "text", "text": draft.words(length)}]
        draft.records.append(
            {"type": "api-request-blob", **owner, "hash": draft.hex(64),
             "message": {"role": "user", "content": content}}
        )  # fmt: skip
        draft.records.append(
            {"type": "api-request", **owner, "id": draft.hex(32), "timestamp": draft.stamp(),
             "version": VERSION, "shapeHash": draft.hex(64), "params": {"model": "@{model}",
             "max_tokens": 128_000}, "keep": 0, "tail": [draft.hex(64) for _ in range(9)]}
        )  # fmt: skip


def _retry(draft: Draft) -> None:
    error = {"status": 529, "message": "Overloaded", "formatted": "529 Overloaded"}
    draft.add("system", {"subtype": "api_error", "level": "error", "error": error,
                         "retryInMs": 611.5, "retryAttempt": 1, "maxRetries": 10})  # fmt: skip
    draft.counts["api_errors"] += 1


def _usage(draft: Draft) -> dict[str, Any]:
    rng, tokens = draft.rng, draft.tokens
    tokens["input"] = rng.randrange(2, 40)
    tokens["output"] = rng.randrange(40, 2_000)
    tokens["cache_write"] = rng.randrange(200, 6_000)
    return {
        "input_tokens": tokens["input"], "cache_creation_input_tokens": tokens["cache_write"],
        "cache_read_input_tokens": "@{#read}", "output_tokens": tokens["output"],
        "output_tokens_details": {"thinking_tokens": rng.randrange(0, 40)},
        "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        "service_tier": "standard", "inference_geo": "", "iterations": [], "speed": "standard",
        "cache_creation": {"ephemeral_1h_input_tokens": tokens["cache_write"],
                           "ephemeral_5m_input_tokens": 0},
    }  # fmt: skip


def _response(draft: Draft, tools: int, spawn: bool = False) -> None:
    """Add a response, a line per content block, and the results of its tool calls."""
    rng = draft.rng
    usage = _usage(draft)
    draft.counts["calls"] += 1
    draft.counts["tool_calls"] += tools + spawn
    blocks: list[dict[str, Any]] = []
    if rng.random() < 0.4:
        blocks.append({"type": "thinking", "thinking": "", "signature": draft.hex(400)})
    if rng.random() < 0.6 or not tools:
        blocks.append({"type": "text", "text": draft.words(200)})
    ids = [f"toolu_01@{{h}}{number:010x}" for number in range(tools)]
    blocks += [_call(draft, id) for id in ids]
    if spawn:
        blocks.append({"type": "tool_use", "id": "toolu_01@{h}00000000aa", "name": "Agent",
                       "input": {"description": "look", "prompt": draft.words(300)}})  # fmt: skip
    # As older versions and some subagents write it: a placeholder first, the whole at the end.
    streams = len(blocks) > 1 and rng.random() < 0.1
    for number, block in enumerate(blocks):
        whole = number == len(blocks) - 1 or not streams
        message = {
            "id": "msg_01@{h}00000000ff", "type": "message", "role": "assistant",
            "model": "@{model}", "content": [block],
            "stop_reason": ("tool_use" if tools or spawn else "end_turn") if whole else None,
            "stop_sequence": None, "usage": usage if whole else usage | {"output_tokens": 2},
        }  # fmt: skip
        draft.add("assistant", {"message": message, "requestId": "req_011@{h}000000000",
                                "requestSessionId": "@{maker}",
                                "requestedModel": "@{model}", "effort": "medium",
                                "apiBlockIndex": number})  # fmt: skip
    for id in ids:
        _result(draft, id)
    if spawn:
        _spawned(draft)


def _call(draft: Draft, id: str) -> dict[str, Any]:
    name, arguments = draft.rng.choice(
        (
            ("Bash", {"command": f"pytest -q tests/{draft.hex(6)}", "description": "run"}),
            ("Read", {"file_path": f"@{{cwd}}/src/{draft.hex(5)}.py"}),
            ("Edit", {"file_path": "@{cwd}/a.py", "old_string": draft.words(900),
                      "new_string": draft.words(900)}),
            ("Grep", {"pattern": "def main", "path": "@{cwd}"}),
        )
    )  # fmt: skip
    return {"type": "tool_use", "id": id, "name": name, "input": arguments}


def _result(draft: Draft, id: str) -> None:
    rng = draft.rng
    more: dict[str, Any] = {}
    text = draft.words(min(600_000, int(rng.lognormvariate(6.9, 1.6))))
    luck = rng.random()
    if luck < 0.05:
        text = "Exit code 1\n" + text[:800]
        draft.counts["tool_failures"] += 1
    elif luck < 0.06:
        text = "The user doesn't want to proceed with this tool use."
        more = {"toolDenialKind": "user-rejected", "toolDenialBeforeRun": True}
        draft.counts["denials"] += 1
    failed = luck < 0.06
    block = {"type": "tool_result", "tool_use_id": id, "content": text, "is_error": failed}
    kept = f"Error: {text}" if failed else {"stdout": text, "stderr": "", "interrupted": False}
    more["sourceToolAssistantUUID"] = "@{u}-4000-8000-000000000001"
    message = {"role": "user", "content": [block]}
    draft.add("user", {"message": message, "toolUseResult": kept, **more})


def _spawned(draft: Draft) -> None:
    said = draft.words(1_500)
    block = {"type": "tool_result", "tool_use_id": "toolu_01@{h}00000000aa", "content": said}
    kept = {"status": "completed", "agentId": "@{child}", "content": said, "totalTokens": 9_999,
            "totalDurationMs": 9_000, "totalToolUseCount": 3}  # fmt: skip
    draft.add("user", {"message": {"role": "user", "content": [block]}, "toolUseResult": kept})
