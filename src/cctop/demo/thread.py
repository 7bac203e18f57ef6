"""One transcript file: a session's main thread, or one of its subagents."""

from collections.abc import Iterable
from random import Random
from string import ascii_letters, digits
from typing import Any
from uuid import UUID

from msgspec import Struct

from cctop.demo import records
from cctop.demo.bill import Account
from cctop.demo.files import Files
from cctop.demo.records import Answer, Mark, Record, Speaker
from cctop.events import FailureKind, Usage

ACCEPTED: Record = {"decision": "accept", "source": "config", "reasonType": "mode"}
_ALNUM = ascii_letters + digits


class Stage:
    """What all threads share: the files, the time (`now`, ms since the epoch) and the dice."""

    def __init__(self, files: Files, seed: int, now: int) -> None:
        self.files = files
        self.now = now
        self.dice = Random(seed)  # noqa: S311 - a made-up day, not a secret
        self.accounts: dict[str, Account] = {}  # by session

    def uuid(self) -> str:
        """A version 4 UUID, the same one for the same seed."""
        return str(UUID(int=self.dice.getrandbits(128), version=4))

    def name(self, prefix: str) -> str:
        """An id as the API gives them, `msg_01…`."""
        return f"{prefix}_01{''.join(self.dice.choices(_ALNUM, k=22))}"


class Call(Struct, frozen=True):
    """A tool call that was asked for, and the response that asked for it."""

    id: str
    tool: str
    input: Record
    line: str  # uuid of the record with the call
    message_id: str


class Reply:
    """One API response that is being written: one line per content block, the first is index 0."""

    def __init__(self, thread: "Thread", answer: Answer) -> None:
        self._thread = thread
        self.answer = answer
        self._index = 0

    def think(self) -> None:
        """A thinking block; its text is not kept on disk by default."""
        self._block({"type": "thinking", "thinking": "", "signature": "c2ln"})

    def say(self, text: str) -> None:
        """A text block."""
        self._block({"type": "text", "text": text})

    def call(self, tool: str, **arguments: Any) -> Call:
        """A tool_use block."""
        thread = self._thread
        call_id = thread.stage.name("toolu")
        block = {"type": "tool_use", "id": call_id, "name": tool, "input": arguments}
        line = self._block(block)
        for account in thread.accounts:
            account.tools[tool] = account.tools.get(tool, 0) + 1
        return Call(call_id, tool, arguments, line, self.answer.message_id)

    def _block(self, content: Record) -> str:
        thread = self._thread
        mark = thread.mark()
        thread.write(records.block(thread.who, mark, self.answer, self._index, content))
        self._index += 1
        return mark.uuid


