package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/failoversql/failoversql"
)

// checkSeen tells of the statements that the application has sent.
func (t *target) checkSeen(cmd *cobra.Command, c *failoversql.Connector) error {
	r := c.Readiness(cmd.Context())
	err := t.print(cmd, r, func(p *page) {
		for _, s := range r.Statements {
			p.line("%s  %d calls  %s\n         %s %s", p.paint(red, "refused"), s.Calls, s.SQL, s.Code, s.Message)
		}
		if n := r.Refused - len(r.Statements); n > 0 {
			p.line("         and %d others", n)
		}
		p.line("%s", r)
	})
	if err == nil && r.Refused > 0 {
		err = notWell{fmt.Errorf("%d of %d shapes of statements would not run", r.Refused, r.Shapes)}
	}
	return err
}
