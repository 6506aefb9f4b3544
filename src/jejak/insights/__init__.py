"""Public numbers: how much the node is used, so that nobody can be read off them."""
