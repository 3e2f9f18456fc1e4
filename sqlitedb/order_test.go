package sqlitedb

import (
	"errors"
	"testing"
)

// An order goes from a process that has the place for orders to the owner, and
// the answer back.
func TestOrder(t *testing.T) {
	giver := open(t, "", Options{})
	owner := open(t, giver.Path(), Options{}) // stands for another process
	if o, err := owner.Order(ctx); err != nil || o.ID != "" {
		t.Fatal(o, err)
	}
	if gone, err := owner.OrderAbandoned(); err != nil || !gone {
		t.Fatal("nobody has the place", gone, err)
	}
	place, err := giver.OrderPlace()
	if err != nil || place == nil {
		t.Fatal(place, err)
	}
	for _, f := range []*File{giver, owner} {
		if again, err := f.OrderPlace(); err != nil || again != nil {
			t.Fatal("two have the place", err)
		}
	}
	seq := owner.StateSeq()
	id, err := giver.PutOrder(ctx, "fallback")
	if err != nil {
		t.Fatal(err)
	}
	if owner.StateSeq() == seq {
		t.Error("the owner does not see the order")
	}
	if gone, err := owner.OrderAbandoned(); err != nil || gone {
		t.Fatal("the order is not abandoned", gone, err)
	}
	if err := giver.WithdrawOrder(ctx, id); err != nil {
		t.Fatal(err)
	}
	if o, err := owner.Order(ctx); err != nil || (o != Order{ID: id, Want: "fallback", Withdrawn: true}) {
		t.Fatal(o, err)
	}
	seq = giver.StateSeq()
	if err := owner.AnswerOrder(ctx, id, OrderFailed, "why"); err != nil {
		t.Fatal(err)
	}
	if giver.StateSeq() == seq {
		t.Error("the giver does not see the answer")
	}
	if err := owner.AnswerOrder(ctx, id, OrderDone, ""); !errors.Is(err, ErrNoOrder) {
		t.Error("answered twice:", err)
	}
	want := Order{ID: id, Want: "fallback", Withdrawn: true, Answer: OrderFailed, Error: "why"}
	if o, err := giver.TakeOrderBack(ctx, id); err != nil || o != want {
		t.Fatal(o, err)
	}
	if _, err := giver.TakeOrderBack(ctx, id); !errors.Is(err, ErrNoOrder) {
		t.Error("taken back twice:", err)
	}
	if err := owner.AnswerOrder(ctx, id, OrderDone, ""); !errors.Is(err, ErrNoOrder) {
		t.Error("an answer to nobody:", err)
	}

	// What a process leaves behind, the next one's order takes the place of.
	if _, err := giver.PutOrder(ctx, "auto"); err != nil {
		t.Fatal(err)
	}
	if err := giver.Close(); err != nil {
		t.Fatal(err)
	}
	if gone, _ := owner.OrderAbandoned(); gone {
		t.Error("the place is lost with the File, before it is left")
	}
	place.Leave()
	if gone, _ := owner.OrderAbandoned(); !gone {
		t.Error("an order is not abandoned when its process has ended")
	}
	next, err := owner.OrderPlace()
	if err != nil || next == nil {
		t.Fatal(next, err)
	}
	defer next.Leave()
	second, err := owner.PutOrder(ctx, "primary")
	if err != nil {
		t.Fatal(err)
	}
	if o, err := owner.Order(ctx); err != nil || (o != Order{ID: second, Want: "primary"}) {
		t.Fatal(o, err)
	}
	if _, err := giver.OrderPlace(); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// HasOwner looks without getting in the owner's way.
func TestHasOwner(t *testing.T) {
	f := open(t, "", Options{})
	other := open(t, f.Path(), Options{})
	expect := func(want bool) {
		t.Helper()
		for _, f := range []*File{f, other} {
			if has, err := f.HasOwner(); err != nil || has != want {
				t.Fatalf("HasOwner %v, %v", has, err)
			}
		}
	}
	expect(false)
	if ok, err := f.TryOwn(); err != nil || !ok {
		t.Fatal("looking left something behind", err)
	}
	expect(true)
	if ok, err := other.TryOwn(); err != nil || ok {
		t.Fatal("two owners", err)
	}
	if err := f.Release(); err != nil {
		t.Fatal(err)
	}
	expect(false)
}

// The owner sees when no other process uses the primary any more, also by its
// having ended.
func TestPrimaryLeft(t *testing.T) {
	owner := open(t, "", Options{})
	expect := func(want bool) {
		t.Helper()
		if left, err := owner.PrimaryLeft(); err != nil || left != want {
			t.Fatal(left, err)
		}
	}
	expect(true)
	a, b := open(t, owner.Path(), Options{}), open(t, owner.Path(), Options{})
	for _, f := range []*File{a, b, a} {
		if err := f.JoinPrimary(ctx); err != nil {
			t.Fatal(err)
		}
	}
	expect(false)
	if err := a.LeavePrimary(); err != nil {
		t.Fatal(err)
	}
	if err := a.LeavePrimary(); err != nil {
		t.Fatal("twice:", err)
	}
	expect(false)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	expect(true)
	if err := b.JoinPrimary(ctx); !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	if err := a.JoinPrimary(ctx); err != nil {
		t.Fatal(err)
	}
	expect(false)
}
