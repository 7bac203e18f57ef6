"""All checks, in the order in which figures come to be: from the folders to the screen."""

from cctop.doctor import folders, hooks, line, place, spool, store
from cctop.doctor.check import Check
from cctop.doctor.facts import Facts


def examine(facts: Facts) -> list[Check]:
    """Return every check of the facts."""
    return [
        *folders.folders(facts),
        folders.config(facts),
        folders.transcripts(facts),
        folders.lines(facts),
        folders.kinds(facts),
        *hooks.checks(facts),
        *line.checks(facts),
        *spool.checks(facts),
        store.store(facts),
        *place.checks(facts),
    ]
