package diagram

import (
	"cmp"
	"strconv"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// sagas draws each saga twice: how it goes well, and how it is undone when its
// pivot fails.
func sagas(a *arch.Arch) []Diagram {
	var out []Diagram
	for i := range a.Sagas {
		g := &a.Sagas[i]
		if len(g.Steps) == 0 {
			continue
		}
		name := arch.Short(g.UseCase)
		out = append(out, sagaDone(a, g).diagram(Happy, g.UseCase, name+" when all goes well"))
		if undone := sagaUndone(a, g); undone != nil {
			out = append(out, undone.diagram(Unhappy, g.UseCase, name+" when "+failing(g).Name+" fails"))
		}
	}
	return out
}

// failing is the step whose failure is drawn: the pivot, after which nothing is
// undone any more, or the last step that can fail.
func failing(g *arch.Saga) *arch.SagaStep { return &g.Steps[failingAt(g)] }

func failingAt(g *arch.Saga) int {
	if g.Pivot >= 0 && g.Pivot < len(g.Steps) {
		return g.Pivot
	}
	return len(g.Steps) - 1
}

func sagaDone(a *arch.Arch, g *arch.Saga) *script {
	s, who := openSaga(a, g)
	for i := range g.Steps {
		sagaStep(s, g, i, true)
	}
	closeSaga(s, g, who, answerOf(a, g.UseCase))
	return s
}

// sagaUndone draws the failure of one step and the compensations of those before
// it, newest first; nil when there is nothing to compensate.
func sagaUndone(a *arch.Arch, g *arch.Saga) *script {
	at := failingAt(g)
	undo := false
	for _, st := range g.Steps[:at] {
		undo = undo || st.Compensation != ""
	}
	if !undo {
		return nil
	}
	s, who := openSaga(a, g)
	for i := range at {
		sagaStep(s, g, i, true)
	}
	sagaStep(s, g, at, false)
	for i := at - 1; i >= 0; i-- {
		st := &g.Steps[i]
		if st.Compensation == "" {
			continue
		}
		owner, to := playOwner(s, g), playContext(s, st.Context)
		s.say(owner, asks, to, arch.Short(st.Compensation))
		if to != owner {
			s.say(to, answers, owner, "undone")
		}
	}
	closeSaga(s, g, who, "not done: "+failing(g).Name)
	return s
}

// openSaga brings on whoever starts the use case; "" when nobody outside does.
func openSaga(a *arch.Arch, g *arch.Saga) (s *script, who string) {
	s = newScript()
	for i := range a.Flows {
		f := &a.Flows[i]
		if f.UseCase == g.UseCase && len(f.Actors) > 0 {
			who = actorKey(f.Actors[0])
			s.player("actor", who, string(f.Actors[0]))
		}
	}
	owner := playOwner(s, g)
	if who != "" {
		s.say(who, asks, owner, arch.Short(g.UseCase))
	}
	if g.Pending != "" {
		s.note(owner, "state "+g.Pending)
	}
	return s, who
}

func closeSaga(s *script, g *arch.Saga, who, outcome string) {
	if who != "" {
		s.say(playOwner(s, g), answers, who, outcome)
	}
	if g.Timeout.Known() {
		s.note(playOwner(s, g), "after "+g.Timeout.String()+" without an end, a work item: "+g.WorkItem)
	}
}

func playOwner(s *script, g *arch.Saga) string { return playContext(s, g.Owner) }

func playContext(s *script, id arch.ContextID) string {
	s.player("participant", contextKey(id), string(id))
	return contextKey(id)
}

// sagaStep draws one step, done or failing. In a choreography a step is told to
// its context by an event instead of being asked for.
func sagaStep(s *script, g *arch.Saga, i int, done bool) {
	st := &g.Steps[i]
	owner, at := playOwner(s, g), playContext(s, st.Context)
	from, arrow := owner, asks
	if g.Style == "choreography" && i > 0 {
		from, arrow = playContext(s, g.Steps[i-1].Context), tells
	}
	what := join(", ", cmp.Or(st.Command, st.Name), within(st.Timeout))
	if at != from || st.External == "" {
		s.say(from, arrow, at, what)
		what = st.Name
	}
	outcome := cmp.Or(st.Reply, "done")
	if !done {
		outcome = "failed"
	}
	if st.External != "" {
		s.player("participant", externalKey(st.External), string(st.External))
		s.say(at, asks, externalKey(st.External), what)
		s.say(externalKey(st.External), answers, at, outcome)
		if st.OnUnknown != "" {
			s.note(at, "no answer: "+st.OnUnknown)
		}
	}
	if i == g.Pivot && done {
		s.note(at, "from here on only forward")
	}
	if at != owner && (arrow == asks || !done) {
		s.say(at, answers, owner, outcome)
	}
}

// answerOf is what a caller gets in the end, as the contract names it. Operations that
// only serve the use case from another context, or tell how far it is, are not it.
func answerOf(a *arch.Arch, useCase arch.Path) string {
	own := arch.OperationID(fact.Camel(arch.Short(useCase)))
	for i := range a.Operations {
		o := &a.Operations[i]
		if o.UseCase != useCase || o.ID != own {
			continue
		}
		status := ""
		if o.REST != nil {
			status = strconv.Itoa(o.REST.Success)
		}
		return cmp.Or(join(" ", status, string(o.Result)), "done")
	}
	return "done"
}

func within(v arch.Value) string {
	if !v.Known() || v.Kind != fact.Duration {
		return ""
	}
	return "within " + v.String()
}

func slug(p arch.Path) string { return fact.Kebab(arch.Short(p)) }
