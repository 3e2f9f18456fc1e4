package pgvalue

// parseJSON is json_in: the text is checked and kept as it is.
func parseJSON(s string) (any, error) {
	if err := checkJSON(s); err != nil {
		return nil, err
	}
	return s, nil
}
