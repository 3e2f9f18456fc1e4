// Package ent is the client that ent generates from its schema.
package ent

//go:generate go run entgo.io/ent/cmd/ent generate ./schema
