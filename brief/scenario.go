package brief

import (
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// pendingScenario is a line under Scenarios: a load or a fault that the design is to be
// put under. It waits until externals and use cases are known.
type pendingScenario struct {
	named
	p    passage
	rest int
}

// The words of faults, for what befalls an external.
var (
	goneWords   = set(`down away unavailable unreachable offline outage fails fail out`)
	hangWords   = set(`hang hangs hanging stuck silent`)
	slowWords   = set(`slow slower slows slowly`)
	errorsWords = set(`error errors failures faults`)
)

// declareScenario reads "Campaign: three times the load for 10 minutes; Stripe is down
// for 5 min; errors below 1 %".
func (c *collector) declareScenario(p *passage) {
	name, from, rest := nameOf(p)
	id := spelt(name, fact.Snake)
	if id == "" || rest >= len(p.text) || strings.Count(name, " ") > 4 {
		c.prose(p, secScenarios)
		return
	}
	x := &pendingScenario{named: named{written: written{id, p.span(c.src.file, from, from+len(name))}}, p: *p, rest: rest}
	if !slices.ContainsFunc(c.scenarios, func(o *pendingScenario) bool { return o.text == id }) {
		c.scenarios = append(c.scenarios, x)
	}
}

// playScenarios reads what each scenario consists of; one without any part that is known
// was not understood.
func (c *collector) playScenarios() {
	c.scenarios = slices.DeleteFunc(c.scenarios, func(x *pendingScenario) bool {
		for _, piece := range pieces(x.p.text, x.rest, ";,") {
			c.play(x, piece)
		}
		if len(x.values) == 0 {
			c.mark(c.spanOf(&x.p), NotUnderstood, "", "it names no load, no fault and nothing that must hold")
			return true
		}
		c.mark(c.spanOf(&x.p), Fact, "scenarios."+x.text, "")
		return false
	})
}

// play reads one part of a scenario: a load, a fault, or what must hold.
func (c *collector) play(x *pendingScenario, piece stretch) {
	ws := split(x.p.text[piece.from:piece.to], piece.from)
	if len(ws) == 0 || len(ws) > maxWords {
		return
	}
	label(ws)
	has := func(words map[string]bool) bool {
		return slices.ContainsFunc(ws, func(w word) bool { return words[w.low] })
	}
	at := x.p.span(c.src.file, ws[0].from, ws[len(ws)-1].to)
	times, share, lasts := 0.0, 0.0, ""
	for _, a := range amounts(ws) {
		switch a.unit {
		case factor:
			times = a.n
		case percent:
			share = a.n
		case seconds:
			lasts = fact.FormatSeconds(a.n)
		}
	}
	for _, w := range ws {
		if n := multipleWords[w.low]; n > 0 && times == 0 {
			times = n
		}
	}
	during := ""
	if lasts != "" {
		during = " for " + lasts
	}
	target := c.externalIn(ws)
	switch {
	case has(set(`zone`)):
		x.add("faults", written{"zone" + during, at})
	case target != "" && times > 0 && has(slowWords):
		x.add("faults", written{"slow " + target + " " + plain(times) + "x" + during, at})
	case target != "" && share > 0 && has(errorsWords):
		x.add("faults", written{"errors " + target + " " + plain(share) + "%" + during, at})
	case target != "" && has(hangWords):
		x.add("faults", written{"hang " + target + during, at})
	case target != "" && has(goneWords):
		x.add("faults", written{"down " + target + during, at})
	case has(errorsWords) && share > 0:
		x.add("holds", written{"errors < " + plain(share) + "%", at})
	case lasts != "" && has(set(`recover recovers recovered`)):
		x.add("holds", written{"recovers within " + lasts, at})
	case times > 0:
		x.set(value{key: "load", text: written{plain(times) + "x", at}})
		if lasts != "" {
			x.set(value{key: "for", text: written{lasts, at}})
		}
	case c.promise(x, piece):
	case len(x.values) > 0:
		c.question(at, x.p.text[ws[0].from:ws[len(ws)-1].to], "what does this mean for the scenario "+x.text+": a load, a fault of which system, or what must hold?", "it is left out")
	}
}

// promise reads a latency that must hold: Place order within 800 ms.
func (c *collector) promise(x *pendingScenario, piece stretch) bool {
	for _, r := range readStatement(c.src.file, &x.p, piece.from, piece.to, true) {
		if r.Kind != Latency {
			continue
		}
		targets, whole := c.speaksOf(&pendingReading{Reading: r})
		if whole || len(targets) != 1 {
			return false
		}
		p := r.Percentile
		if p <= 0 {
			p = 99
		}
		x.add("holds", written{targets[0].text + ".latency " + "p" + fact.FormatNumber(stricter(p), 4) + " < " + fact.FormatSeconds(r.Q.N), r.Span})
		return true
	}
	return false
}

// externalIn is the external whose name stands among the words.
func (c *collector) externalIn(ws []word) string {
	for _, e := range c.externals {
		if !slices.ContainsFunc(fact.Words(e.text), func(part string) bool {
			return !slices.ContainsFunc(ws, func(w word) bool { return w.low == part || singular(w.low) == part })
		}) {
			return e.text
		}
	}
	return ""
}

// add adds to a list of the scenario.
func (x *pendingScenario) add(key string, w written) {
	for i := range x.values {
		if x.values[i].key == key {
			x.values[i].list = append(x.values[i].list, w)
			return
		}
	}
	x.values = append(x.values, value{key: key, list: []written{w}, text: w})
}
