package cli

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/query"
)

func (a *app) explainCmd() *cobra.Command {
	var whyNot, file string
	cmd := &cobra.Command{
		Use:   "explain NAME",
		Short: "all about a decision, an element, a number, an assumption or a code",
		Long: `Tells why. NAME is a decision (its number D4, or its name such as Order.store), a
fact (use_cases.PlaceOrder.peak), an element of the input or of the design
(PlaceOrder, Order, ordering, card_processor), or the code of a diagnostic
(model.unknown-name). With --why-not, why a decision did not choose that option.`,
		Example: "  plumb explain broker\n  plumb explain D4 --why-not kafka\n  plumb explain use_cases.PlaceOrder.average\n  plumb explain model.unknown-name",
		Args:    takes(1, 1, "one NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if page, ok := diag.Page(diag.Code(args[0])); ok {
				return a.explainPage(args[0], page)
			}
			if strings.TrimSpace(args[0]) == "" {
				return exit(ExitUsage, "the name is empty; 'plumb design --all' lists the decisions")
			}
			a.asking = true
			in, err := a.open(slices.DeleteFunc([]string{file}, func(s string) bool { return s == "" }))
			if err != nil {
				return err
			}
			d, err := a.design(in)
			if err != nil {
				return err
			}
			// What is explained is the design that would be written.
			if err := a.verify(cmd.Context(), d); err != nil {
				return err
			}
			if query.Decision(d.Arch, args[0]) != nil {
				if err := a.tips(cmd.Context(), d); err != nil {
					return err
				}
			}
			return a.explain(d, args[0], whyNot)
		},
	}
	cmd.Flags().StringVar(&whyNot, "why-not", "", "explain why a decision did not choose this option")
	cmd.Flags().BoolVar(&a.quick, "quick", false, "leave out what takes time: the simulation, and tipping points")
	cmd.Flags().StringVarP(&file, "file", "f", "", "the input: FILE or DIR (default: the current directory)")
	return cmd
}

func (a *app) explainPage(code, page string) error {
	if a.json {
		return a.printJSON(map[string]string{"kind": "diagnostic", "code": code, "page": page})
	}
	_, err := fmt.Fprint(a.Stdout, page)
	return err
}

// explain finds what a name means: a decision, then a fact, then elements.
func (a *app) explain(d *plumb.Design, name, whyNot string) error {
	if dec := query.Decision(d.Arch, name); dec != nil {
		d.Tip(dec)
		if whyNot != "" {
			return a.whyNot(dec, whyNot)
		}
		if a.json {
			return a.printJSON(struct {
				Kind     string         `json:"kind"`
				Decision *arch.Decision `json:"decision"`
				Cut      *arch.Cut      `json:"cut,omitempty"`
			}{"decision", dec, cutOf(d.Arch, dec)})
		}
		s := newScreen(&a.Env, d, true)
		s.explainDecision(dec)
		return s.flush()
	}
	if whyNot != "" {
		return exit(ExitUsage, "--why-not needs a decision, and %q is none; 'plumb design --all' lists them", name)
	}
	context := query.Boundaries(d.Arch, name)
	facts, elements := query.Facts(d.Arch, name), query.Elements(d.Arch, name)
	if len(facts)+len(elements) == 0 {
		return a.unknownName(d.Arch, name)
	}
	if a.json {
		return a.printJSON(struct {
			Kind     string                   `json:"kind"`
			Facts    []fact.Fact              `json:"facts,omitempty"`
			Elements []query.Element          `json:"elements,omitempty"`
			Used     []arch.DecisionID        `json:"decisions,omitempty"`
			Context  *query.ContextBoundaries `json:"context,omitempty"`
		}{"element", facts, elements, query.Deciding(d.Arch, facts, elements), context})
	}
	s := newScreen(&a.Env, d, true)
	if context != nil {
		s.explainContext(context)
	}
	for _, e := range elements {
		s.explainElement(e)
	}
	s.explainFacts(facts, len(elements) > 0)
	if used := query.Deciding(d.Arch, facts, elements); len(used) > 0 {
		names := make([]string, len(used))
		for i, u := range used {
			names[i] = string(u)
		}
		s.line("")
		s.wrap(0, "decisions that read it: %s", strings.Join(names, ", "))
	}
	return s.flush()
}

