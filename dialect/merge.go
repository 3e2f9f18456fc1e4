package dialect

type merge struct{}

func (st *stage) computeMerge(p *part) {}
