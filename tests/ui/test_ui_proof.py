"""The page that proves a figure."""

from pathlib import Path
from typing import Any

import pytest
from board_stage import BOARD, DECK, PANE, SIZES, WIDE, Playing, playing
from factory import FakeSource
from msgspec.structs import replace
from proof_cases import made_proof
from test_ui_hostile import CONTROL, HOSTILE

from cctop.book.proof import Figure, Place, Proof, Standing
from cctop.report.proof import encoded
from cctop.report.proof_csv import as_csv
from cctop.text import Clean
from cctop.ui.proofs import ORDERS, Sheet, Wish
from cctop.ui.screens.proof import ProofPage
from cctop.ui.widgets.table import Row


def written(proof: Proof, form: str) -> bytes:
    return encoded(proof) if form == "json" else as_csv(proof).encode()


async def opened(play: Playing, *keys: str) -> None:
    await play.press(*keys, "=")
    await settled(play)


async def settled(play: Playing) -> None:
    await play.app.workers.wait_for_complete()
    await play.pilot.pause()
    await play.pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_golden(size: tuple[int, int], golden: Any) -> None:
    async with playing(size) as play:
        await opened(play)
        golden(play.app, f"{size[0]}x{size[1]}-proof")


@pytest.mark.parametrize("size", [WIDE, PANE])
async def test_golden_of_a_row(size: tuple[int, int], golden: Any) -> None:
    async with playing(size) as play:
        await opened(play)
        await play.press("down", "enter")
        golden(play.app, f"{size[0]}x{size[1]}-proof-row")


@pytest.mark.parametrize(
    ("keys", "figure", "start"),
    [
        ((), Figure.COST, ""),
        (("1",), Figure.COST, ""),
        (("2",), Figure.FAILURES, ""),
        (("3",), Figure.CONTEXT, ""),
        (("down", "down", "4"), Figure.COST, "agent:"),
        (("down", "down", "5"), Figure.COST, "turn:"),
    ],
)
async def test_it_proves_what_has_the_focus(
    keys: tuple[str, ...], figure: Figure, start: str
) -> None:
    async with playing(BOARD) as play:
        await opened(play, *keys)
        selected = play.app.board.selected
        assert play.source.asked == [(selected, figure)]
        page = play.app.screen
        assert isinstance(page, ProofPage)
        assert page._wish.filter.startswith(start)
        assert bool(page._wish.filter) is bool(start)


async def test_the_figures_go_round() -> None:
    async with playing(BOARD) as play:
        await opened(play)
        for figure in (*list(Figure)[1:], Figure.COST):
            await play.press("tab")
            await settled(play)
            assert play.source.asked[-1][1] is figure
            assert f"▸ {figure}" in play.lines[1]
        await play.press("shift+tab")
        await settled(play)
        assert play.source.asked[-1][1] is Figure.TODAY


async def test_today_is_two_keys_away() -> None:
    async with playing(BOARD) as play:
        await opened(play)
        await play.press("=", "=")
        await settled(play)
        assert [figure for _, figure in play.source.asked] == [Figure.COST, Figure.TODAY]
        assert "today  all sessions" in play.lines[0]


async def test_without_a_session_it_is_the_day() -> None:
    async with playing(DECK, picture=FakeSource().picture) as play:
        play.source.change(sessions=(), detail=None)
        await play.tick()
        await opened(play)
        await play.press("tab")
        await settled(play)
        assert {figure for _, figure in play.source.asked} == {Figure.TODAY}


async def test_a_filter_and_its_sum() -> None:
    async with playing(BOARD) as play:
        await opened(play)
        whole = made_proof("", Figure.COST)
        assert "Σ 3 rows: $" in play.text
        assert "= the figure shown, to the last digit ✓" in play.text
        await play.press("/")
        await play.type("agent:a45")
        assert "1 of 3 rows: $0.0802" in play.text
        assert play.text.count("opus-5-5") > 1
        await play.press("enter")
        assert "/ agent:a45" in play.lines[0]
        await play.press("escape")
        assert "Σ 3 rows" in play.text
        await play.press("/")
        await play.type("kind:bound")
        assert "1 of 3 rows: $0.00  of" in play.text
        await play.press("escape", "escape")
        assert play.app.screen is play.app.board
        assert len(whole.rows) == 3


async def test_sorting() -> None:
    async with playing(BOARD) as play:
        await opened(play)
        await play.press("R")
        assert "time↓" in play.text
        assert play.lines[3].split()[2] == "fable-6"
        for _ in range(len(ORDERS)):
            await play.press(">")
        assert "time↑" in play.text
        await play.press("<", "<")
        assert "↓amount" in play.text
        assert "$0.0802" in play.lines[3]


async def test_no_proof_is_told() -> None:
    async with playing(DECK) as play:
        play.source.no_proof = "cctop is still reading"
        await opened(play)
        assert "no proof: cctop is still reading" in play.text
        await play.press("y", "Y", "e", "enter", "R", ">")
        await play.press("escape")
        assert play.app.screen is play.app.board


async def test_a_proof_that_does_not_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: FakeSource, session: str, figure: Figure) -> Proof:
        return replace(made_proof(session, figure), shown=10**12)

    monkeypatch.setattr(FakeSource, "proof", wrong)
    async with playing(BOARD) as play:
        await opened(play)
        assert "≠ the figure shown, $1.00" in play.text
        assert "✓" not in play.lines[-2]


