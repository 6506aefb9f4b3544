"""The check-in hot lane: a raw ASGI callable without Django, hand-written SQL, group commit."""
