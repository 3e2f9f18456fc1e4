package sqlitedb

import (
	"context"
	"database/sql/driver"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// Rows are the rows of a statement, valued and described as pgx's stdlib does.
// Rows that are still open when their session runs another statement are read
// into memory first.
type Rows struct {
	session *Session
	plan    *dialect.Plan
	ctx     context.Context
	cancel  func()
	env     pgvalue.Env // of the time the statement ran

	src  driver.Rows // a running SQLite statement, or nil
	slot *slot
	kept [][]driver.Value // rows in memory, as SQLite has them
	err  error            // what comes after the kept rows, io.EOF if nil
}

// Columns are the names of the columns.
func (r *Rows) Columns() []string {
	names := make([]string, len(r.plan.Columns))
	for i := range r.plan.Columns {
		names[i] = r.plan.Columns[i].Name
	}
	return names
}

// Next reads one row. It returns io.EOF after the last.
func (r *Rows) Next(dest []driver.Value) error {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	switch {
	case len(r.kept) > 0:
		copy(dest, r.kept[0])
		r.kept = r.kept[1:]
	case r.src != nil:
		if err := r.step(dest); err != nil {
			return err
		}
	case r.err != nil:
		return r.err
	default:
		return io.EOF
	}
	for i := range dest {
		c := &r.plan.Columns[i]
		v := any(dest[i])
		if v == nil {
			continue
		}
		if c.Stored {
			v = pgvalue.FromColumn(c.Type, v)
		}
		var err error
		if dest[i], err = pgvalue.ToGo(c.Type, v, &r.env); err != nil {
			return err
		}
	}
	return nil
}

// step reads one row of the running statement as SQLite has it.
func (r *Rows) step(dest []driver.Value) error {
	err := r.src.Next(dest)
	if err == nil {
		return nil
	}
	if err != io.EOF {
		s := r.session
		err = s.mapError(r.ctx, err, r.plan)
		s.fail()
	}
	r.err = err
	r.stop()
	return err
}

// keep reads the rest of the running statement into memory and ends it.
func (r *Rows) keep() {
	n := len(r.plan.Columns)
	for r.src != nil {
		row := make([]driver.Value, n)
		if err := r.src.Next(row); err != nil {
			if err != io.EOF {
				r.err = r.session.mapError(r.ctx, err, r.plan)
			}
			r.stop()
			return
		}
		r.kept = append(r.kept, row)
	}
}

// drain reads what is left and gives the number of rows.
func (r *Rows) drain() (n int64, err error) {
	dest := make([]driver.Value, len(r.plan.Columns))
	n = int64(len(r.kept))
	r.kept = nil
	for r.src != nil {
		if err := r.step(dest); err != nil {
			break
		}
		n++
	}
	if r.err != nil && r.err != io.EOF {
		return n, r.err
	}
	return n, nil
}

// stop ends the running statement, leaving what was kept.
func (r *Rows) stop() {
	if r == nil || r.src == nil {
		return
	}
	_ = r.src.Close()
	r.src = nil
	r.slot.release()
	delete(r.session.rows, r)
	if r.cancel != nil {
		r.cancel()
		r.cancel = nil
	}
}

// Close gives the rows up. Like pgx's, it returns an error that ended them.
func (r *Rows) Close() error {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	r.stop()
	r.kept = nil
	if r.err == nil || r.err == io.EOF {
		r.err = io.EOF
		return nil
	}
	return r.err
}

var (
	typeMap     = pgtype.NewMap() // only read
	float64Type = reflect.TypeFor[float64]()
	stringType  = reflect.TypeFor[string]()
	timeType    = reflect.TypeFor[time.Time]()
	bytesType   = reflect.TypeFor[[]byte]()
)

// field is a column's type as RowDescription gives it: a domain's is its base.
func (r *Rows) field(i int) *pgvalue.Type { return r.plan.Columns[i].Type.Underlying() }

// ColumnTypeDatabaseTypeName is the name of the type, or its OID where pgx does
// not know it.
func (r *Rows) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := typeMap.TypeForOID(r.field(i).OID); ok {
		return strings.ToUpper(t.Name)
	}
	return strconv.FormatInt(int64(r.field(i).OID), 10)
}

// header is what PostgreSQL adds to the length in a type modifier.
const header = 4

// ColumnTypeLength is the length of a type of variable length.
func (r *Rows) ColumnTypeLength(i int) (int64, bool) {
	t := r.field(i)
	switch t.OID {
	case pgtype.TextOID, pgtype.ByteaOID:
		return math.MaxInt64, true
	case pgtype.VarcharOID, pgtype.BPCharOID:
		return int64(t.Typmod - header), true
	case pgtype.VarbitOID:
		return int64(t.Typmod), true
	}
	return 0, false
}

// ColumnTypePrecisionScale is the precision and scale of a numeric.
func (r *Rows) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	t := r.field(i)
	if t.OID != pgtype.NumericOID {
		return 0, 0, false
	}
	mod := t.Typmod - header
	return int64((mod >> 16) & 0xffff), int64(mod & 0xffff), true
}

// ColumnTypeScanType is what pgx gives, which for some types is not what Next
// delivers.
func (r *Rows) ColumnTypeScanType(i int) reflect.Type {
	switch r.field(i).OID {
	case pgtype.Float8OID, pgtype.NumericOID:
		return float64Type
	case pgtype.Float4OID:
		return reflect.TypeFor[float32]()
	case pgtype.Int8OID:
		return reflect.TypeFor[int64]()
	case pgtype.Int4OID:
		return reflect.TypeFor[int32]()
	case pgtype.Int2OID:
		return reflect.TypeFor[int16]()
	case pgtype.BoolOID:
		return reflect.TypeFor[bool]()
	case pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID:
		return timeType
	case pgtype.ByteaOID:
		return bytesType
	}
	return stringType
}

// ColumnTypeNullable does not say, as pgx does not.
func (r *Rows) ColumnTypeNullable(int) (nullable, ok bool) { return false, false }
