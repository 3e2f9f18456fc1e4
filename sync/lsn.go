package dbsync

import (
	"fmt"
	"strconv"
	"strings"
)

// LSN is a position in the primary's write-ahead log (pg_lsn).
type LSN uint64

// String gives the form of pg_lsn, such as 16/B374D848.
func (l LSN) String() string {
	return fmt.Sprintf("%X/%X", uint32(l>>32), uint32(l))
}

// ParseLSN reads the form of pg_lsn.
func ParseLSN(s string) (LSN, error) {
	hi, lo, ok := strings.Cut(s, "/")
	if !ok {
		return 0, fmt.Errorf("dbsync: malformed LSN %q", s)
	}
	h, err := strconv.ParseUint(hi, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("dbsync: malformed LSN %q", s)
	}
	l, err := strconv.ParseUint(lo, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("dbsync: malformed LSN %q", s)
	}
	return LSN(h<<32 | l), nil
}

// MarshalText writes the form of pg_lsn, and UnmarshalText reads it.
func (l LSN) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (l *LSN) UnmarshalText(text []byte) (err error) {
	*l, err = ParseLSN(string(text))
	return err
}
