package document

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

func (v *view) retry(r *arch.Retry) string {
	if r == nil {
		return ""
	}
	out := fmt.Sprintf("%d tries, %s to %s, %s jitter, budget %s, on %s",
		r.MaxAttempts, v.number(r.Base), v.number(r.Max), markdown.Text(r.Jitter), v.number(r.Budget), list(r.Only))
	return some(", ", out, prefixed("key ", markdown.Text(r.Key)))
}

func (v *view) breaker(b *arch.Breaker) string {
	if b == nil {
		return ""
	}
	return fmt.Sprintf("%s of %d or more in %s; open %s, %d probes",
		percent(b.Threshold), b.MinCalls, v.number(b.Window), v.number(b.Open), b.Probes)
}

func (v *view) bulkhead(b *arch.Bulkhead) string {
	if b == nil {
		return ""
	}
	return some(", ", strconv.Itoa(b.MaxConcurrent), prefixed("wait ", v.value(b.MaxWait)))
}

func (v *view) throttle(t *arch.Throttle) string {
	if t == nil {
		return ""
	}
	return some(", ", v.number(t.Rate), prefixed("burst ", v.value(t.Burst)))
}

// repeatable says whether a call may be sent again, and how its outcome is found
// out otherwise.
func repeatable(x arch.External) string {
	switch {
	case x.Idempotent && x.Lookup:
		return "yes, and can be asked"
	case x.Idempotent:
		return "yes"
	case x.Lookup:
		return "no, but can be asked"
	}
	return "no"
}

// verdict sets what is achieved against the target.
func (v *view) verdict(o arch.Objective) string {
	switch o.Verdict {
	case "met":
		return "met, " + percent(math.Abs(o.Margin)) + " left"
	case "missed":
		out := "**missed** by " + percent(math.Abs(o.Margin))
		if o.Nearest.Known() {
			out += "; feasible: " + v.value(o.Nearest)
		}
		return out
	}
	return markdown.Text(o.Verdict)
}

// against repeats the target beside a budget's sum.
func (v *view) against(o arch.Objective) string {
	return "of " + v.number(o.Target) + ", " + v.verdict(o)
}

func (v *view) burn(a arch.Alert) string {
	rate := ""
	if a.Burn > 0 {
		rate = fact.FormatNumber(a.Burn, 3) + "×"
	}
	return some(", ", rate, v.value(a.Long), v.value(a.Short))
}

func (v *view) scale(s *arch.Autoscale) string {
	if s == nil {
		return "fixed"
	}
	return some("; ", some(" at ", markdown.Text(s.Signal), v.value(s.Target)), markdown.Text(s.Scheduled))
}

func headroom(c arch.Capacity) string {
	if !c.Ceiling.Known() {
		return ""
	}
	return percent(c.Headroom)
}

func (v *view) lasts(w arch.Workload) string {
	return some(", ", v.value(w.Lasts), markdown.Text(w.When))
}

// layout says how an aggregate is kept when that is not as plain rows.
func layout(s arch.Store, a arch.StoredAggregate) string {
	kind := s.Layout
	if a.EventSourced {
		kind = "events"
	}
	if a.Outbox {
		kind += ", outbox"
	}
	return markdown.Text(strings.TrimPrefix(kind, ", "))
}

func (v *view) replicas(rs []arch.Replica) string {
	var out []string
	for _, r := range rs {
		out = append(out, some(" up to ", markdown.Text(arch.Short(r.Of)), v.value(r.Staleness)))
	}
	return strings.Join(out, ", ")
}

func (v *view) atHorizon(c arch.Cost) string {
	return prefixed("at the horizon ", v.value(c.AtHorizon))
}