async def test_copying() -> None:
    async with playing(BOARD, write_proof=written) as play:
        await opened(play)
        await play.press("y")
        assert "msg_01AbCdEfGhIjKlMnOpQr1" in play.app.clipboard
        assert "input 1,000 × $4/M = $0.004 output" in " ".join(play.app.clipboard.split())
        await play.press("Y")
        await settled(play)
        lines = play.app.clipboard.splitlines()
        assert lines[0].startswith("row,amount,")
        assert len(lines) == 1 + 4  # one of them is billed in two parts


async def test_too_much_for_a_clipboard() -> None:
    async with playing(BOARD, write_proof=written) as play:
        play.source.proof_rows = 5_000
        await opened(play)
        await play.press("Y")
        await settled(play)
        assert play.app.clipboard == ""
        assert any("save it to a file" in toast for toast in play.toasts)


async def test_saving(tmp_path: Path) -> None:
    async with playing(BOARD, write_proof=written, pictures=tmp_path) as play:
        await opened(play)
        await play.press("e")
        await settled(play)
        await play.press("e", "E")
        await settled(play)
        names = sorted(path.name for path in tmp_path.iterdir())
        stem = f"cctop-cost-{(play.app.board.selected or '')[:8]}-20261122-120311"
        assert names == [f"{stem}-2.csv", f"{stem}.csv", f"{stem}.json"]
        assert any(str(tmp_path / f"{stem}.json") in toast for toast in play.toasts)
        session = play.app.board.selected or ""
        proof = made_proof(session, Figure.COST)
        assert (tmp_path / f"{stem}.json").read_bytes() == encoded(proof)
        await play.press("/")
        await play.type("kind:grown")
        await play.press("enter", "e")
        await settled(play)
        rows = (tmp_path / f"{stem}-3.csv").read_text().splitlines()
        assert [row.split(",")[0] for row in rows] == ["row", "1", "1"]


async def test_a_folder_that_takes_nothing(tmp_path: Path) -> None:
    async with playing(BOARD, write_proof=written, pictures=tmp_path / "none") as play:
        await opened(play)
        await play.press("e")
        await settled(play)
        assert any("nothing saved: No such file" in toast for toast in play.toasts)


async def test_stepping_through_the_rows() -> None:
    async with playing(WIDE) as play:
        await opened(play)
        await play.press("enter")
        assert "1 of 3" in play.text
        await play.press("n", "n", "n")
        assert "3 of 3" in play.text
        assert "≥ a lower bound" in play.text
        assert "no known price" in play.text
        await play.press("escape", "escape")
        assert play.app.screen is play.app.board


async def test_a_long_session_is_drawn_where_it_is_looked_at() -> None:
    async with playing(BOARD) as play:
        play.source.proof_rows = 100_000
        await opened(play)
        drawn: set[int] = set()
        page = play.app.screen
        assert isinstance(page, ProofPage)
        make = page._rows._make

        def watched(place: int) -> Row:
            drawn.add(place)
            return make(place)

        page._rows._make = watched
        await play.press("end")
        assert "Σ 100,000 rows" in play.text
        assert len(drawn) < 100


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in ids, models and paths: it is text, and each line is as wide as it is."""

    def hostile(self: FakeSource, session: str, figure: Figure) -> Proof:
        plain = made_proof(session, figure).rows[1]
        rows = []
        for text in HOSTILE:
            raw = Clean(text)
            charges = tuple(replace(charge, model=raw) for charge in plain.charges)
            place = Place(f"/home/{text}/{text}.jsonl", 7, Standing.HERE)
            more = {"message_id": raw, "request_id": raw, "tool_use_id": raw, "agent": raw}
            rows.append(
                replace(
                    plain, name=raw, place=place, words=raw, detail=raw, charges=charges, **more
                )
            )
        total = sum(row.amount for row in rows)
        return Proof(figure, session, tuple(rows), total, total)

    monkeypatch.setattr(FakeSource, "proof", hostile)
    async with playing(size, write_proof=written) as play:
        await opened(play)
        for _ in HOSTILE:
            assert not CONTROL.search(play.text.replace("\n", ""))
            await play.press("enter")
            assert not CONTROL.search(play.text.replace("\n", ""))
            await play.press("escape", "down")
        assert not play.source.stopped


def test_every_field_of_a_filter() -> None:
    sheet = Sheet(made_proof("s", Figure.COST))
    for words, places in {
        "": (0, 1, 2),
        "opus": (0, 1),
        "!opus": (2,),
        "model:fable": (2,),
        "turn:2": (1, 2),
        "turn:2 !kind:bound": (1,),
        "agent:A45": (1,),
        "kind:grown": (1,),
        "kind:call": (0, 1, 2),
        "msg_01abcdefghijklmnopqr3": (2,),
        "3b1f": (),
        "00000001…:20": (1,),
        "grown from": (1,),
    }.items():
        sheet.choose(Wish().filtered(words))
        assert sheet.listed == places, words
        assert sheet.sum == sum(sheet.proof.rows[place].amount for place in places)
        assert sheet.excerpt().rows == tuple(sheet.proof.rows[place] for place in places)
        assert sheet.excerpt().total == sheet.sum


@pytest.mark.parametrize("order", [order.key for order in ORDERS])
def test_every_order_has_two_directions(order: str) -> None:
    sheet = Sheet(made_proof("s", Figure.COST))
    sheet.choose(Wish().sorted_by(order))
    listed = sheet.listed
    sheet.choose(sheet.wish.sorted_by(order))
    assert sorted(sheet.listed) == sorted(listed) == [0, 1, 2]
    first = next(each.value for each in ORDERS if each.key == order)
    rows = sheet.proof.rows
    assert {first(rows[listed[0]]), first(rows[sheet.listed[0]])} == {
        min(map(first, rows)),
        max(map(first, rows)),
    }
