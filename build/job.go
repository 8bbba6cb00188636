package build

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// jobs are what runs by the clock: use cases with a schedule, states that are left
// by time, and data that is kept only so long.
func (b *builder) jobs() {
	for _, u := range b.m.UseCases {
		if u.Every != nil && b.home[u] != nil {
			b.a.Jobs = append(b.a.Jobs, b.scheduled(u))
		}
	}
	for _, c := range b.p.Contexts {
		b.timers(c)
		b.retention(c)
	}
	for _, e := range b.m.Externals {
		if job, ok := b.polled(e); ok {
			b.a.Jobs = append(b.a.Jobs, job)
		}
		for _, a := range e.AlsoChanges {
			if b.owner[a] != nil && !b.takenOver(a, e) {
				b.a.Jobs = append(b.a.Jobs, b.reconciliation(a, e))
			}
		}
	}
	slices.SortFunc(b.a.Jobs, func(x, y arch.Job) int { return cmp.Compare(x.ID, y.ID) })
}

func (b *builder) scheduled(u *model.UseCase) arch.Job {
	home := b.home[u]
	return arch.Job{
		ID: fact.Kebab(u.Name), About: b.aboutUseCase(u), UseCase: u.Path, Schedule: u.Every.Text,
		Deployable: home.Unit.ID, Context: home.ID, Exclusive: true, Resume: b.resume(u),
		Trace: arch.Trace{Serves: []arch.Path{u.Path}},
	}
}

// takenOver reports whether a use case with a schedule of its own takes over what an
// external has changed.
func (b *builder) takenOver(a *model.Aggregate, e *model.External) bool {
	return slices.ContainsFunc(b.calls[e], func(l *decide.Link) bool {
		return l.UseCase.Every != nil && slices.Contains(l.UseCase.Writes(), a)
	})
}

// reconciliation is the job that holds what we keep against what an external, which
// changes it too, says of it. Ours is the record.
func (b *builder) reconciliation(a *model.Aggregate, e *model.External) arch.Job {
	name, other := fact.Phrase(a.Name), fact.Phrase(e.Name)
	home := b.owner[a]
	return arch.Job{
		ID: fact.Kebab("reconcile " + a.Name + " with " + e.Name), Deployable: home.Unit.ID, Context: home.ID, Exclusive: true,
		Schedule: "daily in the quietest hour", Resume: fmt.Sprintf("With the first %s not yet compared on that day.", name),
		About: fmt.Sprintf("Compares each of %s %s with what %s says of it and lists what differs; ours stays the record, and what %s did is booked as a change of its own.",
			fact.FormatCount(math.Round(a.Instances.N)), fact.Phrase(b.plural(a.Name)), other, other),
		Trace: arch.Trace{Serves: []arch.Path{a.Path, e.Path}},
	}
}

// resume says where a run that was cut off goes on.
func (b *builder) resume(u *model.UseCase) string {
	for _, mv := range u.Moves {
		return fmt.Sprintf("With the first %s still %s: what is done has moved on to %s.", fact.Phrase(mv.Aggregate.Name), fact.Phrase(mv.From), fact.Phrase(mv.To))
	}
	items := ""
	if u.Items.Known() {
		items = fmt.Sprintf(" of %s", fact.FormatCount(u.Items.N))
	}
	switch {
	case len(u.Creates) > 0:
		return fmt.Sprintf("After the last %s written: its natural key%s tells what is there.", fact.Phrase(u.Creates[0].Name), items)
	case len(u.Changes) > 0:
		return fmt.Sprintf("After the last %s%s marked with the run's id.", fact.Phrase(u.Changes[0].Name), items)
	}
	return "From the start: it changes nothing."
}

// timers is the job that moves on what has stood in a state too long.
func (b *builder) timers(c *decide.Context) {
	for _, a := range c.Aggregates {
		if a.States == nil {
			continue
		}
		for _, t := range a.States.Timers {
			about := fmt.Sprintf("Moves a %s that has been %s for %s to %s", fact.Phrase(a.Name), fact.Phrase(t.State), fact.FormatSeconds(t.After.N), fact.Phrase(t.To))
			job := arch.Job{
				ID: fact.Kebab(a.Name + " " + t.State + " timer"), Deployable: c.Unit.ID, Context: c.ID, Exclusive: true,
				Schedule: fmt.Sprintf("when due; looked for every %s", fact.FormatSeconds(lookEvery(t.After.N))),
				Resume:   fmt.Sprintf("With the %s longest in %s: the state itself says what is left.", fact.Phrase(a.Name), fact.Phrase(t.State)),
				Trace:    arch.Trace{Serves: []arch.Path{a.Path}},
			}
			if t.Does != nil {
				about += " and runs " + fact.Phrase(t.Does.Name)
				job.UseCase = t.Does.Path
				job.Serves = append(job.Serves, t.Does.Path)
			}
			job.About = about + "."
			b.a.Jobs = append(b.a.Jobs, job)
		}
	}
}

