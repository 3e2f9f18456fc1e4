package failoversql

import (
	"encoding/json"
	"time"
)

// MarshalJSON writes durations in seconds.
func (s Status) MarshalJSON() ([]byte, error) {
	type fields Status
	return json.Marshal(struct {
		fields
		LastPause float64 `json:"last_pause_seconds,omitzero"`
	}{fields(s), s.LastPause.Seconds()})
}

// MarshalJSON writes the latency in seconds.
func (s PrimaryStatus) MarshalJSON() ([]byte, error) {
	type fields PrimaryStatus
	return json.Marshal(struct {
		fields
		Latency float64 `json:"latency_seconds,omitzero"`
	}{fields(s), s.Latency.Seconds()})
}

// MarshalJSON writes the latency in seconds, and the age where it is known.
func (s FallbackStatus) MarshalJSON() ([]byte, error) {
	type fields FallbackStatus
	return json.Marshal(struct {
		fields
		Latency float64  `json:"latency_seconds,omitzero"`
		Age     *float64 `json:"age_seconds,omitempty"`
	}{fields(s), s.Latency.Seconds(), known(s.Age)})
}

func known(d time.Duration) *float64 {
	if d < 0 {
		return nil
	}
	seconds := d.Seconds()
	return &seconds
}
