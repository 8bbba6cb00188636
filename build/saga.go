package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// sagas makes one for each use case that was decided to be one. A use case that is
// only a step of another promise is part of that promise's saga.
func (b *builder) sagas() {
	for _, u := range b.m.UseCases {
		id := subject(u.Name, "saga")
		style := b.p.Choice(id)
		if style == "" || style == "local" || b.partOfSaga(u) {
			continue
		}
		b.a.Sagas = append(b.a.Sagas, b.saga(u, id, string(style)))
	}
}

// partOfSaga reports whether a use case happens only as a step of sagas.
func (b *builder) partOfSaga(u *model.UseCase) bool {
	if u.Asked() || len(u.On) > 0 || u.Every != nil || b.timed[u] || len(u.FollowsUp) == 0 {
		return false
	}
	for _, f := range u.FollowsUp {
		if c := b.p.Choice(subject(f.Name, "saga")); c == "" || c == "local" {
			return false
		}
	}
	return true
}

func (b *builder) saga(u *model.UseCase, id arch.DecisionID, style string) arch.Saga {
	home := b.home[u]
	s := arch.Saga{
		ID: fact.Kebab(u.Name), UseCase: u.Path, Style: style, Owner: home.ID, Timeout: b.p.Parameter(id, "timeout"),
		Trace: arch.Trace{Serves: []arch.Path{u.Path}, By: b.by(id, subject(u.Name, "answer"))},
	}
	steps := b.p.SagaSteps(u)
	for i := range steps {
		s.Steps = append(s.Steps, b.sagaSteps(&steps[i], len(steps) == 1)...)
	}
	s.Pivot = pivotOf(s.Steps)
	s.Pending = b.p.Word(subject(u.Name, "answer"), "pending")
	if s.Pending == "" {
		s.Pending = pendingOf(u)
	}
	s.WorkItem = b.stuck(u, &s)
	return s
}

// pendingOf is the state in which what the saga is about waits for its end.
func pendingOf(u *model.UseCase) string {
	for _, a := range u.Creates {
		if a.States != nil {
			return a.Name + " " + a.States.Initial
		}
	}
	for _, mv := range u.Moves {
		return mv.Aggregate.Name + " " + mv.From
	}
	return ""
}

// pivotOf is the index of the step after which there is only forward.
func pivotOf(steps []arch.SagaStep) int {
	last := 0
	for i := range steps {
		switch steps[i].Kind {
		case "pivot":
			return i
		case "check", "compensatable":
			last = i
		}
	}
	return last
}

// sagaSteps unfolds one step into what happens in each place: the change in its own
// context, the outside call with the note before it, the changes elsewhere.
func (b *builder) sagaSteps(st *decide.SagaStep, alone bool) []arch.SagaStep {
	u := st.UseCase
	base := arch.SagaStep{UseCase: u.Path, Name: fact.Phrase(u.Name), Context: st.Context.ID, Kind: st.Kind, Timeout: b.stepTimeout(st)}
	if st.Compensation != nil {
		base.Compensation = st.Compensation.Path
	}
	var out []arch.SagaStep
	away := b.elsewhere(u)
	if i := slices.IndexFunc(away, func(c *decide.Context) bool { return b.mayRefuse(u, c) }); i >= 0 && alone && st.External == nil {
		out = b.noteTakeConfirm(base, u, away[i])
		away = slices.Delete(away, i, i+1)
	} else if st.External == nil || !alone {
		b.addExternal(&base, st)
		b.addMessages(&base, u)
		out = append(out, base)
	} else {
		out = append(out, b.reserveActConfirm(base, st)...)
	}
	for _, c := range away {
		step := arch.SagaStep{UseCase: u.Path, Context: c.ID, Kind: "retriable", Name: "change " + and(changed(u, b, c)), Compensation: base.Compensation}
		if base.Kind == "compensatable" {
			step.Kind = base.Kind
		}
		b.addMessages(&step, u)
		out = append(out, step)
	}
	return out
}

// reserveActConfirm is how one context brings its own change and one outside effect
// together: noted before, done, and confirmed only if the note still stands.
func (b *builder) reserveActConfirm(base arch.SagaStep, st *decide.SagaStep) []arch.SagaStep {
	u := st.UseCase
	note, act, confirm := base, base, base
	note.Name = fmt.Sprintf("note that %s will be asked", fact.Phrase(st.External.Name))
	note.Kind, note.Timeout = "compensatable", arch.Value{}
	act.Name = "ask " + fact.Phrase(st.External.Name)
	act.Kind, act.Compensation = "pivot", ""
	b.addExternal(&act, st)
	confirm.Name = "confirm " + and(changed(u, b, st.Context))
	confirm.Kind, confirm.Compensation, confirm.Timeout = "retriable", "", arch.Value{}
	return []arch.SagaStep{note, act, confirm}
}

