package dialect

import (
	"math"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// ownedSequence makes the sequence behind a serial or identity column and
// gives its name as Column.Sequence has it.
func (b *tableBuild) ownedSequence(column string, typ uint32, options []*pg_query.Node, at int32) string {
	q := &catalog.Sequence{
		OID: b.newOID(), Schema: b.t.Schema, Name: b.chooseRelation(b.t.Schema, b.t.Name, column, "seq", false), Type: typ,
		OwnedBy: b.t.Schema + "." + b.t.Name + "." + column, Owner: true, Privileges: "rwU", Local: true,
	}
	b.sequenceOptions(q, options, true)
	b.next.Sequences = append(b.next.Sequences, q)
	return q.Schema + "." + q.Name
}

// sequenceText is a sequence's name as it stands in a regclass literal.
func sequenceText(name string, cat *catalog.Catalog) string {
	if q := cat.SequenceOf(&catalog.Column{Sequence: name}); q != nil {
		return qualified(q.Schema, q.Name)
	}
	return name
}

func (d *ddl) createSequence(n *pg_query.CreateSeqStmt) {
	n.Sequence.Location = -1 // PostgreSQL gives no position here
	schema, name := d.newRelation(n.Sequence)
	if kind := d.relationKind(schema, name); kind != "" {
		if n.IfNotExists {
			d.notice("relation \"%s\" already exists, skipping", name)
			return
		}
		d.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", name)
	}
	q := &catalog.Sequence{OID: d.newOID(), Schema: schema, Name: name, Type: oidInt8, Owner: true, Privileges: "rwU", Local: true}
	d.sequenceOptions(q, n.Options, false)
	d.next.Sequences = append(d.next.Sequences, q)
}

// sequenceOptions reads the options of a new sequence (init_params).
func (d *ddl) sequenceOptions(q *catalog.Sequence, options []*pg_query.Node, owned bool) {
	seen := map[string]*pg_query.DefElem{}
	for _, o := range options {
		e := o.GetDefElem()
		if seen[e.Defname] != nil {
			d.fail(codeSyntax, e.Location, "conflicting or redundant options")
		}
		seen[e.Defname] = e
		switch e.Defname {
		case "as":
			if owned {
				d.fail(codeSyntax, e.Location, "identity column type must be smallint, integer, or bigint")
			}
			q.Type, _ = d.typeRef(e.Arg.GetTypeName())
		case "increment", "minvalue", "maxvalue", "start", "cycle", "cache":
		default:
			d.refuse(e.Location, "%s of a sequence", strings.ToUpper(e.Defname))
		}
	}
	lowest, highest := int64(math.MinInt64), int64(math.MaxInt64)
	switch q.Type {
	case oidInt2:
		lowest, highest = math.MinInt16, math.MaxInt16
	case oidInt4:
		lowest, highest = math.MinInt32, math.MaxInt32
	case oidInt8:
	default:
		d.fail(stateInvalidParameter, -1, "sequence type must be smallint, integer, or bigint")
	}
	q.Increment = d.sequenceNumber(seen["increment"], 1)
	if q.Increment == 0 {
		d.fail(stateInvalidParameter, -1, "INCREMENT must not be zero")
	}
	q.Cycle = seen["cycle"] != nil && seen["cycle"].GetArg().GetBoolean().GetBoolval()
	q.Min, q.Max = 1, highest
	if q.Increment < 0 {
		q.Min, q.Max = lowest, -1
	}
	q.Max = d.sequenceNumber(seen["maxvalue"], q.Max)
	q.Min = d.sequenceNumber(seen["minvalue"], q.Min)
	if q.Max < lowest || q.Max > highest {
		d.fail(stateInvalidParameter, -1, "MAXVALUE (%d) is out of range for sequence data type %s", q.Max, d.typeName(q.Type))
	}
	if q.Min < lowest || q.Min > highest {
		d.fail(stateInvalidParameter, -1, "MINVALUE (%d) is out of range for sequence data type %s", q.Min, d.typeName(q.Type))
	}
	if q.Min >= q.Max {
		d.fail(stateInvalidParameter, -1, "MINVALUE (%d) must be less than MAXVALUE (%d)", q.Min, q.Max)
	}
	q.Start = q.Min
	if q.Increment < 0 {
		q.Start = q.Max
	}
	q.Start = d.sequenceNumber(seen["start"], q.Start)
	if q.Start < q.Min {
		d.fail(stateInvalidParameter, -1, "START value (%d) cannot be less than MINVALUE (%d)", q.Start, q.Min)
	}
	if q.Start > q.Max {
		d.fail(stateInvalidParameter, -1, "START value (%d) cannot be greater than MAXVALUE (%d)", q.Start, q.Max)
	}
}

// sequenceNumber reads the number of an option, or gives the default where the
// option is missing or says NO.
func (d *ddl) sequenceNumber(e *pg_query.DefElem, usual int64) int64 {
	if e == nil || e.Arg == nil {
		return usual
	}
	switch n := e.Arg.GetNode().(type) {
	case *pg_query.Node_Integer:
		return int64(n.Integer.GetIval())
	case *pg_query.Node_Float:
		v, err := strconv.ParseInt(n.Float.GetFval(), 10, 64)
		if err != nil {
			d.fail("22P02", -1, "value \"%s\" is out of range for type bigint", n.Float.GetFval())
		}
		return v
	}
	d.refuse(e.Location, "this value of %s", strings.ToUpper(e.Defname))
	return 0
}

// removeSequence removes a sequence that nothing uses any more.
func (d *ddl) removeSequence(q *catalog.Sequence) {
	for i, s := range d.next.Sequences {
		if s == q {
			d.next.Sequences = append(d.next.Sequences[:i:i], d.next.Sequences[i+1:]...)
			return
		}
	}
}
