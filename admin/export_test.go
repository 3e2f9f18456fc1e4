package admin

import "time"

// Lived gives the page an hour of samples: n of them, the oldest first.
func (h *Handler) Lived(f func(n int) (primary, fallback time.Duration, up bool)) {
	h.history.mu.Lock()
	defer h.history.mu.Unlock()
	h.history.samples = nil
	for n := range sampleCount {
		s := sample{at: time.Now().Add(time.Duration(n-sampleCount) * sampleInterval), asked: true}
		s.primary, s.fallback, s.up = f(n)
		h.history.samples = append(h.history.samples, s)
	}
}
