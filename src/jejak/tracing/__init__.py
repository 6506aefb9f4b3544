"""The officer's search: who was where at the same time, asked for a purpose and kept on record."""
