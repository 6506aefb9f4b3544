"""The visit log: stays, who was where at the same time, retention and import."""
