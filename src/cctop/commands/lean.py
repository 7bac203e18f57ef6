"""Imports msgspec without what it can do without: to be imported before all that knows msgspec.

Where `typing_extensions` is installed, msgspec takes from there what `typing` has as well. That
takes 17 ms: a tenth of a report that has nothing new to read.
"""

import sys

if not {"msgspec", "typing_extensions"} & sys.modules.keys():
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # as if there were none
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
