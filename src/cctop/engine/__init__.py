"""The engine: reads all sources, folds them into the book, and makes pictures of it."""
