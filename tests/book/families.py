"""Whole families of transcripts: sessions that work, fail, compact, are resumed, forked and copied.

A story is told by steps drawn by hypothesis; what it leaves is the bytes of each file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from scribe import (
    HAIKU,
    HOUR,
    OPUS,
    SECOND,
    SONNET,
    START,
    Json,
    answer,
    api_failure,
    compaction,
    cost_state,
    envelope,
    fresh,
    interruption,
    line,
    notification,
    prompt,
    queued,
    result,
    retry,
    session_id,
    stamp,
    summary,
    text,
    title,
    tool_use,
    turn_end,
    usage,
)

from cctop.events import FailureKind, Hook, HookKind, Limit, SpoolEvent, StatusLine
from cctop.text import Clean

MODELS = (OPUS, SONNET, HAIKU, "unheard-of-1", f"{OPUS}[1m]")
CHAINED = {"user", "assistant", "system", "attachment"}
DENIALS: tuple[Json, ...] = (
    {},
    {"toolDenialKind": "user-rejected"},
    {"toolDenialKind": "user-rejected", "toolDenialBeforeRun": True},
    {"toolDenialKind": "permission-rule", "permissionDecision": {"decision": "reject"}},
)
BROKEN: tuple[bytes, ...] = (
    b"null\n",
    b"{torn\n",
    b'{"type":"assistant","message":\xff}\n',
    b"\0\0\0\n",
    b"[1,2]\n",
    b"\n",
    b'{"type":"user"}{"type":"user"}\n',
    b'{"type":"mode",\n"mode":"plan"}\n',
)


class Step(NamedTuple):
    """What happens next: the numbers choose to whom, how, and how much later (seconds)."""

    what: str
    who: int
    how: int
    later: int


@dataclass
class Thread:
    """What was written to one file."""

    session: str
    agent: str = ""
    slug: str = "-home-ada-web"
    lines: list[Json | bytes] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)  # without an answer
    late: list[Json] = field(default_factory=list)  # lines of a response still to be written

    @property
    def data(self) -> bytes:
        return b"".join(r if isinstance(r, bytes) else line(r) for r in self.lines)

    def add(self, *records: Json) -> None:
        for record in records:
            if record["type"] in CHAINED:
                record.setdefault("sessionId", self.session)
                if self.agent:
                    record |= {"isSidechain": True, "agentId": self.agent}
            self.lines.append(record)

    def copies(self) -> list[Json]:
        return [dict(r) for r in self.lines if isinstance(r, dict) and r.get("type") in CHAINED]


class Story:
    """Tells what files a few steps leave."""

    def __init__(self) -> None:
        self.now = START
        self.threads: list[Thread] = [Thread(session_id(1))]
        self.metas: dict[tuple[str, str], Json] = {}
        self.spool: list[SpoolEvent] = []
        self.how = 0

    def tell(self, steps: list[Step]) -> "Story":
        acts: dict[str, Callable[[Thread], None]] = {
            what: getattr(self, f"_{what}") for what in ACTS
        }
        for step in steps:
            self.now += step.later * SECOND
            self.how = step.how
            acts[step.what](self.threads[step.who % len(self.threads)])
        return self

    def _choose(self, ways: int) -> int:
        self.how, way = divmod(self.how, ways)
        return way

    # What a session does.

    def _prompt(self, thread: Thread) -> None:
        words = ("do it", "<command-name>/cost</command-name>", "<bash-input>ls</bash-input>", "")
        more: Json = {"cwd": "/home/ada/web/" + "ab"[self._choose(2)]} if self._choose(2) else {}
        thread.add(prompt(self.now, words[self._choose(4)], **more))

    def _answer(self, thread: Thread) -> None:
        """One to three lines: final at once or growing, together or apart."""
        count, grows, apart = 1 + self._choose(3), self._choose(2), self._choose(2)
        ids = ("", f"msg_{self._choose(3)}", None)
        requests = ("", None)
        full = self._usage()
        blocks = [text("well"), tool_use("Bash", self._tool_id(), command="ls"), text("so")]
        records = answer(
            self.now,
            full,
            blocks[:count],
            id=ids[self._choose(3)],
            request=requests[self._choose(2)],
            model=MODELS[self._choose(5)],
            stop=("end_turn", "tool_use", None)[self._choose(3)],
            effort=("low", None)[self._choose(2)],
            gitBranch="main",
        )
        if count > 1:
            thread.tools.append(blocks[1]["id"])
        if grows:
            early = full | {"output_tokens": 1, "iterations": []}
            records[0]["message"] |= {"usage": early, "stop_reason": None}
        thread.add(*thread.late)
        thread.late = records[1:] if apart else []
        thread.add(*(records[:1] if apart else records))

    def _usage(self) -> Json:
        scale = 1 + self._choose(5)
        sizes = {"input": 7 * scale, "output": 500 * scale, "read": 40_000 * scale}
        sizes |= {"write_5m": 300, "write_1h": 200} if self._choose(2) else {}
        counts = usage(**sizes, thinking=5, searches=self._choose(2))
        extra = usage(100, 10) | {"type": "advisor_message", "model": MODELS[self._choose(5)]}
        parts = [usage(3 * scale, 200 * scale), usage(4 * scale, 300 * scale, 40_000 * scale)]
        messages = [part | {"type": "message"} for part in parts]
        return counts | {"iterations": ([], [extra], messages, [*messages, extra])[self._choose(4)]}

    def _tool_id(self) -> str:
        return ("", f"call_{self._choose(2)}")[self._choose(2)] or fresh("toolu")

    def _result(self, thread: Thread) -> None:
        tool = thread.tools.pop() if thread.tools and self._choose(3) else fresh("toolu")
        if self._choose(2):
            thread.add(result(self.now, tool))
        else:
            more = DENIALS[self._choose(4)]
            thread.add(result(self.now, tool, "Exit code 1\nno", error=True, **more))

    def _agent(self, thread: Thread) -> None:
        """Start a subagent: its file lies beside the session's, how deep it may be nested."""
        agent = Thread(thread.session, fresh("a"))
        tool = fresh("toolu")
        thread.add(*answer(self.now, None, [tool_use("Agent", tool, prompt="look")], stop=None))
        agent.add(prompt(self.now, "look", cwd="/home/ada/tree"))
        agent.add(*answer(self.now + 1, self._usage(), stop="end_turn"))
        if self._choose(2):
            self.metas[thread.session, agent.agent] = {
                "type": "Explore",
                "description": "looks",
                "tool_use_id": tool,
                "parent_agent": thread.agent,
                "finished": bool(self._choose(2)),
            }
        if self._choose(2):
            status = ("completed", "async_launched")[self._choose(2)]
            said = {"agentId": agent.agent, "status": status}
            thread.add(result(self.now + 2, tool, said=said))
        self.threads.append(agent)

    def _compaction(self, thread: Thread) -> None:
        mark = compaction(self.now, 90_000, (9_000, None)[self._choose(2)])
        thread.add(mark, summary(self.now, mark, "We read src/app.py."))

    def _trouble(self, thread: Thread) -> None:
        """An API error, an interruption, a turn's end, a notification, a progress record."""
        agents = [t.agent for t in self.threads if t.session == thread.session and t.agent]
        way = self._choose(7)
        if way == 0:
            thread.add(retry(self.now, 1 + self._choose(3)))
        elif way == 1:
            thread.add(api_failure(self.now))
        elif way == 2:
            thread.add(interruption(self.now))
        elif way == 3:
            thread.add(turn_end(self.now))
        elif way == 4:
            status = ("completed", "failed", "killed")[self._choose(3)]
            agent = agents[self._choose(len(agents))] if agents else "b123"
            thread.add(notification(self.now, agent, status))
        elif way == 5:
            thread.lines.append(
                {"type": "progress", "data": {"message": answer(self.now)[0]}, "uuid": fresh("u")}
            )
        else:
            thread.add(envelope("attachment", self.now, attachment={"type": "diff"}))

    def _words(self, thread: Thread) -> None:
        """A line without a time: a title, the official books, a broken line, a queue operation."""
        way = self._choose(4)
        if way == 0:
            kinds = ("summary", "ai-title", "custom-title", "agent-name")
            thread.add(title(kinds[self._choose(4)], f"title {len(thread.lines)}"))
        elif way == 1:
            total = len(thread.lines) / 100
            thread.add(cost_state(total, START + self._choose(2)))
        elif way == 2:
            thread.lines.append(BROKEN[self._choose(len(BROKEN))])
        else:
            thread.add(queued(self.now))

    # What copies a session's records into another's file.

    def _copy(self, thread: Thread) -> None:
        parent = next(t for t in self.threads if t.session == thread.session and not t.agent)
        child = Thread(session_id(len(self.threads) + 1))
        copies = parent.copies()
        way = self._choose(5)
        if way == 0:  # --fork-session
            if self._choose(2):
                child.add({"type": "mode", "mode": "normal"}, queued(self.now))
            for copy in copies:
                copy["sessionId"] = child.session
                if copy["type"] == "assistant":
                    copy.setdefault("requestSessionId", parent.session)
        elif way == 1:  # /branch
            for copy in copies:
                copy |= {"sessionId": child.session, "forkedFrom": {"sessionId": parent.session}}
        elif way == 2:  # older forks leave no trace
            for copy in copies:
                copy["sessionId"] = child.session
        elif way == 3:  # a replay: the same answers under new requests
            for copy in copies:
                copy |= {"sessionId": child.session, "requestId": fresh("req"), "uuid": fresh("u")}
        # else: older resumes keep the parent's sessionId.
        child.lines += copies
        self.threads.append(child)

    def _sidechain(self, thread: Thread) -> None:
        """A subagent's lines stand in the main file too, as in older versions."""
        parent = next(t for t in self.threads if t.session == thread.session and not t.agent)
        for agent in self.threads:
            if agent.session == thread.session and agent.agent:
                for record in agent.copies():
                    record.pop("agentId", None)
                    parent.add(record)

    # What hooks and the status line told besides.

    def _hook(self, thread: Thread) -> None:
        """A hook of any kind, of a call that is in the transcript, will be, or never was."""
        kind = list(HookKind)[self._choose(len(HookKind))]
        ends = kind in {HookKind.POST_TOOL_USE_FAILURE, HookKind.PERMISSION_DENIED}
        failures = (FailureKind.ERROR, FailureKind.INTERRUPTED, FailureKind.DENIED)
        ids = [*thread.tools[-2:], fresh("toolu"), "call_0", ""]
        words = ("manual", "elicitation_dialog", "compact")
        self.spool.append(
            Hook(
                id=fresh("h"),
                at=self.now + (0, 200, 2_000)[self._choose(3)],
                kind=kind,
                session=thread.session,
                agent=thread.agent,
                tool=Clean("Bash"),
                tool_use_id=ids[self._choose(len(ids))],
                target=Clean(("ls", "make")[self._choose(2)]),
                duration_ms=(None, 90)[self._choose(2)],
                failure=failures[self._choose(3)] if ends else None,
                error=Clean("no") if ends else Clean(""),
                word=Clean(words[self._choose(3)]),
            )
        )

    def _status(self, thread: Thread) -> None:
        """A status line, with a total that may lie before or behind the books."""
        limit = Limit(self._choose(101), self.now + HOUR * (self._choose(3) - 1))
        self.spool.append(
            StatusLine(
                session=thread.session,
                root=("/home/ada/.claude", "/home/eve/.claude")[self._choose(2)],
                at=self.now,
                cost=self._choose(9) * 10**10,
                window=(0, 500_000)[self._choose(2)],
                model=Clean(MODELS[self._choose(5)]),
                five_hour=(None, limit)[self._choose(2)],
                seven_day=(None, limit)[self._choose(2)],
                cache_expires_at=self.now,
            )
        )

    def _rest(self, thread: Thread) -> None:
        """A while passes; other programs write lines without a type, or without a time."""
        way = self._choose(3)
        if way == 0:
            (record,) = answer(self.now)
            del record["type"]
            thread.lines.append(record)
        elif way == 1:
            thread.add(*answer(None, usage(1, 1)))
        else:
            thread.lines.append({"type": "mode", "timestamp": stamp(self.now)})