func (a *app) unknownName(ar *arch.Arch, name string) error {
	if near := query.Nearest(ar, name); near != "" {
		return exit(ExitUsage, "nothing here is called %q; did you mean %s?", name, near)
	}
	return exit(ExitUsage, "nothing here is called %q; 'plumb design --all' lists the decisions, 'plumb design --json' everything", name)
}

// whyNot answers for one option: what eliminated it, or where it scored less.
func (a *app) whyNot(d *arch.Decision, name string) error {
	at := slices.IndexFunc(d.Options, func(o arch.Option) bool {
		return strings.EqualFold(string(o.ID), name) || strings.EqualFold(o.Name, name)
	})
	if at < 0 {
		ids := make([]string, len(d.Options))
		for i, o := range d.Options {
			ids[i] = string(o.ID)
		}
		return exit(ExitUsage, "%s has no option called %q; its options are %s", d.ID, name, strings.Join(ids, ", "))
	}
	if a.json {
		return a.printJSON(struct {
			Kind     string      `json:"kind"`
			Decision string      `json:"decision"`
			Choice   string      `json:"choice"`
			Option   arch.Option `json:"option"`
		}{"why-not", string(d.ID), string(d.Choice), d.Options[at]})
	}
	s := &screen{out: a.Stdout, width: a.Width}
	s.whyNot(d, &d.Options[at])
	return s.flush()
}

func (s *screen) whyNot(d *arch.Decision, o *arch.Option) {
	chosen := choiceOf(d)
	if o.ID == d.Choice {
		s.line("%s is what %s chose: %s", o.Name, d.ID, d.Because)
		return
	}
	if !o.Feasible() {
		s.line("%s is ruled out for %s:", o.Name, d.ID)
		for _, e := range o.Eliminated {
			s.wrap(2, "- %s%s", e.Reason, where(e))
		}
		return
	}
	s.line("%s is possible for %s, and %s comes out ahead by %.3f:", o.Name, d.ID, chosen.Name, chosen.Utility-o.Utility)
	rows := [][]string{{"criterion", string(chosen.ID), string(o.ID), "counts for", "because"}}
	for i, sc := range o.Scores {
		mine := chosen.Scores[i]
		rows = append(rows, []string{sc.Criterion, mine.Value.String(), sc.Value.String(), fmt.Sprintf("%+.3f", mine.Weight*(mine.Worth-sc.Worth)/weights(o)), sc.How.String()})
	}
	slices.SortStableFunc(rows[1:], func(a, b []string) int { return -cmp.Compare(a[3], b[3]) })
	s.table(2, rows)
}

func weights(o *arch.Option) float64 {
	sum := 0.0
	for _, sc := range o.Scores {
		sum += sc.Weight
	}
	return max(sum, 1e-9)
}

func choiceOf(d *arch.Decision) *arch.Option {
	for i := range d.Options {
		if d.Options[i].ID == d.Choice {
			return &d.Options[i]
		}
	}
	return &arch.Option{}
}

func where(e arch.Elimination) string {
	switch {
	case e.Span.Valid():
		return fmt.Sprintf(" (%s, %s)", e.Requirement, e.Span)
	case e.Requirement != "":
		return fmt.Sprintf(" (%s)", e.Requirement)
	}
	return ""
}

