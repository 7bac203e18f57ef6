"""The pictures: what makes them, and what finds the ones that are out of date."""

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cctop.ui.shapes import HEIGHT, WIDTH, shape
from cctop.ui.svg import MARGIN, svg_of
from make import SCENES, outdated, png_of, source_note

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(*segments: tuple[str, str]) -> ET.Element:
    """One line of text with styles, as SVG."""
    strip = Strip(Segment(text, Style.parse(style)) for text, style in segments)
    return ET.fromstring(svg_of([strip], 20, "#101010", "#f0f0f0"))


def texts(picture: ET.Element) -> list[tuple[str | None, str, float]]:
    """Every piece of text with its colour and its column."""
    return [
        (node.text, node.attrib["fill"], round((float(node.attrib["x"]) - MARGIN) / WIDTH, 2))
        for node in picture.iter(f"{NAMESPACE}text")
    ]


class TestSvg:
    def test_text_stands_in_its_column_in_its_colour(self) -> None:
        picture = drawn(("  one two   three", "#ff0000"), ("!", ""))
        assert texts(picture) == [
            ("one two", "#ff0000", 2),
            ("three", "#ff0000", 12),
            ("!", "#f0f0f0", 17),
        ]

    def test_wide_characters_take_two_columns(self) -> None:
        assert texts(drawn(("日本 x", "")))[0][0] == "日本 x"
        assert texts(drawn(("日本", ""), ("x", "bold")))[1][2] == 4

    def test_markup_in_text_stays_text(self) -> None:
        hostile = '</text><script>"&'
        assert "".join(text or "" for text, *_ in texts(drawn((hostile, "")))) == hostile

    def test_reverse_and_dim_become_plain_colours(self) -> None:
        picture = drawn(("a", "reverse"), ("b", "dim"))
        (_, paper) = picture.iter(f"{NAMESPACE}rect")
        assert paper.attrib["fill"] == "#f0f0f0"
        (_, first, _), (_, second, _) = texts(picture)
        assert first == "#101010"
        assert second == "#8b8b8b"

    def test_nothing_is_loaded_from_elsewhere(self) -> None:
        picture = svg_of([Strip([Segment("x")])], 20, "#000000", "#ffffff")
        assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
        assert "url(" not in picture


def area(path: str) -> float:
    """The area of the rectangles in a path."""
    sides = re.findall(r"h([\d.]+)v([\d.]+)h-", path)
    return sum(float(width) * float(height) for width, height in sides)


class TestShapes:
    @pytest.mark.parametrize(
        ("glyph", "share"), [("█", 1), ("▄", 1 / 2), ("▁", 1 / 8), ("▌", 1 / 2), ("▏", 1 / 8)]
    )
    def test_blocks_fill_their_share_of_the_cell(self, glyph: str, share: float) -> None:
        path = shape(glyph, 0, 0)
        assert path is not None
        assert area(path) == pytest.approx(WIDTH * HEIGHT * share, rel=0.01)

    def test_braille_has_a_dot_for_each_bit(self) -> None:
        assert shape("\u2800", 0, 0) == ""
        for bit in range(8):
            dot = shape(chr(0x2800 + (1 << bit)), 0, 0)
            assert dot is not None
            assert dot.count("M") == 1
        assert len({shape(chr(0x2800 + (1 << bit)), 0, 0) for bit in range(8)}) == 8
        full = shape("\u28ff", 0, 0)
        assert full is not None
        assert full.count("M") == 8

    def test_lines_reach_the_edges_where_the_next_cell_goes_on(self) -> None:
        line = shape("━", WIDTH, 0)
        assert line is not None
        lefts = [float(x) for x in re.findall(r"M([\d.]+) ", line)]
        assert min(lefts) == WIDTH

    @pytest.mark.parametrize("glyph", ["a", "●", "△", "…", " "])
    def test_letters_and_signs_are_written(self, glyph: str) -> None:
        assert shape(glyph, 0, 0) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one picture in both forms."""
    (tmp_path / "board.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "board.png").write_bytes(b"\x89PNG" + source_note("<svg/>"))
    return tmp_path


class TestCheck:
    def test_what_is_up_to_date_is_not_named(self, folder: Path) -> None:
        assert list(outdated({"board": "<svg/>"}, folder)) == []

    def test_a_changed_screen_makes_both_forms_outdated(self, folder: Path) -> None:
        assert list(outdated({"board": "<svg>new</svg>"}, folder)) == ["board.svg", "board.png"]

    def test_a_png_that_was_left_behind_is_named(self, folder: Path) -> None:
        (folder / "board.svg").write_text("<svg>new</svg>", "utf-8")
        assert list(outdated({"board": "<svg>new</svg>"}, folder)) == ["board.png"]

    def test_missing_pictures_and_those_of_no_scene_are_named(self, folder: Path) -> None:
        assert list(outdated({"other": "<svg/>"}, folder)) == [
            "other.svg", "other.png", "board.svg", "board.png",
        ]  # fmt: skip

    def test_the_note_is_a_png_chunk(self) -> None:
        note = source_note("<svg/>")
        length, kind = struct.unpack(">I4s", note[:8])
        assert kind == b"tEXt"
        assert len(note) == length + 12
        assert zlib.crc32(note[4:-4]) == int.from_bytes(note[-4:])

    def test_a_png_is_made_where_its_maker_is_installed(self) -> None:
        pytest.importorskip("resvg_py")
        svg = svg_of([Strip([Segment("x█")])], 4, "#101010", "#f0f0f0")
        png = png_of(svg)
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert png[33:].startswith(source_note(svg))


def test_every_scene_has_a_name_of_its_own() -> None:
    assert len({scene.name for scene in SCENES}) == len(SCENES)
