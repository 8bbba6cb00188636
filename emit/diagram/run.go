package diagram

import (
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// runs draws what the exploration of the protocols found: for each mechanism that it
// added one run in which it is missing, and the run of each protocol that breaks.
func runs(a *arch.Arch) []Diagram {
	var out []Diagram
	drawn := map[string]bool{}
	for i := range a.Protocols {
		p := &a.Protocols[i]
		for _, m := range p.Mechanisms {
			if m.Without != nil && !drawn[m.Name] {
				drawn[m.Name] = true
				out = append(out, drawRun("without-"+fact.Kebab(m.Name), p.Of, m.Name+" missing: "+m.Without.What, m.Without))
			}
		}
		if v := p.Explored.Violation; v != nil {
			out = append(out, drawRun("broken-"+fact.Kebab(p.ID), p.Of, "broken: "+v.What, v))
		}
	}
	return out
}

// drawRun draws one run; what went wrong by itself stands in notes.
func drawRun(id string, of arch.Path, title string, c *arch.Counterexample) Diagram {
	s := newScript()
	for _, l := range c.Lines {
		s.player("participant", l.From, l.From)
		switch {
		case l.To != "" && l.Fault:
			s.player("participant", l.To, l.To)
			s.say(l.From, tells, l.To, l.Text)
		case l.To != "":
			s.player("participant", l.To, l.To)
			s.say(l.From, asks, l.To, l.Text)
		case l.Fault:
			s.note(l.From, "✗ "+l.Text)
		default:
			s.note(l.From, l.Text)
		}
	}
	return Diagram{ID: id, Kind: Run, Of: of, Title: title, Text: s.text(), Arrows: s.arrows}
}
