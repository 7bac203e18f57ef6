"""The screen: it reads pictures of the book, and is the only room that knows Textual."""
