// Package schema is what ent makes the client from.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Note is a row of the table notes.
type Note struct{ ent.Schema }

// Annotations of the schema.
func (Note) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "notes"}}
}

// Fields of a note.
func (Note) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.Text("author"),
		field.JSON("body", map[string]any{}),
		field.Time("created_at").Default(time.Now),
	}
}