// explainDecision prints one record.
func (s *screen) explainDecision(d *arch.Decision) {
	number := ""
	if d.Number > 0 {
		number = fmt.Sprintf("D%d ", d.Number)
	}
	s.line("%s%s (%s)", number, d.Title, d.ID)
	s.line("choice    %s, margin %.2f%s", choiceOf(d).Name, d.Margin, overText(d))
	s.wrap(0, "because   %s", d.Because)
	if d.Pinned != nil {
		s.wrap(0, "pinned    at %s: %s; the computed choice is %s, the pin costs %.3f", d.Pinned.Span, cmp.Or(d.Pinned.Because, "no reason given"), d.Pinned.Computed, d.Pinned.Regret)
	}
	s.title("Options")
	for _, o := range d.Options {
		if o.Feasible() {
			s.line("  %-16s %.3f  %s", o.ID, o.Utility, o.Name)
		} else {
			s.hang(fmt.Sprintf("  %-16s out    ", o.ID), "%s: %s%s", o.Name, o.Eliminated[0].Reason, where(o.Eliminated[0]))
		}
	}
	s.scores(d)
	if prm := choiceOf(d).Parameters; len(prm) > 0 {
		s.title("Parameters")
		for _, p := range prm {
			s.line("  %-16s %s%s", p.Name, valueOrText(p), from(p.Value.Fact))
		}
	}
	if len(d.Forced) > 0 {
		s.title("Because of a simulation")
		for _, f := range d.Forced {
			s.hang("  ", "%s is %s instead of %s: under %s %s%s", f.Parameter, f.To, f.From, f.Scenario, f.Showed, from(f.To.Fact))
		}
	}
	if len(d.Flips) > 0 {
		s.title("Flips when")
		for _, f := range d.Flips {
			s.line("  %s %s %s (now %s): %s", f.Fact, f.Way(), f.At, f.Now, cmp.Or(string(f.To), "nothing is feasible"))
		}
	}
	if d.Significant {
		s.untried()
	}
	if !d.Until.IsZero() {
		s.wrap(0, "would change when %s", d.Until)
	}
	s.list("Good", d.Good)
	s.list("Bad", d.Bad)
	if !d.Confirmation.IsZero() {
		s.title("Confirmed by")
		s.wrap(2, "%s", d.Confirmation)
	}
	if cut := cutOf(s.a, d); cut != nil {
		s.explainCut(cut)
	}
	s.title("Read")
	catalogued, shown, more := 0, 0, 0
	for _, id := range d.Facts {
		for _, f := range s.a.Facts {
			switch {
			case f.ID != id:
			case strings.HasPrefix(string(id), "catalog."):
				catalogued++
			case shown == shownReads:
				more++
			default:
				shown++
				s.line("  %s = %s%s", f.ID, f.Value, origin(f))
			}
		}
	}
	if more > 0 {
		s.line("  and %s; --json lists them", plural(more, "more fact"))
	}
	if catalogued > 0 {
		s.line("  and %s; --json lists them, 'plumb explain FACT' tells the source of one", plural(catalogued, "catalogued fact"))
	}
	if len(d.Needs) > 0 {
		for _, n := range d.Needs {
			s.line("  decision %s", n)
		}
	}
}

// shownReads bounds the facts that a record is said to have read.
const shownReads = 30

// cutOf is how the cut came about, for the decision about it; nil for any other.
func cutOf(a *arch.Arch, d *arch.Decision) *arch.Cut {
	if d.Question != "contexts" {
		return nil
	}
	return a.Cut
}

func overText(d *arch.Decision) string {
	if d.RunnerUp == "" {
		return ""
	}
	return " over " + string(d.RunnerUp)
}

func valueOrText(p arch.Parameter) string {
	if p.Text != "" {
		return p.Text
	}
	return p.Value.String()
}

func from(id arch.Path) string {
	if id == "" {
		return ""
	}
	return "  (" + string(id) + ")"
}

// scores is the comparison in physical units: a row per criterion, a column per
// feasible option.
func (s *screen) scores(d *arch.Decision) {
	var options []arch.Option
	for _, o := range d.Options {
		if o.Feasible() && len(o.Scores) > 0 {
			options = append(options, o)
		}
	}
	if len(options) == 0 {
		return
	}
	s.title("Comparison")
	head := []string{"criterion"}
	for _, o := range options {
		head = append(head, string(o.ID))
	}
	rows := [][]string{append(head, "weight")}
	for i, sc := range options[0].Scores {
		row := []string{sc.Criterion}
		for _, o := range options {
			row = append(row, o.Scores[i].Value.String())
		}
		weight := ""
		if sc.Weight > 0 {
			weight = fmt.Sprintf("%.2f", sc.Weight/weights(&options[0]))
		}
		rows = append(rows, append(row, weight))
	}
	s.table(2, rows)
}

func (s *screen) list(title string, list []arch.Sentence) {
	if len(list) == 0 {
		return
	}
	s.title(title)
	for _, x := range list {
		s.wrap(2, "- %s", x)
	}
}

// origin says in a few words where a fact comes from.
func origin(f fact.Fact) string {
	switch {
	case f.Origin == fact.Measured:
		return fmt.Sprintf("  measured: %s, at %s", f.Source, f.Span)
	case f.Span.Valid():
		return fmt.Sprintf("  %s at %s", f.Origin, f.Span)
	case f.Rule != "":
		return fmt.Sprintf("  %s: %s", f.Origin, f.Rule)
	case f.Source != "":
		return fmt.Sprintf("  %s: %s", f.Origin, f.Source)
	}
	return "  " + f.Origin.String()
}

