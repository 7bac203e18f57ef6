"""The book: what all events add up to. Pure state: no clock, no files, no screen."""