def files_of(story: Story) -> dict[str, bytes]:
    """What the story leaves, by the path below the config dir."""
    files = {}
    for thread in story.threads:
        path = f"projects/-home-ada-web/{thread.session}"
        path += f"/subagents/agent-{thread.agent}.jsonl" if thread.agent else ".jsonl"
        files[path] = thread.data
    for (session, agent), told in story.metas.items():
        path = f"projects/-home-ada-web/{session}/subagents/agent-{agent}.meta.json"
        names = {"type": "agentType", "tool_use_id": "toolUseId", "parent_agent": "parentAgentId"}
        meta = {names.get(name, name): value for name, value in told.items()}
        files[path] = msgspec.json.encode(meta)
    return files


ACTS = (
    "prompt", "answer", "result", "agent", "compaction", "trouble", "words", "copy", "sidechain",
    "hook", "status", "rest",
)  # fmt: skip
_WEIGHTED = (*ACTS, "answer", "answer", "prompt", "result", "copy", "words", "hook", "hook")

steps = st.builds(
    Step,
    st.sampled_from(_WEIGHTED),
    st.integers(0, 7),
    st.integers(0, 1 << 20),
    st.sampled_from((0, 0, 1, 5, 60, 3_600, -2, -300)),
)
families = st.lists(steps, min_size=2, max_size=30).map(lambda told: Story().tell(told))
