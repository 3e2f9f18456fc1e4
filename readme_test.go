package failoversql_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/failoversql/failoversql"
)

var update = flag.Bool("update", false, "write the generated parts of README.md anew")

// generated finds what stands between <!-- begin NAME --> and <!-- end -->.
var generated = regexp.MustCompile(`(?s)(<!-- begin ([^ ]+) -->\n).*?(<!-- end -->)`)

// TestREADME holds README.md to the code: its programs are the files of
// examples/, letter by letter, which the tests there run on both backends, and
// its list of parameters is the driver's own.
func TestREADME(t *testing.T) {
	const name = "README.md"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	want := generated.ReplaceAllStringFunc(string(text), func(part string) string {
		parts++
		m := generated.FindStringSubmatch(part)
		return m[1] + readmePart(t, m[2]) + m[3]
	})
	if parts < 5 {
		t.Errorf("%s has %d generated parts; the programs and the parameters are at least 5", name, parts)
	}
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s differs from the code; see the difference after: go test -run TestREADME -update .", name)
	}
	if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readmePart(t *testing.T, name string) string {
	if name == "parameters" {
		return parametersTable()
	}
	program, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".sh") { // which TestTour of the command line runs
		return "```sh\n" + string(program) + "```\n"
	}
	if strings.HasSuffix(name, ".sql") {
		return "```sql\n" + string(program) + "```\n"
	}
	return "```go\n" + string(program) + "```\n"
}

func parametersTable() string {
	var b strings.Builder
	b.WriteString("| parameter | default | value | meaning |\n| --- | --- | --- | --- |\n")
	for _, p := range failoversql.Parameters() {
		def := ""
		if p.Default != "" {
			def = "`" + p.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, def, p.Values, p.Doc)
	}
	return b.String()
}
