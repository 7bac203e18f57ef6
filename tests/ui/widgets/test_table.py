import random
from functools import partial

import pytest
from stage import Stage, on_stage, refreshes, trimmed
from textual import events
from textual.geometry import Region
from textual.message import Message

from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.draw import bar
from cctop.ui.widgets.parts import Cell, plain
from cctop.ui.widgets.table import Row, Table

COLUMNS = (
    Column("state"),
    Column("name", "session", width=6, flex=1),
    Column("doing", "doing", width=8, drop=1),
    Column("cost", "cost", width=7, align="right"),
)
CARD = (
    (Column("state"), Column("name", width=10), Column("since", width=5, flex=1)),
    (Column("indent"), Column("model", width=10), Column("context", width=5, flex=1)),
)


def row(name: str, cost: str = "$0.10", doing: Cell = "") -> Row:
    return Row(name, ((("●", "accent"),), name, doing, cost))


def rows(names: str) -> list[Row]:
    return [row(name) for name in names]


def table(names: str = "") -> Table:
    made = Table(COLUMNS, empty="no sessions")
    made.set_rows(rows(names))
    return made


def told(stage: Stage, kind: type[Message]) -> list[str]:
    """Return the ids in the messages of a kind, in order."""
    return [
        message.row_id
        for message in stage.messages
        if type(message) is kind and isinstance(message, Table.RowHighlighted)
    ]


async def test_figures_stand_right_and_names_get_the_rest() -> None:
    shown = Table(COLUMNS)
    shown.set_rows([row("api-server", "$12.41", "Edit src/app.py"), row("docs", "–")])
    async with on_stage(shown, size=(40, 4)):
        assert trimmed(shown) == [
            "  session               doing       cost",
            "● api-server            Edit sr…  $12.41",
            "● docs                                 –",
            "",
        ]


async def test_a_narrow_table_drops_columns() -> None:
    shown = Table(COLUMNS)
    shown.set_rows([row("api-server", "$12.41", "Edit src/app.py")])
    async with on_stage(shown, size=(18, 3)) as (_, pilot):
        assert trimmed(shown) == ["  session     cost", "● api-ser…  $12.41", ""]
        await pilot.resize_terminal(1, 3)
        await pilot.pause()
        assert trimmed(shown) == ["", "●", ""]


async def test_no_rows_have_a_word() -> None:
    shown = table()
    async with on_stage(shown, size=(30, 3)) as (_, pilot):
        assert trimmed(shown)[1:] == ["no sessions", ""]
        assert shown.row_id is None
        shown.focus()
        await pilot.press("j", "G", "enter", "pagedown")
        assert shown.row_id is None


async def test_the_title_of_the_order_has_a_mark() -> None:
    shown = table("a")
    async with on_stage(shown, size=(30, 3)) as (_, pilot):
        shown.set_sort("cost", descending=True)
        await pilot.pause()
        assert trimmed(shown)[0] == "  session     doing      ↓cost"
        shown.set_sort("name", descending=False)
        await pilot.pause()
        assert trimmed(shown)[0] == "  session↑    doing       cost"


async def test_hidden_rows_are_told_of() -> None:
    shown = table("abcdef")
    async with on_stage(shown, size=(20, 5)) as (_, pilot):
        assert [line.split()[1] for line in trimmed(shown)[:4]] == ["cost", "a", "b", "c"]
        assert trimmed(shown)[4] == "3 more below"
        shown.focus()
        await pilot.press("j", "j", "j")
        assert trimmed(shown)[4] == "1 above · 2 more be…"
        await pilot.press("G")
        assert trimmed(shown)[4] == "3 above"
        shown.set_rows(rows("abcd"))
        await pilot.pause()
        assert [line.split()[1] for line in trimmed(shown)] == ["cost", "a", "b", "c", "d"]


async def test_cards_have_two_lines() -> None:
    shown = Table(*CARD, headed=False)
    shown.set_rows(
        [
            Row(
                name,
                ("◐", (((name), "heading"),), "1:12", "", (("opus", "dim"),), bar(0.5, 6, "fill")),
            )
            for name in ("web", "api", "docs")
        ]
    )
    async with on_stage(shown, size=(24, 5)) as (_, pilot):
        assert trimmed(shown) == [
            "◐ web        1:12",
            "  opus       ━━━───",
            "◐ api        1:12",
            "  opus       ━━━───",
            "1 more below",
        ]
        shown.focus()
        await pilot.press("G")
        assert shown.row_id == "docs"
        assert trimmed(shown)[2] == "◐ docs       1:12"
        assert trimmed(shown)[4] == "1 above"


