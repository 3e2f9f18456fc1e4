package dbsync

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/failoversql/failoversql/catalog"
)

// partitions watches which partitions the rows of a stream lie in. A partition may
// be made or attached, filled, and dropped or detached between two looks at the
// schema: its rows came as the partitioned table's, and nothing tells that they went.
//
// The rows name the partitioned table only, but before the first of a partition
// both are described, the partitioned table first (maybe_send_schema in
// PostgreSQL's pgoutput.c).
type partitions struct {
	// known are those that a look at the schema has seen, after which it sees them
	// go. recall, where set, reads them once more: there may have been another look.
	known  map[partition]bool
	recall func(context.Context) (map[partition]bool, error)

	last    partition // what was described just now; its parts may be 0
	unknown map[partition]bool

	// unseen, where set, is told of those that are unknown still.
	unseen func(map[partition]bool)
}

type partition struct{ of, oid uint32 }

// described is told of each description.
func (p *partitions) described(cat *catalog.Catalog, oid uint32) {
	if t := cat.TableByOID(oid); t != nil && t.Kind == 'p' {
		p.last = partition{of: oid}
	} else if p.last.oid == 0 {
		p.last.oid = oid
	}
}

// next is told of every other message, but for types, which stand before the table
// that has them: TRUNCATE may describe two tables one after the other, too.
func (p *partitions) next(kind byte, b []byte) {
	last := p.last
	p.last = partition{}
	if last.of == 0 || last.oid == 0 || kind != 'I' && kind != 'U' && kind != 'D' || len(b) < 4 ||
		binary.BigEndian.Uint32(b) != last.of || p.known[last] {
		return
	}
	if p.unknown == nil {
		p.unknown = map[partition]bool{}
	}
	p.unknown[last] = true
}

// check is called before a change is applied. It fails with errAltered where a
// partition whose rows have come is unknown.
func (p *partitions) check(ctx context.Context) error {
	if len(p.unknown) == 0 {
		return nil
	}
	if p.recall != nil {
		known, err := p.recall(ctx)
		if err != nil {
			return err
		}
		p.known = known
		for part := range p.unknown {
			if known[part] {
				delete(p.unknown, part)
			}
		}
	}
	if len(p.unknown) == 0 {
		return nil
	}
	if p.unseen != nil {
		p.unseen(p.unknown)
	}
	return fmt.Errorf("%w: rows came in a partition that was not there when the schema was last looked at", errAltered)
}

// leavesOf adds up the partitions in stamps.
func leavesOf(all ...map[uint32]stamp) map[partition]bool {
	leaves := map[partition]bool{}
	for _, stamps := range all {
		for of, st := range stamps {
			for oid := range st.Leaves {
				leaves[partition{of, oid}] = true
			}
		}
	}
	return leaves
}
