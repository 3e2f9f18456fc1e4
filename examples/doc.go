// Package examples holds one runnable program for each way of using failoversql.
// It is a module of its own, so that the driver's go.mod names no ORM.
package examples
