package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// cut tells how the contexts came about.
func (b *builder) cut() {
	r := &b.p.Cut
	if len(r.Candidates) == 0 {
		return
	}
	out := &arch.Cut{Chosen: candidateID(r, r.Chosen), Computed: candidateID(r, r.Computed)}
	for _, m := range r.Candidates[0].Cost {
		out.Measures = append(out.Measures, arch.Measure{Name: string(m.Dimension), Counts: m.Unit, Compared: m.Compared})
	}
	for i := range r.Candidates {
		out.Candidates = append(out.Candidates, candidate(&r.Candidates[i]))
	}
	if r.RunnerUp >= 0 {
		out.RunnerUp = candidateID(r, r.RunnerUp)
		out.Better, out.Worse = countChanges(r.Reason.Better), countChanges(r.Reason.Worse)
		for _, f := range r.Reason.Upset {
			flip := arch.CutFlip{Kind: string(f.Kind), At: f.At, Now: f.Now, Says: decide.FlipText(f)}
			if f.UseCase != "" {
				flip.UseCase = useCasePath(f.UseCase)
			}
			out.Upset = append(out.Upset, flip)
		}
	}
	for _, e := range r.Eliminated {
		if own := r.Own; e.Method == boundary.MethodOwn && own != nil && len(own.Breaks) > 0 {
			continue // its breaks say more
		}
		out.NotShown = append(out.NotShown, notShown(r, e))
	}
	out.Own = b.ownCut(r)
	for _, d := range r.Reference {
		out.Reference = append(out.Reference, arch.ReferenceData{Aggregate: aggregatePath(d.Aggregate), Owner: b.contextID(d.Owner), Readers: d.Readers, Why: d.Why, Stated: d.Stated})
	}
	for i := range r.Boundaries {
		out.Boundaries = append(out.Boundaries, b.boundary(&r.Boundaries[i]))
	}
	for _, cf := range nearest(r.Moves, len(b.m.Aggregates)) {
		out.Moves = append(out.Moves, b.cutChange(cf))
	}
	for _, cf := range r.Merges {
		out.Merges = append(out.Merges, b.cutChange(cf))
	}
	out.Stability = stability(&r.Stability)
	for _, q := range r.Questions {
		out.Questions = append(out.Questions, b.cutQuestion(q))
	}
	for _, f := range r.Deployment.Flips {
		out.Flips = append(out.Flips, fmt.Sprintf("%s: %s", decide.FlipText(f), f.To))
	}
	b.a.Cut = out
}

func candidateID(r *boundary.Result, i int) arch.OptionID { return arch.OptionID(r.Candidates[i].ID) }

func candidate(c *boundary.Candidate) arch.CutCandidate {
	out := arch.CutCandidate{ID: arch.OptionID(c.ID), Affinity: c.Affinity}
	for _, m := range c.Methods {
		out.Methods = append(out.Methods, string(m))
	}
	for i := range c.Contexts {
		out.Groups = append(out.Groups, arch.CutGroup{Name: c.Contexts[i].Name, Aggregates: aggregatePaths(c.Contexts[i].Aggregates)})
	}
	for i := range c.Deployables {
		out.Deployables = append(out.Deployables, c.Deployables[i].Contexts)
	}
	for _, d := range c.Declined {
		out.Declined = append(out.Declined, fmt.Sprintf("%s: %s; %s", strings.Join(d.Contexts, ", "), decide.DriverText(d), d.Yielded))
	}
	for _, m := range c.Cost {
		out.Counts = append(out.Counts, arch.Count{Measure: string(m.Dimension), N: m.Value})
	}
	for _, d := range c.Best {
		out.Best = append(out.Best, string(d))
	}
	return out
}

func countChanges(list []boundary.Change) []arch.CountChange {
	var out []arch.CountChange
	for _, c := range list {
		out = append(out, arch.CountChange{Measure: string(c.Dimension), From: c.From, To: c.To})
	}
	return out
}

