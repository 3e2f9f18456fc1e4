package pgvalue

import (
	"math"
	"strconv"
	"strings"
)

// readISOInterval is DecodeISO8601Interval: P1Y2M3DT4H5M6S and the
// alternative forms P0001-02-03T04:05:06 and P00010203T040506.
func readISOInterval(s string) (f intervalFields, e dateError) {
	if len(s) < 2 || s[0] != 'P' {
		return f, dateBadFormat
	}
	p := isoInterval{s: s[1:], f: &f}
	e = p.read()
	if e == 0 && f.overflow {
		e = dateOverflow
	}
	return f, e
}

type isoInterval struct {
	s string
	f *intervalFields
}

// next returns the byte at the cursor and steps over it; 0 at the end.
func (p *isoInterval) next() byte {
	if p.s == "" {
		return 0
	}
	c := p.s[0]
	p.s = p.s[1:]
	return c
}

func (p *isoInterval) number() (val int64, frac float64, e dateError) {
	n := 0
	for n < len(p.s) && (isDigit(p.s[n]) || p.s[n] == '.' || n == 0 && (p.s[n] == '-' || p.s[n] == '+') ||
		n > 0 && (p.s[n] == 'e' || p.s[n] == 'E')) {
		n++
	}
	for n > 0 {
		if x, err := strconv.ParseFloat(p.s[:n], 64); err == nil {
			if x < -1e15 || x > 1e15 {
				return 0, 0, dateOverflow
			}
			val = int64(math.Trunc(x))
			p.s = p.s[n:]
			return val, x - float64(val), 0
		}
		n--
	}
	return 0, 0, dateBadFormat
}

func (p *isoInterval) read() dateError {
	date, have := true, false
	for p.s != "" {
		if p.s[0] == 'T' {
			date, have = false, false
			p.s = p.s[1:]
			continue
		}
		width := 0
		for start := strings.TrimPrefix(p.s, "-"); width < len(start) && isDigit(start[width]); width++ {
		}
		val, frac, e := p.number()
		if e != 0 {
			return e
		}
		c := p.next()
		if date {
			switch c {
			case 'Y':
				p.f.unit(valYear, val, frac)
			case 'M':
				p.f.unit(valMonth, val, frac)
			case 'W':
				p.f.unit(valWeek, val, frac)
			case 'D':
				p.f.unit(valDay, val, frac)
			case 'T', 0, '-':
				if c != '-' && width == 8 && !have {
					p.f.unit(valYear, val/10000, 0)
					p.f.unit(valMonth, val/100%100, 0)
					p.f.unit(valDay, val%100, frac)
					date, have = false, false
					continue
				}
				if have {
					return dateBadFormat
				}
				p.f.unit(valYear, val, frac)
				done, e := p.extendedDate(c)
				if e != 0 || done {
					return e
				}
				date, have = false, false
				continue
			default:
				return dateBadFormat
			}
		} else {
			switch c {
			case 'H':
				p.f.unit(valHour, val, frac)
			case 'M':
				p.f.unit(valMinute, val, frac)
			case 'S':
				p.f.unit(valSecond, val, frac)
			case 0, ':':
				if c == 0 && width == 6 && !have {
					p.f.unit(valHour, val/10000, 0)
					p.f.unit(valMinute, val/100%100, 0)
					p.f.unit(valSecond, val%100, frac)
					return 0
				}
				if have {
					return dateBadFormat
				}
				p.f.unit(valHour, val, frac)
				if c == 0 {
					return 0
				}
				return p.extendedTime()
			default:
				return dateBadFormat
			}
		}
		have = true
	}
	return 0
}

// extendedDate reads the rest of years-months-days after the years.
func (p *isoInterval) extendedDate(c byte) (done bool, e dateError) {
	for _, unit := range []int{valMonth, valDay} {
		switch c {
		case 0:
			return true, 0
		case 'T':
			return false, 0
		case '-':
		default:
			return false, dateBadFormat
		}
		val, frac, e := p.number()
		if e != 0 {
			return false, e
		}
		p.f.unit(unit, val, frac)
		c = p.next()
	}
	switch c {
	case 0:
		return true, 0
	case 'T':
		return false, 0
	}
	return false, dateBadFormat
}

// extendedTime reads minutes[:seconds].
func (p *isoInterval) extendedTime() dateError {
	for _, unit := range []int{valMinute, valSecond} {
		val, frac, e := p.number()
		if e != 0 {
			return e
		}
		p.f.unit(unit, val, frac)
		switch c := p.next(); {
		case c == 0:
			return 0
		case c != ':':
			return dateBadFormat
		}
	}
	return dateBadFormat
}
