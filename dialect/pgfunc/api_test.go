package pgfunc

import "testing"

func TestEveryImplNamesItsFunctions(t *testing.T) {
	for sig, m := range all().impls {
		if m.SQL == "" && m.Name == "" {
			t.Errorf("%s: neither SQL nor a function", sig)
		}
		for _, name := range m.Functions() {
			if _, ok := Func(name); !ok {
				t.Errorf("%s: no function %s", sig, name)
			}
		}
	}
}
