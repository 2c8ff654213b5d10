# Alleyway. `make demo` plays the main job; `make test` passes all tests. Both need a Rust toolchain
# and a C compiler (for zstd), nothing else.

CARGO ?= cargo
# Seeds of the simulator: so many in `make test`, more in `make soak`; `make soak SEEDS=100000` says how many.
SOAK_SEEDS := $(or $(SEEDS),10000)
SEEDS ?= 300

.PHONY: help demo hands build test lint fmt bench storm soak reads clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The server with its default feature, the command `demo`, which the tests and stories start.
build: ## The server and the terminal program, as the tests start them
	@$(CARGO) build --locked -p alleyway-server -p alleyway-terminal

demo: build ## The orange road, from a villager's words to the closed case; then serves on
	@$(CARGO) run --quiet --locked -p alleyway-tests --bin orange-road -- $(ARGS)

hands: build ## How work changes hands: bundles, a successor, a lost phone, clearances, the audit
	@$(CARGO) run --quiet --locked -p alleyway-tests --bin changing-hands -- $(ARGS)

# The product's binaries are built before the tests that start them, so that none tests a stale one.
test: build ## All tests
	@command -v strace >/dev/null || echo "not run: the tests that watch fsyncs and cut the power need strace (apt-get install strace)"
	ALLEYWAY_SEEDS=$(SEEDS) $(CARGO) test --locked --workspace

lint: ## Format, clippy with warnings denied, documentation
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) clippy --locked -p alleyway-server --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --quiet

fmt: ## Put the code into its format
	$(CARGO) fmt --all

bench: ## Benchmarks, and the load program beside the goals
	$(CARGO) bench --locked -p alleyway-tests
	$(CARGO) build --release --locked -p alleyway-server -p alleyway-terminal
	$(CARGO) run --release --locked -p alleyway-tests --bin load -- $(ARGS)

soak: ## Seeds of the simulator, real kills, power cuts, hostile input: for as long as one likes
	$(CARGO) build --release --locked -p alleyway-server -p alleyway-terminal
	$(CARGO) run --release --locked -p alleyway-tests --bin soak -- --seeds $(SOAK_SEEDS) $(ARGS)

storm: ## The whole town comes back online within a minute: 472 phones, then 10,000
	$(CARGO) build --release --locked -p alleyway-server -p alleyway-terminal
	$(CARGO) run --release --locked -p alleyway-tests --bin storm -- $(ARGS)

# The tester is no part of the build: `pip install schemathesis`. What it is to leave out: docs/testing.md.
SCHEMATHESIS ?= schemathesis

reads: build ## What devices ask for with signed reads, against its description, by schemathesis
	@command -v $(SCHEMATHESIS) >/dev/null || echo "not run: the reads' description is tried with schemathesis (pip install schemathesis)"
	@! command -v $(SCHEMATHESIS) >/dev/null || $(CARGO) run --quiet --locked -p alleyway-tests --bin reads-proxy -- \
		$(SCHEMATHESIS) run {url}/v1/openapi.json --header "alleyway-proof: prove" \
		--checks all --exclude-checks positive_data_acceptance $(ARGS)

clean: ## Remove what was built
	$(CARGO) clean
