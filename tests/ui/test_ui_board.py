"""What the keys and the mouse do on the board."""

import re

import pytest
from board_stage import BOARD, DECK, LINE, PANE, SIZES, WIDE, playing
from factory import NOW, detail, sessions, snapshot
from msgspec.structs import replace
from textual.widgets import Input

from cctop.book.snapshot import Progress, Status
from cctop.ui.panels.failures import Failures
from cctop.ui.panels.meter import Meter
from cctop.ui.panels.sessions import Sessions
from cctop.ui.screens.call import CallPage
from cctop.ui.screens.cards import CompactionPage, SubagentPage, TurnPage
from cctop.ui.screens.help import HelpPage
from cctop.ui.screens.skipped import SkippedPage
from cctop.ui.widgets.table import Table
from cctop.ui.words import cost_of

TO_API_SERVER = ("down", "down")


async def test_the_first_session_is_selected_and_its_details_are_asked_for() -> None:
    async with playing() as play:
        assert play.selected == "web"
        assert play.source.focused == sessions()[1].id
        assert "[1] meter  web" in play.text


@pytest.mark.parametrize(
    ("keys", "project"),
    [
        (("j",), "ml-notebooks"), (("down",), "ml-notebooks"), (("j", "k"), "web"),
        (("G",), "dotfiles"), (("end", "up"), "infra"), (("G", "g"), "web"),
        (("ctrl+d",), "dotfiles"), (("pagedown", "ctrl+u"), "web"), (("k",), "web"),
    ],
)  # fmt: skip
async def test_moving(keys: tuple[str, ...], project: str) -> None:
    async with playing() as play:
        await play.press(*keys)
        assert play.selected == project
        assert f"[1] meter  {project}" in play.text


async def test_moving_goes_on_where_a_panel_has_no_lines() -> None:
    async with playing() as play:
        await play.press("1", "j")
        assert play.selected == "ml-notebooks"
        await play.press("G", "pageup", "enter")
        assert play.app.board.focused_part == "meter"
        assert "sessions" not in play.text


async def test_selection_follows_its_session_through_a_new_order() -> None:
    async with playing() as play:
        await play.press(*TO_API_SERVER, "C")
        assert play.projects[0] == "infra"
        assert play.selected == "api-server"
        listed = list(play.source.picture.sessions)
        listed[0] = replace(listed[0], cost=10**18, version=2)
        play.source.change(sessions=tuple(listed))
        await play.tick()
        assert play.projects[0] == play.selected == "api-server"
        assert "by cost ↓" in play.text


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ("S", "status ↓"), ("P", "project ↑"), ("X", "context ↓"), ("C", "cost ↓"),
        ("B", "USD/h ↓"), ("F", "failures ↓"), ("A", "last activity ↓"), ("CC", "cost ↑"),
        ("CR", "cost ↑"), (">", "project ↑"), ("<", "last activity ↓"), ("><", "status ↑"),
    ],
)  # fmt: skip
async def test_sorting(keys: str, order: str) -> None:
    async with playing(WIDE) as play:
        await play.press(*keys)
        assert f"by {order}" in play.lines[2]


async def test_sorting_with_the_mouse() -> None:
    async with playing(BOARD) as play:
        header = next(line for line in play.lines if "USD/h" in line)
        row = play.lines.index(header)
        await play.pilot.click(offset=(header.index("USD/h") + 1, row))
        assert "by USD/h ↓" in play.text
        await play.pilot.click(offset=(header.index("context") - 6, row))
        assert "by context ↓" in play.text


async def test_scopes_go_round() -> None:
    async with playing() as play:
        assert "7 · today" in play.text
        await play.press("a")
        assert "8 · all" in play.text
        await play.press("a")
        assert "6 · active" in play.text
        assert "dotfiles" not in play.text


async def test_a_filter_takes_effect_with_every_key_and_esc_clears_it() -> None:
    async with playing(WIDE) as play:
        await play.press("/", *"docs")
        assert play.projects == ["docs"]
        assert play.selected == "docs"
        assert "1 of 7" in play.text
        await play.press("backspace", "backspace", "backspace", "backspace")
        assert len(play.projects) == 7
        await play.type("status:busy")
        assert play.projects == ["ml-notebooks", "api-server"]
        await play.press("enter")
        assert "filter status:busy" in play.text
        assert "? help" in play.text
        await play.press("j", "escape")
        assert len(play.projects) == 7
        assert play.selected == "api-server"


