package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// CheckOption fails with the error about a row that a view's CHECK OPTION does
// not take.
const CheckOption = "pg_check_option" // (view, zone, descriptor, value, …)

func checkOptionFuncs(r *registry) {
	r.def(CheckOption, called(func(args []any) (any, error) {
		view, _ := args[0].(string)
		env := &pgvalue.Env{TimeZone: zoneOf(args[1])}
		var texts []string
		for _, v := range values(args[2:]) {
			text := "null"
			if v.v != nil {
				var err error
				if text, err = v.text(env); err != nil {
					return nil, err
				}
			}
			texts = append(texts, clipped(text))
		}
		return nil, detailed("44000", "new row violates check option for view \""+view+"\"", "Failing row contains ("+strings.Join(texts, ", ")+").", "")
	}))
}

// clipped shortens a value as PostgreSQL does in such details: at 64 bytes, not
// within a character.
func clipped(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	n := most
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "..."
}