async def test_keys_move_the_cursor() -> None:
    shown = table("abcdefghij")
    async with on_stage(shown, size=(20, 6)) as (stage, pilot):
        shown.focus()
        keys = {
            "j": "b", "down": "c", "k": "b", "up": "a", "pagedown": "e", "ctrl+d": "i",
            "G": "j", "pageup": "f", "ctrl+u": "b", "end": "j", "g": "a", "home": "a",
        }  # fmt: skip
        seen = []
        for key in keys:
            await pilot.press(key)
            seen.append(shown.row_id)
        assert seen == list(keys.values())
        await pilot.press("enter")
        assert told(stage, Table.RowSelected) == ["a"]
        # One message for each row the cursor came to, the first included.
        assert told(stage, Table.RowHighlighted) == list("abcbaeijfbja")


async def test_the_app_s_key_map_reaches_the_rows() -> None:
    shown = table("abc")
    async with on_stage(shown, size=(20, 6)) as (stage, pilot):
        stage.set_keymap({"down": "x"})
        shown.focus()
        await pilot.press("x", "j")
        assert shown.row_id == "b"


async def test_the_cursor_stays_on_its_row_through_a_new_order() -> None:
    shown = table("abcdefghij")
    async with on_stage(shown, size=(20, 5)) as (stage, pilot):
        shown.set_cursor("c")
        shown.set_rows(rows("jihgfedcba"))
        await pilot.pause()
        assert shown.row_id == "c"
        assert any(line.startswith("● c") for line in trimmed(shown))
        assert told(stage, Table.RowHighlighted) == ["a", "c"]


async def test_a_row_that_goes_hands_the_cursor_to_its_successor() -> None:
    shown = table("abcd")
    async with on_stage(shown, size=(20, 6)) as (stage, pilot):
        shown.set_cursor("b")
        shown.set_rows(rows("acd"))
        assert shown.row_id == "c"
        shown.set_cursor("d")
        shown.set_rows(rows("a"))
        assert shown.row_id == "a"
        shown.set_rows([])
        assert shown.row_id is None
        shown.set_rows(rows("xa"))
        assert shown.row_id == "a"
        await pilot.pause()
        assert told(stage, Table.RowHighlighted) == ["a", "b", "c", "d", "a"]


async def test_a_cursor_can_wait_for_its_row() -> None:
    shown = Table(COLUMNS)
    shown.set_cursor("c")
    shown.set_rows(rows("abc"))
    async with on_stage(shown, size=(20, 6)):
        assert shown.row_id == "c"


async def test_new_columns_keep_the_cursor() -> None:
    shown = table("abc")
    async with on_stage(shown, size=(20, 6)) as (_, pilot):
        shown.set_cursor("b")
        shown.set_columns(*CARD, headed=False)
        shown.set_rows([Row(name, ("●", name, "", "", "opus", "")) for name in "abc"])
        await pilot.pause()
        assert shown.row_id == "b"
        assert trimmed(shown)[:4] == ["● a", "  opus", "● b", "  opus"]
        shown.set_columns((Column("name", width=1), *CARD[0][1:]), CARD[1], headed=True)
        shown.set_rows([Row(name, ("●", name, "", "", "opus", "")) for name in "abc"])
        await pilot.pause()
        assert trimmed(shown)[1:3] == ["● a", "  opus"]


async def test_the_wheel_leaves_the_cursor_where_it_is() -> None:
    shown = table("abcdefghij")
    async with on_stage(shown, size=(20, 5)) as (_, pilot):
        turn(shown, events.MouseScrollDown)
        await pilot.pause()
        assert shown.row_id == "a"
        assert trimmed(shown)[1].startswith("● d")
        # The view is the user's now: a new order does not take it away.
        shown.set_rows(rows("jihgfedcba"))
        await pilot.pause()
        assert trimmed(shown)[1].startswith("● g")
        turn(shown, events.MouseScrollUp)
        await pilot.pause()
        assert trimmed(shown)[1].startswith("● j")
        shown.focus()
        await pilot.press("k")
        assert shown.row_id == "b"
        assert any(line.startswith("● b") for line in trimmed(shown))


def turn(shown: Table, way: type[events.MouseScrollUp | events.MouseScrollDown]) -> None:
    """Turn the wheel by one notch over the table."""
    shown.post_message(way(shown, 2, 2, 0, 0, 0, False, False, False))


async def test_at_the_end_of_the_rows_the_wheel_is_the_screen_s() -> None:
    shown = table("abcdef")
    async with on_stage(shown, size=(20, 5)) as (stage, pilot):
        turn(shown, events.MouseScrollDown)
        await pilot.pause()
        assert stage.unused_scrolls == 0
        turn(shown, events.MouseScrollDown)
        await pilot.pause()
        assert stage.unused_scrolls == 1


