package pgvalue

import "slices"

func parseEnum(t *Type, s string) (any, error) {
	if i := slices.Index(t.Labels, s); i >= 0 {
		return int64(i), nil
	}
	return nil, Errorf(codeInvalidText, "invalid input value for enum %s: \"%s\"", t.Name, s)
}
