package pgvalue

import (
	"sort"
	"strings"
)

// JSONKind tells the kinds of JSON values apart.
type JSONKind byte

// The kinds, in the order in which jsonb sorts scalars and containers.
const (
	JSONNull JSONKind = iota
	JSONString
	JSONNumber
	JSONBool
	JSONArray
	JSONObject
)

// JSON is a parsed JSON value. Objects made by ParseJSONB have unique keys in
// jsonb's order; those made by ParseJSONTree keep what the text says.
type JSON struct {
	Kind   JSONKind
	Bool   bool
	Text   string // of a string, decoded; of a number, as numeric_out prints it
	Elems  []*JSON
	Keys   []string // of an object, parallel to Elems
	Source string   // the value's own text, in a tree made by ParseJSONTree
}

// ParseJSONB reads a jsonb value as jsonb_in does.
func ParseJSONB(s string) (*JSON, error) {
	p := jsonParser{s: s, binary: true}
	return p.document()
}

// ParseJSONTree reads a json value, keeping duplicate keys and their order.
func ParseJSONTree(s string) (*JSON, error) {
	p := jsonParser{s: s}
	return p.document()
}

// Normalize puts an object's keys into jsonb's order, the last of equal keys
// winning, and returns the object.
func (j *JSON) Normalize() *JSON {
	if j.Kind != JSONObject {
		return j
	}
	idx := make([]int, len(j.Keys))
	sorted := true
	for i := range idx {
		idx[i] = i
		if i > 0 && CompareJSONKeys(j.Keys[i-1], j.Keys[i]) >= 0 {
			sorted = false
		}
	}
	if sorted {
		return j
	}
	sort.SliceStable(idx, func(a, b int) bool { return CompareJSONKeys(j.Keys[idx[a]], j.Keys[idx[b]]) < 0 })
	keys := make([]string, 0, len(idx))
	elems := make([]*JSON, 0, len(idx))
	for _, i := range idx {
		if n := len(keys); n > 0 && keys[n-1] == j.Keys[i] {
			elems[n-1] = j.Elems[i]
			continue
		}
		keys = append(keys, j.Keys[i])
		elems = append(elems, j.Elems[i])
	}
	j.Keys, j.Elems = keys, elems
	return j
}

// CompareJSONKeys orders keys as jsonb stores them: by length, then bytes.
func CompareJSONKeys(a, b string) int {
	if len(a) != len(b) {
		if len(a) < len(b) {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// Get finds a key of an object, or returns nil.
func (j *JSON) Get(key string) *JSON {
	if j.Kind != JSONObject {
		return nil
	}
	for i := len(j.Keys) - 1; i >= 0; i-- {
		if j.Keys[i] == key {
			return j.Elems[i]
		}
	}
	return nil
}

// String is jsonb_out.
func (j *JSON) String() string { return string(j.Append(nil)) }

// Append appends jsonb_out's text to b.
func (j *JSON) Append(b []byte) []byte {
	switch j.Kind {
	case JSONNull:
		return append(b, "null"...)
	case JSONBool:
		if j.Bool {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case JSONNumber:
		return append(b, j.Text...)
	case JSONString:
		return AppendJSONString(b, j.Text)
	case JSONArray:
		b = append(b, '[')
		for i, e := range j.Elems {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = e.Append(b)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i, e := range j.Elems {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendJSONString(b, j.Keys[i])
		b = append(b, ": "...)
		b = e.Append(b)
	}
	return append(b, '}')
}

// AppendJSONString appends s quoted as escape_json does.
func AppendJSONString(b []byte, s string) []byte {
	const hexdigits = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, '\\', 'u', '0', '0', hexdigits[c>>4], hexdigits[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func parseJSONB(s string) (any, error) {
	j, err := ParseJSONB(s)
	if err != nil {
		return nil, err
	}
	return j.String(), nil
}

// CompareJSONB orders two parsed jsonb values as compareJsonbContainers does.
// Its strings order by bytes.
func CompareJSONB(a, b *JSON) int { return compareJSONB(a, b, strings.Compare, true) }

// CompareJSONBText orders two jsonb values whose strings order as text does.
func CompareJSONBText(a, b string, text func(a, b string) int) int {
	x, err1 := ParseJSONB(a)
	y, err2 := ParseJSONB(b)
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	return compareJSONB(x, y, text, true)
}

func compareJSONB(a, b *JSON, text func(a, b string) int, root bool) int {
	if a.Kind != b.Kind {
		// An empty array sorts below everything at the top, where scalars are
		// one-element arrays.
		if root {
			return compareRoots(a, b)
		}
		return int(a.Kind) - int(b.Kind)
	}
	switch a.Kind {
	case JSONString:
		return text(a.Text, b.Text)
	case JSONNumber:
		return CompareNumericText(a.Text, b.Text)
	case JSONBool:
		return boolInt(a.Bool) - boolInt(b.Bool)
	case JSONArray:
		if len(a.Elems) != len(b.Elems) {
			return len(a.Elems) - len(b.Elems)
		}
		for i := range a.Elems {
			if c := compareJSONB(a.Elems[i], b.Elems[i], text, false); c != 0 {
				return c
			}
		}
	case JSONObject:
		if len(a.Elems) != len(b.Elems) {
			return len(a.Elems) - len(b.Elems)
		}
		for i := range a.Elems {
			if c := text(a.Keys[i], b.Keys[i]); c != 0 {
				return c
			}
			if c := compareJSONB(a.Elems[i], b.Elems[i], text, false); c != 0 {
				return c
			}
		}
	}
	return 0
}

// compareRoots orders values of different kinds at the top level, where a
// scalar is held as a one-element array marked as such.
func compareRoots(a, b *JSON) int {
	if a.Kind == JSONArray && len(a.Elems) == 0 {
		return -1
	}
	if b.Kind == JSONArray && len(b.Elems) == 0 {
		return 1
	}
	return int(a.Kind) - int(b.Kind)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
