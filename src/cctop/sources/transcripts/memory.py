"""What a decoder remembers, without the decoder: most starts have nothing to decode."""

from msgspec import Struct


class Memory(Struct, frozen=True, array_like=True, gc=False):
    """What a decoder has to remember to go on another time.

    `at`: the newest time, ms. `talks`: whether a record of the conversation was read. `words` are
    the surroundings as the last record told them, `said` as they were last told at all.
    """

    at: int = 0
    talks: bool = False
    words: tuple[str | None, ...] = ()
    said: tuple[str, ...] = ()
