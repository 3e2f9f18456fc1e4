package dialect

import "strings"

// advisory emits the functions of advisory locks, which the session answers; nil
// for all others.
func (a *analyser) advisory(name string, typ uint32, pos int32, args []*expr) *expr {
	rest, try := strings.CutPrefix(name, "pg_try_advisory")
	if !try {
		var ok bool
		if rest, ok = strings.CutPrefix(name, "pg_advisory"); !ok {
			return nil
		}
	}
	rest, ofTx := strings.CutPrefix(rest, "_xact")
	rest, shared := strings.CutSuffix(rest, "_shared")
	what := strings.TrimPrefix(rest, "_")
	if try {
		what = "try"
	}
	a.volatile = true
	head := a.fn(FuncAdvisory) + "('" + what + "'," + itoa(int(boolInt(shared))) + "," + itoa(int(boolInt(ofTx)))
	if len(args) > 0 {
		head += "," + holes(1, len(args))
	}
	return calling(call(typ, pos, head+")", args...), true)
}
