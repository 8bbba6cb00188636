package document

import (
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
)

// Tested lists the decisions whose test is shown: those with a record, and of each
// other question the first that is not left out, so that every kind of test is there
// once.
func (v *view) Tested() []*arch.Decision {
	out := v.Significant()
	seen := map[string]bool{}
	for i := range v.Decisions {
		d := &v.Decisions[i]
		if d.Significant || d.NotNeeded || d.Confirmation.String() == "" || seen[d.Question] {
			continue
		}
		seen[d.Question] = true
		out = append(out, d)
	}
	return out
}

// Untested is how many decisions have a test that is not shown.
func (v *view) Untested() int {
	n := 0
	for i := range v.Decisions {
		if d := &v.Decisions[i]; !d.NotNeeded && d.Confirmation.String() != "" {
			n++
		}
	}
	return n - len(v.Tested())
}

// operating are the questions about how the system is released, kept and brought back.
var operating = []string{"rollout", "toggle", "versioning", "backup", "zones", "regions", "scaling"}

// Operating lists the decisions about these, in this order.
func (v *view) Operating() []*arch.Decision {
	var out []*arch.Decision
	for _, question := range operating {
		for i := range v.Decisions {
			if d := &v.Decisions[i]; d.Question == question && !d.NotNeeded {
				out = append(out, d)
			}
		}
	}
	return out
}

// parameters are the numbers and words of the chosen option.
func (v *view) parameters(d *arch.Decision) string {
	i := slices.IndexFunc(d.Options, func(o arch.Option) bool { return o.ID == d.Choice })
	if i < 0 {
		return ""
	}
	var out []string
	for _, p := range d.Options[i].Parameters {
		shown := markdown.Text(p.Text)
		if p.Text == "" {
			shown = v.value(p.Value)
		}
		out = append(out, markdown.Text(p.Name)+": "+shown)
	}
	return strings.Join(out, "; ")
}
