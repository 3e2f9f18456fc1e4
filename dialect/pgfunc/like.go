package pgfunc

import (
	"strings"
	"unicode/utf8"
)

// like is LIKE with the escape character backslash (MatchText of like_match.c).
func like(s, p string) (bool, error) {
	m, err := matchLike(s, p)
	return m > 0, err
}

// matchLike gives 1 for a match, 0 for none and -1 where the text ended first,
// so that no shorter rest of it can match either.
func matchLike(s, p string) (int, error) {
	if p == "%" {
		return 1, nil
	}
	for s != "" && p != "" {
		switch p[0] {
		case '\\':
			p = p[1:]
			if p == "" {
				return 0, escapeAtEnd()
			}
			if p[0] != s[0] {
				return 0, nil
			}
		case '%':
			// Further % and _ after it: each _ takes one character.
			p = p[1:]
			for p != "" {
				if p[0] == '_' {
					if s == "" {
						return -1, nil
					}
					_, n := utf8.DecodeRuneInString(s)
					s = s[n:]
				} else if p[0] != '%' {
					break
				}
				p = p[1:]
			}
			if p == "" {
				return 1, nil
			}
			first := p[0]
			if first == '\\' {
				if len(p) < 2 {
					return 0, escapeAtEnd()
				}
				first = p[1]
			}
			for s != "" {
				if s[0] == first {
					if m, err := matchLike(s, p); m != 0 || err != nil {
						return m, err
					}
				}
				_, n := utf8.DecodeRuneInString(s)
				s = s[n:]
			}
			return -1, nil
		case '_':
			_, n := utf8.DecodeRuneInString(s)
			s, p = s[n:], p[1:]
			continue
		default:
			if p[0] != s[0] {
				return 0, nil
			}
		}
		s, p = s[1:], p[1:]
	}
	if s != "" {
		return 0, nil
	}
	if strings.Trim(p, "%") == "" {
		return 1, nil
	}
	return -1, nil
}

func escapeAtEnd() error { return errf("22025", "LIKE pattern must not end with escape character") }

// likeEscape rewrites a pattern with another escape character, or with none,
// for backslash (like_escape).
func likeEscape(p, esc string) (string, error) {
	if esc == "" {
		return strings.ReplaceAll(p, `\`, `\\`), nil
	}
	if utf8.RuneCountInString(esc) != 1 {
		e := invalidEscape()
		return "", e
	}
	if esc == `\` {
		return p, nil
	}
	var b strings.Builder
	after := false
	for _, c := range p {
		switch {
		case string(c) == esc && !after:
			b.WriteByte('\\')
			after = true
		case c == '\\':
			b.WriteByte('\\')
			if !after {
				b.WriteByte('\\')
			}
			after = false
		default:
			b.WriteRune(c)
			after = false
		}
	}
	return b.String(), nil
}

func invalidEscape() error {
	return detailed("22025", "invalid escape string", "", "Escape string must be empty or one character.")
}

// likeFuncs adds LIKE and ILIKE. ILIKE compares both sides in lower case.
func likeFuncs(r *registry) {
	not := func(f func(s, p string) (bool, error)) func(s, p string) (bool, error) {
		return func(s, p string) (bool, error) { m, err := f(s, p); return !m, err }
	}
	folded := func(lower func(string) string) func(s, p string) (bool, error) {
		return func(s, p string) (bool, error) { return like(lower(s), lower(p)) }
	}
	r.fn("pg_like", f2(like), "textlike(text,text)", "like(text,text)", "namelike(name,text)", "like(name,text)", "bpcharlike(bpchar,text)")
	r.fn("pg_notlike", f2(not(like)), "textnlike(text,text)", "notlike(text,text)", "namenlike(name,text)", "notlike(name,text)", "bpcharnlike(bpchar,text)")
	r.fn("pg_like_bytea", f2(func(s, p []byte) (bool, error) { return like(byteRunes(s), byteRunes(p)) }), "like(bytea,bytea)", "bytealike(bytea,bytea)")
	r.fn("pg_notlike_bytea", f2(func(s, p []byte) (bool, error) { return not(like)(byteRunes(s), byteRunes(p)) }), "notlike(bytea,bytea)", "byteanlike(bytea,bytea)")
	r.fn("pg_like_escape", f2(likeEscape), "like_escape(text,text)")
	r.bytea("pg_like_escape_bytea", f2(func(p, esc []byte) ([]byte, error) {
		s, err := likeEscape(byteRunes(p), byteRunes(esc))
		return runeBytes(s), err
	}), "like_escape(bytea,bytea)")
	for _, v := range []struct {
		name string
		f    func(s, p string) (bool, error)
		sigs []string
	}{
		{"pg_ilike", folded(lowerC), []string{"texticlike(text,text)", "nameiclike(name,text)", "bpchariclike(bpchar,text)"}},
		{"pg_notilike", not(folded(lowerC)), []string{"texticnlike(text,text)", "nameicnlike(name,text)", "bpcharicnlike(bpchar,text)"}},
	} {
		wrap := func(f func(s, p string) (bool, error)) func(s, p string) (bool, error) {
			if v.name == "pg_notilike" {
				return not(f)
			}
			return f
		}
		c, l, i := r.def(v.name, f2(v.f)), r.def(v.name+"_libc", f2(wrap(folded(lowerLibc)))), r.def(v.name+"_icu", f2(wrap(folded(lowerICU))))
		for _, sig := range v.sigs {
			r.add(sig, Impl{Name: c, Go: r.defs[c].Impl, Locale: &Impl{Name: l, Go: r.defs[l].Impl}, ICU: &Impl{Name: i, Go: r.defs[i].Impl}})
		}
	}
}

// byteRunes makes a character of each byte: in bytea an underscore stands for
// one of them.
func byteRunes(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// runeBytes undoes byteRunes.
func runeBytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}

// lowerC lowers ASCII letters only.
func lowerC(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 32
				}
			}
			return string(b)
		}
	}
	return s
}
