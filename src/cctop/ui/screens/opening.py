"""Opening a replay from the board: in a thread, since its files have to be found first."""

from textual.app import App

from cctop.replay.model import Deck
from cctop.text import clean
from cctop.ui.options import Options
from cctop.ui.screens.replay import Replay


def open_over(app: App[None], session: str, options: Options, turns: int) -> None:
    """Open the replay of a session, or say why there is none."""
    load = options.replay
    if load is None:
        app.notify("these sessions cannot be replayed", severity="warning")
        return

    def work() -> None:
        try:
            deck = load(session)
        except Exception as error:  # noqa: BLE001 - whatever it is, the board goes on, and says so
            words = f"no replay: {clean(error)}"
            app.call_from_thread(app.notify, words, severity="warning")
        else:
            app.call_from_thread(show, deck)

    def show(deck: Deck) -> None:
        if not isinstance(app.screen, Replay):  # a second key was on its way
            app.push_screen(Replay(deck, options, turns=turns))

    app.run_worker(work, thread=True, exclusive=True, group="replay")
