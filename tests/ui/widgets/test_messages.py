"""Messages are told apart by the widget they come from, as `@on` does."""

from textual import on
from textual.app import App, ComposeResult

from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.feed import Feed, Items
from cctop.ui.widgets.paint import Toned
from cctop.ui.widgets.table import Row, Table


class Board(App[None]):
    """Two of a kind, of which one is listened to."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def get_default_screen(self) -> Toned[None]:
        return Toned()

    def compose(self) -> ComposeResult:
        for name in ("this", "other"):
            table = Table([Column("name", "name", width=9)], id=f"table-{name}")
            table.set_rows([Row(f"row of {name}", (name,))])
            yield table
            yield Feed(Items(((),)), id=f"feed-{name}")

    @on(Table.RowHighlighted, "#table-this")
    @on(Table.RowSelected, "#table-this")
    def hear_row(self, message: Table.RowHighlighted) -> None:
        self.heard.append(message.row_id)

    @on(Table.HeaderSelected, "#table-this")
    def hear_title(self, message: Table.HeaderSelected) -> None:
        self.heard.append(message.key)

    @on(Feed.RowHighlighted, "#feed-this")
    def hear_item(self, message: Feed.RowHighlighted) -> None:
        self.heard.append(message.index)


async def test_an_app_hears_the_one_it_listens_to() -> None:
    board = Board()
    async with board.run_test(size=(20, 24)) as pilot:
        await pilot.pause()
        assert board.heard == ["row of this", 0]
        board.heard.clear()
        for name in ("other", "this"):
            await pilot.click(f"#table-{name}", offset=(2, 0))
            await pilot.click(f"#table-{name}", offset=(2, 1), times=2)
        assert board.heard == ["name", "row of this"]
