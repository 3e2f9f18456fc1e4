# A thin cover over the go command; .ci/run is the whole gate.

.PHONY: all build test race lint bench demo ci fmt

all: build lint test

build:
	go build ./...

test:
	go test ./...
	cd examples && go test ./...

race:
	go test -race ./...

lint:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...

demo:
	go run ./cmd/failoversql demo

fmt:
	gofmt -w .

ci:
	bash .ci/run
