package decide

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// probe sets one fact to another value while a sheet is worked out.
type probe struct {
	fact  fact.ID
	value float64
}

// sheet is the working paper of one decision. A question's fill function reads
// facts through it (so that they are on record and can be probed), lists options,
// eliminates, and scores.
type sheet struct {
	*planner
	Subject
	q     *question
	ident arch.DecisionID
	probe probe

	options  []arch.Option
	facts    []fact.ID
	needs    []arch.DecisionID
	serves   []arch.Path
	reversal float64
	because  arch.Sentence
	until    arch.Sentence
	confirm  arch.Sentence
	good     []arch.Sentence
	bad      []arch.Sentence
	without  arch.OptionID
	fixed    arch.OptionID // chosen by another stage, see given
	kept     []float64     // by option: its utility, where another stage compared; nil where scores do
	patient  float64       // see paced
	silent   bool          // keeps no record: a trial whose outcome alone counts
	marked   bool          // the planner's marks are those of facts
	finish   func(option)  // see concrete
	inputs   []fact.ID     // of the parameter before
	forced   []arch.Forced // what evidence moved
	unfit    *Evidence     // that rules out what would have been chosen
	spared   bool          // what would have been chosen costs more than the budget leaves for it
}

// option is a handle on one option of the sheet.
type option struct {
	s *sheet
	i int
}

// n reads a number of the model and puts its fact on record. An absent number
// reads as 0 and leaves no record.
func (s *sheet) n(num fact.Number) float64 {
	if !num.Known() {
		return 0
	}
	s.read(num.Fact)
	if s.probe.fact == num.Fact {
		return s.probe.value
	}
	return num.N
}

// has reads whether a number is known, putting its fact on record when it is.
func (s *sheet) has(num fact.Number) bool {
	if num.Known() {
		s.read(num.Fact)
	}
	return num.Known()
}

// read puts a fact on record without its number: a word, a flag, a relation.
func (s *sheet) read(id fact.ID) {
	const few = 24 // up to here looking through the list is quicker than marks
	if id == "" || s.silent {
		return
	}
	if len(s.facts) < few {
		if slices.Contains(s.facts, id) {
			return
		}
	} else {
		if !s.marked {
			s.marked = true
			s.unmark()
			for _, f := range s.facts {
				s.mark(f)
			}
		}
		if !s.mark(id) {
			return
		}
	}
	s.facts = append(s.facts, id)
}

// k reads a constant of the assumption table.
func (s *sheet) k(a *assumption) float64 {
	q, set := s.over[a.id]
	if !s.silent && !s.known[a.id] {
		f := a.fact()
		if set {
			f = fact.Fact{ID: a.id, Value: q}
		}
		s.keep(f)
	}
	s.read(a.id)
	v := a.value
	switch {
	case s.probe.fact == a.id:
		v = s.probe.value
	case set:
		v = q.N
	}
	if a.kind == fact.Money {
		return s.exchanged(v)
	}
	return v
}

// exchanged is an amount in US dollars, in which prices are listed, in the currency of
// the budget.
func (s *sheet) exchanged(dollars float64) float64 {
	if x := s.model.Context.Exchange; x.Known() {
		return dollars * s.n(x)
	}
	return dollars
}

// keep adds a fact to the plan's ledger once.
func (s *sheet) keep(f fact.Fact) {
	if !s.known[f.ID] {
		s.known[f.ID] = true
		s.plan.Facts.Add(f)
	}
}

// tech reads a number of the catalogue; ok is false when it is not catalogued, and
// then the design says unknown.
func (s *sheet) tech(t catalog.Technology, key string) (v float64, ok bool) {
	at := entry{t.ID, key}
	num, looked := s.numbers[at]
	if !looked {
		if n, known := t.Number(key); known {
			num = number{n.ID, n.Value}
			if q, set := s.over[n.ID]; set {
				num.value = q.N
			}
		}
		s.numbers[at] = num
	}
	if num.id == "" {
		return 0, false
	}
	if !s.silent && !s.known[num.id] {
		n, _ := t.Number(key)
		f := n.Fact()
		if q, set := s.over[num.id]; set {
			f = fact.Fact{ID: num.id, Value: q}
		}
		s.keep(f)
	}
	s.read(num.id)
	v = num.value
	if s.probe.fact == num.id {
		v = s.probe.value
	}
	if strings.HasPrefix(key, "price-") {
		v = s.exchanged(v)
	}
	return v, true
}

// reference reads a value of the catalogue that holds for any architecture:
// "network.rtt-zone".
func (s *sheet) reference(name string) float64 {
	topic, key, _ := strings.Cut(name, ".")
	t, ok := s.technology(topic)
	if !ok {
		return 0
	}
	v, _ := s.tech(t, key)
	return v
}