// mayRefuse reports whether a context may find that what a use case takes there does not
// suffice.
func (b *builder) mayRefuse(u *model.UseCase, c *decide.Context) bool {
	return slices.ContainsFunc(u.Changes, func(a *model.Aggregate) bool { return b.owner[a] == c && u.MayBeRefused(a) })
}

// noteTakeConfirm is how a context brings its own change together with one elsewhere that
// may be refused: nothing is promised before that is known.
func (b *builder) noteTakeConfirm(base arch.SagaStep, u *model.UseCase, from *decide.Context) []arch.SagaStep {
	note, take, confirm := base, base, base
	there := and(changed(u, b, from))
	note.Name, note.Kind, note.Timeout = fmt.Sprintf("note that %s will be changed", there), "compensatable", arch.Value{}
	take.Name, take.Kind, take.Compensation, take.Context = "change "+there, "pivot", "", from.ID
	b.addMessages(&take, u)
	confirm.Name, confirm.Kind, confirm.Compensation, confirm.Timeout = "confirm "+and(changed(u, b, b.home[u])), "retriable", "", arch.Value{}
	return []arch.SagaStep{note, take, confirm}
}

// addExternal says who is asked, and what an answer that does not come means.
func (b *builder) addExternal(step *arch.SagaStep, st *decide.SagaStep) {
	if st.External == nil {
		return
	}
	step.External = arch.ExternalID(st.External.Name)
	step.OnUnknown = b.p.Word(subject(st.UseCase.Name+">"+st.External.Name, "call"), "unknown")
	if step.OnUnknown == "" {
		step.OnUnknown = unknownOutcome(st.External)
	}
}

// unknownOutcome follows from what the external can do.
func unknownOutcome(e *model.External) string {
	name := fact.Phrase(e.Name)
	switch {
	case e.Lookup:
		return fmt.Sprintf("ask %s by our own reference until it is known", name)
	case e.Idempotent:
		return fmt.Sprintf("repeat with the same key; %s acts once", name)
	}
	return fmt.Sprintf("not repeated: somebody asks %s", name)
}

// addMessages names the command and its answer where a step runs in another
// deployable and is reached after the answer.
func (b *builder) addMessages(step *arch.SagaStep, u *model.UseCase) {
	for _, from := range u.FollowsUp {
		l := b.link(from, u.Name)
		if l != nil && l.Crosses && b.p.Choice(subject(l.Name, "style")) == "event" {
			step.Command = fact.Pascal(u.Name)
			if len(u.Emits) > 0 {
				step.Reply = fact.Pascal(u.Emits[0].Name)
			}
			return
		}
	}
}

// elsewhere are the contexts beside its own in which a use case changes something
// that one transaction cannot reach.
func (b *builder) elsewhere(u *model.UseCase) []*decide.Context {
	home := b.home[u]
	var out []*decide.Context
	seen := map[arch.StoreID]bool{b.storeAt[home.ID]: true}
	for _, a := range u.Writes() {
		c := b.owner[a]
		if c == nil || c == home || seen[b.storeAt[c.ID]] {
			continue
		}
		seen[b.storeAt[c.ID]] = true
		out = append(out, c)
	}
	return out
}

// stepTimeout is the time limit of the outside call, or of the remote step.
func (b *builder) stepTimeout(st *decide.SagaStep) arch.Value {
	if st.External != nil {
		return b.p.Parameter(subject(st.UseCase.Name+">"+st.External.Name, "call"), "timeout")
	}
	for _, from := range st.UseCase.FollowsUp {
		if l := b.link(from, st.UseCase.Name); l != nil {
			if v := b.p.Parameter(subject(l.Name, "call"), "timeout"); v.Known() {
				return v
			}
		}
	}
	return arch.Value{}
}

// stuck says who sees a promise that is not kept in time, and where.
func (b *builder) stuck(u *model.UseCase, s *arch.Saga) string {
	who := b.teamOf(u)
	state := s.Pending
	if state == "" {
		state = fact.Phrase(u.Name)
	} else {
		state = fact.Phrase(state)
	}
	what := b.plural(strings.SplitN(state, " ", 2)[0])
	if a := b.firstOf(u); a != nil {
		what = fact.Phrase(b.plural(a.Name))
	}
	if !s.Timeout.Known() {
		return fmt.Sprintf("team %s, in the list of unfinished %s", who, what)
	}
	return fmt.Sprintf("team %s, in the list of %s unfinished after %s", who, what, s.Timeout)
}

func (b *builder) firstOf(u *model.UseCase) *model.Aggregate {
	if list := u.Writes(); len(list) > 0 {
		return b.leading(u, list)
	}
	return nil
}

// teamOf is the team that answers for a use case.
func (b *builder) teamOf(u *model.UseCase) string {
	if u.Owner != nil {
		return u.Owner.Name
	}
	if c := b.home[u]; c != nil && c.Owner != nil {
		return c.Owner.Name
	}
	return b.m.Context.Teams[0].Name
}