func notShown(r *boundary.Result, e boundary.Elimination) arch.CutNotShown {
	out := arch.CutNotShown{Method: string(e.Method), Contexts: e.Contexts, Lines: paths(e.Refs)}
	switch {
	case e.Constraint != "":
		out.Why = "breaks a constraint: " + e.Constraint
	case e.DominatedBy >= 0:
		out.Why = fmt.Sprintf("%s is at least as good in every measure, and better in one", r.Candidates[e.DominatedBy].ID)
	default:
		out.Why = "the candidates shown differ more from one another"
	}
	return out
}

// ownCut is what the counts say of the user's own cut. Its contexts keep the names
// of their candidate, which need not be the chosen one.
func (b *builder) ownCut(r *boundary.Result) *arch.OwnCut {
	j := r.Own
	if j == nil {
		return nil
	}
	out := &arch.OwnCut{Candidate: candidateID(r, j.Candidate), Better: countChanges(j.Better), Worse: countChanges(j.Worse)}
	for _, x := range j.Breaks {
		out.Breaks = append(out.Breaks, arch.CutBreak{Says: decide.BreakText(x), Lines: paths(x.Refs)})
	}
	for _, x := range j.Placed {
		out.Placed = append(out.Placed, arch.CutPlacement{Aggregate: aggregatePath(x.Aggregate), Context: x.Context})
	}
	for _, cf := range j.Moves {
		out.Improved = append(out.Improved, change(cf, func(name string) string { return name }))
	}
	return out
}

func (b *builder) boundary(x *boundary.Boundary) arch.Boundary {
	p := x.Price
	out := arch.Boundary{
		A: b.contextID(x.A), B: b.contextID(x.B),
		StrongWrites: p.StrongWrites, SyncHops: p.SyncHops, Reads: p.Reads, Events: p.Events, TwoTeams: p.TwoTeams,
		Affinity: x.Affinity, Merge: b.cutChange(x.Merge), Stays: float64(x.Stays),
	}
	var rates []fact.ID
	for _, c := range x.Crossings {
		u := b.useCase(useCasePath(c.UseCase))
		out.Crossings = append(out.Crossings, b.crossingOf(c))
		if c.Waits && u != nil && u.Load.Peak.Known() {
			rates = append(rates, u.Load.Peak.Fact)
		}
	}
	out.SyncRate = b.derive(fact.ID(fmt.Sprintf("cut.%s+%s.sync-rate", out.A, out.B)), fact.Rate, float64(p.SyncRate), "sum of the peaks of what waits across it", rates...)
	for _, f := range x.Forced {
		out.Forced = append(out.Forced, arch.Constraint{Says: f.Constraint, Lines: paths(f.Refs)})
	}
	for _, f := range x.Flips {
		out.Flips = append(out.Flips, decide.FlipText(f))
	}
	for _, m := range x.MergedBy {
		out.MergedBy = append(out.MergedBy, string(m))
	}
	return out
}

func (b *builder) crossingOf(c boundary.Crossing) arch.Crossing {
	out := arch.Crossing{
		UseCase: useCasePath(c.UseCase), From: b.contextID(c.From), To: b.contextID(c.To),
		Reads: aggregatePaths(c.Reads), Writes: aggregatePaths(c.Writes), ByEvent: c.ByEvent, Waits: c.Waits, Strong: c.Strong,
	}
	if c.Then != "" {
		out.Then = useCasePath(c.Then)
	}
	if u := b.useCase(out.UseCase); u != nil {
		out.Rate = value(fact.Rate, u.Load.Peak)
	}
	return out
}

// manyAggregates is up to how many aggregates every move is kept, and mostMoves how
// many of one aggregate are in larger systems.
const (
	manyAggregates = 40
	mostMoves      = 5
)

