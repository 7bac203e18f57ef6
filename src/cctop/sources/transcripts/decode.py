"""One transcript file's bytes → events.

A `Decoder` belongs to one file and is fed whole lines in order. What it remembers between lines is
only what the file itself said before, so the events do not depend on how the bytes were cut.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from cctop import events as ev
from cctop.sources.transcripts import lines, prompts, tooltext
from cctop.sources.transcripts.records import (
    AgentMetaFile,
    AgentResult,
    ApiErrorBody,
    Block,
    Record,
)
from cctop.sources.transcripts.usage import parts_of, side_calls, usage_of
from cctop.text import Clean, clean

_uuid = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_agent_result = msgspec.json.Decoder(AgentResult)
_agent_meta = msgspec.json.Decoder(AgentMetaFile)
_error_body = msgspec.json.Decoder(ApiErrorBody)
_names = re.compile(r"[\w@~.-]*(?:/[\w@.-]+)+|[\w@-][\w@.-]*\.\w{1,8}")

# Stop reasons after which the model goes on by itself; None: the response still streams.
CONTINUES = frozenset({None, "tool_use", "pause_turn"})
TIMED = frozenset({"assistant", "user"})
TITLES: dict[str, tuple[ev.TitleKind, str]] = {
    "summary": (ev.TitleKind.SUMMARY, "summary"),
    "ai-title": (ev.TitleKind.AI, "ai_title"),
    "agent-name": (ev.TitleKind.AGENT, "agent_name"),
    "custom-title": (ev.TitleKind.CUSTOM, "custom_title"),
}


class Decoder:
    """Turns the lines of one transcript file into events."""

    def __init__(self, origin: ev.Origin) -> None:
        self.origin = origin
        # A renamed file's name says nothing of who made its calls.
        self._named_by_id = not origin.agent and _uuid.fullmatch(origin.session) is not None
        self._at = 0
        self._words: tuple[str | None, ...] = ()
        self._said: list[str] = [""] * 5
        self._handlers: dict[str | None, Callable[[Record, int], Iterator[ev.TranscriptEvent]]] = {
            "assistant": self._assistant,
            "user": self._user,
            "system": self._system,
            "attachment": self._attachment,
            "cost-state": self._cost_state,
            None: self._untyped,
        }

    def decode(self, data: bytes, base: int) -> Iterator[ev.TranscriptEvent]:
        """Yield the events of whole lines that start at byte `base` of the file."""
        for offset, record, trouble in lines.read(data, base):
            if trouble is not None:
                yield ev.Malformed(self.origin, offset, self._at, trouble.reason, trouble.used)
            if record is None:
                continue
            yield from self._seen(record, offset)
            handler = self._handlers.get(record.type)
            if handler is not None:
                yield from handler(record, offset)
            elif record.type in TITLES:
                yield from self._title(record, offset)

    def _seen(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        """Tell the time and the surroundings, where they say something new."""
        moved = False
        if record.timestamp is not None:
            at = _milliseconds(record.timestamp)
            # What has a handler tells the time itself.
            moved, self._at = at != self._at and record.type not in TIMED, at
        own = record.type == "queue-operation"
        words = (
            record.cwd, record.git_branch, record.version, record.entrypoint,
            record.permission_mode,
        )  # fmt: skip
        if words != self._words:
            self._words, new = words, [Clean("")] * len(words)
            for i, word in enumerate(words):
                if word and word != self._said[i]:
                    self._said[i], new[i] = word, clean(word, 400)
            if any(new):
                cwd, branch, version, entrypoint, mode = new
                yield ev.Seen(
                    self.origin, offset, self._at, cwd, branch, version, entrypoint, mode, own
                )
                return
        if moved or own:
            yield ev.Seen(self.origin, offset, self._at, own=own)

    def _untyped(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        """Read what other programs write in the transcript's format without saying the type."""
        if record.message is not None and record.message.usage is not None:
            yield from self._assistant(record, offset)

    def _assistant(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        message = record.message
        if message is None:
            return
        if record.is_api_error_message or message.model == "<synthetic>":
            if record.is_api_error_message:
                yield ev.ApiError(
                    self.origin, offset, self._at, self._uuid(record, offset), self._maker(record),
                    record.api_error_status or 0, clean(prompts.text_of(message), 300),
                )  # fmt: skip
            return
        blocks = message.content if isinstance(message.content, list) else []
        raw = message.usage
        usage = usage_of(raw) if raw else ev.Usage()
        parts = parts_of(raw) if raw and raw.iterations else ()
        model = clean(message.model or "unknown", 80)
        text = next((b.text for b in blocks if b.type == "text" and b.text), "")
        yield ev.Response(
            self.origin,
            offset,
            self._at,
            message_id=message.id or "",
            request_id=record.request_id or "",
            uuid=self._uuid(record, offset),
            maker=self._maker(record),
            model=model,
            usage=usage,
            booked=clean(record.requested_model or "", 80),
            speed=raw.speed or "" if raw else "",
            geo=raw.inference_geo or "" if raw else "",
            finished=message.stop_reason is not None,
            ends_turn=message.stop_reason not in CONTINUES,
            sidechain=bool(record.is_sidechain),
            effort=clean(record.effort, 20) if isinstance(record.effort, str) else Clean(""),
            context=(parts[-1] if parts else usage).prompt,
            parts=parts,
            side_calls=side_calls(raw.iterations, model) if raw and raw.iterations else (),
            tools=tuple(tooltext.tool_use(b) for b in blocks if b.type == "tool_use" and b.id),
            text=clean(text, 200),
            thinks=any(b.type == "thinking" for b in blocks),
        )

    def _user(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        message = record.message
        if message is None:
            return
        if record.is_compact_summary:
            names = frozenset(_names.findall(prompts.text_of(message)))
            yield ev.CompactSummary(self.origin, offset, self._at, record.parent_uuid or "", names)
            return
        results = prompts.results_of(message)
        for block in results:
            yield self._result(record, block, offset)
        text = prompts.text_of(message)
        kind, line = prompts.classify(text)
        if kind is prompts.Kind.INTERRUPT:
            yield ev.Interrupted(self.origin, offset, self._at, self._uuid(record, offset))
        elif kind is prompts.Kind.NOTIFICATION:
            yield self._agent_end(text, offset)
        elif not (results or record.is_meta) and kind is not prompts.Kind.OTHER and line:
            yield ev.Prompt(
                self.origin, offset, self._at, self._uuid(record, offset), self._maker(record),
                line, kind is prompts.Kind.COMMAND,
            )  # fmt: skip

    def _result(self, record: Record, block: Block, offset: int) -> ev.ToolResult:
        failure, error = None, Clean("")
        if block.is_error:
            text = tooltext.result_text(block.content)
            failure = tooltext.failure_of(record, text)
            error = tooltext.error_line(text, failure)
        agent, state = "", ""
        view = memoryview(record.tool_use_result)
        if view and view[0] == ord("{") and b'"agentId"' in bytes(view):
            agent, state = _agent(view)
        return ev.ToolResult(
            self.origin, offset, self._at, block.tool_use_id or "", failure, error, agent, state
        )

    def _system(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        uuid, maker = self._uuid(record, offset), self._maker(record)
        match record.subtype:
            case "compact_boundary":
                meta = record.compact_metadata
                yield ev.Compaction(
                    self.origin, offset, self._at, uuid, maker,
                    ev.Trigger.MANUAL if meta and meta.trigger == "manual" else ev.Trigger.AUTO,
                    _tokens(meta.pre_tokens if meta else None) or 0,
                    _tokens(meta.post_tokens if meta else None),
                    int(meta.duration_ms) if meta and meta.duration_ms is not None else None,
                )  # fmt: skip
            case "microcompact_boundary":
                micro = record.microcompact_metadata
                before = _tokens(micro.pre_tokens if micro else None) or 0
                saved = _tokens(micro.tokens_saved if micro else None)
                yield ev.Compaction(
                    self.origin, offset, self._at, uuid, maker, ev.Trigger.MICRO, before,
                    None if saved is None else max(0, before - saved),
                )  # fmt: skip
            case "api_error":
                yield self._api_error(record, offset, uuid, maker)
            case "turn_duration":
                yield ev.TurnEnd(self.origin, offset, self._at, int(record.duration_ms or 0))

    def _api_error(self, record: Record, offset: int, uuid: str, maker: str) -> ev.ApiError:
        try:
            body = _error_body.decode(memoryview(record.error))
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = ApiErrorBody()
        status = body.status if isinstance(body.status, int) else record.api_error_status or 0
        words = body.formatted if isinstance(body.formatted, str) else body.message
        words = words if isinstance(words, str) else ""
        return ev.ApiError(
            self.origin, offset, self._at, uuid, maker, status, clean(words, 300),
            retry=max(1, record.retry_attempt or 1),
        )  # fmt: skip

    def _cost_state(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        if record.total_cost_usd is not None and record.total_cost_usd >= 0:
            yield ev.CostState(
                self.origin, offset, self._at, round(record.total_cost_usd * 10**12),
                int(record.start_time or 0), bool(record.has_unknown_model_cost),
            )  # fmt: skip

    def _attachment(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        """Read the notification of a task that ended while the model was at work."""
        given = record.attachment
        if (
            given is not None
            and given.command_mode == "task-notification"
            and isinstance(given.prompt, str)
        ):
            yield self._agent_end(given.prompt, offset)

    def _agent_end(self, text: str, offset: int) -> ev.AgentEnd:
        said = prompts.notification(text)
        return ev.AgentEnd(
            self.origin, offset, self._at, said.get("task-id", ""), said.get("tool-use-id", ""),
            said.get("status", Clean("completed")),
        )  # fmt: skip

    def _title(self, record: Record, offset: int) -> Iterator[ev.TranscriptEvent]:
        kind, name = TITLES[record.type or ""]
        text = clean(getattr(record, name), 200) if getattr(record, name) else Clean("")
        if text:
            yield ev.Title(self.origin, offset, self._at, kind, text)

    def _maker(self, record: Record) -> str:
        """Return the session that made the call of a copied record, "" where it is not said.

        `requestSessionId`: copies of `--fork-session` (2.1.330). `forkedFrom`: copies of `/branch`.
        A main file's record that names another session: copies of older resumes.
        """
        own = self.origin.session
        if record.request_session_id and record.request_session_id != own:
            return record.request_session_id
        if record.forked_from is not None and record.forked_from.session_id:
            return record.forked_from.session_id
        if self._named_by_id and record.session_id and record.session_id != own:
            return record.session_id
        return ""

    def _uuid(self, record: Record, offset: int) -> str:
        return record.uuid or f"{self.origin.session}/{self.origin.agent}@{offset}"


def agent_meta(origin: ev.Origin, data: bytes) -> ev.AgentMeta | ev.Malformed:
    """Return what a subagent's `.meta.json` says."""
    try:
        meta = _agent_meta.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return ev.Malformed(origin, 0, 0, clean(f"not readable: {error}"))
    return ev.AgentMeta(
        origin, 0, 0, clean(meta.agent_type or "", 60), clean(meta.description or ""),
        meta.tool_use_id or "", clean(meta.model or "", 80), meta.parent_agent_id or "",
        bool(meta.finished),
    )  # fmt: skip


def _milliseconds(stamp: datetime) -> int:
    # A time without a zone is UTC: Claude Code writes no other.
    stamp = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    return round(stamp.timestamp() * 1000)


def _tokens(value: int | None) -> int | None:
    return value if value is None or value >= 0 else None


def _agent(view: memoryview) -> tuple[str, str]:
    try:
        result = _agent_result.decode(view)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", ""
    agent = result.agent_id if isinstance(result.agent_id, str) else ""
    return str(clean(agent, 80)), str(clean(result.status or "", 40))
