package dbsync

import (
	"github.com/failoversql/failoversql/catalog"
)

// dependencies remembers what parked transactions touch, so that later ones
// that touch the same are parked behind them: a row, a unique value, a row that
// a foreign key points to, a table whose DDL is parked.
type dependencies struct {
	own    map[string]int64 // key to the parked transaction
	points map[string]int64 // keys that parked rows refer to
	tables map[string]int64 // quoted names of tables whose definition is parked
}

func newDependencies() *dependencies {
	return &dependencies{own: map[string]int64{}, points: map[string]int64{}, tables: map[string]int64{}}
}

func (d *dependencies) empty() bool {
	return len(d.own) == 0 && len(d.points) == 0 && len(d.tables) == 0
}

// add remembers a change of a parked transaction.
func (d *dependencies) add(tx int64, c *change) {
	k := keysOf(c)
	for _, key := range k.own {
		d.own[key] = tx
	}
	for _, key := range k.points {
		d.points[key] = tx
	}
}

// addDDL remembers the tables that parked DDL made or changed.
func (d *dependencies) addDDL(tx int64, before, after *catalog.Catalog) {
	for _, name := range changedTables(before, after) {
		d.tables[name] = tx
	}
}

// on is the parked transaction that a change depends on, or 0.
func (d *dependencies) on(c *change) int64 {
	if c.table == nil {
		return 0
	}
	if tx := d.tables[catalog.QuoteQualified(c.table.Schema, c.table.Name)]; tx != 0 {
		return tx
	}
	if len(d.own) == 0 {
		return 0
	}
	k := keysOf(c)
	for _, key := range k.own {
		if tx := d.own[key]; tx != 0 {
			return tx
		}
	}
	for _, key := range k.lost {
		if tx := d.points[key]; tx != 0 {
			return tx
		}
	}
	for _, key := range k.points {
		if tx := d.own[key]; tx != 0 {
			return tx
		}
	}
	return 0
}

// onDDL is the parked transaction that DDL depends on, or 0: it changes a table
// whose rows or definition are parked.
func (d *dependencies) onDDL(before, after *catalog.Catalog) int64 {
	for _, name := range changedTables(before, after) {
		if tx := d.tables[name]; tx != 0 {
			return tx
		}
	}
	return 0
}
