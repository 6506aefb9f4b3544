"""What the entrance room refuses."""
