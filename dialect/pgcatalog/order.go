package pgcatalog

import (
	"cmp"
	"slices"
)

func sortProcs(all []*Proc) {
	slices.SortFunc(all, func(a, b *Proc) int { return cmp.Compare(a.OID, b.OID) })
}
