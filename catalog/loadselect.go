package catalog

import (
	"fmt"
	"path"
	"strings"
)

// selection decides which tables are copied.
type selection struct{ include, exclude []string }

func newSelection(opt LoadOptions) (*selection, error) {
	for _, p := range append(append([]string(nil), opt.Include...), opt.Exclude...) {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return nil, fmt.Errorf("table pattern %q is malformed", p)
		}
	}
	return &selection{opt.Include, opt.Exclude}, nil
}

// takes reports whether the table is wanted.
func (s *selection) takes(schema, name string) bool {
	return (len(s.include) == 0 || matchAny(s.include, schema, name)) && !matchAny(s.exclude, schema, name)
}

func matchAny(patterns []string, schema, name string) bool {
	for _, p := range patterns {
		subject := name
		if strings.Contains(p, ".") {
			subject = schema + "." + name
		}
		if ok, _ := path.Match(p, subject); ok {
			return true
		}
	}
	return false
}
