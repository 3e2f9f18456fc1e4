package sqlitedb

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/hashicorp/golang-lru/v2"
)

// plans keeps translated statements of one catalog version, shared by all
// sessions. Refusals are not kept: they are rare, and each names its position.
type plans struct {
	lru   *lru.Cache[string, *dialect.Plan]
	bytes atomic.Int64 // of text, which plans grow with

	// A session whose search_path is not the catalog's plans against a copy of
	// the catalog that has it.
	mu    sync.Mutex
	paths map[string]*schemaVersion
}

// planBytes bounds the text of the plans that are kept: a program may well send
// thousands of different long statements.
const planBytes = 8 << 20

func newPlans(size int) *plans {
	p := new(plans)
	c, err := lru.NewWithEvict(size, func(text string, _ *dialect.Plan) { p.bytes.Add(-int64(len(text))) })
	if err != nil {
		panic(err) // a size below 1, which setDefaults rules out
	}
	p.lru = c
	return p
}

func (p *plans) add(text string, plan *dialect.Plan) {
	if known, _ := p.lru.ContainsOrAdd(text, plan); known {
		return
	}
	p.bytes.Add(int64(len(text)))
	for p.bytes.Load() > planBytes {
		if _, _, ok := p.lru.RemoveOldest(); !ok {
			return
		}
	}
}

// maxPaths bounds the copies; sessions beyond it get one of their own.
const maxPaths = 16

// withPath is the version as a session sees it that has this search_path.
func (v *schemaVersion) withPath(f *File, path []string) *schemaVersion {
	if path == nil {
		return v
	}
	key := strings.Join(path, "\x00")
	v.plans.mu.Lock()
	defer v.plans.mu.Unlock()
	if d := v.plans.paths[key]; d != nil {
		if d.seq == v.seq {
			return d
		}
		d = d.at(v.seq)
		v.plans.paths[key] = d
		return d
	}
	cat := *v.cat
	cat.SearchPath = path
	d := f.newSchema(&cat, v.seq)
	if v.plans.paths == nil {
		v.plans.paths = make(map[string]*schemaVersion)
	}
	if len(v.plans.paths) < maxPaths {
		v.plans.paths[key] = d
	}
	return d
}

// plan translates a statement, or finds it translated.
func (v *schemaVersion) plan(f *File, query string) (*dialect.Plan, error) {
	if p, ok := v.plans.lru.Get(query); ok {
		f.hits.Add(1)
		return p, nil
	}
	f.misses.Add(1)
	p, err := v.translate(f, query)
	if err != nil {
		return nil, err
	}
	// The text may share memory with the caller's buffer.
	v.plans.add(strings.Clone(query), p)
	return p, nil
}

// translate makes the plan of a statement, or says why it has none.
func (v *schemaVersion) translate(f *File, query string) (*dialect.Plan, error) {
	p, err := f.translate(v.cat, query)
	if err == nil && f.opt.StrictCollation && !v.text.exact &&
		(slices.Contains(p.Collations, dialect.TextOrder) || slices.Contains(p.Collations, dialect.JSONTextOrder)) {
		return nil, errorf("0A000", "the result depends on the order of text under collation %q, which cannot be reproduced exactly here (fallback_collation=strict)", v.cat.Collation.Locale)
	}
	return p, err
}

// TablesInUse are the tables that the statements planned last for the present
// version of the catalog name, at most n.
func (f *File) TablesInUse(n int) []*catalog.Table {
	v := f.current.Load()
	v.plans.mu.Lock()
	versions := append([]*schemaVersion{v}, slices.Collect(maps.Values(v.plans.paths))...)
	v.plans.mu.Unlock()
	var used []*catalog.Table
	for _, v := range versions {
		for _, p := range slices.Backward(v.plans.lru.Values()) { // the newest come last
			for _, u := range p.Tables {
				if len(used) < n && !slices.Contains(used, u.Table) {
					used = append(used, u.Table)
				}
			}
		}
	}
	return used
}

// StatementsInUse are the texts of the queries, and of the writes with parameters,
// that were planned last for the present version of the catalog with its own
// search_path, at most n.
func (f *File) StatementsInUse(n int) []string {
	lru := f.current.Load().plans.lru
	var used []string
	for _, text := range slices.Backward(lru.Keys()) { // the newest come last
		if len(used) == n {
			break
		}
		if p, ok := lru.Peek(text); ok && (p.Kind == dialect.Query || p.Kind == dialect.Exec && len(p.Params) > 0) {
			used = append(used, text)
		}
	}
	return used
}

// PlanCache counts how often the translation of a statement was looked for since
// the file was opened, and found or made, and how many are kept for the present
// version of the catalog. A session's own prepared statements are found.
func (f *File) PlanCache() (hits, misses uint64, entries int) {
	return f.hits.Load(), f.misses.Load(), f.current.Load().plans.lru.Len()
}
