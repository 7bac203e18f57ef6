"""What is taken along of a proof: text for the clipboard, and files. In threads: of a long session
it takes seconds.
"""

import re
from pathlib import Path

from cctop.book.proof import Proof
from cctop.ui.options import Options
from cctop.ui.proofs import Sheet
from cctop.ui.words import file_time

CLIPBOARD = 1_000_000
"""Bytes that a terminal may be asked to take."""


def copied(sheet: Sheet, options: Options) -> str | None:
    """Return all rows that are listed as CSV, or None where no clipboard may take so much."""
    data = _written(sheet, "csv", options)
    return data.decode("utf-8", "replace") if len(data) <= CLIPBOARD else None


def saved(sheet: Sheet, form: str, options: Options) -> Path:
    """Write all rows that are listed to a file that was not there before; return its path.

    Raises OSError.
    """
    name = _file_name(sheet.proof, options.now())
    return _save(folder_of(options), name, form, _written(sheet, form, options))


def folder_of(options: Options) -> Path:
    """Return the folder for what is saved."""
    return options.pictures or Path.cwd()


def _written(sheet: Sheet, form: str, options: Options) -> bytes:
    write = options.write_proof
    return write(sheet.excerpt(), form) if write is not None else b""


def _file_name(proof: Proof, at: int) -> str:
    session = re.sub(r"[^0-9A-Za-z]", "", proof.session[:8])
    parts = ("cctop", proof.figure.value, session, file_time(at))
    return "-".join(filter(None, parts))


def _save(folder: Path, name: str, form: str, data: bytes) -> Path:
    for number in range(1, 100):
        path = folder / (f"{name}.{form}" if number == 1 else f"{name}-{number}.{form}")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, "there are a hundred of that name", str(folder))
