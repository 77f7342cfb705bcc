package tenant

import (
	"strconv"
	"testing"
	"time"
)

func TestQueueForgetsTheOldestOfANameThatIsTooMany(t *testing.T) {
	q := Queue{keep: 4}
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	q.Push(Timer{At: start, Provider: "p", Name: "plan.renew", Key: "rare"})
	for i := range 100 {
		at := start.Add(time.Duration(100-i) * time.Minute) // what is set last is due first
		q.Push(Timer{At: at, Provider: "p", Name: "charge.expire", Key: strconv.Itoa(i)})
	}
	if q.Len() > 1+4+2 {
		t.Fatalf("%d timers are left", q.Len())
	}
	first, _ := q.Pop(start.Add(time.Hour))
	if first.Key != "rare" {
		t.Errorf("a name that is not too many lost %v", first)
	}
	for want := 99; want > 95; want-- {
		if due, ok := q.Pop(start.Add(24 * time.Hour)); !ok || due.Key != strconv.Itoa(want) {
			t.Errorf("got %v, want the timer of %d", due, want)
		}
	}
	q.Clear()
	q.Push(Timer{At: start, Key: "after"})
	if due, ok := q.Pop(start); !ok || due.Key != "after" || q.Len() != 0 {
		t.Errorf("a cleared queue gave %v", due)
	}
}
