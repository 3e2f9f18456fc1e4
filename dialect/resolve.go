package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// Overload resolution, as chapter 10 of PostgreSQL's manual and parse_func.c,
// parse_oper.c have it.

// candidate is one overload: the argument types it takes at this call.
type candidate struct {
	proc     *pgcatalog.Proc
	op       *pgcatalog.Operator
	args     []uint32
	variadic int // number of arguments that go into its VARIADIC parameter; -1: not expanded
	order    []int
	rows     bool // json_agg over rows
}

// matchArgs keeps the candidates that can take the inputs by implicit
// conversion (func_match_argtypes).
func (a *analyser) matchArgs(inputs []uint32, all []candidate) []candidate {
	var out []candidate
	for _, c := range all {
		if a.canCoerce(inputs, c.args, implicit) {
			out = append(out, c)
		}
	}
	return out
}

// selectCandidate chooses among several applicable overloads
// (func_select_candidate); nil where the call is ambiguous.
func (a *analyser) selectCandidate(inputs []uint32, cands []candidate) *candidate {
	n := len(inputs)
	in := make([]uint32, n)
	unknowns := 0
	for i, t := range inputs {
		if t == oidUnknown {
			in[i] = t
			unknowns++
		} else {
			in[i] = a.base(t)
		}
	}
	cands = best(cands, func(c *candidate) int {
		m := 0
		for i := range in {
			if in[i] != oidUnknown && c.args[i] == in[i] {
				m++
			}
		}
		return m
	})
	if len(cands) == 1 {
		return &cands[0]
	}
	cands = best(cands, func(c *candidate) int {
		m := 0
		for i := range in {
			if in[i] != oidUnknown && (c.args[i] == in[i] || a.preferred(a.category(in[i]), c.args[i])) {
				m++
			}
		}
		return m
	})
	if len(cands) == 1 {
		return &cands[0]
	}
	if unknowns == 0 {
		return nil
	}
	if kept := a.selectByCategory(in, cands); kept != nil {
		cands = kept
		if len(cands) == 1 {
			return &cands[0]
		}
	}
	return a.selectByKnown(in, unknowns, cands)
}

// best keeps the candidates of the highest score.
func best(cands []candidate, score func(*candidate) int) []candidate {
	high := -1
	var out []candidate
	for i := range cands {
		s := score(&cands[i])
		if s > high {
			high, out = s, out[:0:0]
		}
		if s == high {
			out = append(out, cands[i])
		}
	}
	return out
}

func (a *analyser) preferred(category byte, oid uint32) bool {
	t := a.typ(oid)
	return t.preferred && t.category == category
}

// selectByCategory narrows by the category each unknown input should have; nil
// where that decides nothing.
func (a *analyser) selectByCategory(in []uint32, cands []candidate) []candidate {
	cat := make([]byte, len(in))
	hasPreferred := make([]bool, len(in))
	for i, t := range in {
		if t != oidUnknown {
			continue
		}
		conflict := false
		for _, c := range cands {
			ti := a.typ(c.args[i])
			switch {
			case cat[i] == 0:
				cat[i], hasPreferred[i] = ti.category, ti.preferred
			case cat[i] == ti.category:
				hasPreferred[i] = hasPreferred[i] || ti.preferred
			case ti.category == 'S':
				cat[i], hasPreferred[i] = 'S', ti.preferred
			default:
				conflict = true
			}
		}
		if conflict && cat[i] != 'S' {
			return nil
		}
	}
	var kept []candidate
	for _, c := range cands {
		ok := true
		for i, t := range in {
			if t != oidUnknown {
				continue
			}
			ti := a.typ(c.args[i])
			if ti.category != cat[i] || hasPreferred[i] && !ti.preferred {
				ok = false
				break
			}
		}
		if ok {
			kept = append(kept, c)
		}
	}
	return kept
}

