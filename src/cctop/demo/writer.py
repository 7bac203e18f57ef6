"""A builder of Claude Code config dirs: sessions in the true format, and the truth about them.

    world = World(folder, seed=7, now=1_795_345_326_000)
    session = world.session("/home/sam/code/api", "claude-opus-5-5")
    session.prompt("Why is the build red?")
    reply = session.reply(Usage(input=8, cache_write_1h=19_000, output=120))
    call = reply.call("Bash", command="make", description="Build")
    world.now += 4_000
    session.fail(call, "Exit code 2\\nmissing separator")
    session.reply(Usage(input=5, cache_read=19_000, output=60), "end_turn").say("A tab is missing.")
    session.end_turn()
    world.flush()
    world.truth()[session.id].cost  # pico-USD

The same seed and the same calls give the same bytes. There is no wall clock here: whoever writes
sets `now`, and every record is stamped with it.
"""

from pathlib import Path

from msgspec.structs import replace

from cctop.demo import records
from cctop.demo.agent import Agent
from cctop.demo.bill import PICO, Account, Book, Spend, booked
from cctop.demo.compaction import Compacted, compact
from cctop.demo.files import Files, project_slug
from cctop.demo.records import Record, Speaker
from cctop.demo.thread import Call, Reply, Stage, Thread
from cctop.events import Usage


class World(Stage):
    """A Claude config dir at `root` that is made up as one goes along."""

    def __init__(self, root: Path, *, seed: int = 0, now: int = 0) -> None:
        super().__init__(Files(root), seed, now)

    def session(
        self,
        cwd: str,
        model: str,
        *,
        branch: str = "main",
        entrypoint: str = "cli",
        mode: str = "acceptEdits",
    ) -> "Session":
        """A new session that starts now; its file opens with its first prompt."""
        who = Speaker(session=self.uuid(), cwd=cwd, branch=branch, entrypoint=entrypoint)
        return Session(self, who, model, mode)

    def flush(self) -> None:
        """Bring what was written to disk. Raises OSError."""
        self.files.flush()

    def truth(self) -> dict[str, Account]:
        """What each session really used, by session id."""
        return dict(self.accounts)