// nearest keeps, in large systems, the moves of each aggregate that lose least.
func nearest(moves []boundary.Counterfactual, aggregates int) []boundary.Counterfactual {
	if aggregates <= manyAggregates {
		return moves
	}
	order := slices.Clone(moves)
	slices.SortStableFunc(order, func(x, y boundary.Counterfactual) int {
		return cmp.Or(cmp.Compare(x.Aggregate, y.Aggregate), cmp.Compare(y.Affinity, x.Affinity))
	})
	kept := map[boundary.AggregateID]int{}
	return slices.DeleteFunc(order, func(cf boundary.Counterfactual) bool {
		kept[cf.Aggregate]++
		return kept[cf.Aggregate] > mostMoves
	})
}

func (b *builder) cutChange(cf boundary.Counterfactual) arch.CutChange {
	return change(cf, func(name string) string { return string(b.contextID(name)) })
}

func change(cf boundary.Counterfactual, called func(string) string) arch.CutChange {
	out := arch.CutChange{From: called(cf.From), Changes: countChanges(cf.Changes), Affinity: cf.Affinity}
	if cf.Aggregate != "" {
		out.Aggregate = aggregatePath(cf.Aggregate)
	}
	if cf.To != "" {
		out.To = called(cf.To)
	}
	if !cf.Allowed {
		out.Forbidden = &arch.Constraint{Says: cf.Forbidden.Constraint, Lines: paths(cf.Forbidden.Refs)}
	}
	return out
}

func stability(s *boundary.Stability) *arch.CutStability {
	if s.WeightRuns == 0 {
		return nil
	}
	out := &arch.CutStability{Seed: int(s.Seed), WeightRuns: s.WeightRuns, WithoutRuns: s.WithoutRuns, Same: float64(s.Same), Low: s.Threshold.From, High: s.Threshold.To}
	for _, p := range s.Uncertain {
		out.Uncertain = append(out.Uncertain, arch.CutPair{A: aggregatePath(p.A), B: aggregatePath(p.B), Together: float64(p.Together), Now: p.Now})
	}
	return out
}

func (b *builder) cutQuestion(q boundary.Question) arch.CutQuestion {
	out := arch.CutQuestion{About: []arch.ContextID{b.contextID(q.A)}, Asks: q.Text, IfYes: q.IfYes, IfNo: q.IfNo, Together: float64(q.Together)}
	if q.B != q.A {
		out.About = append(out.About, b.contextID(q.B))
	}
	if q.UseCase != "" {
		out.UseCase = useCasePath(q.UseCase)
	}
	return out
}

// ties are the reasons why a context's aggregates belong together.
func ties(c *decide.Context) []arch.Tie {
	var out []arch.Tie
	for _, t := range c.Ties() {
		tie := arch.Tie{A: aggregatePath(t.A), B: aggregatePath(t.B), Affinity: t.Affinity}
		for _, u := range t.UseCases {
			tie.UseCases = append(tie.UseCases, useCasePath(u))
		}
		if t.Constraint != "" {
			tie.Constraint = &arch.Constraint{Says: t.Constraint, Lines: paths(t.Refs)}
		}
		out = append(out, tie)
	}
	return out
}

func partsWhen(c *decide.Context) []string {
	var out []string
	for _, f := range c.Flips() {
		out = append(out, decide.FlipText(f))
	}
	return out
}

// contextID is the id of a context by the name that the cut gave it.
func (b *builder) contextID(name string) arch.ContextID {
	if c := b.p.ContextOfCut(name); c != nil {
		return c.ID
	}
	return arch.ContextID(name)
}

func aggregatePath(id boundary.AggregateID) arch.Path { return arch.Path("domain." + string(id)) }

func aggregatePaths(list []boundary.AggregateID) []arch.Path {
	var out []arch.Path
	for _, id := range list {
		out = append(out, aggregatePath(id))
	}
	return out
}

func useCasePath(id boundary.UseCaseID) arch.Path { return arch.Path("use_cases." + string(id)) }

func paths(refs []string) []arch.Path {
	var out []arch.Path
	for _, r := range refs {
		if p := arch.Path(r); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
