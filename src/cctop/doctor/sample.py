"""The ends of the newest transcripts: which versions wrote them, and what they show has happened.

A sample and not the book: the book keeps no times of results, and here is told what it passed over.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from cctop.events import Compaction, FailureKind, Origin, Prompt, ToolResult, TranscriptEvent
from cctop.sources.transcripts import lines
from cctop.sources.transcripts.decode import Decoder
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.known import unknown
from cctop.sources.transcripts.layout import Kind
from cctop.text import clean

FILES = 20  # the newest ones
BYTES = 1 << 20  # of the end of each


class Sample(Struct):
    """What the sample holds. Times are ms since the epoch.

    `versions`: of Claude Code, those of the newest file first. `unknown`: records of a kind that is
    not known. `results`: when each tool call was answered. `shown`: when hooks of each event last
    had a reason to run; for an event that leaves no trace in a transcript there is nothing.
    """

    files: int = 0
    bytes: int = 0
    versions: list[str] = []
    unknown: Counter[str] = Counter()
    results: dict[str, int] = {}
    shown: dict[str, int] = {}

    @property
    def newest(self) -> int:
        """When something last happened that hooks are told of; 0 for never."""
        return max(self.shown.values(), default=0)


def take(found: Iterable[Found]) -> Sample:
    """Return the sample of the newest of the files. What cannot be read is left out."""
    sample = Sample(versions=[], unknown=Counter(), results={}, shown={})
    transcripts = [file for file in found if file.layout.kind is not Kind.META]
    for file in sorted(transcripts, key=lambda file: -file.mtime_ns)[:FILES]:
        try:
            data, base = _end(file.path)
        except OSError:
            continue  # it was moved, or told of elsewhere
        sample.files += 1
        sample.bytes += len(data)
        layout = file.layout
        _add(sample, data, base, Origin(0, layout.session, layout.agent, layout.root, layout.slug))
    return sample


def _end(path: str) -> tuple[bytes, int]:
    """Return the last whole lines of a file, and where they begin."""
    with open(path, "rb") as file:  # noqa: PTH123 - as all that reads transcripts
        size = file.seek(0, 2)
        base = max(0, size - BYTES)
        file.seek(base)
        data = file.read(BYTES)
    begin = data.find(b"\n") + 1 if base else 0
    return data[begin : data.rfind(b"\n") + 1], base + begin


def _add(sample: Sample, data: bytes, base: int, origin: Origin) -> None:
    versions: dict[str, None] = {}
    for _, record, _ in lines.read(data, base):
        if record is None:
            continue
        if name := unknown(record.type, record.subtype):
            sample.unknown[clean(name, 80)] += 1
        if record.version:
            versions[clean(record.version, 40)] = None
    sample.versions += [one for one in reversed(versions) if one not in sample.versions]
    for event in Decoder(origin).decode(data, base):
        for name in _hooks_of(event):
            sample.shown[name] = max(event.at, sample.shown.get(name, 0))
        if isinstance(event, ToolResult) and event.at:
            sample.results[event.tool_use_id] = event.at


def _hooks_of(event: TranscriptEvent) -> tuple[str, ...]:
    """Return the hooks that run for what an event tells."""
    match event:
        case ToolResult(failure=None):
            return "PreToolUse", "PostToolUse"
        case ToolResult(failure=FailureKind.ERROR):
            return ("PostToolUseFailure",)
        case Prompt(command=False):
            return ("UserPromptSubmit",)
        case Compaction():
            return "PreCompact", "PostCompact"
    return ()
