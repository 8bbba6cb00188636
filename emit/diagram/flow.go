package diagram

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// critical draws the use cases a system must not lose, the busiest first; those
// that are a saga are drawn as one.
func critical(a *arch.Arch) []Diagram {
	var flows []*arch.Flow
	for i := range a.Flows {
		f := &a.Flows[i]
		saga := slices.ContainsFunc(a.Sagas, func(g arch.Saga) bool { return g.UseCase == f.UseCase })
		if f.Importance == "critical" && f.Starts == "request" && !saga && worthDrawing(f.Steps) {
			flows = append(flows, f)
		}
	}
	slices.SortStableFunc(flows, func(x, y *arch.Flow) int {
		return cmp.Or(cmp.Compare(y.Workload.Peak.N, x.Workload.Peak.N), cmp.Compare(x.ID, y.ID))
	})
	var out []Diagram
	for _, f := range flows[:min(len(flows), maxCritical)] {
		out = append(out, drawFlow(a, f).diagram(Sequence, f.UseCase, arch.Short(f.UseCase)+", step by step"))
	}
	return out
}

// worthDrawing leaves out what arrows to one store would show.
func worthDrawing(steps []arch.Step) bool {
	targets := map[string]bool{}
	for i := range steps {
		if steps[i].Target != "" {
			targets[steps[i].Kind+" "+steps[i].Target] = true
		}
	}
	return len(targets) > 1
}

func drawFlow(a *arch.Arch, f *arch.Flow) *script {
	p := play{arch: a, script: newScript(), flow: f, entry: deployKey(f.Entry)}
	if len(f.Actors) > 0 {
		p.caller = actorKey(f.Actors[0])
		p.player("actor", p.caller, string(f.Actors[0]))
	}
	p.player("participant", p.entry, string(f.Entry))
	if p.caller != "" {
		p.say(p.caller, asks, p.entry, join(", ", arch.Short(f.UseCase), known(f.Workload.Peak, " at peak")))
	}
	p.steps(f.Steps, p.entry, 0)
	if p.caller != "" && !p.answered {
		p.say(p.entry, answers, p.caller, answerOf(a, f.UseCase))
	}
	return p.script
}

// play walks a flow.
type play struct {
	*script
	arch     *arch.Arch
	flow     *arch.Flow
	entry    string
	caller   string
	answered bool
}

// Deeper calls than this are not drawn: they belong to another use case's picture.
const maxDepth = 4

func (p *play) steps(list []arch.Step, at string, depth int) {
	for i := 0; i < len(list) && depth < maxDepth && p.arrows < maxArrows; {
		n := 1
		for list[i].Parallel && i+n < len(list) && list[i+n].Parallel {
			n++
		}
		if n == 1 {
			p.step(&list[i], at, depth)
			i++
			continue
		}
		p.open("par", list[i].Name)
		for k := range n {
			if k > 0 {
				p.next("and", list[i+k].Name)
			}
			p.step(&list[i+k], at, depth)
		}
		p.close()
		i += n
	}
}

func (p *play) step(s *arch.Step, at string, depth int) {
	blocks := 0
	if s.Optional || s.Chance > 0 && s.Chance < 1 {
		text := "if it can"
		if s.Chance > 0 && s.Chance < 1 {
			text = fact.FormatShare(s.Chance) + " of the time"
		}
		p.open("opt", text)
		blocks++
	}
	if s.Times > 1 && !s.Parallel {
		p.open("loop", strconv.FormatFloat(s.Times, 'f', -1, 64)+" times")
		blocks++
	}
	p.line(s, at, depth)
	for range blocks {
		p.close()
	}
}

// line draws the step itself.
func (p *play) line(s *arch.Step, at string, depth int) {
	switch s.Kind {
	case "respond":
		if p.caller != "" {
			p.say(p.entry, answers, p.caller, answerOf(p.arch, p.flow.UseCase))
			p.answered = true
		}
		return
	case "work":
		p.note(at, s.Name)
		p.steps(s.Steps, at, depth+1)
		return
	case "publish":
		to := "channel " + s.Target
		p.player("participant", to, s.Target)
		p.say(at, tells, to, s.Name)
		return
	}
	to := p.target(s)
	if to == "" {
		p.note(at, s.Name)
		return
	}
	text := s.Name
	if !strings.HasPrefix(text, s.Mode) {
		text = s.Mode + " " + text
	}
	if e := p.edge(s.Edge); e != nil {
		text = join(", ", text, within(e.Timeout))
	}
	p.say(at, asks, to, text)
	p.steps(s.Steps, to, depth+1)
	if s.Kind == "call" || s.Kind == "invoke" {
		p.say(to, answers, at, "answer")
	}
}

// target brings on what a step talks to.
func (p *play) target(s *arch.Step) string {
	prefix := map[string]string{"store": "store ", "call": "external ", "invoke": "deployable ", "cache": "cache "}[s.Kind]
	if prefix == "" || s.Target == "" {
		return ""
	}
	p.player("participant", prefix+s.Target, s.Target)
	return prefix + s.Target
}

func (p *play) edge(id arch.EdgeID) *arch.Edge {
	i := slices.IndexFunc(p.arch.Edges, func(e arch.Edge) bool { return e.ID == id })
	if i < 0 || id == "" {
		return nil
	}
	return &p.arch.Edges[i]
}