// lookEvery is a twentieth of a timer, between a second and an hour: it is late by
// one in forty on average.
func lookEvery(after float64) float64 { return min(max(after/20, 1), 3600) }

// retention is the job that drops what must not or need not be kept.
func (b *builder) retention(c *decide.Context) {
	var kept []string
	job := arch.Job{
		ID: string(c.ID) + "-retention", Deployable: c.Unit.ID, Context: c.ID, Exclusive: true,
		Schedule: "daily in the quietest hour", Resume: "With the oldest row: what is gone is not found again.",
	}
	for _, a := range c.Aggregates {
		if a.Retained.Known() {
			kept = append(kept, fmt.Sprintf("%s after %s", fact.Phrase(b.plural(a.Name)), fact.FormatSeconds(a.Retained.N)))
			job.Serves = append(job.Serves, a.Retained.Fact)
		}
	}
	if len(kept) > 0 {
		job.About = "Drops " + and(kept) + "."
		b.a.Jobs = append(b.a.Jobs, job)
	}
}

// webhooks are what partners are told, as decided for the use case that tells them.
func (b *builder) webhooks() {
	for _, u := range b.m.UseCases {
		id := subject(u.Name, "webhook")
		if b.p.Choice(id) != "webhook" || b.home[u] == nil {
			continue
		}
		for _, to := range u.Webhook {
			if w := b.webhook(u, to, id); len(w.Events) > 0 {
				b.a.Webhooks = append(b.a.Webhooks, w)
			}
		}
	}
}

func (b *builder) webhook(u *model.UseCase, to *model.Actor, id arch.DecisionID) arch.Webhook {
	w := arch.Webhook{
		ID: fact.Kebab(u.Name + " " + to.Name), To: arch.ActorID(to.Name), Context: b.home[u].ID,
		Header: fact.Pascal(b.m.Name) + "-Signature",
		Trace:  arch.Trace{Serves: []arch.Path{u.Path, to.Path}, By: b.by(id)},
	}
	events := u.Emits
	if len(u.On) > 0 {
		events = u.On
	}
	keep := arch.Value{}
	for _, e := range events {
		name := arch.EventID(fact.Pascal(e.Name))
		if b.event(name) == nil {
			continue
		}
		w.Events = append(w.Events, name)
		if kept := b.p.Parameter(subject(string(b.channelAt[e]), "channel"), "retention"); kept.Known() && (!keep.Known() || kept.N < keep.N) {
			keep = kept
		}
	}
	names := make([]string, len(w.Events))
	for i, e := range w.Events {
		names[i] = fact.Phrase(string(e))
	}
	w.About = fmt.Sprintf("Tells a %s's own system: %s.", fact.Phrase(to.Name), and(names))
	old := b.reference("limits.webhook-signature-tolerance")
	w.Signature = fmt.Sprintf("HMAC-SHA256 with the secret agreed with each %s over event id, timestamp and body; a timestamp older than %s is refused.", fact.Phrase(to.Name), old)
	pause, last := b.p.Parameter(id, "first"), b.p.Parameter(id, "attempts")
	for i := range whole(last) - 1 {
		w.Schedule = append(w.Schedule, b.derive(fact.ID(fmt.Sprintf("webhooks.%s.retry.%d", w.ID, i+1)), fact.Duration, pause.N*float64(int(1)<<i), "doubling from the first pause", pause.Fact, last.Fact))
	}
	w.Dedup = fmt.Sprintf("By the event's id in the header webhook-id: %s may come again and means the same.", names1(names))
	w.Replay = fmt.Sprintf("A %s asks for the events since a moment again", fact.Phrase(to.Name))
	if keep.Known() {
		w.Replay += fmt.Sprintf("; they are kept for %s", keep)
	}
	w.Replay += "."
	return w
}

func names1(names []string) string {
	if len(names) == 0 {
		return "an event"
	}
	return article(names[0])
}
