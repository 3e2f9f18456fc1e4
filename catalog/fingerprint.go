package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Fingerprint is a hash of everything in the catalog but its Version and
// NextOID: two catalogs of one unchanged schema have the same.
func Fingerprint(c *Catalog) string {
	n := *c
	n.Version, n.NextOID = 0, 0
	b, err := json.Marshal(&n)
	if err != nil {
		// Strings, numbers, slices and structs of these always marshal.
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
