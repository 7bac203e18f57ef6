"""System records and the metadata lines around them."""

import msgspec

from cctop import events as ev
from cctop.sources.transcripts.makers import Makers, uuid_of
from cctop.sources.transcripts.records import AgentMetaFile, ApiErrorBody, Record
from cctop.text import clean

_agent_meta = msgspec.json.Decoder(AgentMetaFile)
_error_body = msgspec.json.Decoder(ApiErrorBody)
PICO = 10**12

TITLES: dict[str, tuple[ev.TitleKind, str]] = {
    "summary": (ev.TitleKind.SUMMARY, "summary"),
    "ai-title": (ev.TitleKind.AI, "ai_title"),
    "agent-name": (ev.TitleKind.AGENT, "agent_name"),
    "custom-title": (ev.TitleKind.CUSTOM, "custom_title"),
}
_Events = tuple[ev.TranscriptEvent, ...]


def events(place: ev.Event, record: Record, makers: Makers) -> _Events:
    """Return a compaction, an API error or the end of a turn."""
    match record.subtype:
        case "compact_boundary" | "microcompact_boundary":
            return (_compaction(place, record, makers),)
        case "api_error":
            return (_api_error(place, record, makers),)
        case "turn_duration":
            duration = int(record.duration_ms or 0)
            return (ev.TurnEnd(place.origin, place.offset, place.at, duration),)
    return ()


def metadata(place: ev.Event, record: Record) -> _Events:
    """Return a title or Claude Code's own books."""
    if record.type == "cost-state":
        return _cost_state(place, record)
    if record.type in TITLES:
        kind, name = TITLES[record.type]
        text = clean(getattr(record, name))
        if text:
            return (ev.Title(place.origin, place.offset, place.at, kind, text),)
    return ()


def agent_meta(origin: ev.Origin, data: bytes) -> ev.AgentMeta | ev.Malformed:
    """Return what a subagent's `.meta.json` says."""
    try:
        meta = _agent_meta.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return ev.Malformed(origin, 0, 0, clean(f"not readable: {error}"))
    return ev.AgentMeta(
        origin, 0, 0, clean(meta.agent_type, 60), clean(meta.description),
        meta.tool_use_id or "", clean(meta.model, 80), meta.parent_agent_id or "",
        bool(meta.finished),
    )  # fmt: skip


def _compaction(place: ev.Event, record: Record, makers: Makers) -> ev.Compaction:
    trigger, before, after, duration = ev.Trigger.AUTO, 0, None, None
    if record.subtype == "microcompact_boundary":
        trigger = ev.Trigger.MICRO
        if micro := record.microcompact_metadata:
            before = max(0, micro.pre_tokens or 0)
            saved = micro.tokens_saved
            after = None if saved is None else max(0, before - saved)
    elif meta := record.compact_metadata:
        trigger = ev.Trigger.MANUAL if meta.trigger == "manual" else ev.Trigger.AUTO
        before = max(0, meta.pre_tokens or 0)
        after = None if meta.post_tokens is None else max(0, meta.post_tokens)
        duration = None if meta.duration_ms is None else int(meta.duration_ms)
    uuid, maker = uuid_of(place, record), makers.of(record)
    return ev.Compaction(
        place.origin, place.offset, place.at, uuid, maker, trigger, before, after, duration
    )


def _api_error(place: ev.Event, record: Record, makers: Makers) -> ev.ApiError:
    try:
        body = _error_body.decode(memoryview(record.error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = ApiErrorBody()
    status = body.status if isinstance(body.status, int) else record.api_error_status or 0
    words = body.formatted if isinstance(body.formatted, str) else body.message
    return ev.ApiError(
        place.origin, place.offset, place.at, uuid_of(place, record), makers.of(record), status,
        clean(words if isinstance(words, str) else "", 300),
        retry=max(1, record.retry_attempt or 1),
    )  # fmt: skip


def _cost_state(place: ev.Event, record: Record) -> _Events:
    total = record.total_cost_usd
    if total is None or not 0 <= total < 1e9:
        return ()
    return (
        ev.CostState(
            place.origin, place.offset, place.at, round(total * PICO),
            int(record.start_time or 0), bool(record.has_unknown_model_cost),
        ),
    )  # fmt: skip
