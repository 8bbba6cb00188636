package diagram

import (
	"fmt"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
)

// states draws the lifecycle of each aggregate that has one.
func states(a *arch.Arch) []Diagram {
	var out []Diagram
	for i := range a.Machines {
		if m := &a.Machines[i]; len(m.Moves) > 0 {
			out = append(out, drawStates(m)...)
		}
	}
	return out
}

func drawStates(m *arch.StateMachine) []Diagram {
	parts := (len(m.Moves) + maxArrows - 1) / maxArrows
	out := make([]Diagram, parts)
	for i := range parts {
		moves := m.Moves[i*maxArrows : min((i+1)*maxArrows, len(m.Moves))]
		d := Diagram{ID: string(States) + "-" + slug(m.Of), Kind: States, Of: m.Of, Title: "Life of " + arch.Short(m.Of)}
		if parts > 1 {
			d.ID += "-" + strconv.Itoa(i+1)
			d.Title += fmt.Sprintf(", part %d of %d", i+1, parts)
		}
		d.Text, d.Arrows = statesText(m, moves, i == 0), len(moves)
		out[i] = d
	}
	return out
}

func stateKey(name string) string { return "in " + name }

func statesText(m *arch.StateMachine, moves []arch.Transition, firstPart bool) string {
	touched := map[string]bool{}
	for _, t := range moves {
		touched[t.From], touched[t.To] = true, true
	}
	var b strings.Builder
	ids := newNamer()
	b.WriteString("stateDiagram-v2\n  direction LR\n")
	for _, s := range m.States {
		if touched[s] {
			fmt.Fprintf(&b, "  state \"%s\" as %s\n", line(s), ids.of(stateKey(s)))
		}
	}
	if firstPart && touched[m.Initial] {
		fmt.Fprintf(&b, "  [*] --> %s\n", ids.of(stateKey(m.Initial)))
	}
	for _, t := range moves {
		fmt.Fprintf(&b, "  %s --> %s%s\n", ids.of(stateKey(t.From)), ids.of(stateKey(t.To)), because(t))
	}
	for _, s := range m.Final {
		if touched[s] {
			fmt.Fprintf(&b, "  %s --> [*]\n", ids.of(stateKey(s)))
		}
	}
	return b.String()
}

// because says what makes a transition happen, and who may.
func because(t arch.Transition) string {
	var parts []string
	for _, by := range t.By {
		parts = append(parts, arch.Short(by))
	}
	if t.After.Known() {
		parts = append(parts, "after "+t.After.String())
	}
	if len(parts) == 0 {
		return ""
	}
	for i, who := range t.Actors {
		if i == 0 {
			parts[len(parts)-1] += " by " + string(who)
		} else {
			parts = append(parts, string(who))
		}
	}
	// Here a colon would begin the text anew.
	return " : " + strings.ReplaceAll(line(strings.Join(parts, ", ")), ":", "#58;")
}
