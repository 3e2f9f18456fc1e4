package admin

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	dbsync "github.com/failoversql/failoversql/sync"
)

type shownConflict struct {
	dbsync.Conflict
	Rows []shownColumn
}

type shownColumn struct {
	Column, Base, Local, Remote string
	Differs                     bool
}

// shownValue is how many characters of a value the page shows.
const shownValue = 400

func (v *view) conflicts(list []dbsync.Conflict, err error) {
	if err != nil {
		v.ConflictError = err.Error()
	}
	for _, c := range list[:min(len(list), shownConflicts)] {
		v.Conflicts = append(v.Conflicts, show(c))
	}
	v.MoreConflicts = len(list) - len(v.Conflicts)
}

// show puts the columns that differ first.
func show(c dbsync.Conflict) shownConflict {
	columns := map[string]bool{}
	for _, row := range []map[string]*string{c.Base, c.Local, c.Remote} {
		for name := range row {
			columns[name] = true
		}
	}
	value := func(row map[string]*string, name string) string {
		v, ok := row[name]
		switch {
		case row == nil:
			return "no row"
		case !ok:
			return ""
		case v == nil:
			return "NULL"
		}
		return *v
	}
	out := shownConflict{Conflict: c}
	var same []shownColumn
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		x := shownColumn{name, value(c.Base, name), value(c.Local, name), value(c.Remote, name), false}
		x.Differs = x.Local != x.Remote
		for _, text := range []*string{&x.Base, &x.Local, &x.Remote} {
			*text = cut(*text)
		}
		if x.Differs {
			out.Rows = append(out.Rows, x)
		} else {
			same = append(same, x)
		}
	}
	out.Rows = append(out.Rows, same...)
	return out
}

// cut shortens a long value, and says that it did.
func cut(text string) string {
	n := utf8.RuneCountInString(text)
	if n <= shownValue {
		return text
	}
	return fmt.Sprintf("%s… (the first %d of %s characters)", string([]rune(text)[:shownValue]), shownValue, grouped(n))
}
