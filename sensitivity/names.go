package sensitivity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Wish is a what-if as a person words it.
type Wish struct {
	Change
	// Without are teams taken away, by name; see [Without].
	Without []string
	// Said repeats each part of the wish in full: which fact becomes what.
	Said []Said
}

// Said is one part of a wish in full.
type Said struct {
	Name string `json:"name"`
	From string `json:"from,omitempty"`
	To   string `json:"to"`
}

// Wish reads the words of a what-if, each NAME=VALUE:
//
//	PlaceOrder.latency=p99:200ms   a fact, by its id or the end of it
//	peak=3x                        a multiple, of every stated fact of that name
//	broker=rabbitmq                a decision, forced to an option
//	delivery=none                  a team, taken away
//
// A value is written as in an input; +20% and -20% are multiples, too. The error
// says which word is wrong, with the nearest name.
func (p *Planner) Wish(words []string) (Wish, error) {
	w := Wish{Change: Change{Facts: fact.Overrides{}}}
	for _, word := range words {
		name, value, ok := strings.Cut(word, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || value == "" {
			return Wish{}, fmt.Errorf("%q sets nothing: write NAME=VALUE, such as peak=3x", word)
		}
		if err := p.wish(&w, name, value); err != nil {
			return Wish{}, err
		}
	}
	return w, nil
}

func (p *Planner) wish(w *Wish, name, value string) error {
	if team := p.team(name); team != "" && value == "none" {
		w.Without = append(w.Without, team)
		w.Said = append(w.Said, Said{Name: "context.teams." + team, To: "none"})
		return nil
	}
	if d := p.decision(name); d != nil {
		o, err := option(d, value)
		if err != nil {
			return err
		}
		w.Pins = append(w.Pins, model.Pin{Target: string(d.ID), Choose: string(o), Because: "asked for in a what-if"})
		w.Said = append(w.Said, Said{string(d.ID), string(d.Choice), string(o)})
		return nil
	}
	if at := p.latency(name); at != "" {
		return p.percentiles(w, at, value)
	}
	factor, multiple := multipleOf(value)
	facts := p.named(name)
	switch {
	case len(facts) == 0:
		return p.unknown(name)
	case len(facts) > 1 && !multiple:
		return fmt.Errorf("%s is the name of %d facts: %s", name, len(facts), few(facts))
	}
	for _, f := range facts {
		q, err := valueOf(f, value, factor, multiple)
		if err != nil {
			return fmt.Errorf("%s: %w", f.ID, err)
		}
		w.Facts[f.ID] = q
		w.Said = append(w.Said, Said{string(f.ID), shown(f.Value), q.String()})
	}
	return nil
}

func shown(q fact.Quantity) string {
	if q.Kind == fact.None {
		return ""
	}
	return q.String()
}

func (p *Planner) team(name string) string {
	name = strings.TrimPrefix(name, "context.teams.")
	for _, t := range p.base.Model.Context.Teams {
		if strings.EqualFold(t.Name, name) {
			return t.Name
		}
	}
	return ""
}

// decision finds one by its id.
func (p *Planner) decision(name string) *arch.Decision {
	for i := range p.base.Decisions {
		if d := &p.base.Decisions[i]; strings.EqualFold(string(d.ID), name) {
			return d
		}
	}
	return nil
}

func option(d *arch.Decision, name string) (arch.OptionID, error) {
	var names []string
	for _, o := range d.Options {
		if strings.EqualFold(string(o.ID), name) || strings.EqualFold(o.Name, name) {
			return o.ID, nil
		}
		names = append(names, string(o.ID))
	}
	if near := diag.Nearest(name, names); near != "" {
		return "", fmt.Errorf("%s has no option %q; did you mean %s?", d.ID, name, near)
	}
	return "", fmt.Errorf("%s has no option %q; it has %s", d.ID, name, strings.Join(names, ", "))
}

// multipleOf reads 3x, 0.5x, +20% and -20%.
func multipleOf(value string) (float64, bool) {
	if n, ok := strings.CutSuffix(value, "x"); ok {
		v, err := strconv.ParseFloat(n, 64)
		return v, err == nil && v >= 0 && v <= 1e6
	}
	if n, ok := strings.CutSuffix(value, "%"); ok && (n[0] == '+' || n[0] == '-') {
		v, err := strconv.ParseFloat(n, 64)
		return 1 + v/100, err == nil && v >= -100 && v <= 1e6
	}
	return 0, false
}

// valueOf reads the value of a fact as an input would write it.
func valueOf(f fact.Fact, text string, factor float64, multiple bool) (fact.Quantity, error) {
	q := f.Value
	var err error
	switch {
	case multiple && !q.Kind.Numeric():
		return q, fmt.Errorf("%s is no number to multiply", q)
	case multiple:
		q.N *= factor
	default:
		q, err = parse(q, text)
	}
	if err != nil {
		return q, err
	}
	if !q.Kind.Numeric() {
		return q, allowed(f, q)
	}
	d := domainOf(f)
	if multiple && d.whole {
		q.N = d.clamp(q.N)
	}
	if v := min(max(q.N, d.low), d.high); v != q.N {
		end := q
		end.N = v
		return q, fmt.Errorf("it cannot be %s; the end is %s", q, end)
	}
	return q, nil
}

// allowed refuses words that the language does not have there.
func allowed(f fact.Fact, q fact.Quantity) error {
	list := words[lastPart(f.ID)]
	if q.Kind != fact.Text || len(list) == 0 || slices.Contains(list, q.Text) {
		return nil
	}
	return fmt.Errorf("%q is none of %s", q.Text, strings.Join(list, ", "))
}

func parse(q fact.Quantity, text string) (fact.Quantity, error) {
	n, ok, err := fact.ParseNumber(q.Kind, text)
	if ok {
		q.N = n
		return q, err
	}
	switch q.Kind {
	case fact.Money:
		q, err = money(q, text)
	case fact.Truth:
		switch text {
		case "yes", "true":
			q.N = 1
		case "no", "false":
			q.N = 0
		default:
			err = fmt.Errorf("%q is neither yes nor no", text)
		}
	case fact.Text:
		q.Text = text
	default: // hours and days have no unit in an input
		q.N, err = strconv.ParseFloat(strings.Fields(text + " -")[0], 64)
		if err == nil && !(q.N >= 0 && q.N <= 1e9) {
			err = fmt.Errorf("%q is out of range", text)
		}
	}
	return q, err
}

// money takes an amount in the currency of the fact, per month as it is kept.
func money(q fact.Quantity, text string) (fact.Quantity, error) {
	n, currency, period, err := fact.ParseMoney(text)
	switch {
	case err != nil:
		return q, err
	case q.Text != "" && currency != q.Text:
		return q, fmt.Errorf("%s is in %s, not in %s", text, currency, q.Text)
	case period > 0:
		n *= fact.Month.Seconds() / period
	}
	q.N, q.Text = n, currency
	return q, nil
}

// named finds facts by id or by the end of it; of several by the end, the stated
// ones where there are any.
func (p *Planner) named(name string) []fact.Fact {
	var exact, ends, said []fact.Fact
	for _, f := range p.names() {
		switch {
		case strings.EqualFold(string(f.ID), name):
			exact = append(exact, f)
		case ending(string(f.ID), name):
			ends = append(ends, f)
			if f.Origin == fact.Stated {
				said = append(said, f)
			}
		}
	}
	switch {
	case len(exact) > 0:
		return exact
	case len(said) > 0:
		return said
	case len(ends) == 0:
		return p.unsaid(name)
	}
	return ends
}

// unsaid is a percentile of a latency that nobody has said anything of.
func (p *Planner) unsaid(name string) []fact.Fact {
	cut := strings.LastIndexByte(name, '.')
	if cut < 0 || !slices.Contains(percentileParts, name[cut+1:]) {
		return nil
	}
	at := p.latency(name[:cut])
	if at == "" {
		return nil
	}
	return []fact.Fact{{ID: at + fact.ID(name[cut:]), Value: fact.Quantity{Kind: fact.Duration}}}
}

// ending reports whether an id ends in a name, at a dot and in any case.
func ending(id, name string) bool {
	at := len(id) - len(name)
	return at > 0 && id[at-1] == '.' && strings.EqualFold(id[at:], name)
}

// unsaidKey marks a fact whose key is in the language and that nothing is taken for.
const unsaidKey = "nothing is taken for it unless it is said"

// all lists the facts there are, and those of the model that would be there had
// somebody stated them. New keeps it as names.
func (p *Planner) all() []fact.Fact {
	list := p.base.Model.Facts.All()
	for _, f := range p.base.Facts.All() {
		if f.Origin != fact.Derived {
			list = append(list, f)
		}
	}
	add := func(id fact.ID, kind fact.Kind) {
		if _, known := p.base.Model.Facts.Get(id); !known {
			list = append(list, fact.Fact{ID: id, Value: fact.Quantity{Kind: kind, Text: p.currency(kind)}, Origin: fact.Assumed, Reason: unsaidKey})
		}
	}
	for _, u := range p.base.Model.UseCases {
		add(u.Path+".available", fact.Share)
		add(u.Path+".stale", fact.Duration)
	}
	for _, a := range p.base.Model.Aggregates {
		add(a.Path+".retained", fact.Duration)
	}
	for _, x := range p.base.Model.Externals {
		add(x.Path+".limit", fact.Rate)
	}
	add("context.budget", fact.Money)
	return list
}

func (p *Planner) currency(k fact.Kind) string {
	if k == fact.Money {
		return p.base.Model.Context.Currency
	}
	return ""
}

// latency finds what has percentiles by a name such as PlaceOrder.latency: its path,
// "" for none.
func (p *Planner) latency(name string) fact.ID {
	for _, u := range p.base.Model.UseCases {
		for _, part := range []string{".latency", ".work"} {
			if id := string(u.Path) + part; strings.EqualFold(id, name) || ending(id, name) {
				return fact.ID(id)
			}
		}
	}
	for _, x := range p.base.Model.Externals {
		if id := string(x.Path) + ".latency"; strings.EqualFold(id, name) || ending(id, name) {
			return fact.ID(id)
		}
	}
	return ""
}

// percentiles sets those that a value names; a multiple sets all there are.
func (p *Planner) percentiles(w *Wish, at fact.ID, value string) error {
	set := func(part string, seconds float64) {
		id := at + fact.ID("."+part)
		f, _ := p.fact(id)
		q := fact.Quantity{Kind: fact.Duration, N: seconds}
		w.Facts[id] = q
		w.Said = append(w.Said, Said{string(id), shown(f.Value), q.String()})
	}
	if factor, multiple := multipleOf(value); multiple {
		for _, part := range percentileParts {
			if f, known := p.fact(at + fact.ID("."+part)); known {
				set(part, f.Value.N*factor)
			}
		}
		return nil
	}
	l, err := fact.ParseLatency(value)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	if l.Mean > 0 && l.P99 == 0 {
		l.P99 = l.Mean // as the language reads a bare target
	}
	for i, v := range []float64{l.P50, l.P90, l.P95, l.P99, l.P999, l.Max} {
		if v > 0 {
			set(percentileParts[i], v)
		}
	}
	return nil
}

func few(facts []fact.Fact) string {
	var out []string
	for _, f := range facts[:min(4, len(facts))] {
		out = append(out, string(f.ID))
	}
	if len(facts) > 4 {
		out = append(out, "...")
	}
	return strings.Join(out, ", ")
}

// unknown suggests the nearest name: of a decision, a fact, or the end of one.
func (p *Planner) unknown(name string) error {
	var names []string
	for i := range p.base.Decisions {
		names = append(names, string(p.base.Decisions[i].ID))
	}
	for _, f := range p.names() {
		id := string(f.ID)
		names = append(names, id)
		for strings.Contains(id, ".") {
			_, id, _ = strings.Cut(id, ".")
			names = append(names, id)
		}
	}
	for _, u := range p.base.Model.UseCases {
		names = append(names, u.Name+".latency")
	}
	slices.Sort(names)
	if near := diag.Nearest(name, slices.Compact(names)); near != "" {
		return fmt.Errorf("nothing is called %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("nothing is called %q; name a fact (PlaceOrder.peak), a decision (broker) or a team", name)
}
