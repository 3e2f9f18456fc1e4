package failoversql

// meant proposes the parameter of ours whose name is nearest to one that is none,
// where it is near enough.
func meant(name string) string {
	best, at := 3, ""
	for _, p := range parameters {
		if d := distance(name, p.Name); d < best {
			best, at = d, p.Name
		}
	}
	if at == "" {
		return ""
	}
	return " (is " + at + " meant?)"
}

// distance is how many letters have to be put in, taken out or changed to make b
// of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := before
			if a[i] != b[j] {
				d = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}
