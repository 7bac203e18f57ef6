"""What a replay asks of the session that is played again."""

from typing import Protocol

from cctop.replay.model import Deck
from cctop.ui.source import Source


class Tape(Source, Deck, Protocol):
    """A source whose picture is the one as of a moment, which can be moved.

    It holds that one session, with its detail.
    """
