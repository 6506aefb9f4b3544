"""The composition root: settings, urls, servers, command line, registries; the only place that wires."""
