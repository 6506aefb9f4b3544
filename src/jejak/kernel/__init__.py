"""What every room may use: identifiers, time, settings, keys, sealing, problems, access markers; no framework."""
