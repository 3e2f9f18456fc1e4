package metrics

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var (
	selector = regexp.MustCompile(`failoversql_[a-z_]+(\{[^}]*\})?`)
	matcher  = regexp.MustCompile(`([a-z_]+)\s*(?:=~|!~|!=|=)`)
	labelSet = regexp.MustCompile(`variableLabels: \{([^}]*)\}`)
)

// known has the labels of every series that there is.
func known() map[string][]string {
	out := map[string][]string{}
	for _, m := range descs {
		labels := []string{"instance", "job"}
		if found := labelSet.FindStringSubmatch(m.desc.String()); found != nil && found[1] != "" {
			labels = append(labels, strings.Split(found[1], ",")...)
		}
		if m.name == probes.name || m.name == cutovers.name {
			out[m.name+"_bucket"] = append(labels, "le")
			out[m.name+"_count"], out[m.name+"_sum"] = labels, labels
			continue
		}
		out[m.name] = labels
	}
	return out
}

func checkExpr(t *testing.T, where, expr string) {
	t.Helper()
	found := selector.FindAllString(expr, -1)
	require.NotEmpty(t, found, "%s: %s", where, expr)
	for _, s := range found {
		name, match, _ := strings.Cut(s, "{")
		labels, ok := known()[name]
		require.True(t, ok, "%s: there is no metric %s", where, name)
		for _, m := range matcher.FindAllStringSubmatch(match, -1) {
			require.Contains(t, labels, m[1], "%s: %s has no label %s", where, name, m[1])
		}
	}
	for _, pair := range []string{"()", "[]", "{}"} {
		require.Equal(t, strings.Count(expr, pair[:1]), strings.Count(expr, pair[1:]), "%s: %s", where, expr)
	}
}

// The rules name metrics and labels that there are.
func TestAlerts(t *testing.T) {
	text, err := os.ReadFile("../docs/alerts.yml")
	require.NoError(t, err)
	var doc struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &doc))
	require.Len(t, doc.Groups, 1)
	require.Greater(t, len(doc.Groups[0].Rules), 10)
	seen := map[string]bool{}
	for _, r := range doc.Groups[0].Rules {
		require.False(t, seen[r.Alert], r.Alert)
		seen[r.Alert] = true
		checkExpr(t, r.Alert, r.Expr)
		require.Contains(t, []string{"info", "warning", "critical"}, r.Labels["severity"], r.Alert)
		require.NotEmpty(t, r.Annotations["summary"], r.Alert)
		require.NotEmpty(t, r.Annotations["description"], r.Alert)
	}
}

// So does the dashboard, which shows every metric that is for people to see.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("../docs/grafana.json")
	require.NoError(t, err)
	var doc struct {
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
			GridPos struct{ X, Y, W, H int }
		}
		Annotations struct{ List []struct{ Expr string } }
	}
	require.NoError(t, json.Unmarshal(text, &doc))
	place := map[string]string{}
	for _, p := range doc.Panels {
		for _, q := range p.Targets {
			checkExpr(t, p.Title, q.Expr)
		}
		require.LessOrEqual(t, p.GridPos.X+p.GridPos.W, 24, p.Title)
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				at := fmt.Sprint(x, ",", y)
				require.Empty(t, place[at], "%s lies over %s", p.Title, place[at])
				place[at] = p.Title
			}
		}
	}
	for _, a := range doc.Annotations.List {
		checkExpr(t, "annotations", a.Expr)
	}
	both, err := os.ReadFile("../docs/alerts.yml")
	require.NoError(t, err)
	shown := string(text) + string(both)
	for _, m := range descs {
		switch m.name {
		case instances.name, fileRead.name, cacheEntries.name, parkedTransactions.name: // for ad hoc queries
		default:
			require.Contains(t, shown, m.name)
		}
	}
}
