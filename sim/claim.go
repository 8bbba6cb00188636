package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Claim is what must hold under a scenario, as a person wrote it.
type Claim struct {
	Text string

	subject    string // "" for all that users wait for
	measure    *measure
	percentile string // "" for a measure without
	less       bool   // what is measured is to be below the bound
	orEqual    bool
	bound      float64
	rate       bool // the bound of a goodput is a rate, not a share
}

// MarshalText shows a claim as it was written.
func (c Claim) MarshalText() ([]byte, error) { return []byte(c.Text), nil }

// About is what a claim is about: a use case, an element, an edge or a channel ("" for
// all that users wait for), and the name of what is measured there ("latency",
// "recovers").
func (c *Claim) About() (subject, measure string) {
	if c.measure == nil {
		return c.subject, ""
	}
	return c.subject, c.measure.name
}

// subjects are the kinds of thing a measure can be of.
type subjects uint8

const (
	ofAll     subjects = 1 << iota // everything that users wait for together
	ofUseCase                      // a flow, by its id
	ofElement                      // a deployable, a process, a store, an external, a cache
	ofChannel
	ofEdge
	ofCache
)

// measure is something a claim can speak of.
type measure struct {
	name string
	of   subjects
	// percentiles it is asked for with; none for a plain number.
	percentiles []string
	kind        fact.Kind
}

var measures = []measure{
	{"latency", ofUseCase, []string{"p50", "p90", "p99", "p99.9"}, fact.Duration},
	{"goodput", ofAll | ofUseCase, nil, fact.Share}, // or a rate
	{"errors", ofAll | ofUseCase, nil, fact.Share},
	{"lag", ofChannel, []string{"p99"}, fact.Duration},
	{"utilisation", ofElement, nil, fact.Share},
	{"queue", ofElement | ofChannel, nil, fact.Count},
	{"wait", ofElement, nil, fact.Duration},
	{"retries", ofEdge, nil, fact.Share},
	{"hits", ofCache, nil, fact.Share},
	{name: recoveryMeasure, kind: fact.Duration},
	{name: deadMeasure, kind: fact.Count},
	{name: stuckMeasure, kind: fact.Count},
	{name: objectivesMeasure},
	{name: missedMeasure},
}

// Claims in words are measures of the whole run.
const (
	recoveryMeasure   = "recovers"
	deadMeasure       = "dead letters"
	stuckMeasure      = "stuck sagas"
	objectivesMeasure = "all objectives"
	missedMeasure     = "missed objectives"
)

func measureNamed(name string) *measure {
	for i := range measures {
		if measures[i].name == name {
			return &measures[i]
		}
	}
	return nil
}

// measureNames are those that are written with a bound.
func measureNames() (out []string) {
	for i := range measures {
		if measures[i].of != 0 {
			out = append(out, measures[i].name)
		}
	}
	return out
}

// ParseClaim reads a claim as a person writes it:
//
//	PlaceOrder.latency p99 < 800ms    p50, p90, p99 or p99.9
//	PlaceOrder.goodput >= 99%         of what ended; or > 300/s
//	errors < 1%                       of all that users wait for
//	ordering.order.v1.lag p99 < 5s    from publication to done
//	ordering-db.utilisation < 70%     also queue < 10 and wait < 20ms
//	AuthoriseCard/card_processor.retries < 5%
//	recovers within 30s               of the end of the last fault
//	view-menu.hits > 60%              of the lookups of a cache
//	no dead letters
//	no stuck sagas
//	all objectives                    are met
//	no missed objectives              those that the run is too short to tell pass
func ParseClaim(text string) (Claim, error) {
	c := Claim{Text: strings.Join(strings.Fields(text), " "), less: true, orEqual: true}
	switch c.Text {
	case "all objectives", "all objectives are met":
		c.measure = measureNamed(objectivesMeasure)
		return c, nil
	case "no missed objectives", "no dead letters", "no stuck sagas":
		c.measure = measureNamed(strings.TrimPrefix(c.Text, "no "))
		return c, nil
	}
	if rest, ok := strings.CutPrefix(c.Text, "recovers"); ok {
		c.measure = measureNamed(recoveryMeasure)
		rest, ok = strings.CutPrefix(rest, " within ")
		if !ok {
			return c, refuse("write it like: recovers within 30s", "%q does not say how soon", text)
		}
		within, err := lastingTime(rest, text, longest)
		if err == nil && within < time.Millisecond {
			err = refuse("write a time to recover in, as in: recovers within 30s", "nothing recovers within %s", rest)
		}
		c.bound = within.Seconds()
		return c, err
	}
	at := strings.IndexAny(text, "<>=≤≥")
	if at < 0 {
		if near := diag.Nearest(c.Text, phrases); near != "" {
			return c, refuse("write "+near, "%q is no claim", text)
		}
		return c, refuse("write it like: "+claimExamples, "%q has no bound", text)
	}
	bound := strings.TrimLeft(text[at:], "<>=≤≥")
	op := text[at : len(text)-len(bound)]
	if err := c.compares(op); err != nil {
		return c, err
	}
	if err := c.names(strings.Fields(text[:at])); err != nil {
		return c, err
	}
	if bound = strings.TrimSpace(bound); bound == "" {
		return c, refuse("write it like: "+claimExamples, "nothing stands after the %s of %q", op, text)
	}
	if err := c.reads(bound); err != nil {
		return c, err
	}
	return c, c.vacuous(bound)
}

