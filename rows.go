package failoversql

import (
	"database/sql/driver"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/sqlitedb"
)

// rows is what the rows of both sides can do. They are handed on as they are:
// pgx's because a wrapper would cost an allocation a query, and needs nothing
// that the socket below does not see; the fallback's because they answer as
// pgx's do.
type rows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

var (
	_ rows                          = (*stdlib.Rows)(nil)
	_ rows                          = (*sqlitedb.Rows)(nil)
	_ driver.RowsColumnTypeNullable = (*sqlitedb.Rows)(nil)
)
