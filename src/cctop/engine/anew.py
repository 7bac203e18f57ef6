"""The store made anew from what is on disk, without what it alone has being lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from cctop.engine.reader import maker_of, names_of
from cctop.engine.settings import Settings
from cctop.prices.table import PriceTable
from cctop.store.faults import DamagedError, StoreError
from cctop.store.store import Store


def start_over(settings: Settings) -> str:
    """Forget what was read of files that are still there; return what the user should know, or "".

    Raises `StoreError` where the store cannot be used, or is used by another program for long.
    """
    damage = ""
    try:
        with _opened(settings) as store:
            if store.start_over(names_of(settings)):
                return store.notice
            raise StoreError(store.notice)
    except DamagedError as error:
        damage = error.why
    with _opened(settings, damage) as store:
        return store.notice


def pack(settings: Settings) -> None:
    """Give back the room of what was deleted. Raises `StoreError`."""
    with _opened(settings) as store:
        store.pack()


@contextmanager
def _opened(settings: Settings, damage: str = "") -> Iterator[Store]:
    assert settings.store is not None
    prices = PriceTable(settings.prices, settings.cache)
    store = Store(settings.store, maker_of(settings, prices), damage)
    try:
        yield store
    finally:
        store.close()