// explainFacts prints a few facts down to what was stated, and of many a line each.
func (s *screen) explainFacts(facts []fact.Fact, more bool) {
	const whole, most = 3, 30
	if len(facts) <= whole {
		for i, f := range facts {
			if i > 0 || more {
				s.line("")
			}
			s.explainFact(f, 0)
		}
		return
	}
	// What was said comes first, then what was guessed.
	facts = slices.Clone(facts)
	rank := map[fact.Origin]int{fact.Stated: 0, fact.Measured: 1, fact.Assumed: 2, fact.Derived: 3, fact.Catalogued: 4}
	slices.SortStableFunc(facts, func(a, b fact.Fact) int { return rank[a.Origin] - rank[b.Origin] })
	s.title("Facts")
	for i, f := range facts {
		if i == most && len(facts) > most+1 {
			s.line("  and %s; --json lists them", plural(len(facts)-most, "more fact"))
			break
		}
		s.line("  %s = %s%s", f.ID, f.Value, origin(f))
	}
	s.line("  'plumb explain FACT' follows one down to what was stated")
}

// explainFact prints a fact and, for a derived one, its inputs down to what was
// stated.
func (s *screen) explainFact(f fact.Fact, depth int) {
	pad := strings.Repeat("  ", depth)
	s.line("%s%s = %s", pad, f.ID, f.Value)
	switch f.Origin {
	case fact.Stated:
		s.line("%s  stated at %s", pad, f.Span)
	case fact.Measured:
		s.wrap(2*depth+2, "measured: %s, at %s", f.Source, f.Span)
	case fact.Derived:
		s.wrap(2*depth+2, "derived: %s", f.Rule)
	case fact.Assumed:
		s.wrap(2*depth+2, "assumed: %s", cmp.Or(f.Reason, f.Rule))
	case fact.Catalogued:
		s.wrap(2*depth+2, "catalogued: %s, %s", f.Source, f.Date)
	}
	if f.HasRange() && f.Low != f.High {
		s.line("%s  plausible: %s", pad, span(f))
	}
	if depth > 4 {
		return
	}
	for _, id := range f.Inputs {
		for _, in := range s.a.Facts {
			if in.ID == id {
				s.explainFact(in, depth+1)
			}
		}
	}
}

// explainElement prints the fields of an element that say something.
func (s *screen) explainElement(e query.Element) {
	if p, ok := e.Value.(arch.Protocol); ok {
		s.explainProtocol(&p)
		return
	}
	s.line("")
	s.line("%s", strings.ReplaceAll(e.Kind, "_", " "))
	v := reflect.ValueOf(e.Value)
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		if f.IsZero() || t.Anonymous {
			continue
		}
		name := strings.Split(t.Tag.Get("json"), ",")[0]
		if text := shown(f); text != "" {
			s.wrap(2, "%s: %s", strings.ReplaceAll(name, "_", " "), text)
		}
	}
	if g, ok := e.Value.(arch.Saga); ok {
		s.exploredSaga(&g)
	}
	if tr := v.FieldByName("Trace"); tr.IsValid() {
		t, _ := tr.Interface().(arch.Trace)
		if len(t.Serves) > 0 {
			s.wrap(2, "serves: %s", joinPaths(t.Serves))
		}
		if len(t.By) > 0 {
			ids := make([]string, len(t.By))
			for i, id := range t.By {
				ids[i] = string(id)
			}
			s.wrap(2, "made by: %s", strings.Join(ids, ", "))
		}
	}
}

func joinPaths(list []arch.Path) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = string(p)
	}
	return strings.Join(out, ", ")
}

// shown puts simple fields into words; structures are counted, --json has them.
func shown(f reflect.Value) string {
	if st, ok := f.Interface().(fmt.Stringer); ok {
		return st.String()
	}
	switch f.Kind() {
	case reflect.Float64:
		return fact.FormatNumber(f.Float(), 3)
	case reflect.String, reflect.Bool, reflect.Int:
		return fmt.Sprint(f.Interface())
	case reflect.Slice:
		if f.Len() > 0 && f.Index(0).Kind() == reflect.String {
			parts := make([]string, f.Len())
			for i := range parts {
				parts[i] = f.Index(i).String()
			}
			return strings.Join(parts, ", ")
		}
		return fmt.Sprintf("%d (see --json)", f.Len())
	}
	return ""
}

func (s *screen) flush() error {
	_, err := fmt.Fprint(s.out, s.buf.String())
	return err
}
