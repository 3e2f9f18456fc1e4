# Beside your application's directory, a clone of this repository: no registry has the module yet.
go mod edit -replace github.com/failoversql/failoversql=../failoversql
go get github.com/failoversql/failoversql
go -C ../failoversql install ./cmd/failoversql    # the command line, into "$(go env GOPATH)/bin"
