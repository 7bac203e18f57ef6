"""The parts of the board: each turns a picture of the book into lines, and knows no other part."""
