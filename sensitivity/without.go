package sensitivity

import (
	"slices"

	"plumb.dev/plumb/spec"
)

// Without returns an input from which teams are taken away: what they owned falls to
// who writes it, as if nobody had stated an owner. The input itself stays as it is.
func Without(doc *spec.Doc, teams ...string) *spec.Doc {
	if len(teams) == 0 {
		return doc
	}
	out := *doc
	out.Root = disowned(doc.Root, teams)
	context, _ := out.Root.Entry("context")
	if list := context.Value.Get("teams"); list != nil {
		gone := *list
		gone.Entries = slices.DeleteFunc(slices.Clone(list.Entries), func(e spec.Entry) bool { return slices.Contains(teams, e.Key) })
		gone.Items = slices.DeleteFunc(slices.Clone(list.Items), func(n *spec.Node) bool { return slices.Contains(teams, n.Text) })
		for i := range context.Value.Entries { // a copy of ours, see disowned
			if context.Value.Entries[i].Key == "teams" {
				context.Value.Entries[i].Value = &gone
			}
		}
	}
	return &out
}

// disowned copies a tree without the owners that are among the teams.
func disowned(n *spec.Node, teams []string) *spec.Node {
	if n == nil || n.Kind != spec.Mapping && n.Kind != spec.Sequence {
		return n
	}
	out := *n
	out.Entries, out.Items = nil, nil
	for _, e := range n.Entries {
		if e.Key == "owner" && e.Value.Kind == spec.Scalar && slices.Contains(teams, e.Value.Text) {
			continue
		}
		e.Value = disowned(e.Value, teams)
		out.Entries = append(out.Entries, e)
	}
	for _, item := range n.Items {
		out.Items = append(out.Items, disowned(item, teams))
	}
	return &out
}
