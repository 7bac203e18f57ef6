"""A session played again: the state as of any moment, on one time axis."""
