package mcp

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/query"
)

type explainIn struct {
	which
	more
	Name   string `json:"name" jsonschema:"a decision (D4, Order.store), a fact (use_cases.PlaceOrder.peak), an element, or the code of a problem"`
	WhyNot string `json:"why_not,omitempty" jsonschema:"an option of the decision: why was it not chosen"`
}

// explainOut holds what a name means: exactly one of Page, Decision and the rest.
type explainOut struct {
	Kind string `json:"kind" jsonschema:"diagnostic, decision, why-not or element"`
	// Page is the page of a diagnostic's code.
	Page string `json:"page,omitempty"`
	// Decision is the whole record, as plan.json has it.
	Decision map[string]any `json:"decision,omitempty"`
	// Cut is how the contexts came about, for the decision about them; plan.json also
	// has what crosses each boundary, and the moves and merges.
	Cut map[string]any `json:"cut,omitempty"`
	// Around a context: its boundaries, what crosses, what moves and merges would change.
	Around map[string]any `json:"around,omitempty"`
	// Option is the one asked about with why_not.
	Option string `json:"option,omitempty"`
	// Facts, each after the one it was asked for or that was derived from it.
	Facts    []factRow `json:"facts,omitempty"`
	Elements []element `json:"elements,omitempty"`
	ReadBy   []string  `json:"read_by,omitempty"`
	Next     []call    `json:"next"`

	decision *arch.Decision
	designed *arch.Arch
	about    string
	cut      *arch.Cut
	around   *query.ContextBoundaries
}

// element is a part of the design with its fields as plan.json has them.
type element struct {
	Kind   string         `json:"kind"`
	ID     string         `json:"id"`
	Fields map[string]any `json:"fields"`

	value any
}

// object is a value as JSON has it: clients of older protocols want every property of
// an answer to be described, which a structure of the vocabulary is not.
func object(v any) map[string]any {
	text, err := json.Marshal(v)
	out := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic("mcp: a part of the design is no JSON object: " + err.Error())
	}
	return out
}

type factRow struct {
	ID     string   `json:"id"`
	Value  string   `json:"value"`
	Origin string   `json:"origin"`
	From   string   `json:"from,omitempty"`
	Low    string   `json:"low,omitempty"`
	High   string   `json:"high,omitempty"`
	Inputs []string `json:"inputs,omitempty"`
	// Depth is how many derivations lie between it and what was asked for.
	Depth int `json:"depth,omitempty"`
}

func (f factRow) String() string {
	s := fmt.Sprintf("%s%s = %s, %s", strings.Repeat("  ", f.Depth), f.ID, f.Value, f.Origin)
	if f.From != "" {
		s += ": " + f.From
	}
	if f.Low != "" {
		s += fmt.Sprintf(" (plausible %s to %s)", f.Low, f.High)
	}
	return s
}

func rowOfFact(f fact.Fact, depth int) factRow {
	r := factRow{ID: string(f.ID), Value: f.Value.String(), Origin: f.Origin.String(), Depth: depth}
	r.From = cmp.Or(f.Span.String(), f.Rule, f.Reason, f.Source)
	if f.HasRange() && f.Low != f.High {
		low, high := f.Value, f.Value
		low.N, high.N = f.Low, f.High
		r.Low, r.High = low.String(), high.String()
	}
	for _, id := range f.Inputs {
		r.Inputs = append(r.Inputs, string(id))
	}
	return r
}

func (s *Server) explain(ctx context.Context, _ *sdk.CallToolRequest, in explainIn) (explainOut, error) {
	if text, ok := diag.Page(diag.Code(in.Name)); ok {
		return explainOut{Kind: "diagnostic", Page: text, Next: []call{{"check", on(in.which, nil), "whether it is gone"}}}, nil
	}
	src, err := s.files.open(in.File)
	if err != nil {
		return explainOut{}, err
	}
	d, err := s.mustFinish(ctx, src)
	if err != nil {
		return explainOut{}, err
	}
	if dec := query.Decision(d.Arch, in.Name); dec != nil {
		return explainDecision(d, dec, in)
	}
	if in.WhyNot != "" {
		return explainOut{}, fmt.Errorf("why_not needs a decision, and %q is none", in.Name)
	}
	facts, elements := query.Facts(d.Arch, in.Name), query.Elements(d.Arch, in.Name)
	if len(facts)+len(elements) == 0 {
		return explainOut{}, unknown(d.Arch, in.Name)
	}
	out := explainOut{Kind: "element", designed: d.Arch, about: in.Name}
	if out.around = query.Boundaries(d.Arch, in.Name); out.around != nil {
		out.Around = object(out.around)
	}
	for _, e := range elements {
		out.Elements = append(out.Elements, element{e.Kind, e.ID, object(e.Value), e.Value})
	}
	for _, f := range facts {
		out.derivation(f, 0, map[fact.ID]bool{})
	}
	for _, id := range query.Deciding(d.Arch, facts, elements) {
		out.ReadBy = append(out.ReadBy, string(id))
	}
	out.Next = []call{{"query", on(in.which, map[string]any{"kind": "impact", "name": in.Name}), "everything that rests on it"}}
	if len(out.ReadBy) > 0 {
		out.Next = append(out.Next, call{"explain", on(in.which, map[string]any{"name": out.ReadBy[0]}), "a decision that reads it"})
	}
	return out, nil
}