async def test_the_screen_keeps_up_with_the_rows() -> None:
    """What only the changed lines are painted for looks as if all of it had been painted."""
    chance = random.Random(7)
    shown = table("abcdefghij")
    async with on_stage(shown, size=(24, 6)) as (stage, pilot):
        for _ in range(80):
            names = chance.sample("abcdefghijklmn", chance.randrange(12))
            given = [row(name, f"${chance.random():.2f}") for name in names]
            step = chance.choice(
                (
                    partial(shown.set_rows, given),
                    partial(shown.scroll_rows, chance.randrange(-4, 5)),
                    partial(shown.action_move, chance.randrange(-4, 5)),
                    partial(shown.set_sort, "cost", descending=chance.random() < 0.5),
                )
            )
            step()
            await pilot.pause()
            wanted = [plain(face.parts).rstrip() for face in shown.faces(shown.size)]
            painted = [strip.text.rstrip() for strip in shown.render_lines(shown.size.region)]
            assert painted[: len(wanted)] == wanted
            assert not any(painted[len(wanted) :])
        assert stage.is_running


async def test_clicks_choose_rows_and_titles() -> None:
    shown = table("abcdef")
    async with on_stage(shown, size=(30, 5)) as (stage, pilot):
        await pilot.click(shown, offset=(4, 2))
        assert shown.row_id == "b"
        await pilot.click(shown, offset=(4, 3), times=2)
        assert told(stage, Table.RowSelected) == ["c"]
        await pilot.click(shown, offset=(4, 4))  # the notice
        assert shown.row_id == "c"
        for x in (3, 16, 13):  # the last is between two columns
            await pilot.click(shown, offset=(x, 0))
        keys = [m.key for m in stage.messages if isinstance(m, Table.HeaderSelected)]
        assert keys == ["name", "doing"]


async def test_equal_rows_are_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = table("abc")
    async with on_stage(shown, size=(30, 6)) as (_, pilot):
        await pilot.pause()
        noted = refreshes(shown, monkeypatch)
        shown.set_rows(rows("abc"))
        shown.set_columns(COLUMNS)
        assert noted == []
        shown.set_rows([row("a"), row("b", "$9.99"), row("c")])
        assert noted == [(Region(23, 2, 7, 1),)]


async def test_of_many_rows_only_those_in_view_are_made() -> None:
    asked: list[int] = []

    def make(place: int) -> Row:
        asked.append(place)
        return row(f"r{place}")

    shown = Table(COLUMNS)
    async with on_stage(shown, size=(30, 6)) as (_, pilot):
        shown.show_rows([f"r{place}" for place in range(100_000)], make)
        await pilot.pause()
        assert trimmed(shown)[5] == "99996 more below"
        shown.focus()
        await pilot.press("G")
        assert shown.row_id == "r99999"
        assert set(asked) == {*range(4), *range(99_996, 100_000)}
        # In another order the cursor stays on its row.
        shown.show_rows([f"r{place}" for place in range(99_999, -1, -1)], make)
        assert shown.position == 0
    with pytest.raises(ValueError, match="same id"):
        shown.show_rows(["a", "a"], make)


async def test_a_row_out_of_view_is_not_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = table("abcdef")
    async with on_stage(shown, size=(30, 4)) as (_, pilot):
        await pilot.pause()
        noted = refreshes(shown, monkeypatch)
        shown.set_rows([*rows("abcde"), row("f", "$9.99")])
        assert noted == []


async def test_the_cursor_shows_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = table("ab")
    async with on_stage(shown, size=(20, 4)) as (_, pilot):

        def marked(attribute: str) -> list[bool]:
            return [
                all(s.style and getattr(s.style, attribute) for s in shown.render_line(y))
                for y in range(4)
            ]

        assert marked("underline") == [False, True, False, False]
        shown.focus()
        await pilot.pause()
        assert marked("reverse") == [False, True, False, False]
        assert not any(marked("underline"))
        # One bar, whatever the tones of its cells.
        assert len({segment.style and segment.style.color for segment in shown.render_line(1)}) == 1


async def test_the_cursor_shows_where_the_style_sheet_has_no_colour_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Stage, "CSS", "")
    shown = table("ab")
    async with on_stage(shown, size=(20, 4)):
        shown.focus()
        assert all(segment.style and segment.style.underline for segment in shown.render_line(1))


async def test_height_auto_shows_every_row() -> None:
    shown = table("ab")
    shown.styles.height = "auto"
    async with on_stage(shown, size=(20, 9)) as (_, pilot):
        assert shown.size.height == 3
        shown.set_rows(rows("abcde"))
        await pilot.pause()
        assert shown.size.height == 6
        shown.set_rows([])
        await pilot.pause()
        assert trimmed(shown)[1:] == ["no sessions"]


async def test_on_one_line_there_is_a_row() -> None:
    shown = table("abc")
    async with on_stage(shown, size=(20, 1)):
        assert trimmed(shown) == ["● a            $0.10"]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ([row("a"), row("a")], "same id"),
        ([Row("a", ("one",))], "1 cells for 4 columns"),
    ],
)
def test_rows_that_make_no_table_are_refused(given: list[Row], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Table(COLUMNS).set_rows(given)
