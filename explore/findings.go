package explore

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
)

// Findings are the protocols of a design that do not hold, as problems. Their paths lead into the input; places are the caller's to add.
func Findings(a *arch.Arch) diag.List {
	var out diag.List
	for i := range a.Protocols {
		p := &a.Protocols[i]
		switch {
		case p.Explored.Verdict != "broken":
		case len(p.Explored.Missing) > 0:
			out.Add(diag.Problem{
				Code: "explore.protocol-broken", Severity: diag.Warning, Path: string(p.Of),
				Message: fmt.Sprintf("%s can break: %s; it lacks %s, and a pin forbids that", p.ID, p.Explored.Violation.What, list(p.Explored.Missing)),
				Hint:    "take the pin out; 'plumb check --explore' shows the run",
			})
		case p.Kind == "race":
			out.Add(diag.Problem{
				Code: "explore.refused-half-way", Severity: diag.Warning, Path: string(p.Of), Message: p.Explored.Violation.What,
				Hint: "give what it did before an undo, or let it find out first; 'plumb check --explore' shows the run",
			})
		default:
			out.Add(notGivenBack(a, p))
		}
	}
	return out
}

// notGivenBack is a protocol that no mechanism repairs: what undoes a use case does
// not undo all of it.
func notGivenBack(a *arch.Arch, p *arch.Protocol) diag.Problem {
	out := diag.Problem{
		Code: "explore.not-given-back", Severity: diag.Warning, Path: string(p.Of), Message: p.Explored.Violation.What,
		Hint: "let what undoes it change the same; 'plumb check --explore' shows the run",
	}
	for i := range a.Stores {
		for _, s := range a.Stores[i].Aggregates {
			if s.Of != p.Of || s.Contention == nil {
				continue
			}
			at := slices.IndexFunc(s.Contention.Takers, func(t arch.Taker) bool { return t.Undo != "" && !t.GivesBack })
			if at >= 0 {
				t := s.Contention.Takers[at]
				out.Path = string(t.UseCase)
				out.Hint = fmt.Sprintf("let %s change %s, too; 'plumb check --explore' shows the run", arch.Short(t.Undo), arch.Short(s.Of))
			}
		}
	}
	return out
}
