"""Ratios of one run on one machine, printed and never asserted. README.md says what each one is for."""
