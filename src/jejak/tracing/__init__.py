"""From a case to a released contact: who was where at the same time, found, told and followed for a purpose."""
