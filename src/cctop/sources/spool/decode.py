"""Records of the spool → events. What is not of version 1, or not as it should be, gives None."""

import math
from collections.abc import Callable
from typing import Any

import msgspec

from cctop.events import FailureKind, Hook, HookKind, Limit, StatusLine
from cctop.figures import PICO
from cctop.hook.spool import VERSION
from cctop.sources.spool.records import HookRecord, LimitOf, StatusRecord
from cctop.sources.transcripts.tooltext import error_line, target_of
from cctop.text import Clean, clean

ID_LIMIT = 255  # characters: an id must stay whole
_MAX_MS = 253_402_300_799_999  # the end of the year 9999, the last that dates can show
_KINDS = {kind.value: kind for kind in HookKind}
_hook_decoder = msgspec.json.Decoder(HookRecord)
_status_decoder = msgspec.json.Decoder(StatusRecord)


def hook_record(line: bytes) -> HookRecord | None:
    """Return the record of a line; None where it is torn, or written by a newer version."""
    try:
        record = _hook_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return record if record.v == VERSION and 0 <= record.at <= _MAX_MS and record.id else None


def hook_event(record: HookRecord) -> Hook | None:
    """Return the event of a record; None for one that is none of Claude Code's that we know."""
    kind = _KINDS.get(record.event)
    if kind is None or not record.session:
        return None
    target, path = target_of(record.input)
    failure = _failure(kind, record)
    return Hook(
        id=record.id,
        at=record.at,
        kind=kind,
        session=clean(record.session, ID_LIMIT),
        agent=clean(record.agent or "", ID_LIMIT),
        tool=clean(record.tool or "", 80),
        tool_use_id=clean(record.tool_use_id or "", ID_LIMIT),
        target=target,
        path=path,
        duration_ms=_whole(record.duration_ms),
        failure=failure,
        error=_error(failure, record),
        word=_word(kind, record),
    )


def status_line(data: bytes, root_of: Callable[[str], str | None]) -> StatusLine | None:
    """Return what a file of `status/` says; None where it is torn, or says too little.

    `root_of` gives the root that a transcript's path lies in, None for one that is not read.
    """
    try:
        record = _status_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    said = record.status
    cost = said.cost.total_cost_usd if said.cost else None
    if record.v != VERSION or not 0 < record.at <= _MAX_MS or not said.session_id or cost is None:
        return None
    root = root_of(said.transcript_path or "")
    if root is None or not 0 <= cost < 1e9:
        return None
    window, limits = said.context_window, said.rate_limits
    return StatusLine(
        session=clean(said.session_id, ID_LIMIT),
        root=root,
        at=record.at,
        cost=round(cost * PICO),
        window=(_whole(window.context_window_size) or 0) if window else 0,
        model=clean((said.model.id if said.model else None) or "", 80),
        five_hour=_limit(limits.five_hour) if limits else None,
        seven_day=_limit(limits.seven_day) if limits else None,
        cache_expires_at=_seconds(said.prompt_cache.expires_at) if said.prompt_cache else 0,
    )


def _failure(kind: HookKind, record: HookRecord) -> FailureKind | None:
    match kind:
        case HookKind.POST_TOOL_USE_FAILURE:
            return FailureKind.INTERRUPTED if record.interrupt else FailureKind.ERROR
        case HookKind.PERMISSION_DENIED:
            return FailureKind.DENIED
    return None


def _error(failure: FailureKind | None, record: HookRecord) -> Clean:
    if failure is None:
        return Clean("")
    return error_line(record.error or record.reason or "", failure)


def _word(kind: HookKind, record: HookRecord) -> Clean:
    match kind:
        case HookKind.SESSION_START:
            word = record.source
        case HookKind.SESSION_END:
            word = record.reason
        case HookKind.PRE_COMPACT | HookKind.POST_COMPACT:
            word = record.trigger
        case HookKind.NOTIFICATION:
            word = record.notification
        case HookKind.STOP_FAILURE:
            word = record.error_kind
        case HookKind.SUBAGENT_START | HookKind.SUBAGENT_STOP:
            word = record.agent_type
        case _:
            word = None
    return clean(word or "", 80)


def _limit(said: LimitOf | None) -> Limit | None:
    if said is None or said.used_percentage is None or not math.isfinite(said.used_percentage):
        return None
    return Limit(min(1000.0, max(0.0, said.used_percentage)), _seconds(said.resets_at))


def _seconds(value: Any) -> int:
    """Return a time in seconds since the epoch as ms; 0 where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return _whole(value * 1000) or 0


def _whole(number: float | None) -> int | None:
    return int(number) if number is not None and 0 <= number <= _MAX_MS else None
