"""How the marks of a replay and the entries of its conversation look: a glyph, a word, a tone."""

from typing import NamedTuple

from cctop.events import FailureKind, Trigger
from cctop.replay.model import MarkKind, SpokenKind
from cctop.ui.widgets.parts import Tone
from cctop.ui.words import FAILURE, TRIGGER, Sign

MARK: dict[MarkKind, Sign] = {
    MarkKind.FAILURE: Sign(FAILURE[FailureKind.ERROR].glyph, "failure", "alarm"),
    MarkKind.API_ERROR: Sign("!", "API error", "warning"),
    MarkKind.COMPACTION: Sign(TRIGGER[Trigger.AUTO].glyph, "compaction", "warning"),
    MarkKind.FORK: Sign("⋔", "fork", "accent"),
    MarkKind.RESUME: Sign("↻", "resume", "accent"),
    MarkKind.MILESTONE: Sign("★", "milestone", "accent"),
    MarkKind.SUBAGENT: Sign("◇", "subagent", ""),
    MarkKind.PROMPT: Sign("┴", "prompt", "dim"),
}
"""The most important first: of several marks in one cell that one is seen."""

RANK: dict[MarkKind, int] = {kind: place for place, kind in enumerate(MARK)}
BROKEN = frozenset({MarkKind.FAILURE, MarkKind.API_ERROR})
"""What went wrong, and has a line of its own where there is room for two."""


class Voice(NamedTuple):
    """How an entry of the conversation looks: its glyph and text, and its lines at most."""

    glyph: str
    tone: Tone
    text: Tone
    most: int


VOICE: dict[SpokenKind, Voice] = {
    SpokenKind.PROMPT: Voice("❯", "accent", "heading", 4),
    SpokenKind.TEXT: Voice(" ", "", "", 3),
    SpokenKind.TOOL: Voice("▸", "accent", "", 1),
    SpokenKind.RESULT: Voice("└", "rule", "dim", 2),
    SpokenKind.FAILURE: Voice(MARK[MarkKind.FAILURE].glyph, "alarm", "", 2),
    SpokenKind.COMPACTION: Voice(MARK[MarkKind.COMPACTION].glyph, "warning", "", 2),
    SpokenKind.ERROR: Voice(MARK[MarkKind.API_ERROR].glyph, "warning", "", 2),
    SpokenKind.SUBAGENT: Voice(MARK[MarkKind.SUBAGENT].glyph, "accent", "", 2),
}
