"""The base of the kit: a widget that says how its lines look and repaints those that changed."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile, zip_longest
from typing import ClassVar, Final, NamedTuple, Self, TypedDict, Unpack

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.screen import Screen, ScreenResultType
from textual.strip import Strip
from textual.widget import Widget

from cctop.ui.widgets.cells import is_printable
from cctop.ui.widgets.parts import TONES, Parts, Tone, cells_of, fit, merge, plain

STRIPS_KEPT: Final = 512


class Face(NamedTuple):
    """How one line looks: parts as wide as the widget, over the tone of the whole line."""

    parts: Parts
    under: Tone = ""


BLANK: Final = Face(())


class Names(TypedDict, total=False):
    """What every widget can be called by."""

    name: str | None
    id: str | None
    classes: str | None


def ground_lines(widget: Widget, crop: Region) -> list[Strip]:
    """Return the lines of what shows nothing but its background between the widgets on it.

    Textual asks for all lines of a screen and of a container whenever one line on it changes.
    """
    strip = Strip.blank(crop.width, widget.visual_style.rich_style)
    for each in widget.get_line_filters():
        strip = strip.apply_filter(each, widget.background_colors[1])
    return [strip] * crop.height


class Toned(Screen[ScreenResultType]):
    """A screen for painted widgets: its component classes say how the tones look.

    They are the screen's and not each widget's, since Textual works each of them out anew for
    every widget that has them, which a dozen widgets make felt at the start.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone--{tone}" for tone in TONES}

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the background, or what a modal screen lets through of the screen beneath."""
        return super().render_lines(crop) if self.is_modal else ground_lines(self, crop)


class Painted(Widget):
    """A widget made of lines, each described by a `Face`, on a `Toned` screen.

    A subclass says in `faces` how it looks at a size, and calls `repaint` after a change of its
    data. The lines are compared with those on the screen, and only what differs is drawn again;
    Textual's own table draws every visible cell on any change (textual#6457).
    """

    DEFAULT_CSS = """
    Painted { width: 1fr; height: 1fr; }
    """
    ALLOW_SELECT = False

    def __init__(self, **names: Unpack[Names]) -> None:
        # First, because Textual asks for a refresh from within its own constructor.
        self._styles_of: dict[tuple[Tone, Tone], Style] = {}
        self._strips = lru_cache(STRIPS_KEPT)(self._strip)
        self._shown: tuple[Face, ...] = ()
        self._ready: dict[int, Strip] = {}  # as Textual gets them, while they are as shown
        self._shown_at: Size | None = None
        self._wanted = 0
        self._is_bare: bool | None = None  # no border, padding or scrollbar; None: to be asked
        super().__init__(**names)

    def faces(self, size: Size) -> Iterable[Face]:
        """Return how the widget looks at this size, top line first, each exactly as wide.

        Missing lines are blank, and further ones are not looked at. No side of the size is zero.
        """
        raise NotImplementedError

    def lines_wanted(self) -> int:
        """Return the height that `height: auto` asks for, in lines."""
        return len(tuple(self.faces(Size(1, 1))))

    def repaint(self) -> None:
        """Bring the screen up to the widget's data, as far as it looks different."""
        self._ask_for_height()
        if self._shown_at != self.size:
            # Out of sight, or resized: the line asked for next takes up everything.
            self._shown_at = None
            return
        before, after = self._shown, self._look()
        changed = []
        for y, (old, new) in enumerate(zip_longest(before, after, fillvalue=BLANK)):
            if old is not new and old != new:
                changed.append(self._changed(y, old, new))
                self._ready.pop(y, None)
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines as Textual asks for them on each update, be it of one of them alone.

        What it would do to each line (borders, padding, opacity, hatches) these widgets have not,
        so that a line is made when it changed, and else is there.
        """
        if self._is_bare is None:
            self._is_bare = not any(self.gutter)
        if not self._is_bare:
            return super().render_lines(crop)
        if self._shown_at != self.size:
            self._look()
        lines = self._ready
        for y in crop.line_range:
            if y not in lines:
                lines[y] = self._drawn_line(y)
        strips = [lines[y] for y in crop.line_range]
        left, right = crop.column_span
        is_whole = (left, right) == (0, self._made_width)
        return strips if is_whole else [strip.crop(left, right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget, as Textual's line API asks for it."""
        if self._shown_at != self.size:
            self._look()
        return self._drawn_line(y)

    def _drawn_line(self, y: int) -> Strip:
        if y < len(self._shown):
            return self._strips(self._shown[y], self._made_width)
        return Strip.blank(self._made_width, self._style("", ""))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Refresh regions, or everything: which is how Textual says that a style has changed."""
        if repaint and not regions:
            self._forget_styles()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Take up new styles: a theme, a pseudo-class."""
        self._forget_styles()
        super().notify_style_update()

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's
        """Return the container's width: a line is as long as it may be."""
        return container.width

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 - Textual's signature
        viewport: Size,  # noqa: ARG002
        width: int,  # noqa: ARG002
    ) -> int:
        """Return the height for `height: auto`."""
        self._wanted = self.lines_wanted()
        return self._wanted

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the cursor as it looks with and without focus."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def _look(self) -> tuple[Face, ...]:
        size = self.size
        width, height = size
        if size != self._shown_at:
            self._ready.clear()
            self._shown_at = size
        self._shown = tuple(islice(self.faces(size), height)) if width and height else ()
        return self._shown

    @property
    def _made_width(self) -> int:
        """The width at which the lines were made."""
        return self._shown_at.width if self._shown_at is not None else 0

    def _ask_for_height(self) -> None:
        is_auto = self.is_attached and self.styles.auto_dimensions
        if is_auto and self.lines_wanted() != self._wanted:
            self.refresh(layout=True, repaint=False)

    def _changed(self, y: int, old: Face, new: Face) -> Region:
        """Return the part of line `y` that differs between two faces."""
        width = self._made_width
        if old.under != new.under or not old.parts or not new.parts:
            return Region(0, y, width, 1)
        head = _alike(old.parts, new.parts)
        tail = _alike(old.parts[::-1], new.parts[::-1])
        return Region(head, y, max(1, width - tail - head), 1)

    def _strip(self, face: Face, width: int) -> Strip:
        parts = face.parts
        # Nearly always a line is as wide as it should be: to fit it again would cost the most.
        if not is_printable(plain(parts)) or cells_of(parts) != width:
            parts = fit(parts, width)
        styles, under = self._styles_of, face.under
        return Strip(
            [
                Segment(text, styles.get((tone, under)) or self._style(tone, under))
                for text, tone in merge(parts)
            ],
            width,
        )

    def _style(self, tone: Tone, under: Tone) -> Style:
        key = (tone, under)
        if (style := self._styles_of.get(key)) is None:
            below, own = self._tone_style(under), self._tone_style(tone)
            # Reversed, a part's colour would be a patch of background.
            style = self.rich_style + below + (own.without_color if below.reverse else own)
            # Textual's filters (no colours, colours of 24 bits) look at nothing but the style.
            for each in self.get_line_filters():
                filtered = each.apply([Segment(" ", style)], self.background_colors[1])
                style = filtered[0].style or style
            self._styles_of[key] = style
        return style

    def _tone_style(self, tone: Tone) -> Style:
        """Return what the style sheet says of `tone`, blended with the widget's background.

        Where the cursor has no background of its own (`NO_COLOR`, the terminal's sixteen colours)
        it is shown in reverse, or bold and underlined while the widget has no focus.
        """
        if not tone:
            return Style.null()
        name = f"tone--{tone}"
        own = self.screen.get_component_rich_style(name, partial=True)
        blended = self.screen.get_component_rich_style(name)
        style = own.without_color + Style(
            color=blended.color if own.color else None,
            bgcolor=blended.bgcolor if own.bgcolor else None,
        )
        stands_out = own.bgcolor and blended.bgcolor != self.rich_style.bgcolor
        if tone == "select" and (self.app.no_color or not stands_out):
            style += Style(reverse=True) if self.has_focus else Style(bold=True, underline=True)
        return style

    def _forget_styles(self) -> None:
        self._is_bare = None
        self._styles_of.clear()
        self._strips.cache_clear()
        self._ready.clear()


def _alike(old: Parts, new: Parts) -> int:
    """Return the cells at the start of two lines that are the same in both."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    return cells_of(part for part, _ in same)
