"""The prices of the models that Claude Code uses, as the library states them, made ready.

To import the library takes a fifth of a second, which the first picture need not wait for. What is
written here was asked of one version of it (`scripts/make_prices.py`); of another one it says
nothing.
"""

from pathlib import Path

import msgspec

from cctop.prices.rates import PriceRow

FILE = Path(__file__).with_suffix(".json")


class Known(msgspec.Struct, frozen=True):
    """The rows of one library version by canonical model name; None says that it has no price."""

    version: str
    rows: dict[str, PriceRow | None]


def known(version: str) -> dict[str, PriceRow | None]:
    """The rows that are known of a version of the library: none of any but one."""
    file = msgspec.json.decode(FILE.read_bytes(), type=Known)
    return file.rows if file.version == version else {}
