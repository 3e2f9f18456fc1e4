package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// checkSeen tells of the statements that the application has sent.
func (t *target) checkSeen(cmd *cobra.Command, on side) error {
	r, err := on.Readiness(cmd.Context())
	if err != nil {
		return err
	}
	err = t.print(cmd, r, func(p *page) {
		for _, s := range r.Statements {
			p.line("%s  %d calls  %s\n         %s %s", p.paint(red, "refused"), s.Calls, s.SQL, s.Code, s.Message)
		}
		if n := r.Refused - len(r.Statements); n > 0 {
			p.line("         and %d others", n)
		}
		p.line("%s", r)
		if r.Shadow == nil {
			return
		}
		for _, d := range r.Shadow.Differences {
			p.line("%s  %d times  %s\n         %s %s", p.paint(red, "differs"), d.Count, d.SQL, d.Kind, strings.Join(append(d.Columns, d.Errors...), ", "))
		}
		p.line("shadow reads: %s", r.Shadow)
	})
	if err == nil && r.Shadow != nil && r.Shadow.Different > 0 {
		return notWell{fmt.Errorf("%s not PostgreSQL's", counted(r.Shadow.Different, "answer of SQLite was", "answers of SQLite were"))}
	}
	if err == nil && r.Refused > 0 {
		err = notWell{fmt.Errorf("%d of %d shapes of statements would not run", r.Refused, r.Shapes)}
	}
	return err
}
