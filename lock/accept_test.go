package lock_test

import (
	"testing"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/lock"
)

func TestAcceptMarksARecordOnceAndNothingElse(t *testing.T) {
	_, l, _ := lock.Apply(shop(), nil, day1)
	before := string(l.Text())
	accepted, ok := l.Accept("Order.store", day2)
	if !ok {
		t.Fatal("a decision with a record was not accepted")
	}
	if string(l.Text()) != before {
		t.Error("the lock that was given has changed")
	}
	again, _ := accepted.Accept("Order.store", "2027-01-01")
	if string(again.Text()) != string(accepted.Text()) {
		t.Error("accepting twice changes the date")
	}
	a, _, problems := lock.Apply(shop(), accepted, "2027-02-02")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if d := a.Decision("Order.store"); d.Status != "accepted" || d.Date != day2 {
		t.Errorf("the record is %s of %s", d.Status, d.Date)
	}
	for _, id := range []arch.DecisionID{"Order.paging", "nothing"} {
		if _, ok := l.Accept(id, day2); ok {
			t.Errorf("%s has no record and was accepted", id)
		}
	}
}
