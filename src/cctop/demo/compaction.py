"""A compaction: what it writes, and what it costs without a line to show for it."""

from msgspec import Struct
from msgspec.structs import replace

from cctop.demo import records
from cctop.demo.records import Record
from cctop.demo.thread import Thread
from cctop.events import Usage

_SLUGS = ("amber-drifting-lantern", "quiet-folding-harbor", "brisk-humming-meadow")


class Compacted(Struct, frozen=True, kw_only=True):
    """One compaction; tokens are of context, `call` is what the summary's own API call used."""

    trigger: str  # auto or manual
    before: int
    after: int
    duration_ms: int
    summary: str
    call: Usage


def compact(thread: Thread, what: Compacted, dropped_before: int = 0) -> None:
    """Write the boundary and the summary; `dropped_before` are the tokens of earlier compactions.

    The call is billed as unlogged: no line of the transcript shows it (2.1.330).
    """
    thread.who = replace(thread.who, slug=thread.stage.dice.choice(_SLUGS))
    for account in thread.accounts:
        account.compactions += 1
        account.bill_unlogged(thread.model, what.call)
    kept = thread.leaf or thread.stage.uuid()
    thread.leaf = None
    boundary, summary = thread.mark(), thread.mark()
    metadata: Record = {
        "trigger": what.trigger,
        "preTokens": what.before,
        "postTokens": what.after,
        "cumulativeDroppedTokens": dropped_before + what.before - what.after,
        "durationMs": what.duration_ms,
        "preservedSegment": {"headUuid": kept, "anchorUuid": summary.uuid, "tailUuid": kept},
        "preservedMessages": {"anchorUuid": summary.uuid, "uuids": [kept], "allUuids": [kept]},
        "preCompactOrganizationsCoverStart": False,
    }
    record = records.system(
        thread.who,
        boundary,
        "compact_boundary",
        content="Conversation compacted",
        level="info",
        compactMetadata=metadata,
    )
    thread.write({"parentUuid": None, "logicalParentUuid": kept} | record)
    position = {} if thread.who.agent else {"turnPosition": {"promptIndex": 0, "turnIndex": 1}}
    told = records.user(
        thread.who,
        summary,
        thread.prompt_id,
        what.summary,
        isVisibleInTranscriptOnly=True,
        isCompactSummary=True,
        **position,
        **thread.who.echo,
    )
    thread.write(told)