func unknown(a *arch.Arch, name string) error {
	if near := query.Nearest(a, name); near != "" {
		return fmt.Errorf("nothing here is called %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("nothing here is called %q; query with kind elements lists what there is", name)
}

// maxDerivation bounds how deep a derivation is followed, and maxRows how long it
// gets.
const (
	maxDerivation = 4
	maxRows       = 200
)

// derivation adds a fact and what it was derived from, each once.
func (o *explainOut) derivation(f fact.Fact, depth int, seen map[fact.ID]bool) {
	if seen[f.ID] || len(o.Facts) >= maxRows {
		return
	}
	seen[f.ID] = true
	o.Facts = append(o.Facts, rowOfFact(f, depth))
	if depth == maxDerivation {
		return
	}
	for _, id := range f.Inputs {
		if in, ok := o.designed.FactOf(id); ok {
			o.derivation(in, depth+1, seen)
		}
	}
}

func explainDecision(d *plumb.Design, found *arch.Decision, in explainIn) (explainOut, error) {
	dec := *found // the design stays as it is
	d.Tip(&dec)
	out := explainOut{Kind: "decision", Decision: object(dec), decision: &dec, designed: d.Arch}
	if dec.Question == "contexts" && d.Arch.Cut != nil {
		out.cut = briefCut(d.Arch.Cut)
		out.Cut = object(out.cut)
	}
	for _, id := range dec.Facts {
		if f, ok := d.Arch.FactOf(id); ok {
			out.Facts = append(out.Facts, rowOfFact(f, 0))
		}
	}
	if in.WhyNot != "" {
		at := slices.IndexFunc(dec.Options, func(o arch.Option) bool {
			return strings.EqualFold(string(o.ID), in.WhyNot) || strings.EqualFold(o.Name, in.WhyNot)
		})
		if at < 0 {
			return explainOut{}, fmt.Errorf("%s has no option %q; it has %s", dec.ID, in.WhyNot, optionIDs(&dec))
		}
		out.Kind, out.Option = "why-not", string(dec.Options[at].ID)
	}
	if len(dec.Flips) > 0 {
		f := dec.Flips[0]
		out.Next = append(out.Next, call{"whatif", on(in.which, map[string]any{"set": []string{fmt.Sprintf("%s=%s", f.Fact, f.At)}}), "the nearest tipping point, with all that follows"})
	}
	if dec.Significant { // others have no record to accept
		out.Next = append(out.Next, call{"decide", on(in.which, map[string]any{"decision": string(dec.ID), "accept": true}), "when the person agrees"})
	} else {
		out.Next = append(out.Next, call{"query", on(in.which, map[string]any{"kind": "impact", "name": string(dec.ID)}), "what rests on it"})
	}
	return out, nil
}

func optionIDs(d *arch.Decision) string {
	ids := make([]string, len(d.Options))
	for i, o := range d.Options {
		ids[i] = string(o.ID)
	}
	return strings.Join(ids, ", ")
}

func (o explainOut) show(p *page) {
	switch o.Kind {
	case "diagnostic":
		p.line("%s", o.Page)
	case "decision":
		o.showDecision(p)
	case "why-not":
		showWhyNot(p, o.decision, o.decision.Option(arch.OptionID(o.Option)))
	default:
		o.showElement(p)
	}
	p.then(o.Next)
}

func (o explainOut) showDecision(p *page) {
	d := o.decision
	p.line("%s", rowOf(d))
	p.line("%s", d.Title)
	p.line("Because %s", d.Because)
	if d.Pinned != nil {
		p.line("Pinned at %s: %s. The computed choice is %s; the pin costs %.3f.", d.Pinned.Span, cmp.Or(d.Pinned.Because, "no reason given"), d.Pinned.Computed, d.Pinned.Regret)
	}
	p.list("Options (utility 0 to 1)", len(d.Options), 8, func(i int) string {
		opt := d.Options[i]
		if opt.Feasible() {
			return fmt.Sprintf("%s %.3f %s", opt.ID, opt.Utility, opt.Name)
		}
		return short(fmt.Sprintf("%s out: %s (%s %s)", opt.ID, opt.Eliminated[0].Reason, opt.Eliminated[0].Requirement, opt.Eliminated[0].Span), 240)
	})
	if chosen := d.Option(d.Choice); chosen != nil {
		showScores(p, d, chosen)
		p.list("Parameters", len(chosen.Parameters), 8, func(i int) string {
			prm := chosen.Parameters[i]
			return prm.Name + " " + cmp.Or(prm.Text, prm.Value.String())
		})
	}
	p.list("Flips when", len(d.Flips), 3, func(i int) string { return flipText(d.Flips[i]) })
	if o.cut != nil {
		showCut(p, o.cut)
	}
	p.list("Good", len(d.Good), 4, func(i int) string { return short(d.Good[i].String(), 200) })
	p.list("Bad", len(d.Bad), 4, func(i int) string { return short(d.Bad[i].String(), 200) })
	p.list("Facts it read", len(o.Facts), 10, func(i int) string { return short(o.Facts[i].String(), 160) })
	if d.Number > 0 && d.Significant {
		p.link(fmt.Sprintf("plumb://decision/D%d", d.Number), fmt.Sprintf("D%d", d.Number), "text/markdown")
	}
}

func flipText(f arch.Flip) string {
	return fmt.Sprintf("%s %s %s (now %s): %s", f.Fact, f.Way(), f.At, f.Now, cmp.Or(string(f.To), "nothing is feasible"))
}

// showScores compares the choice with the runner-up in physical units.
func showScores(p *page, d *arch.Decision, chosen *arch.Option) {
	other := d.Option(d.RunnerUp)
	if other == nil || len(other.Scores) != len(chosen.Scores) {
		return
	}
	p.list(fmt.Sprintf("Comparison: %s, %s", chosen.ID, other.ID), len(chosen.Scores), 10, func(i int) string {
		c, o := chosen.Scores[i], other.Scores[i]
		text := fmt.Sprintf("%s: %s, %s", c.Criterion, c.Value, o.Value)
		if c.Weight == 0 { // compared by another stage
			return text
		}
		return fmt.Sprintf("%s (weight %.2f)", text, c.Weight)
	})
}

func showWhyNot(p *page, d *arch.Decision, o *arch.Option) {
	if o.ID == d.Choice {
		p.line("%s is what %s chose: %s", o.Name, d.ID, d.Because)
		return
	}
	if !o.Feasible() {
		p.list(fmt.Sprintf("%s is ruled out for %s", o.Name, d.ID), len(o.Eliminated), 10, func(i int) string {
			e := o.Eliminated[i]
			return fmt.Sprintf("%s (%s %s)", e.Reason, e.Requirement, e.Span)
		})
		return
	}
	chosen := d.Option(d.Choice)
	p.line("%s is possible for %s; %s comes out ahead by %.3f", o.Name, d.ID, chosen.Name, chosen.Utility-o.Utility)
	p.list(fmt.Sprintf("Criterion: %s, %s", chosen.ID, o.ID), len(o.Scores), 10, func(i int) string {
		c, s := chosen.Scores[i], o.Scores[i]
		return short(fmt.Sprintf("%s: %s, %s; worth %.2f, %.2f at weight %.2f; %s", s.Criterion, c.Value, s.Value, c.Worth, s.Worth, s.Weight, s.How), 240)
	})
}

func (o explainOut) showElement(p *page) {
	if o.around != nil {
		showAround(p, o.around)
	}
	for _, e := range o.Elements {
		fields := fieldsOf(e.value)
		p.list(strings.ReplaceAll(e.Kind, "_", " ")+" "+e.ID, len(fields), 12, func(i int) string { return short(fields[i], 240) })
	}
	p.list(o.about, len(o.Facts), 30, func(i int) string { return short(o.Facts[i].String(), 200) })
	if len(o.ReadBy) > 0 {
		p.line("\nDecisions behind it or that read it: %s", short(strings.Join(o.ReadBy, ", "), 600))
	}
}

// fieldsOf puts the fields of an element that say something into words; lists of
// structures are counted, the structured content has them.
func fieldsOf(value any) []string {
	var out []string
	v := reflect.ValueOf(value)
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		if f.IsZero() || !t.IsExported() {
			continue
		}
		name := strings.ReplaceAll(strings.Split(t.Tag.Get("json"), ",")[0], "_", " ")
		if trace, ok := f.Interface().(arch.Trace); ok {
			if len(trace.Serves) > 0 {
				out = append(out, "serves: "+words(reflect.ValueOf(trace.Serves)))
			}
			if len(trace.By) > 0 {
				out = append(out, "made by: "+words(reflect.ValueOf(trace.By)))
			}
			continue
		}
		if text := words(f); text != "" {
			out = append(out, name+": "+text)
		}
	}
	return out
}

func words(f reflect.Value) string {
	if st, ok := f.Interface().(fmt.Stringer); ok {
		return st.String()
	}
	switch f.Kind() {
	case reflect.Float64:
		return fact.FormatNumber(f.Float(), 3)
	case reflect.String, reflect.Bool, reflect.Int:
		return fmt.Sprint(f.Interface())
	case reflect.Slice:
		if f.Len() > 0 && f.Index(0).Kind() != reflect.String {
			return fmt.Sprintf("%d of them", f.Len())
		}
		parts := make([]string, f.Len())
		for i := range parts {
			parts[i] = f.Index(i).String()
		}
		return strings.Join(parts, ", ")
	}
	return ""
}
