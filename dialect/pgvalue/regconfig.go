package pgvalue

import "strings"

// TextSearchConfig finds a text search configuration that is known here, as
// regconfig's input does.
func TextSearchConfig(s string) (string, error) {
	name := strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(s, `"`, "")), "pg_catalog.")
	switch name {
	case "simple", "english":
		return name, nil
	}
	return "", Errorf(codeNotSupported, "the text search configuration %s is not supported on the SQLite fallback", s)
}