// selectByKnown assumes that unknown inputs are of the type of the known ones.
func (a *analyser) selectByKnown(in []uint32, unknowns int, cands []candidate) *candidate {
	if unknowns == len(in) {
		return nil
	}
	known := uint32(0)
	for _, t := range in {
		switch {
		case t == oidUnknown:
		case known == 0:
			known = t
		case known != t:
			return nil
		}
	}
	same := make([]uint32, len(in))
	for i := range same {
		same[i] = known
	}
	var found *candidate
	for i := range cands {
		if a.canCoerce(same, cands[i].args, implicit) {
			if found != nil {
				return nil
			}
			found = &cands[i]
		}
	}
	return found
}

// binaryOperator resolves left name right; nil, nil operator where there is none.
func (a *analyser) binaryOperator(name string, left, right uint32, pos int32) *candidate {
	ops := pgcatalog.Operators(name)
	exact := func(l, r uint32) *candidate {
		for _, o := range ops {
			if o.Left == l && o.Right == r && o.Proc != nil {
				return &candidate{op: o, proc: o.Proc, args: []uint32{l, r}, variadic: -1}
			}
		}
		return nil
	}
	// An unknown operand is first taken to be of the other's type.
	l, r := left, right
	wasUnknown := false
	if l == oidUnknown && r != oidUnknown {
		l, wasUnknown = r, true
	} else if r == oidUnknown && l != oidUnknown {
		r, wasUnknown = l, true
	}
	if c := exact(l, r); c != nil {
		return c
	}
	if wasUnknown {
		if b := a.base(l); b != l {
			if c := exact(b, b); c != nil {
				return c
			}
		}
	}
	var cands []candidate
	for _, o := range ops {
		if o.Left != 0 && o.Proc != nil {
			cands = append(cands, candidate{op: o, proc: o.Proc, args: []uint32{o.Left, o.Right}, variadic: -1})
		}
	}
	return a.chooseOperator(name, []uint32{left, right}, cands, pos)
}

// prefixOperator resolves name right.
func (a *analyser) prefixOperator(name string, right uint32, pos int32) *candidate {
	var cands []candidate
	for _, o := range pgcatalog.Operators(name) {
		if o.Left != 0 || o.Proc == nil {
			continue
		}
		c := candidate{op: o, proc: o.Proc, args: []uint32{o.Right}, variadic: -1}
		if o.Right == right {
			return &c
		}
		cands = append(cands, c)
	}
	return a.chooseOperator(name, []uint32{right}, cands, pos)
}

func (a *analyser) chooseOperator(name string, inputs []uint32, cands []candidate, pos int32) *candidate {
	if a.userDefined("overload operator " + name) {
		a.refuse(pos, "operator %s, of which the primary has one of its own,", name)
	}
	if len(cands) > 0 {
		cands = a.matchArgs(inputs, cands)
		switch len(cands) {
		case 0:
		case 1:
			return &cands[0]
		default:
			if c := a.selectCandidate(inputs, cands); c != nil {
				return c
			}
			a.failHint(codeAmbiguousFunction, pos, "Could not choose a best candidate operator. You might need to add explicit type casts.",
				"operator is not unique: %s", a.operatorText(name, inputs))
		}
	}
	return nil
}

func (a *analyser) operatorText(name string, inputs []uint32) string {
	if len(inputs) == 1 {
		return name + " " + a.typeName(inputs[0])
	}
	return a.typeName(inputs[0]) + " " + name + " " + a.typeName(inputs[1])
}

func (a *analyser) noOperator(name string, inputs []uint32, pos int32) {
	hint := "No operator matches the given name and argument types. You might need to add explicit type casts."
	if len(inputs) == 1 {
		hint = "No operator matches the given name and argument type. You might need to add an explicit type cast."
	}
	if a.userDefined("operator " + name) {
		a.refuse(pos, "the user-defined operator %s", a.operatorText(name, inputs))
	}
	a.failHint(codeUndefinedFunction, pos, hint, "operator does not exist: %s", a.operatorText(name, inputs))
}