// phrases are the claims that are written without a bound.
var phrases = []string{"all objectives", "no missed objectives", "no dead letters", "no stuck sagas"}

const claimExamples = "PlaceOrder.latency p99 < 800ms, errors < 1%, recovers within 30s, no dead letters, all objectives"

// vacuous refuses a bound that nothing can be beyond, or everything.
func (c *Claim) vacuous(bound string) error {
	share := c.measure.kind == fact.Share && !c.rate && c.measure.name != "retries" // a call may be retried more than once
	lowest, highest := c.bound == 0, share && c.bound == 1
	switch {
	case !c.orEqual && (c.less && lowest || !c.less && highest):
		return refuse("write a bound that can be kept, or <= and >= for the bound itself", "%q can never hold: nothing is beyond %s", c.Text, bound)
	case c.orEqual && (!c.less && lowest || c.less && highest):
		return refuse("write a bound that can be missed", "%q holds whatever happens", c.Text)
	}
	return nil
}

func (c *Claim) compares(op string) error {
	switch op {
	case "<", "<=", "≤", ">", ">=", "≥":
		c.less, c.orEqual = op[0] == '<' || op == "≤", op != "<" && op != ">"
		return nil
	}
	return refuse("write one of them before the bound", "a bound is <, <=, > or >=, not %q", op)
}

// names reads what stands before the bound.
func (c *Claim) names(words []string) error {
	if len(words) == 0 {
		return refuse("write it like: "+claimExamples, "%q does not say what is measured", c.Text)
	}
	name := words[0]
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		if c.subject, name = name[:dot], name[dot+1:]; c.subject == "" || name == "" {
			return refuse("write it like: PlaceOrder.latency p99 < 800ms", "%q lacks a name on one side of its dot", words[0])
		}
	}
	c.measure = measureNamed(name)
	if c.measure == nil || c.measure.of == 0 {
		remedy := "write one of them"
		if near := diag.Nearest(name, measureNames()); near != "" {
			remedy = "write " + near
		}
		return refuse(remedy, "%q is no measure; they are %s", name, strings.Join(measureNames(), ", "))
	}
	rest := words[1:]
	switch asked := c.measure.percentiles; {
	case len(asked) > 0 && len(rest) == 0:
		return refuse("write "+words[0]+" "+asked[len(asked)/2], "%s is asked for with a percentile", name)
	case len(asked) > 0:
		if c.percentile = rest[0]; !slices.Contains(asked, c.percentile) {
			return refuse("write "+words[0]+" "+asked[len(asked)/2], "%s is measured as %s, not %q", name, strings.Join(asked, ", "), c.percentile)
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return refuse("leave it out, or write it like: "+claimExamples, "%q is left over in %q", rest[0], c.Text)
	}
	return nil
}

// reads reads the bound.
func (c *Claim) reads(bound string) (err error) {
	switch c.measure.kind {
	case fact.Duration:
		c.bound, err = fact.ParseSeconds(bound)
	case fact.Count:
		c.bound, err = fact.ParseCount(bound)
	default:
		if c.measure.name == "goodput" && !strings.HasSuffix(bound, "%") {
			c.rate = true
			c.bound, err = fact.ParseRate(bound)
			return err
		}
		c.bound, err = fact.ParseShare(bound)
	}
	return err
}

