package health

import "strings"

// Why is the reason of a route in one word of a fixed set, for counting: start,
// outage, operator, unreplayed, return or failure.
func (r Route) Why() string {
	for _, w := range whys {
		if strings.HasPrefix(r.Reason, w.reason) {
			return w.word
		}
	}
	return "failure" // of a hook, whose error is the reason
}

// whys are the beginnings of the machine's reasons; the longer ones stand first.
var whys = []struct{ reason, word string }{
	{"starting", "start"},
	{"the primary is down", "outage"},
	{"switched by an operator", "operator"},
	{"pinned to the", "operator"},
	{"the file holds writes that are not yet replayed", "unreplayed"},
	{"the primary answers again", "return"},
	{"the journal is", "return"},
	{"the cutover is to be tried again", "return"},
	{"the primary answers", "start"},
}
