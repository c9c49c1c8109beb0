"""Benchmarks that anybody can rerun: ratios within one run, never absolute claims."""
