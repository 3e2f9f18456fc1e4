package failoversql

import (
	"encoding/json"
	"errors"
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

// MarshalJSON writes the latency in seconds, and whether PostgreSQL is up where
// this process has asked.
func (s PrimaryStatus) MarshalJSON() ([]byte, error) {
	type fields PrimaryStatus
	var up *bool
	if !s.LastProbe.IsZero() {
		up = &s.Up
	}
	return json.Marshal(struct {
		fields
		Up      *bool   `json:"up,omitempty"`
		Latency float64 `json:"latency_seconds,omitzero"`
	}{fields(s), up, s.Latency.Seconds()})
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

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Status) UnmarshalJSON(text []byte) error {
	type fields Status
	var d struct {
		LastPause float64 `json:"last_pause_seconds"`
	}
	if err := errors.Join(json.Unmarshal(text, (*fields)(s)), json.Unmarshal(text, &d)); err != nil {
		return err
	}
	s.LastPause = seconds(d.LastPause)
	return nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *PrimaryStatus) UnmarshalJSON(text []byte) error {
	type fields PrimaryStatus
	var d struct {
		Latency float64 `json:"latency_seconds"`
	}
	if err := errors.Join(json.Unmarshal(text, (*fields)(s)), json.Unmarshal(text, &d)); err != nil {
		return err
	}
	s.Latency = seconds(d.Latency)
	return nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *FallbackStatus) UnmarshalJSON(text []byte) error {
	type fields FallbackStatus
	var d struct {
		Latency float64  `json:"latency_seconds"`
		Age     *float64 `json:"age_seconds"`
	}
	if err := errors.Join(json.Unmarshal(text, (*fields)(s)), json.Unmarshal(text, &d)); err != nil {
		return err
	}
	s.Latency, s.Age = seconds(d.Latency), -1
	if d.Age != nil {
		s.Age = seconds(*d.Age)
	}
	return nil
}
