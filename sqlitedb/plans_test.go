package sqlitedb

import "testing"

// TestPlanHitAllocatesNothing finds a statement among the plans.
func TestPlanHitAllocatesNothing(t *testing.T) {
	f := plain(t, "")
	v := f.current.Load()
	if _, err := v.plan(f, pointRead); err != nil {
		t.Fatal(err)
	}
	n := testing.AllocsPerRun(1000, func() {
		if _, err := v.plan(f, pointRead); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
