"""Ask the price library for the models that Claude Code uses: `python scripts/make_prices.py`."""

import msgspec
from genai_prices.data import providers

from cctop.prices import catalogue, known, models

VENDOR = "anthropic"


def asked() -> known.Known:
    """Return what the library says of every model of the vendor, and of those Claude Code knows."""
    listed = next(provider for provider in providers if provider.id == VENDOR).models
    names = {*models.WINDOWS, *(models.canonical(model.id) for model in listed)}
    rows = {name: catalogue.resolve(name) for name in sorted(names)}
    return known.Known(catalogue.version(), rows)


def text() -> str:
    """Return the file, a model on each line."""
    return msgspec.json.encode(asked()).decode().replace('"claude', '\n"claude') + "\n"


if __name__ == "__main__":
    known.FILE.write_text(text(), "utf-8")