async def test_esc_leaves_the_filter_while_it_is_typed() -> None:
    async with playing(WIDE) as play:
        await play.press("/", *"docs", "escape")
        assert len(play.projects) == 7
        assert play.app.board.focused_part == "sessions"
        assert isinstance(play.app.focused, Sessions)


async def test_a_filter_moves_nothing_that_stands_below() -> None:
    async with playing(BOARD) as play:
        before = next(y for y, line in enumerate(play.lines) if "[1] meter" in line)
        await play.press("/", *"docs", "enter")
        assert before == next(y for y, line in enumerate(play.lines) if "[1] meter" in line)


async def test_freezing_keeps_the_picture_and_says_so() -> None:
    async with playing(WIDE) as play:
        await play.press("space")
        assert "frozen 12:03:11" in play.text
        play.source.change(sessions=())
        play.clock.now = NOW + 60_000
        await play.tick()
        assert "web" in play.text
        assert "1:12" in play.text
        await play.press("j")
        assert play.selected == "ml-notebooks"
        await play.press("space")
        assert "frozen" not in play.text
        assert "no sessions yet" in play.text


async def test_details_can_be_had_in_a_frozen_picture_of_their_moment() -> None:
    async with playing() as play:
        await play.press("space", *TO_API_SERVER)
        await play.tick()
        assert "[1] meter  api-server" in play.text
        play.source.change(detail=replace(detail(sessions()[0]), failures=()))
        await play.tick()
        assert "pytest -x" in play.text


@pytest.mark.parametrize(
    ("key", "name"),
    [("1", "meter"), ("2", "failures"), ("3", "compactions"), ("4", "subagents"), ("5", "turns")],
)
@pytest.mark.parametrize("size", [BOARD, DECK, PANE, LINE])
async def test_number_keys_go_to_panels_and_zero_back(
    key: str, name: str, size: tuple[int, int]
) -> None:
    async with playing(size) as play:
        await play.press(*TO_API_SERVER, key)
        assert play.app.board.focused_part == name
        assert f"━ [{key}] {name}" in play.text
        await play.press("0")
        assert play.app.board.focused_part == "sessions"


async def test_tab_goes_round() -> None:
    async with playing() as play:
        seen = []
        for _ in range(7):
            seen.append(play.app.board.focused_part)
            await play.press("tab")
        assert seen == [
            "sessions", "meter", "failures", "compactions", "subagents", "turns", "sessions",
        ]  # fmt: skip
        await play.press("shift+tab", "shift+tab")
        assert play.app.board.focused_part == "turns"


async def test_zoom_and_back() -> None:
    async with playing() as play:
        await play.press("2", "z")
        assert "[2] failures" in play.text
        assert "[1] meter" not in play.text
        await play.press("3")  # another panel takes its place
        assert "[3] compactions" in play.text
        assert "[2] failures" not in play.text
        await play.press("z")
        assert "[1] meter" in play.text
        await play.press("z", "escape")
        assert "[1] meter" in play.text
        assert play.app.board.focused_part == "sessions"


@pytest.mark.parametrize("size", [BOARD, DECK, PANE, LINE])
async def test_enter_opens_the_session_and_esc_closes_it(size: tuple[int, int]) -> None:
    async with playing(size) as play:
        await play.press(*TO_API_SERVER, "enter")
        assert "[0] sessions" not in play.text
        assert "[1] meter" in play.text
        await play.press("2")
        assert "[2] failures" in play.text
        await play.press("escape")
        assert "dotfiles" in play.text
        assert play.selected == "api-server"


@pytest.mark.parametrize(
    ("key", "page"),
    [("2", CallPage), ("3", CompactionPage), ("4", SubagentPage), ("5", TurnPage)],
)
async def test_enter_opens_an_item_and_esc_goes_back_to_it(key: str, page: type) -> None:
    async with playing() as play:
        await play.press(*TO_API_SERVER, key, "j", "enter")
        assert isinstance(play.app.screen, page)
        assert "2 of" in play.text
        await play.press("escape")
        assert play.app.screen is play.app.board
        assert play.app.board.focused_part != "sessions"


async def test_a_double_click_opens_a_session() -> None:
    async with playing(DECK) as play:
        row = next(y for y, line in enumerate(play.lines) if "infra" in line)
        await play.pilot.click(offset=(20, row))
        assert play.selected == "infra"
        await play.pilot.click(offset=(20, row), times=2)
        assert "[0] sessions" not in play.text