// technology finds one of the catalogue by its id.
func (s *sheet) technology(id string) (catalog.Technology, bool) {
	t, looked := s.technologies[id]
	if !looked {
		if found, ok := s.catalog.Technology(id); ok {
			t = &found
		}
		s.technologies[id] = t
	}
	if t == nil {
		return catalog.Technology{}, false
	}
	return *t, true
}

// techOr reads a number of the catalogue, or a constant where it has none.
func (s *sheet) techOr(t catalog.Technology, key string, otherwise *assumption) float64 {
	if v, ok := s.tech(t, key); ok {
		return v
	}
	return s.k(otherwise)
}

// chosen reads an earlier decision and puts it on record as one this one needs.
func (s *sheet) chosen(id arch.DecisionID) arch.OptionID {
	if c := s.plan.Choice(id); c != "" {
		if !s.silent && !slices.Contains(s.needs, id) {
			s.needs = append(s.needs, id)
		}
		return c
	}
	return ""
}

// requires puts a requirement on record as one that this decision serves.
func (s *sheet) requires(paths ...arch.Path) {
	if s.silent {
		return
	}
	for _, p := range paths {
		if p != "" && !slices.Contains(s.serves, p) {
			s.serves = append(s.serves, p)
		}
	}
}

// option adds an option. The first one added with leaveOut is the "not needed" one.
func (s *sheet) option(id arch.OptionID, name string) option {
	s.options = append(s.options, arch.Option{ID: id, Name: name})
	return option{s, len(s.options) - 1}
}

// none adds the option of leaving the thing out; if it wins, the decision is "not
// needed", in one line, with the sheet's until.
func (s *sheet) none(name string) option {
	s.without = "none"
	return s.option("none", name)
}

// out eliminates the option: the requirement at path cannot be met by it.
func (o option) out(path arch.Path, format string, args ...any) option {
	opt := &o.s.options[o.i]
	opt.Eliminated = append(opt.Eliminated, arch.Elimination{Requirement: path, Reason: arch.Say(format, args...)})
	o.s.requires(path)
	return o
}

// outIf eliminates when the condition holds.
func (o option) outIf(cond bool, path arch.Path, format string, args ...any) option {
	if cond {
		o.out(path, format, args...)
	}
	return o
}

// score states a property of the option in the criterion's unit. how says in
// numbers where it comes from.
func (o option) score(c criterionID, value float64, how string, args ...any) option {
	opt := &o.s.options[o.i]
	crit := &o.s.criteria[c]
	if opt.Scores == nil {
		opt.Scores = o.s.scoreRoom(len(o.s.options[0].Scores)) // options are scored alike
	}
	worth := crit.worth(value)
	if c == critLatency && o.s.patient > crit.half {
		worth = o.s.patient / (o.s.patient + math.Max(0, value))
	}
	opt.Scores = append(opt.Scores, arch.Score{
		Criterion: crit.name,
		Value:     arch.Value{Quantity: fact.Quantity{Kind: crit.kind, N: value, Text: crit.currency}},
		Worth:     worth,
		Weight:    crit.weight,
		How:       arch.Say(how, args...),
	})
	return o
}

// paced measures latency by the use case's own target: a quarter of it is half
// worth, where that is more than the criterion's own half.
func (s *sheet) paced(u *model.UseCase) { s.patient = s.n(u.Latency.P99) / 4 }

// count states a count that another stage compared options by; it takes no part in
// the utility.
func (o option) count(name string, kind fact.Kind, value float64, what string) option {
	opt := &o.s.options[o.i]
	opt.Scores = append(opt.Scores, arch.Score{
		Criterion: name, Value: arch.Value{Quantity: fact.Quantity{Kind: kind, N: value}}, How: arch.Sentence{Format: what},
	})
	return o
}

// concrete says how the chosen option is made concrete: f gives it its parameters
// and, where that depends on the option, says what follows from it, good and bad,
// what undoing it costs and how it is confirmed.
// It runs for the chosen option only and after the choice, so that what it reads
// argues for the parameters and not for the choice.
func (s *sheet) concrete(f func(option)) { s.finish = f }