// function resolves a call by name and argument types. names holds the names
// of trailing named arguments. exact says that the overload takes the inputs
// as they are.
func (a *analyser) function(name string, inputs []uint32, names []string, variadicCall bool) (cands []candidate, exact *candidate) {
	for _, p := range pgcatalog.Procs(name) {
		c, ok := a.candidateOf(p, inputs, names, variadicCall)
		if !ok {
			continue
		}
		cands = append(cands, c)
	}
	cands = preferUnexpanded(cands)
	for i := range cands {
		match := true
		for j, t := range inputs {
			if cands[i].args[j] != t {
				match = false
				break
			}
		}
		if match {
			return cands, &cands[i]
		}
	}
	return cands, nil
}

// preferUnexpanded drops VARIADIC and defaulted forms where a plain form takes
// the same argument types (FuncnameGetCandidates).
func preferUnexpanded(cands []candidate) []candidate {
	var out []candidate
	for i, c := range cands {
		drop := false
		for j, d := range cands {
			if i == j || !sameOIDs(c.args, d.args) {
				continue
			}
			if c.variadic >= 0 && d.variadic < 0 || len(c.proc.Args) > len(d.proc.Args) && c.variadic < 0 && d.variadic < 0 {
				drop = true
			}
		}
		if !drop {
			out = append(out, c)
		}
	}
	return out
}

func sameOIDs(x, y []uint32) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// candidateOf fits a function to a number of arguments, using VARIADIC,
// defaults and names.
func (a *analyser) candidateOf(p *pgcatalog.Proc, inputs []uint32, names []string, variadicCall bool) (candidate, bool) {
	n := len(inputs)
	c := candidate{proc: p, variadic: -1}
	if p.Kind == 'p' {
		return c, false
	}
	if len(names) > 0 {
		return a.namedCandidate(c, inputs, names)
	}
	switch {
	case n == len(p.Args) && (!variadicCall || p.Variadic != 0):
		if p.Variadic != 0 && !variadicCall && p.Variadic != oidAny {
			c.variadic = 1
			c.args = append([]uint32(nil), p.Args...)
			c.args[n-1] = p.Variadic
			return c, true
		}
		c.args = p.Args
		if p.Variadic == oidAny && !variadicCall {
			c.variadic = 1
		}
		return c, true
	case variadicCall:
		return c, false
	case p.Variadic != 0 && n >= len(p.Args)-1+1:
		c.args = append([]uint32(nil), p.Args[:len(p.Args)-1]...)
		for len(c.args) < n {
			c.args = append(c.args, p.Variadic)
		}
		c.variadic = n - (len(p.Args) - 1)
		return c, true
	case n < len(p.Args) && n >= len(p.Args)-p.Defaults && p.Variadic == 0:
		c.args = p.Args[:n]
		return c, true
	}
	return c, false
}

// namedCandidate fits a call with named arguments, the last len(names) ones.
func (a *analyser) namedCandidate(c candidate, inputs []uint32, names []string) (candidate, bool) {
	p := c.proc
	if p.ArgNames == nil || p.Variadic != 0 || len(inputs) > len(p.Args) {
		return c, false
	}
	positional := len(inputs) - len(names)
	filled := make([]bool, len(p.Args))
	c.order = make([]int, len(inputs))
	for i := range positional {
		filled[i], c.order[i] = true, i
		c.args = append(c.args, p.Args[i])
	}
	for i, name := range names {
		at := -1
		for j, an := range p.ArgNames {
			if an == name {
				at = j
			}
		}
		if at < 0 || filled[at] {
			return c, false
		}
		filled[at] = true
		c.order[positional+i] = at
		c.args = append(c.args, p.Args[at])
	}
	for i, f := range filled {
		if !f && i < len(p.Args)-p.Defaults {
			return c, false
		}
	}
	return c, true
}

func (a *analyser) signatureText(name string, inputs []uint32, names []string) string {
	parts := make([]string, len(inputs))
	for i, t := range inputs {
		parts[i] = a.typeName(t)
		if k := i - (len(inputs) - len(names)); k >= 0 {
			parts[i] = names[k] + " => " + parts[i]
		}
	}
	return name + "(" + strings.Join(parts, ", ") + ")"
}
