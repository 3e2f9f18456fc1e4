package pgfunc

import (
	"crypto/rand"
	"encoding/hex"
	mathrand "math/rand/v2"
)

// randomFuncs adds functions whose results differ from call to call.
func randomFuncs(r *registry) {
	volatile := func(name string, f any, sigs ...string) {
		r.defs[name] = Def{Impl: f}
		for _, s := range sigs {
			r.add(s, Impl{Name: name, Go: f, Volatile: true})
		}
	}
	volatile("pg_random", func() float64 { return mathrand.Float64() }, "random()")
	volatile("pg_gen_random_uuid", func() (string, error) {
		var u [16]byte
		if _, err := rand.Read(u[:]); err != nil {
			return "", WrapError(err)
		}
		u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80 // version 4
		h := hex.EncodeToString(u[:])
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
	}, "gen_random_uuid()")
}
