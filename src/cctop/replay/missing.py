"""What a replay cannot show, because its transcripts are gone."""

from cctop.book.session import SessionState
from cctop.replay.reading import Reading
from cctop.text import Clean

_WORDS = "answers have their first line, outputs none"


def missing_of(session: SessionState, reading: Reading) -> Clean:
    """Return on one line what is not there, or ""."""
    said = []
    here = reading.transcripts()
    if not here and reading.kept_files:
        said.append(f"the transcript is deleted: replayed from the store, {_WORDS}")
    elif "" not in here and not reading.kept_files:
        said.append("the main transcript is not there: only its subagents are replayed")
    elif reading.kept_files:
        files = (
            "one deleted transcript"
            if reading.kept_files == 1
            else (f"{reading.kept_files} deleted transcripts")
        )
        said.append(f"{files} replayed from the store: {_WORDS}")
    # A fork knows its parent's subagents from copied answers, without their files.
    lost = set(session.agents) - reading.agents() if not session.inherited_calls else set()
    if lost:
        whose = (
            "one subagent's transcript is"
            if len(lost) == 1
            else (f"the transcripts of {len(lost)} subagents are")
        )
        said.append(f"{whose} not there: neither what was done nor its cost is in here")
    return Clean("; ".join(said))
