"""Where the style sheets lie: beside the package in a wheel, at the top of a source tree."""

from functools import cache
from pathlib import Path, PurePath

TOKENS = "tokens"  # the colours, which come with the themes: see `theme`
SHEETS = ("board", "pages", "replay")


@cache
def styles_dir() -> Path:
    """The folder of the style sheets. Raises FileNotFoundError where the installation lacks it."""
    package = Path(__file__).parents[1]
    for folder in (package / "styles", package.parents[1] / "styles"):
        if (folder / f"{TOKENS}.tcss").is_file():
            return folder
    raise FileNotFoundError(f"cctop's style sheets are missing: reinstall it ({package}/styles)")


def sheets() -> list[str | PurePath]:
    """The style sheets that are parsed."""
    return [styles_dir() / f"{name}.tcss" for name in SHEETS]
