"""The pages, made when they are asked for: none is imported on the way to the first paint."""
# ruff: noqa: PLC0415

from typing import TYPE_CHECKING

from cctop.book.snapshot import Detail, Session, Snapshot
from cctop.book.source import Source
from cctop.text import Clean
from cctop.ui.keys import REPLAY, KeyMap
from cctop.ui.options import Options
from cctop.ui.panels.compactions import Compactions
from cctop.ui.panels.failures import Failures
from cctop.ui.panels.stage import Stage
from cctop.ui.panels.subagents import Subagents

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from cctop.replay.model import Deck
    from cctop.ui.screens.page import Page

HELP = "help"


def item_page(stage: Stage, name: str, index: int, source: Source, keys: KeyMap) -> "Page":
    """The page of one item of a list panel."""
    from cctop.ui.screens import cards
    from cctop.ui.screens.call import CallPage

    listing = stage.panels[name]
    detail = stage.failures.detail
    assert detail is not None  # else there would be no item
    session = detail.session
    if isinstance(listing, Failures):
        return CallPage(session, listing.items, index, source, keys)
    if isinstance(listing, Compactions):
        return cards.CompactionPage(session, listing.items, index, source, keys)
    if isinstance(listing, Subagents):
        return cards.SubagentPage(listing.items, index, keys)
    return cards.TurnPage(stage.turns.items, index, stage.failures.items, keys)


def proof_page(
    stage: Stage, part: str, session: Session | None, source: Source, options: Options
) -> "Screen[None]":
    """The proof of what a part of the board shows of a session; of the day where there is none."""
    from cctop.book.proof import Figure
    from cctop.ui.screens.proof import ProofPage, Subject

    if session is None:
        return ProofPage(Subject("", "", Figure.TODAY), source, options)
    figure, words = Figure.COST, ""
    agent, turn = stage.subagents.selected, stage.turns.selected
    if part == "failures":
        figure = Figure.FAILURES
    elif part == "compactions":
        figure = Figure.CONTEXT
    elif part == "subagents" and agent is not None and _is_of(stage.subagents.detail, session):
        words = f"agent:{agent.id}"
    elif part == "turns" and turn is not None and _is_of(stage.turns.detail, session):
        words = f"turn:{turn.number}"
    name = Clean(f"{session.project}  {session.title}".strip())
    return ProofPage(Subject(session.id, name, figure, words), source, options)


def _is_of(detail: Detail | None, session: Session) -> bool:
    """Whether a panel has come to show the session that was selected last."""
    return detail is not None and detail.session.id == session.id


def help_page(keys: KeyMap, where: str) -> "Page":
    """The help, over a kind of screen."""
    from cctop.ui.screens.help import HelpPage

    page = HelpPage(keys, replays=where == REPLAY)
    page.id = HELP
    return page


def skipped_page(snapshot: Snapshot, keys: KeyMap) -> "Page":
    """The lines that could not be read."""
    from cctop.ui.screens.skipped import SkippedPage

    return SkippedPage(snapshot, keys)


def palette(where: str, snapshot: Snapshot, keys: KeyMap) -> "Screen[str | None]":
    """The palette, which gives the action to run."""
    from cctop.ui.screens.palette import Palette

    return Palette(where, snapshot, keys)


def replay_page(
    deck: "Deck", options: Options, *, alone: bool = False, turns: int = 0
) -> "Screen[None]":
    """The replay of a session; `alone` where the app shows nothing else."""
    from cctop.ui.screens.replay import Replay

    return Replay(deck, options, alone=alone, turns=turns)


def open_replay(app: "App[None]", session: str, options: Options, turns: int) -> None:
    """Open the replay of a session over what is shown, once it has been found on the disk."""
    from cctop.ui.screens.opening import open_over

    open_over(app, session, options, turns)
