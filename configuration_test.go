package failoversql_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
)

var writeDocs = flag.Bool("write-docs", false, "write docs/configuration.md anew")

// docs/configuration.md is made of Parameters:
//
//	go test -run TestConfigurationDoc . -write-docs
func TestConfigurationDoc(t *testing.T) {
	const path = "docs/configuration.md"
	var b strings.Builder
	b.WriteString(`# Configuration

<!-- Made by: go test -run TestConfigurationDoc . -write-docs -->

A DSN is a PostgreSQL URL or keyword/value string as pgx takes it. These parameters of it are failoversql's, and are removed
before pgx sees the rest. A parameter that is not known is an error.

| parameter | default | takes | what it does |
| --- | --- | --- | --- |
`)
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
	for _, p := range failoversql.Parameters() {
		def := "none"
		if p.Default != "" {
			def = "`" + p.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, def, cell(p.Values), cell(p.Doc))
	}
	b.WriteString(`
A duration is Go's (` + "`500ms`, `1m30s`" + `) or a number of seconds.

For ` + "`ConfigFromEnv`" + ` and the command line: ` + "`DATABASE_URL`" + ` is the DSN; over it stand ` + "`ENABLE_SQLITE_FALLBACK`" + ` (` + "`fallback_enabled`" + `),
` + "`SQLITE_DATABASE_PATH`" + ` (` + "`fallback_path`" + `) and ` + "`SQLITE_FALLBACK_TIMEOUT`" + ` (` + "`fallback_timeout`" + `).
`)
	if *writeDocs {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, b.String(), string(have), "stale: go test -run TestConfigurationDoc . -write-docs")
}
