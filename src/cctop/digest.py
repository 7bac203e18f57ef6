"""Short digests, for telling things apart: no secret depends on them."""

try:
    from _blake2 import blake2b  # as `hashlib` has it, without the 7 ms in which that loads OpenSSL
except ImportError:
    from hashlib import blake2b


def digest(data: bytes, size: int) -> bytes:
    """Return a digest of so many bytes."""
    return blake2b(data, digest_size=size).digest()
