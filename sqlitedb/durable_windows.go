package sqlitedb

// sessionSync is how SQLite syncs an application's commit: itself, for a log that
// somebody else has open cannot be removed here.
const sessionSync = "FULL"

func syncLog(string) error { return nil }
