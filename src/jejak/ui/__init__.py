"""The look every page shares: base template, components, styles, days and times in words; knows no domain."""