// resolve ties a claim to the design. It answers what is wrong, "" when nothing is,
// and a remedy.
func (c *Claim) resolve(n *names, s *Scenario) (code diag.Code, why, hint string) {
	const bad, unknown = "sim.bad-claim", unknownElement
	switch c.measure.name {
	case recoveryMeasure:
		if len(s.Faults) == 0 || s.endless() {
			return bad, "there is nothing to recover from: no fault ends", "give every fault an end, as in: down ordering-db at 30s for 20s"
		}
		return "", "", ""
	case "retries":
		if c.subject == "" {
			return bad, "retries are those of an edge", "name it: PlaceOrder/payment.retries < 5%"
		}
	}
	if c.subject == "" {
		if c.measure.of != 0 && c.measure.of&ofAll == 0 {
			return bad, c.measure.name + " needs a name before it", "write it as in: " + c.example(n)
		}
		return "", "", ""
	}
	var all []string
	for _, kind := range []subjects{ofUseCase, ofElement, ofChannel, ofEdge, ofCache} {
		if c.measure.of&kind == 0 {
			continue
		}
		if n.has(kind, c.subject) {
			return "", "", ""
		}
		all = append(all, n.of(kind)...)
	}
	if ch := channelOf(n.a, c.subject); ch != "" && c.measure.of&ofChannel != 0 {
		c.subject = ch
		return "", "", ""
	}
	why = fmt.Sprintf("the design has no %s called %q", c.measure.kinds(), c.subject)
	if near := diag.Nearest(c.subject, all); near != "" {
		return unknown, why, "write " + near + "." + c.measure.name
	}
	return unknown, why, "they are " + shortList(all)
}

// shortList joins the first names of a list.
func shortList(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

func (m *measure) kinds() string {
	var out []string
	for _, k := range []struct {
		kind subjects
		name string
	}{{ofUseCase, "use case with a load"}, {ofElement, "element"}, {ofChannel, "channel"}, {ofEdge, "edge"}, {ofCache, "cache"}} {
		if m.of&k.kind != 0 {
			out = append(out, k.name)
		}
	}
	return strings.Join(out, " or ")
}

func (c *Claim) example(n *names) string {
	for _, kind := range []subjects{ofUseCase, ofElement, ofChannel, ofEdge, ofCache} {
		if names := n.of(kind); c.measure.of&kind != 0 && len(names) > 0 {
			return names[0] + "." + c.Text
		}
	}
	return c.Text
}

// names are those of the elements of a design, listed when first asked for.
type names struct {
	a     *arch.Arch
	lists map[subjects][]string
	sets  map[subjects]map[string]bool
}

func (n *names) of(kind subjects) []string {
	if n.lists == nil {
		n.lists, n.sets = map[subjects][]string{}, map[subjects]map[string]bool{}
	}
	if _, listed := n.lists[kind]; !listed {
		n.lists[kind], n.sets[kind] = named(n.a, kind), map[string]bool{}
		for _, name := range n.lists[kind] {
			n.sets[kind][name] = true
		}
	}
	return n.lists[kind]
}

func (n *names) has(kind subjects, name string) bool {
	n.of(kind)
	return n.sets[kind][name]
}

// named are the names of a kind of subject in a design.
func named(a *arch.Arch, kind subjects) (out []string) {
	switch kind {
	case ofUseCase:
		for i := range a.Flows {
			if a.Flows[i].Starts != "step" {
				out = append(out, string(a.Flows[i].ID))
			}
		}
	case ofElement:
		for i := range a.Deployables {
			d := &a.Deployables[i]
			out = append(out, string(d.ID))
			for k := range d.Roles {
				out = append(out, string(d.ID)+"."+d.Roles[k].Name)
			}
		}
		for i := range a.Stores {
			out = append(out, string(a.Stores[i].ID))
		}
		for i := range a.Externals {
			out = append(out, string(a.Externals[i].ID))
		}
		for i := range a.Caches {
			out = append(out, a.Caches[i].ID)
		}
	case ofChannel:
		for i := range a.Channels {
			if a.Channels[i].Kind != "dead-letter" {
				out = append(out, string(a.Channels[i].ID))
			}
		}
	case ofCache:
		for i := range a.Caches {
			out = append(out, a.Caches[i].ID)
		}
	case ofEdge:
		for i := range a.Edges {
			out = append(out, string(a.Edges[i].ID))
		}
	}
	return out
}

// channelOf is the channel that carries an event, "" when there is no such event.
func channelOf(a *arch.Arch, event string) string {
	for i := range a.Events {
		if string(a.Events[i].ID) == event {
			return string(a.Events[i].Channel)
		}
	}
	return ""
}
