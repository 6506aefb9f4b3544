"""The ways out: each takes one letter and says what became of it."""
