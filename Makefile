# SPDX-License-Identifier: MIT
# `make check` and `make test` are all a newcomer needs; both install what is missing where they may.
SWIFT ?= swift
BINARY := .build/release/iommu-check

.PHONY: all check test golden counterexamples matrix lint format bench clean dependencies

all: check

dependencies:
	@Tools/install-dependencies build

## Builds in release mode and runs every check and proof of Specs/ against its expected verdict.
check: dependencies
	$(SWIFT) build -c release --product iommu-check
	$(BINARY) gate Specs

## The same, then all tests.
test: check
	$(SWIFT) test

## Rewrites all golden files; review `git diff` before you commit.
golden:
	UPDATE_GOLDEN=1 $(SWIFT) test

## Rewrites counterexamples/: the shortest run of every known violation.
counterexamples: dependencies
	$(SWIFT) build -c release --product iommu-check
	$(BINARY) gate Specs --traces counterexamples

## Rewrites the table of the README, Documentation/matrix.md and the runs that they link.
matrix: dependencies
	$(SWIFT) build -c release --product iommu-check
	rm -rf Documentation/matrix
	$(BINARY) matrix --update README.md --markdown Documentation/matrix.md --traces Documentation/matrix

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	$(BINARY) format --check Specs

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests
	$(BINARY) format Specs

## Measures SPIN, Rumur, a hand-written explorer and this one on the same model; writes Benchmarks/results.md.
bench: dependencies
	@Tools/install-dependencies benchmarks
	$(SWIFT) build -c release --product iommu-check
	Benchmarks/compare

clean:
	rm -rf .build
