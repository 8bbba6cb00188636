package document

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
)

// predicted is what the simulation says of an objective with its 95 % interval.
func predicted(p *arch.Prediction) string {
	switch {
	case p == nil:
		return ""
	case p.Verdict == "unknown":
		return markdown.Text(p.Why)
	}
	return markdown.Text(p.Range())
}

// kept says whether what must hold does.
func kept(verdict string) string {
	if verdict == "missed" || verdict == "close" {
		return "**" + verdict + "**"
	}
	return markdown.Text(verdict)
}

// Disagreeing are the objectives of which calculation and simulation say different
// things.
func (v *view) Disagreeing() []arch.Objective {
	return slices.DeleteFunc(slices.Clone(v.Objectives), func(o arch.Objective) bool {
		return o.Simulated == nil || o.Simulated.Disagrees == ""
	})
}

// backAfter is how soon all is well again after a fault.
func (v *view) backAfter(t arch.Trial) string {
	switch t.Outcome {
	case "recovers":
		return v.value(t.Recovers)
	case "stuck":
		return some(": ", "**never**", markdown.Text(t.Why))
	case "unknown":
		return markdown.Text(t.Why)
	}
	return ""
}

// tolls are what an event costs the objective that pays most: the time it is as good
// as away, how often a month, and the share of the time it may be away.
func (v *view) tolls(t arch.Trial) string {
	if len(t.Tolls) == 0 {
		return ""
	}
	x := t.Tolls[0]
	return markdown.Code(x.Objective) + " " + v.value(x.Share) + ": " + v.value(x.Outage) + " × " + v.value(x.Times)
}
