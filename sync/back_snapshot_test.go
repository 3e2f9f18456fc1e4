package dbsync

// snapshot gives the file its copy of the primary.
func (o *outage) snapshot() {
	o.t.Helper()
	if _, err := o.s.Snapshot(o.ctx); err != nil {
		o.t.Fatal(err)
	}
}