// param gives the option a number it needs to be concrete. rule says how it
// follows; its inputs are the facts read since the parameter before, or the same
// ones when nothing was read in between.
func (o option) param(name string, kind fact.Kind, v float64, rule string) option {
	s := o.s
	opt := &s.options[o.i]
	id := s.paramID(name)
	if bound, e := s.proved(name, v); e != nil {
		s.recordEvidence(e, kind, v)
		rule += "; otherwise, because of what a simulation showed"
		v = bound
	}
	q := fact.Quantity{Kind: kind, N: v}
	if kind == fact.Money {
		q.Text = s.criteria[critMoney].currency
	}
	opt.Parameters = append(opt.Parameters, arch.Parameter{Name: name, Value: arch.Value{Quantity: q, Fact: id}})
	if len(s.facts) > 0 {
		s.inputs = s.taken(s.facts)
	}
	if !s.plain {
		s.plan.Facts.Add(fact.Fact{ID: id, Value: q, Origin: fact.Derived, Rule: rule, Inputs: s.inputs})
	}
	s.facts, s.marked = s.room(), false
	return o
}

// from puts an earlier parameter of this decision on record as an input.
func (s *sheet) from(names ...string) {
	for _, n := range names {
		s.read(s.paramID(n))
	}
}

func (s *sheet) paramID(name string) fact.ID {
	return fact.ID("decisions." + string(s.ident) + "." + name)
}

// word gives the option a parameter that is no number; an empty one says nothing
// and is left out.
func (o option) word(name, text string) option {
	if text != "" {
		opt := &o.s.options[o.i]
		opt.Parameters = append(opt.Parameters, arch.Parameter{Name: name, Text: text})
	}
	return o
}

// given says that another stage chose, by its own comparison.
func (s *sheet) given(id arch.OptionID) { s.fixed = id }

// The words of a decision. Each is a sentence with numbers of this system.

func (s *sheet) say(format string, args ...any)  { s.because = arch.Say(format, args...) }
func (s *sheet) flip(format string, args ...any) { s.until = arch.Say(format, args...) }
func (s *sheet) test(format string, args ...any) { s.confirm = arch.Say(format, args...) }
func (s *sheet) pro(format string, args ...any)  { s.good = append(s.good, arch.Say(format, args...)) }
func (s *sheet) con(format string, args ...any)  { s.bad = append(s.bad, arch.Say(format, args...)) }

// Quantities in sentences are put into words only when the sentence is read; until
// then each is a bare number of its kind.
type (
	seconds   float64
	fraction  float64
	perSecond float64
	amount    float64
	byteCount float64
	manDays   float64
)

func sec(v float64) seconds    { return seconds(v) }
func pct(v float64) fraction   { return fraction(v) }
func ps(v float64) perSecond   { return perSecond(v) }
func num(v float64) amount     { return amount(v) }
func size(v float64) byteCount { return byteCount(v) }
func days(v float64) manDays   { return manDays(v) }

func (v seconds) String() string   { return fact.FormatSeconds(float64(v)) }
func (v fraction) String() string  { return fact.FormatShare(float64(v)) }
func (v perSecond) String() string { return fact.FormatRate(float64(v)) }
func (v amount) String() string    { return fact.FormatCount(float64(v)) }
func (v byteCount) String() string { return fact.FormatBytes(float64(v)) }
func (v manDays) String() string   { return fact.Quantity{Kind: fact.Days, N: float64(v)}.String() }

// undo says what reversing the decision later costs, in person-days.
func (s *sheet) undo(days float64) { s.reversal = days }

// best returns the index of the option the computation prefers, and the runner-up,
// -1 where there is none. Eliminated options rank after all feasible ones.
func (s *sheet) best() (first, second int) {
	order := make([]int, len(s.options))
	for i := range s.options {
		order[i] = i
		s.options[i].Utility = utility(s.options[i])
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &s.options[a], &s.options[b]
		return cmp.Or(
			compareBool(y.Feasible(), x.Feasible()),
			cmp.Compare(y.Utility, x.Utility),
			cmp.Compare(x.ID, y.ID),
		)
	})
	first, second = -1, -1
	for _, i := range order {
		switch {
		case !s.options[i].Feasible():
		case first < 0:
			first = i
		case second < 0:
			second = i
		}
	}
	return first, second
}

