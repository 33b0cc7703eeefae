"""How answers are read and marked: one room a kind of answer."""
