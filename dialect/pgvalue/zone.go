package pgvalue

import (
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must be there on platforms that have none installed
)

// zones caches what FindZone found, by lower-case name.
var zones sync.Map

// FindZone finds a time zone by its name, in any case: an IANA name, or a POSIX
// form with a fixed offset such as "UTC+3" (which is west of UTC).
func FindZone(name string) (*time.Location, bool) {
	low := strings.ToLower(name)
	if z, ok := zones.Load(low); ok {
		return z.(*time.Location), true
	}
	loc, ok := loadZone(low, name)
	if ok {
		zones.Store(low, loc)
	}
	return loc, ok
}

func loadZone(low, name string) (*time.Location, bool) {
	switch low {
	case "utc", "etc/utc", "gmt", "z":
		if low == "z" {
			return nil, false
		}
		if low != "gmt" {
			return time.UTC, true
		}
	}
	if n, ok := zoneNames[low]; ok {
		if loc, err := time.LoadLocation(n); err == nil {
			return loc, true
		}
	}
	return posixZone(name)
}

// posixZone reads "abc+3:30" and "<+03>-3"; the sign is POSIX's, west positive.
func posixZone(name string) (*time.Location, bool) {
	std, off, rest, ok := posixPart(name)
	if !ok {
		return nil, false
	}
	if rest != "" {
		// Daylight saving time that changes nothing.
		_, dst, more, ok := posixPart(rest)
		if !ok || more != "" || dst != off {
			return nil, false
		}
	}
	return time.FixedZone(std, off), true
}

// posixDaylight reports whether PostgreSQL takes a name for a POSIX zone with
// daylight saving time, whose rules are not known here, or may do so.
func posixDaylight(name string) bool {
	_, off, rest, ok := posixPart(name)
	if !ok || rest == "" {
		return false
	}
	if strings.ContainsAny(rest, ",;") {
		return true
	}
	if abbrev, more, ok := posixName(rest); ok && more == "" {
		return abbrev != ""
	}
	_, dst, rest, ok := posixPart(rest)
	return ok && rest == "" && dst != off
}

func posixName(s string) (abbrev, rest string, ok bool) {
	if strings.HasPrefix(s, "<") {
		abbrev, rest, ok = strings.Cut(s[1:], ">")
		return abbrev, rest, ok
	}
	n := strings.IndexAny(s, "0123456789,+-")
	if n < 0 {
		n = len(s)
	}
	return strings.ToUpper(s[:n]), s[n:], true
}

// posixPart reads a name and an offset, in seconds east.
func posixPart(s string) (abbrev string, off int, rest string, ok bool) {
	abbrev, rest, ok = posixName(s)
	if !ok || rest == "" {
		return "", 0, "", false
	}
	sign := -1
	switch rest[0] {
	case '-':
		sign, rest = 1, rest[1:]
	case '+':
		rest = rest[1:]
	}
	for i, unit := range []int{3600, 60, 1} {
		n := 0
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		v, err := strconv.Atoi(rest[:n])
		if err != nil || i == 0 && v > 167 || i > 0 && v > 59 {
			return "", 0, "", false
		}
		off += v * unit
		if rest = rest[n:]; rest == "" || rest[0] != ':' || i == 2 {
			break
		}
		rest = rest[1:]
	}
	return abbrev, sign * off, rest, true
}

// LoadZone reads the value of the TimeZone setting, as SET TIME ZONE and
// timezone() take it: a name, an abbreviation, or an offset in hours, which is
// east of UTC unless it stands in a POSIX form.
func LoadZone(s string) (*time.Location, error) {
	if loc, ok := FindZone(s); ok {
		return loc, nil
	}
	if posixDaylight(s) {
		return nil, daylightZone(s)
	}
	if h, err := strconv.ParseFloat(s, 64); err == nil && h >= -168 && h <= 168 {
		return offsetZone(int(h * 3600)), nil
	}
	return nil, Errorf(codeInvalidParameter, "invalid value for parameter \"TimeZone\": \"%s\"", s)
}

// offsetZone is a zone of a fixed offset, named as PostgreSQL names it.
func offsetZone(off int) *time.Location {
	return time.FixedZone(string(appendOffset(nil, off)), off)
}

// findAbbrev finds a time zone abbreviation, in lower case.
func findAbbrev(s string) (offset int, dst bool, zone string, ok bool) {
	a, ok := zoneAbbrevs[s]
	return a.offset, a.dst, a.zone, ok
}

// ZoneOrAbbrev finds what timezone(text, …) accepts: an abbreviation first, then
// a zone. A fixed abbreviation gives a zone of its offset; one with rules of its
// own gives the zone and the abbreviation to look for in it.
func ZoneOrAbbrev(s string) (loc *time.Location, abbrev string, err error) {
	low := strings.ToLower(s)
	if a, ok := zoneAbbrevs[low]; ok {
		if a.zone == "" {
			return time.FixedZone(strings.ToUpper(s), a.offset), "", nil
		}
		if loc, ok := FindZone(a.zone); ok {
			return loc, strings.ToUpper(s), nil
		}
	}
	if loc, ok := FindZone(s); ok {
		return loc, "", nil
	}
	return nil, "", badZone(s)
}

// ParseOffset reads ±hh[[:]mm[:ss]], in seconds east. What it cannot read may
// still be the name of a zone; what is too large, over, is not.
func ParseOffset(s string) (off int, ok, over bool) {
	off, e := parseOffset(s)
	return off, e == 0, e == dateZoneOverflow
}

// fixedOffset reports the offset of a zone that never changes.
func fixedOffset(loc *time.Location) (int, bool) {
	t := time.Unix(0, 0).In(loc)
	start, end := t.ZoneBounds()
	_, off := t.Zone()
	return off, start.IsZero() && end.IsZero()
}

// AbbrevOffset is abbrevOffset for a local time.
func AbbrevOffset(local int64, loc *time.Location, abbrev string) int {
	return abbrevOffset(local, loc, abbrev)
}

// abbrevOffset is the offset that an abbreviation means in its zone at a local
// time: the latest use of it up to then, else the next one, else the zone's own
// offset.
func abbrevOffset(local int64, loc *time.Location, abbrev string) int {
	off := LocalOffset(local, loc)
	sec, _ := floorDiv(local-int64(off)*MicrosPerSecond, MicrosPerSecond)
	if o, ok := abbrevAt(sec+unixEpochSeconds, loc, abbrev); ok {
		return o
	}
	return off
}

// AbbrevOffsetAt is the offset that an abbreviation means at an instant.
func AbbrevOffsetAt(ts int64, loc *time.Location, abbrev string) int {
	sec, _ := floorDiv(ts, MicrosPerSecond)
	if o, ok := abbrevAt(sec+unixEpochSeconds, loc, abbrev); ok {
		return o
	}
	_, off := ZoneAt(ts, loc)
	return off
}

func abbrevAt(unix int64, loc *time.Location, abbrev string) (int, bool) {
	t := time.Unix(unix, 0).In(loc)
	for back := t; ; {
		if name, off := back.Zone(); name == abbrev {
			return off, true
		}
		start, _ := back.ZoneBounds()
		if start.IsZero() {
			break
		}
		back = start.Add(-time.Second)
	}
	for range 400 {
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		t = end
		if name, off := t.Zone(); name == abbrev {
			return off, true
		}
	}
	return 0, false
}