async def test_help_and_skipped_lines_open_and_close() -> None:
    async with playing(WIDE) as play:
        await play.press("?")
        assert isinstance(play.app.screen, HelpPage)
        await play.press("escape", "!")
        assert isinstance(play.app.screen, SkippedPage)
        await play.press("h")
        assert len(play.app.screen_stack) == 1


async def test_y_copies_the_session_or_the_failure() -> None:
    async with playing() as play:
        await play.press("y")
        assert play.app.clipboard == sessions()[1].id
        await play.press(*TO_API_SERVER, "2", "y")
        assert play.app.clipboard.startswith("Bash pytest -x tests/billing\nExit code 1")
        assert play.toasts[-1] == "copied: the failure"


async def test_the_palette_does_what_is_chosen_where_it_was_opened() -> None:
    async with playing(WIDE) as play:
        await play.press("ctrl+p", *"by cost", "enter")
        assert "by cost ↓" in play.text
        await play.press(":", *"theme: light", "enter")
        assert play.app.theme == "light"
        await play.press(":", *"go to blog", "enter")
        assert play.selected == "blog"
        assert "8 · all" in play.text
        await play.press(":", *"zzzz", "enter")
        assert play.app.screen is play.app.board
        await play.press(":", "escape")
        assert play.app.screen is play.app.board


async def test_a_second_enter_in_the_palette_is_too_late() -> None:
    async with playing(WIDE) as play:
        await play.press(":")
        for _ in range(2):
            play.app.screen.query_one("#palette-field", Input).post_message(
                Input.Submitted(play.app.screen.query_one("#palette-field", Input), "")
            )
        await play.press("j")
        assert play.app.screen is play.app.board


async def test_the_palette_keeps_its_selection_on_a_small_screen() -> None:
    async with playing((80, 24)) as play:
        await play.press(":", *["down"] * 17)
        palette = play.app.screen.query_one("#palette-list", Table)
        assert palette.region.bottom <= 24
        assert "more below" in play.text


async def test_hidden_sessions_are_announced() -> None:
    many = tuple(replace(sessions()[3], id=f"{number}", status=Status.IDLE) for number in range(40))
    async with playing(DECK, snapshot(sessions=many)) as play:
        assert any(line.strip().endswith("more below") for line in play.lines)
        await play.press("G")
        assert any(line.strip().endswith("above") for line in play.lines)


async def test_a_new_size_takes_the_layout_it_has_room_for() -> None:
    async with playing(BOARD) as play:
        for size, words in (
            (PANE, "sonnet-5-5    ╸───────  12 %"),
            (LINE, "waits 1:12        $3.10"),
            (DECK, "status↑        project"),
            (BOARD, "cmp   sub"),
        ):
            await play.pilot.resize_terminal(*size)
            await play.pilot.pause()
            assert words in play.text


async def test_only_what_shows_the_time_is_drawn_when_only_time_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playing(BOARD) as play:
        drawn: list[str] = []
        monkeypatch.setattr(Failures, "present", lambda *_: drawn.append("failures"))
        monkeypatch.setattr(Sessions, "show", lambda *_, **__: drawn.append("sessions"))
        monkeypatch.setattr(Meter, "show", lambda *_: drawn.append("meter"))
        await play.tick()
        assert drawn == []
        play.clock.now = NOW + 1_000
        await play.tick()
        assert drawn == ["sessions", "meter"]


async def test_ages_go_on_while_nothing_changes() -> None:
    async with playing(WIDE) as play:
        assert "1:12" in play.text
        play.clock.now = NOW + 8_000
        await play.tick()
        assert "1:20" in play.text  # at the next look, each fifth second


async def test_a_status_that_is_inferred_says_so() -> None:
    first = replace(sessions()[0], status_inferred=True)
    async with playing(BOARD, snapshot(sessions=(first,), detail=detail(first))) as play:
        assert "● busy, inferred ─" in play.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_row_says_that_it_is_not_whole_until_it_is(size: tuple[int, int]) -> None:
    first = sessions()[1]  # web
    cost = cost_of(first, 8).strip()
    progress = Progress(1, 2, 3, 4, frozenset({first.id}))
    async with playing(size, replace(snapshot(), progress=progress)) as play:

        def row() -> str:
            at = next(i for i, line in enumerate(play.lines) if re.match(r" ?◐.* web ", line))
            return "".join(play.lines[at : at + play.app.board._sessions.tall])

        assert "reading" in row()
        assert cost not in row()
        assert ("reading …" in play.text) is (size is not LINE)
        play.source.change(progress=Progress(1, 2, 2, 4))
        await play.tick()
        assert "reading" not in row()
        assert cost in row()
