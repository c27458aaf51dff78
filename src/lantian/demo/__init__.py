"""The invented city used by demonstrations, tests and benchmarks."""
