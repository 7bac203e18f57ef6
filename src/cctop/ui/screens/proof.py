"""The proof of a figure: every call behind it, and their sum."""

from contextlib import suppress
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from cctop.book.proof import Figure, ProofError
from cctop.book.source import Source
from cctop.ui.keys import EVERYWHERE, LISTS, PROOF, bindings
from cctop.ui.options import Options
from cctop.ui.panels.field import FilterField
from cctop.ui.panels.foot import Foot, Hints
from cctop.ui.panels.proof import FigureTabs, ProofCard, ProofRows, ProofSum, when
from cctop.ui.proofs import HINT, Sheet, Wish
from cctop.ui.screens.page import Heading, Headline
from cctop.ui.screens.proof_copy import copied, folder_of, saved
from cctop.ui.screens.proof_row import RowPage, row_text
from cctop.ui.widgets.paint import Toned
from cctop.ui.widgets.parts import Parts
from cctop.ui.widgets.table import Table

HINTS: Hints = (
    ("back", "back"),
    ("figure-next", "figure"),
    ("open", "whole row"),
    ("filter", "filter"),
    ("sort-next", "sort"),
    ("copy-all", "copy CSV"),
    ("export-csv", "save CSV"),
    ("help", "help"),
)
ROOMY = 110
"""Cells from which the sum and what is to be said of it fit on one line."""
CARD_FROM = 18
"""Lines of the terminal from which the row under the cursor is worked out below."""
TALLEST_CARD = 10
"""Lines that a call with every kind of token needs."""


class Subject(NamedTuple):
    """What is to be proved: of which session ("" for none), with a filter if it is a part of it."""

    session: str
    name: str
    figure: Figure
    filter: str = ""


