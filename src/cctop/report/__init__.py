"""The book without a screen: as a JSON document, and as tables for a terminal."""
