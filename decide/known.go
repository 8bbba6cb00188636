package decide

import (
	"fmt"

	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/diag"
)

// unknownTechnologies warns of names that the catalogue does not know: what is said to
// run already, to be known or to keep data under such a name changes nothing, as if it
// had not been said.
func (p *planner) unknownTechnologies() {
	if p.plain {
		return
	}
	var ids []string
	for _, kind := range catalog.Kinds() {
		for _, t := range p.catalog.Of(kind) {
			ids = append(ids, t.ID)
		}
	}
	for _, t := range p.model.Context.Technologies {
		if _, known := p.catalog.Technology(t.Name); known {
			continue
		}
		hint := "describe it under catalog, or leave it out"
		if near := diag.Nearest(t.Name, ids); near != "" {
			hint = fmt.Sprintf("did you mean %s? Else %s", near, hint)
		}
		p.problems.Add(diag.Problem{
			Code: "decide.unknown-technology", Severity: diag.Warning, Span: t.Span, Path: string(t.Path),
			Message: fmt.Sprintf("the catalogue knows no %s, so that it changes nothing in the design", t.Name),
			Hint:    hint,
		})
	}
}
