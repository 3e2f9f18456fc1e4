package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Fingerprint is a hash of everything in the catalog but its Version, NextOID
// and the OIDs of indexes, which REINDEX CONCURRENTLY changes: two catalogs of
// one unchanged schema have the same.
func Fingerprint(c *Catalog) string {
	n := *c
	n.Version, n.NextOID = 0, 0
	indexes := map[uint32]bool{}
	n.Tables = slices.Clone(c.Tables)
	for i, t := range n.Tables {
		u := *t
		u.Indexes = slices.Clone(t.Indexes)
		for j := range u.Indexes {
			indexes[u.Indexes[j].OID] = true
			u.Indexes[j].OID, u.Indexes[j].CheckXmin = 0, false
		}
		n.Tables[i] = &u
	}
	n.Comments = nil
	n.Others = slices.Clone(c.Others)
	for i := range n.Others {
		if n.Others[i].Kind == 'i' || n.Others[i].Kind == 'I' {
			n.Others[i].OID = 0
		}
	}
	n.Storage = slices.Clone(c.Storage)
	for i := range n.Storage {
		if indexes[n.Storage[i].Relation] {
			n.Storage[i].Relation = 0
		}
	}
	b, err := json.Marshal(&n)
	if err != nil {
		// Strings, numbers, slices and structs of these always marshal.
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
