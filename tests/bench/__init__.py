"""Measurements, never assertions on time: `make bench` prints what docs/BENCHMARKS.md reports."""
