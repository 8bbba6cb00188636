package document

import (
	"fmt"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// retry shows the tries, the pauses between them and the share of calls that may be
// repeats.
func (v *view) retry(r *arch.Retry) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("%d, %s–%s, %s", r.MaxAttempts, v.number(r.Base), v.number(r.Max), v.number(r.Budget))
}

// breaker shows the share of failures that opens it, of how many calls in what time,
// and how long it stays open.
func (v *view) breaker(b *arch.Breaker) string {
	if b == nil {
		return ""
	}
	return fmt.Sprintf("%s, %d, %s, %s", percent(b.Threshold), b.MinCalls, v.number(b.Window), v.number(b.Open))
}

func (v *view) bulkhead(b *arch.Bulkhead) string {
	if b == nil {
		return ""
	}
	return strconv.Itoa(b.MaxConcurrent)
}

func (v *view) throttle(t *arch.Throttle) string {
	if t == nil {
		return ""
	}
	return some(", ", v.number(t.Rate), v.value(t.Burst), v.waits(t.MaxWait))
}

// waits says how long a call waits for its turn.
func (v *view) waits(most arch.Value) string {
	if !most.Known() {
		return ""
	}
	return "waits " + v.number(most)
}

// repeatable says whether a call may be sent again, and how its outcome is found
// out otherwise.
func repeatable(x arch.External) string {
	switch {
	case x.Idempotent && x.Lookup:
		return "yes, asked"
	case x.Idempotent:
		return "yes"
	case x.Lookup:
		return "no, asked"
	}
	return "no"
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

// guard is how a change of an aggregate is kept from being lost, by the decision.
func (v *view) guard(a arch.StoredAggregate) string {
	for _, question := range []string{"guard", "concurrency"} {
		for i := range v.Decisions {
			if d := &v.Decisions[i]; d.Question == question && d.About == a.Of && !d.NotNeeded {
				return markdown.Text(d.Choice)
			}
		}
	}
	return ""
}

// correlation is the header that goes through everything, where there is one.
func correlation(t arch.Telemetry) string {
	if t.Correlation == "" {
		return ""
	}
	return "`traceparent`"
}

func (v *view) replicas(rs []arch.Replica) string {
	var out []string
	for _, r := range rs {
		out = append(out, some(" up to ", markdown.Text(arch.Short(r.Of)), v.value(r.Staleness)))
	}
	return strings.Join(out, ", ")
}

// asItWas names what is kept of others as it was.
func asItWas(list []arch.Snapshot) string {
	var out []string
	for _, s := range list {
		fields := make([]string, len(s.Fields))
		for i, f := range s.Fields {
			fields[i] = markdown.Text(fact.Phrase(f))
		}
		out = append(out, markdown.Text(arch.Short(s.Of))+": "+strings.Join(fields, ", "))
	}
	return strings.Join(out, "; ")
}
