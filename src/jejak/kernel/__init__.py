"""What every room may use: ids, time, letters, settings, keys, sealing, problems, access markers; no framework."""
