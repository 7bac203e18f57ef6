"""Assistant records: one line per content block of an API response."""

from cctop import events as ev
from cctop.sources.transcripts import prompts
from cctop.sources.transcripts.makers import Makers, uuid_of
from cctop.sources.transcripts.records import Block, Message, RawUsage, Record
from cctop.sources.transcripts.tooltext import tool_use
from cctop.sources.transcripts.usage import parts_of, side_calls, usage_of
from cctop.text import Clean, clean

# Stop reasons after which the model goes on by itself; None: the response still streams.
CONTINUES = frozenset({None, "tool_use", "pause_turn"})
NAME_LIMIT = 80
TEXT_LIMIT = 200
_MAX_NAMES = 4096
_names: dict[str, Clean] = {}
_Counts = tuple[ev.Usage, tuple[ev.Usage, ...], tuple[ev.SideCall, ...]]


class Assistant:
    """Translates the assistant records of one file."""

    def __init__(self, makers: Makers) -> None:
        self._makers = makers
        # What the last line said of its response. The next ones repeat it, usage and all.
        self._said: tuple[object, ...] = ()
        self._at = 0

    def events(self, place: ev.Event, record: Record) -> tuple[ev.TranscriptEvent, ...]:
        """Return the response, or the API error that stands in its place."""
        message = record.message
        if message is None:
            return ()
        maker = self._makers.of(record)
        if record.is_api_error_message:
            text = clean(prompts.text_of(message), 300)
            status = record.api_error_status or 0
            uuid = uuid_of(place, record)
            return (ev.ApiError(place.origin, place.offset, place.at, uuid, maker, status, text),)
        if message.model == "<synthetic>":
            return ()
        if not self._repeats(place, record, message, maker):
            return (_response(place, record, message, maker),)
        ends_turn = message.stop_reason not in CONTINUES
        sidechain = bool(record.is_sidechain)
        return (
            ev.Continued(
                place.origin, place.offset, place.at, maker, ends_turn, sidechain,
                *_contents(message.content),
            ),
        )  # fmt: skip

    def _repeats(self, place: ev.Event, record: Record, message: Message, maker: str) -> bool:
        """Return whether the line repeats what the last one said, and is no older than it."""
        said = (
            message.id, record.request_id, maker, message.model, record.requested_model,
            message.stop_reason, record.is_sidechain, record.effort, message.usage,
        )  # fmt: skip
        repeats = bool(message.id) and place.at >= self._at and said == self._said
        self._said, self._at = said, place.at
        return repeats


def _response(place: ev.Event, record: Record, message: Message, maker: str) -> ev.Response:
    raw = message.usage
    usage, parts, sides = _count(raw, message.model or "")
    # By position: this is a hot line, and names would cost it six times as much.
    return ev.Response(
        place.origin,
        place.offset,
        place.at,
        message.id or "",
        record.request_id or "",
        uuid_of(place, record),
        maker,
        _name(message.model or "unknown"),
        usage,
        _name(record.requested_model or ""),
        raw.speed or "" if raw else "",
        raw.inference_geo or "" if raw else "",
        message.stop_reason is not None,
        message.stop_reason not in CONTINUES,
        bool(record.is_sidechain),
        _name(record.effort) if isinstance(record.effort, str) else Clean(""),
        (parts[-1] if parts else usage).prompt,
        parts,
        sides,
        *_contents(message.content),
    )


def _count(raw: RawUsage | None, model: str) -> _Counts:
    iterations = raw.iterations if raw is not None else None
    return (
        usage_of(raw) if raw is not None else ev.Usage(),
        parts_of(iterations) if iterations else (),
        side_calls(iterations, model) if iterations else (),
    )


def _contents(content: str | list[Block] | None) -> tuple[tuple[ev.ToolUse, ...], Clean, bool]:
    """Return the tool calls, the first line of text, and whether the model thinks."""
    tools: tuple[ev.ToolUse, ...] = ()
    text, thinks = Clean(""), False
    if not isinstance(content, list):
        return tools, text, thinks
    for block in content:
        if block.type == "tool_use" and block.id:
            tools += (tool_use(block),)
        elif block.type == "text" and block.text and not text:
            text = clean(block.text, TEXT_LIMIT)
        elif block.type == "thinking":
            thinks = True
    return tools, text, thinks


def _name(name: str) -> Clean:
    """Return a name that many lines repeat, cleaned once."""
    known = _names.get(name)
    if known is None:
        if len(_names) >= _MAX_NAMES:
            _names.clear()
        known = _names[name] = clean(name, NAME_LIMIT)
    return known
