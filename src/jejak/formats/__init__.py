"""Pure codecs: bytes and text in, values out, and back; no clock, network, database or framework."""
