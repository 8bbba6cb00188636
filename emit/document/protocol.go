package document

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/diagram"
	"plumb.dev/plumb/fact"
)

// explored says what was visited of a saga's protocol; "" when nothing was.
func (v *view) explored(s *arch.Saga) string {
	for i := range v.Protocols {
		if p := &v.Protocols[i]; p.Kind == "saga" && p.Of == s.UseCase {
			return verdict(p)
		}
	}
	return ""
}

func verdict(p *arch.Protocol) string {
	states := fact.FormatCount(float64(p.Explored.States)) + " states"
	switch {
	case p.Explored.Verdict == "":
		return ""
	case p.Explored.Violation != nil:
		return "broken: " + p.Explored.Violation.What
	case !p.Explored.Complete:
		return "nothing found in the first " + states
	}
	return "holds in all " + states
}

// protocolRow is several protocols of one kind that are kept right by the same and
// were explored alike.
type protocolRow struct {
	Kind, Of, By, Added, Explored, Bounds string
}

// ProtocolRows lists what was explored.
func (v *view) ProtocolRows() []protocolRow {
	var out []protocolRow
	var of [][]string
	for i := range v.Protocols {
		p := &v.Protocols[i]
		_, name, _ := strings.Cut(p.ID, "/")
		r := protocolRow{Kind: p.Kind, Explored: verdict(p), Bounds: p.Explored.Bounds}
		var by, added []string
		for _, m := range p.Mechanisms {
			if m.Added {
				added = append(added, m.Name)
			} else {
				by = append(by, m.Name)
			}
		}
		r.By, r.Added = strings.Join(by, ", "), strings.Join(added, ", ")
		at := slices.IndexFunc(out, func(o protocolRow) bool {
			return o.Kind == r.Kind && o.By == r.By && o.Added == r.Added && o.Explored == r.Explored && o.Bounds == r.Bounds
		})
		if at < 0 {
			at = len(out)
			out, of = append(out, r), append(of, nil)
		}
		of[at] = append(of[at], name)
	}
	said := map[string]bool{} // bounds are told once
	for i := range out {
		out[i].Of = shortened(of[i], 2*shownSubjects)
		if said[out[i].Bounds] {
			out[i].Bounds = ""
		}
		said[out[i].Bounds] = true
	}
	return out
}

// addedRow is a mechanism that the exploration added, with what happens without it.
type addedRow struct{ Name, How, Without, In string }

// AddedRows lists what the exploration added to the design.
func (v *view) AddedRows() []addedRow {
	var out []addedRow
	var in [][]string
	for i := range v.Protocols {
		p := &v.Protocols[i]
		for _, m := range p.Mechanisms {
			if m.Without == nil {
				continue
			}
			at := slices.IndexFunc(out, func(r addedRow) bool { return r.Name == m.Name })
			if at < 0 {
				at = len(out)
				out, in = append(out, addedRow{Name: m.Name, How: m.How, Without: m.Without.What}), append(in, nil)
			}
			in[at] = append(in[at], p.ID)
		}
	}
	for i := range out {
		out[i].In = shortened(in[i], shownSubjects)
	}
	return out
}

// Runs links the runs that the exploration found.
func (v *view) Runs() pictures { return v.drawings.ofKind(0, diagram.Run) }

// keptBy says how each mechanism of a protocol is done.
func keptBy(p arch.Protocol) string {
	out := make([]string, len(p.Mechanisms))
	for i, m := range p.Mechanisms {
		out[i] = fmt.Sprintf("%s: %s", m.Name, m.How)
	}
	return strings.Join(out, "; ")
}
