package pgcatalog

import "testing"

func TestEmbeddedCatalog(t *testing.T) {
	if ty := TypeByName("int4"); ty == nil || ty.OID != 23 || ty.Category != 'N' || ty.Array != 1007 {
		t.Fatalf("int4: %+v", ty)
	}
	if ty := TypeByOID(1007); ty == nil || !ty.IsArray || ty.Elem != 23 {
		t.Fatalf("int4[]: %+v", ty)
	}
	var plus *Operator
	for _, o := range Operators("+") {
		if o.Left == 23 && o.Right == 23 {
			plus = o
		}
	}
	if plus == nil || plus.Proc == nil || plus.Proc.Sig != "int4pl(int4,int4)" || plus.Result != 23 {
		t.Fatalf("int4 + int4: %+v", plus)
	}
	if c := CastBetween(23, 20); c == nil || c.Context != 'i' || c.Func.Sig != "int8(int4)" {
		t.Fatalf("int4 to int8: %+v", c)
	}
	if ps := Procs("make_interval"); len(ps) != 1 || ps[0].Defaults != 7 || len(ps[0].ArgNames) != 7 {
		t.Fatalf("make_interval: %+v", ps)
	}
	if !Ordered(23) || Ordered(114) || !Hashed(25) {
		t.Fatal("operator classes")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		read()
	}
}
