package pgvalue

import (
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
)

// FormatText is PostgreSQL's output function of the type: the text that a cast
// to text gives (save for bool, whose cast gives true and false, and bpchar,
// whose cast drops blanks). A nil native value is an error: NULL has no text.
func FormatText(t *Type, native any, env *Env) (string, error) {
	t = t.Underlying()
	if t.Labels != nil {
		i, ok := native.(int64)
		if !ok || i < 0 || i >= int64(len(t.Labels)) {
			return "", fmt.Errorf("pgvalue: %v is no ordinal of enum %s", native, t.Name)
		}
		return t.Labels[i], nil
	}
	switch v := native.(type) {
	case string:
		switch {
		case t.Elem != nil:
			return formatArray(t, v, env)
		case t.Fields != nil && zoned(t):
			return recordNormal(t, v, UTC, env)
		case t.OID == pgtype.TstzrangeOID || t.OID == pgtype.TstzmultirangeOID:
			return rangeText(t, v, UTC, env)
		}
		if t.OID == pgtype.InetOID {
			a, err := ParseInet(v)
			return a.String(), err
		}
		return v, nil
	case int64:
		if IsObjectID(t.OID) {
			return objectName(t, v, env)
		}
		switch t.OID {
		case pgtype.BoolOID:
			if v != 0 {
				return "t", nil
			}
			return "f", nil
		case pgtype.DateOID:
			return formatDate(v), nil
		case pgtype.TimeOID:
			return formatTime(v), nil
		case pgtype.TimestampOID:
			return formatTimestamp(v), nil
		case pgtype.TimestamptzOID:
			return formatTimestamptz(v, env.zone()), nil
		case pgtype.Float4OID, pgtype.Float8OID:
			return formatFloat(float64(v), 64), nil
		}
		return strconv.FormatInt(v, 10), nil
	case float64:
		if t.OID == pgtype.Float4OID {
			return formatFloat(v, 32), nil
		}
		return formatFloat(v, 64), nil
	case []byte:
		if v == nil {
			break
		}
		return formatBytea(v), nil
	}
	return "", fmt.Errorf("pgvalue: no text for %T as %s", native, t.Name)
}
