package sqlitedb

import (
	"context"
	"database/sql/driver"
	"slices"

	"github.com/failoversql/failoversql/dialect"
)

// statement is what PREPARE made.
type statement struct {
	text    string // of the PREPARE
	columns []dialect.Column
	current *prepared // of its inner plan
}

func (s *Session) prepareStatement(p *prepared) error {
	name := p.plan.Name
	if s.prepared[name] != nil {
		return errorf("42P05", "prepared statement %q already exists", name)
	}
	if s.prepared == nil {
		s.prepared = make(map[string]*statement)
	}
	s.prepared[name] = &statement{text: p.text, columns: p.plan.Inner.Columns}
	return nil
}

func (s *Session) deallocate(name string) error {
	if name == "" {
		clear(s.prepared)
		return nil
	}
	if s.prepared[name] == nil {
		return errorf("26000", "prepared statement %q does not exist", name)
	}
	delete(s.prepared, name)
	return nil
}

// native is an argument that is in its native form already.
type native struct{ value any }

// executePrepared is EXECUTE.
func (s *Session) executePrepared(ctx context.Context, p *prepared, stream bool) (result, error) {
	st := s.prepared[p.plan.Name]
	if st == nil {
		return result{}, errorf("26000", "prepared statement %q does not exist", p.plan.Name)
	}
	inner, err := s.innerPlan(ctx, st.text, st.current)
	if err != nil {
		return result{}, err
	}
	if !slices.EqualFunc(inner.plan.Columns, st.columns, func(x, y dialect.Column) bool {
		return x.Name == y.Name && x.Type.OID == y.Type.OID && x.Type.Typmod == y.Type.Typmod
	}) {
		return result{}, errorf("0A000", "cached plan must not change result type")
	}
	st.current = inner
	args, err := s.arguments(ctx, p, inner.plan)
	if err != nil {
		return result{}, err
	}
	return s.execute(ctx, inner, args, stream)
}

// arguments computes the arguments of an EXECUTE.
func (s *Session) arguments(ctx context.Context, p *prepared, inner *dialect.Plan) ([]driver.NamedValue, error) {
	plan, err := dialect.TranslateArguments(p.schema.cat, p.text, inner.Params)
	if err != nil || len(inner.Params) == 0 {
		return nil, err
	}
	once := &prepared{text: p.text, schema: p.schema, plan: plan, steps: make([]slot, len(plan.Steps))}
	defer once.steps[0].discard()
	r, err := s.steps(ctx, once, nil, false)
	if err != nil {
		return nil, err
	}
	var args []driver.NamedValue
	for i, v := range r.rows.kept[0] {
		args = append(args, driver.NamedValue{Ordinal: i + 1, Value: native{v}})
	}
	return args, nil
}

// innerPlan finds the plan of a prepared statement under the schema as it is
// now; last is what it was.
func (s *Session) innerPlan(ctx context.Context, text string, last *prepared) (*prepared, error) {
	p, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	inner := p.plan.Inner
	if last != nil && last.plan == inner {
		last.schema = p.schema
		return last, nil
	}
	if last != nil {
		for i := range last.steps {
			last.steps[i].discard()
		}
	}
	return &prepared{text: text, schema: p.schema, plan: inner, inner: true, steps: make([]slot, len(inner.Steps))}, nil
}

// prepareAgain finds the plan of a statement anew: the schema may have changed.
func (s *Session) prepareAgain(ctx context.Context, p *prepared) (*prepared, error) {
	if p.inner {
		return s.innerPlan(ctx, p.text, p)
	}
	return s.prepare(ctx, p.text)
}
