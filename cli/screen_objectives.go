package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// shownObjectives bounds the table on a screen; --all shows every objective.
const shownObjectives = 8

// objectives shows what is missed, then the tightest of what is met, as calculated
// and as simulated.
func (s *screen) objectives() {
	if len(s.a.Objectives) == 0 {
		return
	}
	simulated := s.a.Verification != nil
	head := []string{"", "objective", "target", "achieved", "margin"}
	if simulated {
		head = []string{"", "objective", "target", "calculated", "margin", "simulated (95 %)"}
		s.title("Objectives, by calculation and simulation")
	} else {
		s.title("Objectives, by calculation")
	}
	list := slices.Clone(s.a.Objectives)
	slices.SortStableFunc(list, func(a, b arch.Objective) int {
		x, left := a.Overall()
		y, right := b.Overall()
		return cmp.Or(cmp.Compare(rankOf(x), rankOf(y)), cmp.Compare(left, right))
	})
	rows := [][]string{head}
	for i := range list {
		o := &list[i]
		verdict, left := o.Overall()
		if !s.all && i >= shownObjectives && verdict == "met" {
			break
		}
		margin := ""
		if o.Achieved.Known() {
			margin = signed(left)
		}
		name := string(o.ID)
		if !o.Stated {
			name += " (assumed)"
		}
		row := []string{mark(verdict), name, o.Target.String(), o.Achieved.String(), margin}
		if simulated {
			row = append(row, predicted(o.Simulated))
		}
		rows = append(rows, row)
	}
	s.table(2, rows)
	if more := len(list) - len(rows) + 1; more > 0 {
		s.line("  and %d more that are met with more room", more)
	}
	for i := range list {
		o := &list[i]
		if p := o.Simulated; p != nil && p.Disagrees != "" {
			s.hang("  ", "%s: simulation says %s under %s, %s", o.ID, p.Predicted, p.Scenario, p.Disagrees)
		}
		if verdict, _ := o.Overall(); verdict == "missed" && o.Nearest.Known() {
			seen := ""
			switch {
			case o.NearestMet:
				seen = ", and was in a simulation of the design for it"
			case o.Simulated != nil:
				seen = " by what is known of this one; no simulation of the design for it shows that"
			}
			s.hang("  ", "%s cannot be met by this design; %s would be%s", o.ID, o.Nearest, seen)
		}
	}
	if s.a.Cost.Total.Known() {
		at := ""
		if x := s.a.Cost.Exchange; x.Known() {
			at = fmt.Sprintf(", at %s %s a dollar", x, s.a.Cost.Total.Text)
		}
		s.hang("  ", "running it: %s a month where prices are known%s%s", s.a.Cost.Total, at, unknown(s.a.Cost.Unknown))
	}
}

// predicted is what the simulation says of an objective, in a cell.
func predicted(p *arch.Prediction) string {
	switch {
	case p == nil:
		return ""
	case p.Verdict == "unknown":
		return "cannot say: " + p.Why
	}
	if p.Scenario == "peak" { // as objectives are meant
		return p.Range()
	}
	return p.Range() + ", " + p.Scenario
}

// rankOf puts what needs attention first.
func rankOf(verdict string) int {
	return slices.Index([]string{"missed", "close", "unknown", "met"}, verdict)
}

func mark(verdict string) string {
	switch verdict {
	case "met":
		return "ok"
	case "missed":
		return "MISSED"
	case "close":
		return "close"
	}
	return "?"
}

// trials shows what the scenarios did to the design: those that it felt, then the
// others by name.
func (s *screen) trials() {
	v := s.a.Verification
	if v == nil {
		return
	}
	s.title(fmt.Sprintf("Simulated before you read this: %s events, seed %d", fact.FormatCount(float64(v.Events)), v.Seed))
	rows := [][]string{{"", "scenario", "answered before, in, after", "back in", "share of a month's error budget"}}
	var quiet []string
	for i := range v.Trials {
		t := &v.Trials[i]
		if t.Outcome == "unaffected" && len(t.Tolls) == 0 && !s.all {
			quiet = append(quiet, t.ID)
			continue
		}
		rows = append(rows, []string{felt(t), t.ID, answered(t), backIn(t), costs(t)})
	}
	if len(rows) > 1 {
		s.table(2, rows)
	}
	for i := range v.Trials {
		if t := &v.Trials[i]; t.ID == "zone-lost" && t.Outcome != "unaffected" {
			s.wrap(2, "%s: %s", t.ID, t.About)
		}
	}
	if len(quiet) > 0 {
		s.wrap(2, "not felt: %s", strings.Join(quiet, ", "))
	}
	for _, o := range v.Omitted {
		s.wrap(2, "not simulated: %s (%s)", o.ID, o.Why)
	}
}

// assertions shows what the scenarios of the input say must hold, and whether it does.
func (s *screen) assertions() {
	list := s.a.Asserted()
	if len(list) == 0 {
		return
	}
	s.title("What the input says must hold")
	rows := [][]string{{"", "under", "must hold", "simulated (95 %)"}}
	for i := range list {
		c := &list[i]
		rows = append(rows, []string{mark(c.Verdict), c.Scenario, c.Claim, c.Says()})
	}
	s.table(2, rows)
}

// repairs shows what was changed because of a simulation.
func (s *screen) repairs() {
	v := s.a.Verification
	if v == nil || len(v.Repairs) == 0 {
		return
	}
	s.title("Changed because of it; 'plumb explain DECISION' tells more")
	kept := v.Kept()
	for _, r := range kept {
		s.hang("  ", "%s of %s from %s to %s, as under %s %s; now %s%s", r.Changed, r.Decision, r.From, r.To, r.Scenario, r.Showed, r.Now, priced(r.Price))
	}
	if len(kept) > 0 {
		s.wrap(2, "tipping points are planned with these kept, and not simulated again")
	}
	var order []string
	tried := map[string][]string{}
	for _, x := range v.Vain() {
		if tried[x.For()] == nil {
			order = append(order, x.For())
		}
		if !slices.Contains(tried[x.For()], x.Mechanism) {
			tried[x.For()] = append(tried[x.For()], x.Mechanism)
		}
	}
	for _, what := range order {
		s.hang("  ", "tried for %s and undone: %s", what, strings.Join(tried[what], ", "))
	}
}

// priced shows what a repair costs, unless it is a setting.
func priced(price string) string {
	if price == "" || price == "a setting" {
		return ""
	}
	return ", for " + price
}

func felt(t *arch.Trial) string {
	switch t.Outcome {
	case "steady", "unaffected":
		return "ok"
	case "recovers":
		return "back"
	case "stuck":
		return "STUCK"
	}
	return "?"
}

// answered is the share answered: of a fault before, while it lasted and after.
func answered(t *arch.Trial) string {
	if t.Outcome == "steady" {
		return t.Answered.String()
	}
	return fmt.Sprintf("%s, %s, %s", t.Answered, t.During, t.After)
}

func backIn(t *arch.Trial) string {
	if t.Outcome == "recovers" {
		return t.Recovers.String()
	}
	return ""
}

// costs is the objective of which a scenario takes most in a month; what is not known
// or not well takes its place.
func costs(t *arch.Trial) string {
	switch {
	case t.Why != "":
		return t.Why
	case len(t.Tolls) == 0:
		return ""
	}
	return fmt.Sprintf("%s %s", t.Tolls[0].Share, t.Tolls[0].Objective)
}
