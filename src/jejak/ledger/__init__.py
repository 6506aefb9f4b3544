"""The ledger: what was done, committed to in a log that can only grow and that others witness; knows no domain."""
