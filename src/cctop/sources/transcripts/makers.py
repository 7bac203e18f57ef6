"""Who made the call of a record: forks copy records, and say so in one of several ways."""

import re

from cctop.events import Event, Origin
from cctop.sources.transcripts.layout import NAME_LIMIT
from cctop.sources.transcripts.records import Record
from cctop.text import clean

_session_id = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class Makers:
    """Tells the makers of one file's records."""

    def __init__(self, origin: Origin) -> None:
        self._own = origin.session
        # A renamed file's name says nothing of who made its calls.
        self._is_named_by_id = not origin.agent and bool(_session_id.fullmatch(origin.session))

    def of(self, record: Record) -> str:
        """Return the session that made the call of a copied record, "" where it is not said.

        `requestSessionId`: copies of `--fork-session` (2.1.330). `forkedFrom`: copies of `/branch`.
        A main file's record that names another session: copies of older resumes.
        """
        forked = record.forked_from
        told = (
            record.request_session_id,
            forked.session_id if forked is not None else None,
            record.session_id if self._is_named_by_id else None,
        )
        for said in told:
            # A session as the path of its file would name it.
            if said and said != self._own and (maker := clean(said, NAME_LIMIT)) != self._own:
                return maker
        return ""


def uuid_of(place: Event, record: Record) -> str:
    """Return the record's uuid, or where it has none, a name by its place."""
    return record.uuid or f"{place.origin.session}/{place.origin.agent}@{place.offset}"