class Thread:
    """Writes one transcript file in the CLI's format and keeps the truth of what it cost."""

    def __init__(
        self, stage: Stage, who: Speaker, path: str, model: str, accounts: Iterable[Account]
    ) -> None:
        self.stage = stage
        self.who = who
        self.path = path
        self.model = model
        self.effort = "medium"
        self.accounts = tuple(accounts)
        self.leaf: str | None = None
        self.prompt_id = stage.uuid()
        self.last_usage = Usage()

    def mark(self) -> Mark:
        """The place of the next record: it follows the newest one."""
        mark = Mark(self.stage.uuid(), self.leaf, self.stage.now)
        self.leaf = mark.uuid
        return mark

    def write(self, record: Record) -> None:
        """Append one record to the file."""
        self.stage.files.append(self.path, record, self.stage.now)

    def note(self, kind: str, **fields: object) -> None:
        """A record without an envelope: `mode`, `ai-title`, `tools-used`, …"""
        self.write({"type": kind, **fields, "sessionId": self.who.session})

    def reply(self, usage: Usage, stop_reason: str = "tool_use") -> Reply:
        """Bill one API response; the blocks that make its lines are written on what it returns."""
        self.last_usage = usage
        for account in self.accounts:
            account.bill(self.model, usage)
        return Reply(
            self,
            Answer(
                message_id=self.stage.name("msg"),
                request_id=self.stage.name("req"),
                request_ref=self.stage.uuid(),
                model=self.model,
                usage=usage,
                stop_reason=stop_reason,
                effort=self.effort,
            ),
        )

    def ok(self, call: Call, content: object, result: Record | None = None) -> None:
        """The tool did what was asked; `result` is what the CLI keeps beside the text."""
        block: Record = {"tool_use_id": call.id, "type": "tool_result", "content": content}
        if call.tool == "Bash":
            block["is_error"] = False
        kept = {} if self.who.agent or result is None else {"toolUseResult": result}
        self._result(call, block, **kept, **self._sandbox(call), permissionDecision=ACCEPTED)

    def fail(self, call: Call, error: str, *, before_run: bool = False) -> None:
        """The tool ran and failed, or its arguments were refused before it could run."""
        more: Record = {"toolUseResult": f"Error: {error}"}
        if before_run:
            error = f"<tool_use_error>{error}</tool_use_error>"
        else:
            more |= {**self._sandbox(call), "permissionDecision": ACCEPTED}
        self._failed(call, FailureKind.ERROR, error, **more)

    def forbid(self, call: Call) -> None:
        """A deny rule of the user's settings kept the tool from running; the turn goes on."""
        text = f"Permission to use {call.tool} has been denied."
        decision = {
            "decision": "reject",
            "source": "config",
            "reasonType": "subcommandResults",
            "ruleSource": "userSettings",
            "reasonCode": "rule:userSettings",
        }
        more = {"toolDenialKind": "permission-rule", "permissionDecision": decision}
        self._failed(call, FailureKind.DENIED, text, toolUseResult=f"Error: {text}", **more)

    def block(self, call: Call, reason: str) -> None:
        """A PreToolUse hook kept the tool from running."""
        text = f"PreToolUse:{call.tool} hook error: {reason}"
        decision = {
            "decision": "reject",
            "source": "hook",
            "reasonType": "hook",
            "reasonCode": "hook:PreToolUse",
        }
        more = {"toolDenialKind": "permission-rule", "permissionDecision": decision}
        self._failed(call, FailureKind.HOOK_BLOCKED, text, toolUseResult=f"Error: {text}", **more)

    def reject(self, call: Call) -> None:
        """The user answered a permission prompt with No: the turn is over."""
        more = {"toolDenialKind": "user-rejected", "toolDenialBeforeRun": True}
        self._stopped(call, FailureKind.DENIED, more, {})

    def interrupt(self, call: Call) -> None:
        """The user pressed Esc while the tool ran: the turn is over."""
        more = {"toolDenialKind": "user-rejected"}
        self._stopped(
            call, FailureKind.INTERRUPTED, more, {"interruptedMessageId": call.message_id}
        )

    def _stopped(self, call: Call, kind: FailureKind, more: Record, after: Record) -> None:
        text = "The tool use was rejected by the user."
        self._failed(call, kind, text, toolUseResult="User rejected tool use", **more)
        told = [{"type": "text", "text": "[Request interrupted by user for tool use]"}]
        record = records.user(self.who, self.mark(), self.prompt_id, told, **after, **self.who.echo)
        self.write(record)

    def _failed(self, call: Call, kind: FailureKind, error: str, **more: object) -> None:
        for account in self.accounts:
            account.failures[kind] = account.failures.get(kind, 0) + 1
        block = {
            "type": "tool_result",
            "content": error,
            "is_error": True,
            "tool_use_id": call.id,
        }
        self._result(call, block, **more)

    @staticmethod
    def _sandbox(call: Call) -> Record:
        return {"sandboxed": False} if call.tool == "Bash" else {}

    def _result(self, call: Call, block: Record, **more: object) -> None:
        mark = self.mark()
        more["sourceToolAssistantUUID"] = call.line
        # A result hangs on its own call, however many others were asked for or answered since.
        mark = Mark(mark.uuid, call.line, mark.at)
        record = records.user(self.who, mark, self.prompt_id, [block], **more, **self.who.echo)
        self.write(record)
