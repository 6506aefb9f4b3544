"""What every room may use: identifiers, time, settings, keys, sealing, problems and access markers; knows no framework."""
