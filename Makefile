# Everything a developer runs. `make test` needs Go and nothing else.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The race detector needs a C compiler. Without one the tests run all the same,
# and say so.
RACE := $(shell CC="$$(go env CC)"; command -v "$${CC%% *}" >/dev/null 2>&1 && echo -race)

.PHONY: run build test lint bench gen conformance pictures

run:
	go run ./cmd/simulator

# The static binary, as it is shipped.
build:
	CGO_ENABLED=0 go build -trimpath -o simulator ./cmd/simulator

test:
ifeq ($(RACE),)
	@echo "SKIPPED: the race detector, which needs a C compiler" >&2
endif
	go test $(RACE) -timeout 20m $(GOTESTFLAGS) ./...

lint:
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-clean:"; gofmt -l .; exit 1; }
	go vet ./...
	cd conformance && go vet ./...
	go run $(STATICCHECK) ./...

# Prints ratios against a baseline measured in the same run.
bench:
	go test -run=NONE -bench=. -benchtime=1x ./bench
	go test -run=NONE -bench=. ./internal/scenario

# Rewrites everything that is generated: the tables in the READMEs, the scenario schema.
gen:
	go generate ./...

# Installs pinned clients into place and runs them against the built binary; skips nothing.
conformance:
	cd conformance && ./install
	cd conformance && CONFORMANCE_REQUIRE_TOOLS=1 go test -count=1 -timeout 20m $(GOTESTFLAGS) ./...
	cd conformance && go run ./cmd/report

# Draws every hosted page anew for docs/pages.
pictures:
	cd conformance && ./install
	cd conformance && CONFORMANCE_REQUIRE_TOOLS=1 go test -count=1 -run TestPictures ./browser -pictures "$(CURDIR)/docs/pages"
