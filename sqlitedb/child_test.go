package sqlitedb

// runChild runs what a test asks of a second process, and does not return from
// it.
func runChild() {}
