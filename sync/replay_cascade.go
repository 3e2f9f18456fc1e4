package dbsync

// A cascade is done by PostgreSQL itself when the change that set it off is
// replayed. The rows that the journal marks as cascaded are therefore not
// applied: they are expected to be before it as the journal saw them, and after
// it as the journal left them.

// firstTouch reports whether group[i], a cascaded change, is the first of its
// group to touch its row, so that its old image is from before the cascade.
func firstTouch(group []change, i int) bool {
	if group[i].op == opInsert {
		return false
	}
	row := rowKey(&group[i], group[i].old)
	for j := range group[:i] {
		if group[j].op == opUpdate && rowKey(&group[j], group[j].new) == row {
			return false
		}
	}
	return true
}

// lastTouch reports whether group[i] is the last of its group to touch its row.
func lastTouch(group []change, i int) bool {
	if group[i].op == opDelete {
		return true
	}
	row := rowKey(&group[i], group[i].new)
	for j := i + 1; j < len(group); j++ {
		if group[j].op != opInsert && rowKey(&group[j], group[j].old) == row {
			return false
		}
	}
	return true
}

// expectAfter fails unless a cascaded row is as the journal left it.
func expectAfter(c *change) statement {
	if c.op == opDelete {
		return expectNoRow(c, c.old)
	}
	return expectRow(c, c.new, false)
}

// rowKey names the row of an image.
func rowKey(c *change, image [][]byte) string {
	table := c.target.quoted()
	if c.shape.key == nil {
		return rowText(c.shape, image, table)
	}
	b := []byte(table)
	for _, i := range c.shape.key {
		b = append(b, 0)
		b = append(b, image[i]...)
	}
	return string(b)
}

// statements are what the fast way sends for a transaction. It reports false
// where only the careful way will do.
func statements(changes []change) (out []statement, deferred, ok bool) {
	for i := 0; i < len(changes); {
		c := &changes[i]
		if c.op == opDDL || c.cascaded {
			return nil, false, false
		}
		end := i + 1
		for end < len(changes) && changes[end].cascaded {
			end++
		}
		group := changes[i:end]
		for j := range group {
			if group[j].target == nil || group[j].missing() != nil {
				return nil, false, false
			}
			deferred = deferred || group[j].target.deferrable
		}
		for j := 1; j < len(group); j++ {
			if firstTouch(group, j) {
				out = append(out, expectRow(&group[j], group[j].old, true))
			}
		}
		out = append(out, apply(c))
		for j := 1; j < len(group); j++ {
			if lastTouch(group, j) {
				out = append(out, expectAfter(&group[j]))
			}
		}
		i = end
	}
	return out, deferred, true
}
