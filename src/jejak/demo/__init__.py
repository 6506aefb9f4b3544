"""An invented, calibrated population to try Jejak with: premises, people and a fortnight of check-ins."""
