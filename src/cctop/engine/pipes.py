"""Pickles through unbuffered pipes, between processes of our own."""

import pickle
import struct
from io import FileIO
from typing import Any

_length = struct.Struct("<Q")


def send(pipe: FileIO, given: object) -> None:
    """Write one thing to an unbuffered pipe. Raises OSError where nobody reads it."""
    data = memoryview(_length.pack(len(body := pickle.dumps(given, 5))) + body)
    while data:
        data = data[pipe.write(data) :]


def receive(pipe: FileIO) -> Any:
    """Read one thing from an unbuffered pipe. Raises EOFError at its end."""
    (size,) = _length.unpack(_exactly(pipe, _length.size))
    return pickle.loads(_exactly(pipe, size))  # noqa: S301 - our own process wrote it


def _exactly(pipe: FileIO, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = pipe.readinto(view)
        if not count:
            raise EOFError
        view = view[count:]
    return data