class ProofPage(Toned[None], inherit_bindings=False):
    """A proof. It is made in a thread of its own, and only what is in view is drawn."""

    where: ClassVar[str] = PROOF
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(PROOF),
        *bindings(LISTS),
        *bindings(EVERYWHERE),
    ]
    AUTO_FOCUS = "#proof-rows"

    def __init__(self, subject: Subject, source: Source, options: Options) -> None:
        super().__init__()
        self._subject = subject
        self._source = source
        self._options = options
        self._wish = Wish().filtered(subject.filter)
        self._sheet: Sheet | None = None
        self._field: FilterField | None = None
        self._heading = Heading()
        self._tabs = FigureTabs()
        self._rows = ProofRows()
        self._card = ProofCard()
        self._sum = ProofSum()
        self._foot = Foot(HINTS, options.keys)

    def compose(self) -> ComposeResult:
        """From the figure down to the sum."""
        yield from (self._heading, self._tabs, self._rows, self._card, self._sum, self._foot)

    def on_mount(self) -> None:
        """Begin to make the proof."""
        self._lay_out()
        self._prove()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's signature
        """Take the columns and lines that there is room for."""
        self._lay_out()

    # The proof.

    @property
    def figure(self) -> Figure:
        """The figure that is proved."""
        return self._subject.figure

    def _prove(self) -> None:
        self._sheet = None
        self._tabs.show(self.figure)
        self._rows.tell("adding up the calls …")
        self._sum.show(None)
        self._head()
        subject = self._subject
        self.run_worker(lambda: self._make(subject), thread=True, exclusive=True)

    def _make(self, subject: Subject) -> None:
        """Make the proof: in a thread, since there may be much to read."""
        sheet, trouble = None, ""
        try:
            sheet = Sheet(self._source.proof(subject.session, subject.figure))
            sheet.prepare()
            sheet.choose(self._wish)
        except ProofError as error:
            trouble = str(error)
        with suppress(RuntimeError):  # the app has ended meanwhile
            self.app.call_from_thread(self._take, subject, sheet, trouble)

    def _take(self, subject: Subject, sheet: Sheet | None, trouble: str) -> None:
        if subject is not self._subject or not self.is_attached:
            return
        if sheet is None:
            self._rows.tell(f"no proof: {trouble}")
            return
        self._sheet = sheet
        self._choose(self._wish)

    def _choose(self, wish: Wish) -> None:
        self._wish = wish
        if (sheet := self._sheet) is None:
            return
        if sheet.wish != wish:
            sheet.choose(wish)
        self._rows.show(sheet, self.app.size.width)
        self._sum.show(sheet)
        self._head()
        self._show_card()

    def _head(self) -> None:
        proof = self._sheet.proof if self._sheet is not None else None
        name = self._subject.name if self.figure is not Figure.TODAY else "all sessions"
        details: Parts = ((self.figure.value, ""), (f"  {name}", "dim"))
        if self._wish.filter:
            details += ((f"  / {self._wish.filter}", "accent"),)
        right: Parts = ((when(proof), "dim"),) if proof is not None else ()
        self._heading.show(Headline("proof", details, right))

    def _show_card(self) -> None:
        if (sheet := self._sheet) is not None:
            place = self._rows.position
            self._card.show(None if place is None else sheet.row(place), sheet.proof)

    def _lay_out(self) -> None:
        height = self.app.size.height
        self._card.display = height >= CARD_FROM
        self._card.styles.height = min(TALLEST_CARD, height - CARD_FROM + 4)
        self._sum.styles.height = 1 if self.app.size.width >= ROOMY else 2
        if self._sheet is not None:
            self._rows.show(self._sheet, self.app.size.width)

    # What the keys do.

    def action_move(self, step: int) -> None:
        """Go to another row."""
        self._rows.action_move(step)

    def action_page(self, step: int) -> None:
        """Go a page of rows further."""
        self._rows.action_page(step)

    def action_edge(self, side: int) -> None:
        """Go to the first or the last row."""
        self._rows.action_edge(side)

    def action_figure(self, step: int) -> None:
        """Prove the next figure."""
        names = list(Figure)
        at = names.index(self.figure)
        for tried in range(1, len(names) + 1):
            figure = names[(at + step * tried) % len(names)]
            if figure is Figure.TODAY or self._subject.session:
                break
        self._turn_to(figure)

    def action_today(self) -> None:
        """Prove the day's figure."""
        if self.figure is not Figure.TODAY:
            self._turn_to(Figure.TODAY)

    def _turn_to(self, figure: Figure) -> None:
        self._subject = self._subject._replace(figure=figure)
        self._wish = self._wish.filtered("")
        self._prove()

    def action_filter(self) -> None:
        """Begin to type a filter."""
        if self._field is None:
            self._field = FilterField(self._wish.filter, HINT)
            self.mount(self._field)
            self._foot.display = False
            self.set_focus(self._field)

    def action_sort_step(self, step: int) -> None:
        """Sort by the column beside."""
        self._choose(self._wish.stepped(step))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._choose(self._wish.sorted_by(self._wish.sort))

    def action_back(self) -> None:
        """Close the field, undo the filter, or close the page."""
        if self._field is not None:
            self._close_filter("")
        elif self._wish.filter:
            self._choose(self._wish.filtered(""))
        else:
            self.dismiss()

    def action_copy(self) -> None:
        """Copy the row, worked out."""
        place = self._rows.position
        if self._sheet is not None and place is not None:
            self.app.copy_to_clipboard(row_text(self._sheet.row(place), self._sheet.proof))
            self.notify("copied: the row")

    def action_copy_all(self) -> None:
        """Copy all rows that are listed."""
        if (sheet := self._sheet) is not None:
            self.run_worker(lambda: self._copy_all(sheet), thread=True)

    def action_export(self, form: str) -> None:
        """Save all rows that are listed."""
        if (sheet := self._sheet) is not None:
            self.run_worker(lambda: self._export(sheet, form), thread=True)

    # In threads.

    def _copy_all(self, sheet: Sheet) -> None:
        text = copied(sheet, self._options)
        if text is None:
            self._say("too much for a clipboard: save it to a file", "warning")
            return
        self._in_app(self.app.copy_to_clipboard, text)
        self._say("copied: all rows as CSV")

    def _export(self, sheet: Sheet, form: str) -> None:
        try:
            path = saved(sheet, form, self._options)
        except OSError as error:
            where = folder_of(self._options)
            self._say(f"nothing saved: {error.strerror}: {where}", "error")
        else:
            self._say(f"saved: {path}")

    def _say(self, words: str, severity: str = "information") -> None:
        self._in_app(lambda: self.notify(words, severity=severity))  # type: ignore[arg-type]

    def _in_app(self, call: object, *given: object) -> None:
        with suppress(RuntimeError):  # the app has ended meanwhile
            self.app.call_from_thread(call, *given)  # type: ignore[arg-type]

    # What the parts tell.

    def _close_filter(self, text: str) -> None:
        if (field := self._field) is not None:
            self._field = None
            field.remove()
        self._foot.display = True
        self.set_focus(self._rows)
        self._choose(self._wish.filtered(text))

    @on(Input.Changed, "#filter")
    def _filter_typed(self, message: Input.Changed) -> None:
        if self._field is not None:
            self._choose(self._wish.filtered(message.value))

    @on(Input.Submitted, "#filter")
    def _filter_done(self, message: Input.Submitted) -> None:
        self._close_filter(message.value)

    @on(Table.RowHighlighted, "#proof-rows")
    def _row_moved(self) -> None:
        self._show_card()

    @on(Table.RowSelected, "#proof-rows")
    def _row_chosen(self) -> None:
        place = self._rows.position
        if self._sheet is not None and place is not None:
            self.app.push_screen(RowPage(self._sheet, place, self._options.keys))

    @on(Table.HeaderSelected, "#proof-rows")
    def _column_chosen(self, message: Table.HeaderSelected) -> None:
        self._choose(self._wish.sorted_by(message.key))
