"""Reading the config file: TOML in, a `Config` out, or an error that says what to mend."""

from pathlib import Path
from typing import Any

import msgspec

from cctop.config.model import Config
from cctop.text import clean

Document = dict[str, Any]
"""A config file as tomllib reads it."""


class ConfigError(ValueError):
    """The config cannot be used; the text has a line for each fault, with file, key and remedy.

    Safe to print: what stems from the file went through `clean`.
    """

    def __init__(self, path: Path | None, *faults: str) -> None:
        self.path = path
        self.faults = faults
        source = f"{clean(path, 500)}: " if path else ""
        super().__init__("\n".join(f"{source}{clean(fault, 500)}" for fault in faults))


def load(path: Path) -> Config:
    """The settings of the file at `path`; the defaults where there is no file.

    Raises `ConfigError` for a file that cannot be read, is not TOML, or has unknown keys or
    values.
    """
    return decode(parse(read(path), path), path)


def read(path: Path) -> str:
    """The text of the file, empty where there is none. Raises `ConfigError`."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(path, f"is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from error


def parse(text: str, path: Path) -> Document:
    """The document in `text`. Raises `ConfigError` with the line where it is not TOML."""
    if not text:
        return {}
    import tomllib  # noqa: PLC0415 - 2 ms that users without a file need not wait

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, f"is not valid TOML: {error}") from error
    except (ValueError, RecursionError) as error:  # numbers or nesting beyond the parser's bounds
        raise ConfigError(path, "is not valid TOML: a number too long or lists too deep") from error


def decode(document: Document, path: Path) -> Config:
    """The settings in `document`. Raises `ConfigError` that lists every fault in it."""
    try:
        return msgspec.convert(document, Config)
    except msgspec.ValidationError as error:
        from cctop.config.check import problems  # noqa: PLC0415 - only for a faulty file

        raise ConfigError(path, *(list(problems(document)) or [str(error)])) from error