// utility is the weighted mean worth of an option's scores; 0 for an eliminated
// one, and 1 for a feasible option nothing was scored on.
func utility(o arch.Option) float64 {
	if !o.Feasible() {
		return 0
	}
	sum, weight := 0.0, 0.0
	for _, sc := range o.Scores {
		sum += sc.Weight * sc.Worth
		weight += sc.Weight
	}
	if weight == 0 {
		return 1
	}
	return sum / weight
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// significant decisions get a record of their own: those that would take a
// person-day for every aggregate to undo, at least seven and at most three weeks of
// one person; those won narrowly that still cost something to undo; and those a
// person made, or the budget forced, against the computation. The thresholds bound how much a reader must
// read, and are judged by that: at most four records for a small system.
func (s *sheet) significant(d *arch.Decision) bool {
	costly := min(costlyDays, max(leastDays, float64(len(s.model.Aggregates))))
	narrow := d.Margin < narrowMargin && s.reversal >= min(narrowDays, costly)
	forced := s.spared && s.reversal >= forcedDays
	return !d.NotNeeded && (s.reversal >= costly || narrow || forced || d.Pinned != nil && d.Pinned.Regret > 0)
}

const (
	costlyDays   = 15 // person-days: three weeks of one person
	leastDays    = 7  // below this nothing is costly, however small the system
	narrowMargin = 0.03
	narrowDays   = 8
	forcedDays   = 4 // below this the other option is a change of settings
)

// settle turns the sheet into a decision record, which holds until the next sheet is
// settled; nil when there is nothing to decide.
func (s *sheet) settle() *arch.Decision {
	if len(s.options) == 0 {
		return nil
	}
	first, second := s.best()
	d := &s.settled
	*d = arch.Decision{
		ID: s.ident, Question: s.q.id, Topic: s.q.topic, Title: s.title(), About: s.Path,
		Options: s.options, Requirements: s.serves, Facts: s.facts, Needs: s.needs,
		Because: s.because, Until: s.until, Confirmation: s.confirm, Good: s.good, Bad: s.bad,
		Reversal: arch.Value{Quantity: fact.Quantity{Kind: fact.Days, N: s.reversal}},
	}
	d.Trace = arch.Trace{Serves: s.serves}
	if first < 0 {
		s.infeasible(d)
		return nil
	}
	d.Choice, d.Margin = s.options[first].ID, 1
	if second >= 0 {
		d.RunnerUp = s.options[second].ID
		d.Margin = s.options[first].Utility - s.options[second].Utility
	}
	s.applyGiven(d)
	s.applyPin(d)
	if !s.plain {
		s.makeConcrete(d)
	}
	s.recordChoice(d)
	d.NotNeeded = s.without != "" && d.Choice == s.without
	d.Significant = s.significant(d)
	return d
}

func (s *sheet) makeConcrete(d *arch.Decision) {
	if s.finish == nil {
		return
	}
	s.facts, s.marked = s.room(), false
	i := slices.IndexFunc(s.options, func(o arch.Option) bool { return o.ID == d.Choice })
	s.finish(option{s, i})
	d.Needs, d.Reversal.N, d.Good, d.Bad, d.Forced, d.Confirmation = s.needs, s.reversal, s.good, s.bad, s.forced, s.confirm
}

func (s *sheet) title() string {
	if s.plain {
		return ""
	}
	if strings.Contains(s.q.title, "%s") {
		return fmt.Sprintf(s.q.title, s.Name)
	}
	return s.q.title
}

// applyGiven takes over the choice of another stage, and its comparison where there
// is one; the margin is the difference in utility.
func (s *sheet) applyGiven(d *arch.Decision) {
	if s.fixed == "" {
		return
	}
	for i, kept := range s.kept {
		s.options[i].Utility = kept
	}
	d.Choice, d.RunnerUp = s.fixed, ""
	mine, next := 0.0, -1.0
	for _, o := range s.options {
		switch {
		case o.ID == s.fixed:
			mine = o.Utility
		case o.Feasible() && o.Utility > next:
			d.RunnerUp, next = o.ID, o.Utility
		}
	}
	if d.Margin = 1; d.RunnerUp != "" {
		d.Margin = max(0, mine-next)
	}
}

// quote gives the place of an elimination's requirement.
func (s *sheet) quote(e arch.Elimination) []diag.Related {
	f, ok := s.model.Facts.Get(e.Requirement)
	if !ok || !f.Span.Valid() {
		return nil
	}
	return []diag.Related{{Span: f.Span, Path: string(e.Requirement), Note: e.Reason.String()}}
}

// infeasible reports a question whose every option was eliminated, with all the
// requirements that took part.
func (s *sheet) infeasible(d *arch.Decision) {
	p := diag.Problem{
		Code: "decide.no-feasible-option", Severity: diag.Error, Span: s.Span, Path: string(s.Path),
		Message: fmt.Sprintf("nothing can serve every requirement on %s (%s)", cmp.Or(s.Name, s.model.Name), strings.ToLower(d.Title)),
		Hint:    "relax any one of these, or pin an option",
	}
	seen := map[arch.Path]bool{}
	for _, o := range s.options {
		for _, e := range o.Eliminated {
			if rel := s.quote(e); rel != nil && !seen[e.Requirement] {
				seen[e.Requirement] = true
				rel[0].Note = "rules out " + o.Name + ": " + rel[0].Note
				p.Related = append(p.Related, rel...)
			}
		}
	}
	if !p.Span.Valid() && len(p.Related) > 0 {
		p.Span = p.Related[0].Span
	}
	s.problems.Add(p)
}
