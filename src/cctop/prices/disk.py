"""Price rows kept on disk, so that the library need not be imported at every start.

One JSON file a library version, since another version may know other prices. The file can be made
anew at any time: what cannot be read is started over, what cannot be written is only noted.
"""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from cctop.prices.rates import PriceRow

_FORMAT = 1  # to be raised when `catalogue.resolve` would answer differently for the same version
_MAX_ROWS = 1000  # names come from transcripts: a hostile one must not fill the disk


class _File(msgspec.Struct, frozen=True):
    format: int
    version: str
    rows: dict[str, PriceRow | None]


class RowCache:
    """The rows of one library version by canonical model name; None says that it has no price.

    `notice` is what went wrong with the file, for whoever wonders about a slow start, or None.
    Not for use by several threads; several processes may share the folder.
    """

    def __init__(self, folder: Path | None, version: str) -> None:
        """Read the cache in `folder` (None: keep rows in memory only). Never raises for a file."""
        # The version is part of a file name, so it must not lead elsewhere.
        self._path = folder / f"prices-{Path(version).name}.json" if folder else None
        self._version = version
        self.notice: str | None = None
        self.rows: dict[str, PriceRow | None] = self._read()

    def add(self, name: str, row: PriceRow | None) -> None:
        """Keep a row, and write the file."""
        if len(self.rows) >= _MAX_ROWS:
            return
        self.rows[name] = row
        if self._path:
            try:
                self._write(self._path)
            except OSError as error:
                self.notice = f"price cache not written: {error.strerror}"

    def _read(self) -> dict[str, PriceRow | None]:
        if not self._path:
            return {}
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_File)
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.notice = f"price cache not read: {error.strerror}"
            return {}
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.notice = "price cache not read: not a price cache"
            return {}
        if (file.format, file.version) != (_FORMAT, self._version):
            self.notice = "price cache not read: of another version"
            return {}
        return file.rows

    def _write(self, path: Path) -> None:
        import tempfile  # noqa: PLC0415 - 3 ms that nearly every start need not wait

        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".prices-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(_File(_FORMAT, self._version, self.rows)))
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
