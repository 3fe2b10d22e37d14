# make run    build ascribe and analyse the story capture
# make test   run all tests
# make bench  measure against the floors (see Benchmarks/README.md)
# make check  formatting and wording, as CI does

SHELL := /bin/bash
LIBRARIES := libpcap libisal libzstd liblz4 liblzma libcrypto libmaxminddb yaml-0.1 sqlite3 libcurl libseccomp
PACKAGES := pkg-config libpcap-dev libisal-dev libzstd-dev liblz4-dev liblzma-dev libssl-dev libmaxminddb-dev \
	libyaml-dev libsqlite3-dev libcurl4-openssl-dev libseccomp-dev
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
ASCRIBE := .build/release/ascribe

.PHONY: run test bench check build deps

run: build
	@echo
	$(ASCRIBE) analyze Captures/story.pcapng -c Config/demonstration.yaml

build: deps
	swift build -c release --product ascribe --static-swift-stdlib

test: deps
	swift test

check:
	swift format lint --strict --recursive Sources Tests Fuzz/Targets Fuzz/Sources Fuzz/Package.swift Package.swift Benchmarks/Sources Benchmarks/Package.swift Benchmarks/prefix Benchmarks/stages

bench: build
	Benchmarks/compare

# Installs the C libraries only where pkg-config misses them.
deps:
	@pkg-config --exists $(LIBRARIES) 2>/dev/null || { \
	  echo "Installing C libraries: $(PACKAGES)"; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null; }
