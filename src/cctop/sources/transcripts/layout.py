"""What a path below `projects/` is: pure logic on names, for all layouts that versions wrote.

| path below `projects/`                                      | what it is                       |
|-------------------------------------------------------------|----------------------------------|
| `<slug>/<session>.jsonl`                                    | a session's main transcript      |
| `<slug>/<session>/subagents/**/agent-<id>.jsonl`            | a subagent (`**`: workflow runs) |
| `<slug>/<session>/subagents/**/agent-<id>.meta.json`        | what is said about that subagent |
| `<slug>/agent-<id>.jsonl` (2.0.28 to 2.0.55)                | a subagent, its session unnamed  |

Everything else (`tool-results/`, a workflow's `journal.jsonl`, `memory/`) is no transcript.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from cctop.sources.roots import PATH_LIMIT
from cctop.text import Clean, clean

NAME_LIMIT = 255  # characters: the longest file name; a session's name must stay whole
_HEAD_LINES = 64
_AGENT = "agent-"
_LINES = ".jsonl"
_META = ".meta.json"


class Kind(StrEnum):
    """What a file holds."""

    MAIN = "main"
    SUBAGENT = "subagent"
    META = "meta"


class Layout(Struct, frozen=True, gc=False):
    """What a path says of its file. `session` is "" where only the records know it."""

    kind: Kind
    root: Clean
    slug: Clean
    session: Clean
    agent: Clean


def classify(root: str, parts: Sequence[str]) -> Layout | None:
    """What the file at `parts` (names below the projects folder of `root`) is; None: nothing."""
    match parts:
        case [slug, name] if name.endswith(_LINES):
            return _in_project(root, slug, name.removesuffix(_LINES))
        case [slug, session, "subagents", *_, name] if name.startswith(_AGENT):
            return _in_subagents(root, slug, session, name.removeprefix(_AGENT))
    return None


def look_in(parts: Sequence[str], name: str) -> tuple[str, ...]:
    """The folder worth looking in for the folder `name` found at `parts`, as names."""
    if len(parts) == 1:  # a session's folder: a thousand tool results, and one folder that counts
        return (*parts, name, "subagents")
    return (*parts, name)


def leads_on(parts: Sequence[str]) -> bool:
    """Whether transcripts may lie in or below the folder at `parts`, which lies in such a one."""
    return len(parts) != 3 or parts[-1] == "subagents"


def first_session(lines: bytes) -> Clean:
    """The first `sessionId` that the first lines of a file name, "" where none does."""
    for line in lines.split(b"\n", _HEAD_LINES)[:_HEAD_LINES]:
        try:
            said = _DECODER.decode(line).sessionId
        except (DecodeError, UnicodeDecodeError):
            continue
        if isinstance(said, str) and said:
            return clean(said, NAME_LIMIT)
    return Clean("")


class _Record(Struct, gc=False):
    sessionId: object = None  # noqa: N815 (the field's name)


_DECODER = Decoder(_Record)


def _in_project(root: str, slug: str, stem: str) -> Layout | None:
    agent = stem.removeprefix(_AGENT)
    if not agent:
        return None
    if agent == stem:
        return _layout(Kind.MAIN, root, slug, session=stem)
    return _layout(Kind.SUBAGENT, root, slug, agent=agent)


def _in_subagents(root: str, slug: str, session: str, rest: str) -> Layout | None:
    for suffix, kind in ((_META, Kind.META), (_LINES, Kind.SUBAGENT)):
        agent = rest.removesuffix(suffix)
        if agent and agent != rest:
            return _layout(kind, root, slug, session=session, agent=agent)
    return None


def _layout(kind: Kind, root: str, slug: str, session: str = "", agent: str = "") -> Layout:
    return Layout(
        kind,
        clean(root, PATH_LIMIT),
        clean(slug, NAME_LIMIT),
        clean(session, NAME_LIMIT),
        clean(agent, NAME_LIMIT),
    )
