package model

import (
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// written is a quantity as somebody wrote it, with the fact it will be. A
// quantity that nobody wrote has an ID all the same: completion fills it under
// that ID, and an override may set it.
type written struct {
	id   fact.ID
	q    fact.Quantity
	span diag.Span
	said bool
}

// unsaid is a quantity that has no words in the input but a place in the data.
func unsaid(id fact.ID, kind fact.Kind) written {
	return written{id: id, q: fact.Quantity{Kind: kind}}
}

func said(id fact.ID, kind fact.Kind, v float64, span diag.Span) written {
	return written{id: id, q: fact.Quantity{Kind: kind, N: v}, span: span, said: true}
}

// quantity reads a scalar by one of the grammars of package fact.
func quantity(n *spec.Node, id fact.ID, kind fact.Kind, parse func(string) (float64, error)) written {
	if text(n) == "" {
		return unsaid(id, kind)
	}
	v, err := parse(n.Text)
	if err != nil {
		return unsaid(id, kind) // the parser has reported it
	}
	return said(id, kind, v, n.Span)
}

func count(n *spec.Node, id fact.ID) written {
	return quantity(n, id, fact.Count, fact.ParseCount)
}
func rate(n *spec.Node, id fact.ID) written {
	return quantity(n, id, fact.Rate, fact.ParseRate)
}
func share(n *spec.Node, id fact.ID) written {
	return quantity(n, id, fact.Share, fact.ParseShare)
}
func duration(n *spec.Node, id fact.ID) written {
	return quantity(n, id, fact.Duration, fact.ParseSeconds)
}
func size(n *spec.Node, id fact.ID) written {
	return quantity(n, id, fact.Bytes, fact.ParseBytes)
}

// truth reads yes or no as a quantity, so that what-if can set it.
func truth(n *spec.Node, id fact.ID) written {
	v, ok := n.Flag()
	if !ok {
		return unsaid(id, fact.Truth)
	}
	w := said(id, fact.Truth, 0, n.Span)
	if v {
		w.q.N = 1
	}
	return w
}

// word reads one of a few words as a quantity.
func word(n *spec.Node, id fact.ID) written {
	w := unsaid(id, fact.Text)
	if t := text(n); t != "" {
		w.q.Text, w.span, w.said = t, n.Span, true
	}
	return w
}

// money reads an amount and its currency. The period is returned in seconds, 0
// when none was written.
func money(n *spec.Node, id fact.ID) (w written, period float64) {
	w = unsaid(id, fact.Money)
	if text(n) == "" {
		return w, 0
	}
	amount, currency, period, err := fact.ParseMoney(n.Text)
	if err != nil {
		return w, 0
	}
	w.q.N, w.q.Text, w.span, w.said = amount, currency, n.Span, true
	return w, period
}

// monthly turns an amount for a period into the amount per month; without a period
// it counts as monthly.
func monthly(w written, period float64) written {
	if period > 0 {
		w.q.N *= fact.Month.Seconds() / period
	}
	return w
}

// writtenLatency is the percentiles of a latency as written.
type writtenLatency struct {
	p50, p90, p95, p99, p999, max written
}

// each visits the percentiles, smallest first, with their names.
func (l *writtenLatency) each(f func(name string, w *written)) {
	f("p50", &l.p50)
	f("p90", &l.p90)
	f("p95", &l.p95)
	f("p99", &l.p99)
	f("p99.9", &l.p999)
	f("max", &l.max)
}

func (l *writtenLatency) said() bool {
	return l.p50.said || l.p90.said || l.p95.said || l.p99.said || l.p999.said || l.max.said
}

// latency reads percentiles. A bare duration is the 99th percentile of a target
// and the median of what something takes, as people mean it: bare says which.
func latency(n *spec.Node, id fact.ID, bare string) writtenLatency {
	var l writtenLatency
	l.each(func(name string, w *written) {
		if name == "p99.9" {
			name = "p999" // a dot separates the parts of an ID
		}
		*w = unsaid(id+"."+fact.ID(name), fact.Duration)
	})
	if text(n) == "" {
		return l
	}
	v, err := fact.ParseLatency(n.Text)
	if err != nil {
		return l
	}
	set := func(w *written, seconds float64) {
		if seconds > 0 {
			*w = said(w.id, fact.Duration, seconds, n.Span)
		}
	}
	set(&l.p50, v.P50)
	set(&l.p90, v.P90)
	set(&l.p95, v.P95)
	set(&l.p99, v.P99)
	set(&l.p999, v.P999)
	set(&l.max, v.Max)
	if bare == "p99" && !l.p99.said {
		set(&l.p99, v.Mean)
	} else if bare == "p50" && !l.p50.said {
		set(&l.p50, v.Mean)
	}
	return l
}

// windows reads a list of windows.
func windows(n *spec.Node, id fact.ID) []Window {
	var out []Window
	for _, item := range items(n) {
		if w, ok := item.Window(); ok {
			out = append(out, window(w, id, item.Text))
		}
	}
	return out
}

func window(w spec.Window, id fact.ID, text string) Window {
	return Window{Days: w.Days, From: w.From, To: w.To, Fact: id, Text: text}
}