class Session(Thread):
    """The main thread of a session, with what only a main thread has."""

    def __init__(self, stage: Stage, who: Speaker, model: str, mode: str) -> None:
        self.id = who.session
        self.account = stage.accounts.setdefault(self.id, Account())
        self.mode = mode
        self.started = stage.now
        self.closed = Book()  # Claude Code's own books when it last exited
        self.lines_added = 0
        self.lines_removed = 0
        self._base = Book()  # of the session it was forked from
        self._chain: list[Record] = []  # what a fork would copy
        self._paid: dict[str, tuple[str, Usage]] = {}  # model and tokens by message id
        self._turn = 0
        self._turn_began = stage.now
        self._last_prompt = ""
        self._dropped = 0
        path = f"projects/{project_slug(who.cwd)}/{self.id}.jsonl"
        super().__init__(stage, who, path, model, (self.account,))

    def write(self, record: Record) -> None:
        """Append one record; those with an envelope are what a fork copies."""
        super().write(record)
        if "uuid" in record:
            self._chain.append(record)

    def reply(self, usage: Usage, stop_reason: str = "tool_use") -> Reply:
        """Bill one API response, as every thread does, and remember it for forks."""
        reply = super().reply(usage, stop_reason)
        self._paid[reply.answer.message_id] = (self.model, usage)
        return reply

    def prompt(self, text: str) -> None:
        """A prompt, typed or given to `claude -p`: a turn starts."""
        self._begin_turn()
        self._last_prompt = text
        is_first = not self._chain
        mark = self.mark()
        if not self.who.interactive:
            self._queue("enqueue", content=text)
            self._queue("dequeue")
        else:
            if is_first:
                self._tell_modes()
            self._snapshot_files(mark.uuid)
        keys = records.prompt_keys(self.who, self.mode, self._turn)
        self.write(records.user(self.who, mark, self.prompt_id, text, **keys))
        if is_first:
            day = records.iso(self.stage.now)[:10]
            told = f"Today's date is {day}."
            content = {"type": "date", "date": day}
            self.write(records.attachment(self.who, self.mark(), content, told))

    def end_turn(self, *, agents_left: int = 0) -> None:
        """The turn is over; `agents_left` subagents go on in the background."""
        if self.who.interactive:
            pending = {"pendingBackgroundAgentCount": agents_left} if agents_left else {}
            took: Record = {
                "durationMs": self.stage.now - self._turn_began,
                "messageCount": len(self._chain),
                **pending,
            }
            mark = self.mark()
            self.write(records.system(self.who, mark, "turn_duration", **took, isMeta=False))
        self.note("last-prompt", lastPrompt=self._last_prompt, leafUuid=self.leaf)
        self._tell_modes()

    def notify(self, agent: Agent, state: str = "completed") -> None:
        """A background subagent has ended: the CLI prompts the main thread with that."""
        text = (
            f"<task-notification>\n<task-id>{agent.id}</task-id>\n"
            f"<tool-use-id>{agent.call.id}</tool-use-id>\n<status>{state}</status>\n"
            "</task-notification>"
        )
        self._begin_turn()
        self._queue("enqueue", content=text)
        self._queue("dequeue")
        keys = records.prompt_keys(self.who, self.mode, self._turn) | {
            "origin": {"kind": "task-notification", "producer": "session-task"},
            "promptSource": "system",
            "turnOrigin": "task_notification",
            "queueSkipAttachments": True,
        }
        self.write(records.user(self.who, self.mark(), self.prompt_id, text, **keys))

    def title(self, text: str) -> None:
        """The title that the CLI let a small model find: a side call that no line shows."""
        self.note("ai-title", aiTitle=text)
        self.account.bill_unlogged("claude-haiku-5-5", Usage(input=900, output=30))

    def switch_mode(self, mode: str) -> None:
        """The user changed the permission mode (default, acceptEdits, plan, auto, …)."""
        self.mode = mode
        self._tell_modes()

    def compact(self, what: Compacted) -> None:
        """The context is summed up and begins anew."""
        kept = self._chain[-1:]
        compact(self, what, self._dropped)
        self._dropped += what.before - what.after
        self._chain = kept + self._chain[-2:]
        if what.trigger == "manual":
            for text in (
                "<command-name>/compact</command-name>",
                "<local-command-stdout>Compacted</local-command-stdout>",
            ):
                self.write(records.user(self.who, self.mark(), self.prompt_id, text))

    def ok(self, call: Call, content: object, result: Record | None = None) -> None:
        """The tool did what was asked, see `Thread.ok`; edited lines are counted."""
        super().ok(call, content, result)
        for hunk in (result or {}).get("structuredPatch", ()):
            self.lines_added += sum(line.startswith("+") for line in hunk["lines"])
            self.lines_removed += sum(line.startswith("-") for line in hunk["lines"])

    def retry(self, status: int, name: str, message: str, attempt: int, wait_ms: int) -> None:
        """An API call failed and is made again after `wait_ms`; `attempt` counts from 1."""
        self.account.api_retries += 1
        body = f'{{"type":"error","error":{{"type":"{name}","message":"{message}"}}}}'
        error = {
            "message": f"{status} {body}",
            "status": status,
            "requestId": self.stage.name("req"),
            "formatted": f"{status} {message}",
            "connection": None,
            "isNetworkDown": False,
            "rateLimits": None,
            "noResponse": None,
        }
        told: Record = {
            "level": "error",
            "error": error,
            "retryInMs": wait_ms,
            "retryAttempt": attempt,
            "maxRetries": 10,
            "source": "request_retry",
        }
        self.write(records.system(self.who, self.mark(), "api_error", **told))

    def give_up(self, status: int, name: str) -> None:
        """An API call failed for good."""
        self.account.api_failures += 1
        request = self.stage.name("req")
        self.write(records.final_error(self.who, self.mark(), request, status, name))

    def close(self) -> None:
        """The CLI exits and leaves its own books: twice, where a person sat before it."""
        self.closed = self._base.with_account(self.account)
        if self.who.interactive:
            self._tell_books()
        self.note("last-prompt", lastPrompt=self._last_prompt, leafUuid=self.leaf)
        self._tell_books()

    @property
    def total_cost(self) -> int:
        """Pico-USD in Claude Code's own books by now: what it tells its status line."""
        return self._base.with_account(self.account).cost

    def _tell_books(self) -> None:
        lasted = self.stage.now - self.started
        api_ms = lasted * 2 // 5
        self.note(
            "cost-state",
            totalCostUSD=self.closed.cost / PICO,
            totalAPIDuration=api_ms,
            totalAPIDurationWithoutRetries=api_ms,
            totalToolDuration=lasted // 5,
            totalLinesAdded=self.lines_added,
            totalLinesRemoved=self.lines_removed,
            totalDuration=lasted,
            startTime=self.started,
            modelUsage=self.closed.model_usage(),
            hasUnknownModelCost=self.closed.has_unknown_model,
        )

    def fork(self) -> "Session":
        """What `claude --resume ID --fork-session` starts: a copy that goes on by itself.

        Only the main thread is copied, and the new session's own books go on from what this one's
        held when it last exited.
        """
        fork = Session(
            self.stage, replace(self.who, session=self.stage.uuid()), self.model, self.mode
        )
        fork.started = self.started
        fork._base = self.closed
        fork._turn = self._turn
        fork._dropped = self._dropped
        fork.leaf = self.leaf
        fork._tell_modes()
        for record in self._chain:
            fork._copy(record, self)
        return fork

    def _copy(self, record: Record, parent: "Session") -> None:
        copy = record | {"sessionId": self.id}
        if "session_id" in copy:
            copy["session_id"] = self.id
        if "promptId" in copy:
            copy["promptId"] = self.prompt_id
        if record["type"] == "assistant":
            copy.setdefault("requestSessionId", parent.id)
            message = record["message"]["id"]
            if message in parent._paid and message not in self._paid:
                model, usage = self._paid[message] = parent._paid[message]
                spend = self.account.inherited.setdefault(model, Spend())
                spend.add(usage, booked(model, usage))
        self.write(copy)

    def _begin_turn(self) -> None:
        self.account.turns += 1
        self._turn += 1
        self.prompt_id = self.stage.uuid()
        self._turn_began = self.stage.now

    def _queue(self, operation: str, **more: object) -> None:
        stamp = records.iso(self.stage.now)
        self.note("queue-operation", operation=operation, timestamp=stamp, **more)

    def _tell_modes(self) -> None:
        self.note("mode", mode="normal")
        if self.who.interactive:
            self.note("permission-mode", permissionMode=self.mode)

    def _snapshot_files(self, message: str) -> None:
        stamp = records.iso(self.stage.now)
        snapshot = {"messageId": message, "trackedFileBackups": {}, "timestamp": stamp}
        record = {"type": "file-history-snapshot", "messageId": message, "snapshot": snapshot}
        super().write(record | {"isSnapshotUpdate": False})
