package dbsync

import (
	"context"
	"fmt"

	"github.com/failoversql/failoversql/catalog"
)

// checkBootstrap looks, before the first row of a journal that began without a
// primary is replayed, whether the primary holds any of the tables that the
// journal creates. If so, the journal waits for the operator: whose rows are
// whose cannot be told.
func (r *replayer) checkBootstrap(ctx context.Context) error {
	var version int64
	if err := r.file.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM failoversql_catalog`, nil, &version); err != nil {
		return err
	}
	if version == 0 {
		return nil
	}
	cat, err := r.reader.catalog(ctx, version)
	if err != nil {
		return err
	}
	for _, t := range cat.Tables {
		there, err := loadTarget(ctx, r.conn, t.Schema, t.Name)
		if err != nil {
			return err
		}
		if there != nil {
			return fmt.Errorf("%w: table %s exists there; rename or drop one side's, then replay again",
				ErrNeedsOperator, catalog.QuoteQualified(t.Schema, t.Name))
		}
	}
	return nil
}
