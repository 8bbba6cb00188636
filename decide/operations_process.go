package decide

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// A deployable may run its one image in several roles, so that a surge of one kind
// of load does not starve the others.

// Process is a role in which a deployable's image runs.
type Process struct {
	// ID is the deployable's id, a dot and the name: "order.serve".
	ID   string
	Unit *Deployable
	// Name is serve (requests somebody waits for), stream (connections held open),
	// work (events, jobs, long work).
	Name string
	// UseCases run here, by name.
	UseCases []*model.UseCase
	// Others are the kinds of load it carries besides its name's, where one process
	// does everything.
	Others []string
	// requests tells that what other deployables read and change is asked of it, events
	// that it keeps the deployable's copies up to date and empties its outbox.
	requests, events bool
}

// The kinds of load, in the order in which they are listed.
var loadKinds = []string{"serve", "stream", "work"}

// Processes returns the roles in which the deployable runs, as decided.
func (p *Plan) Processes(d *Deployable) []*Process {
	byKind := map[string][]*model.UseCase{}
	for _, c := range d.Contexts {
		for _, u := range c.UseCases {
			kind := p.loadKind(u)
			byKind[kind] = append(byKind[kind], u)
		}
	}
	keeps := len(p.keeps(d)) > 0
	split := p.Choice(arch.DecisionID(string(d.ID)+".processes")) == "by-load"
	var out []*Process
	for _, kind := range loadKinds {
		cases := byKind[kind]
		if len(cases) == 0 && !(kind == "work" && keeps) {
			continue
		}
		if len(out) > 0 && !split {
			out[0].UseCases, out[0].Others = append(out[0].UseCases, cases...), append(out[0].Others, kind)
			continue
		}
		out = append(out, &Process{ID: string(d.ID) + "." + kind, Unit: d, Name: kind, UseCases: cases})
	}
	if len(out) > 0 {
		out[0].requests = true // serve stands first, where there is one
		at := slices.IndexFunc(out, func(pr *Process) bool { return pr.Name == "work" })
		out[max(at, 0)].events = true
	}
	for _, pr := range out {
		slices.SortFunc(pr.UseCases, func(a, b *model.UseCase) int { return compareNames(a.Name, b.Name) })
	}
	return out
}

func compareNames(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// loadKind tells by what a use case loads its process.
func (p *Plan) loadKind(u *model.UseCase) string {
	switch late := p.Choice(arch.DecisionID(u.Name + ".progress")); {
	case u.Result == "upload" || u.Result == "conversation" || u.Result == "stream" && late != "poll":
		return "stream"
	case u.Result == "long-running" || u.Every != nil:
		return "work"
	case u.Asked():
		return "serve"
	case p.waited[u] && len(u.On) == 0:
		return "serve" // a step of something somebody waits for
	}
	return "work"
}

var processesQuestion = question{"processes", "operations", "Processes of %s",
	func(p *Plan) []Subject {
		return each(p.Deployables, func(d *Deployable) bool {
			all := p.Processes(d) // none where nothing is asked of it
			return len(all) > 0 && len(all[0].Others) > 0
		}, ofUnit)
	}, fillProcesses,
	"Asked of each deployable that carries more than one kind of load: requests somebody waits for (serve), connections held open (stream), events and jobs (work). In one process an hour's backlog of events and jobs takes the workers of all for as much of the next hour as it is of the load; separate processes of the same image cost replicas and a flag. Options: one, by-load."}

var roleHours = &assumption{"decide.process-hours", fact.Hours, 1, 0.3, 3, "engineer hours a month for one more process of the same image: its own limits, scaling and panel"}

func fillProcesses(s *sheet) {
	var kinds [3]float64 // peak rates by kind of load
	var busiest *model.UseCase
	total, waited := 0.0, 0.0
	names := 0.0
	for _, c := range s.Unit.Contexts {
		for _, u := range c.UseCases {
			r := s.n(u.Load.Peak)
			at := slices.Index(loadKinds, s.plan.loadKind(u))
			kinds[at] += r
			total += r
			if at == 2 && (busiest == nil || r > busiest.Load.Peak.N) {
				busiest = u
			}
			if at == 0 {
				waited += r
			}
		}
	}
	for _, k := range s.plan.keeps(s.Unit) {
		t := s.plan.told(k.feed)
		s.readPeaks(t)
		kinds[2] += t.peak
		total += t.peak
	}
	for _, r := range kinds {
		if r > 0 {
			names++
		}
	}
	other := 0.0 // of an hour, that requests wait behind an hour's backlog of the rest
	if waited > 0 {
		other = (total - waited) / max(total, 1e-9)
	}
	one := s.option("one", "one process for everything")
	one.score(critBlast, other, "of an hour that requests wait while the backlog of the hour before is worked off: it is that part of the load").
		score(critOperations, 0, "one set of limits").score(critMoney, 0, "no replicas beside the load's")
	split := s.option("by-load", "one process per kind of load, from the same image")
	split.outIf(s.onOneMachine(), s.model.Context.Zones.Fact, "there is one machine for all of them")
	split.score(critBlast, 0, "each kind has its own workers").
		score(critOperations, s.k(roleHours)*(names-1), "%s processes with their own limits", num(names)).
		score(critMoney, (names-1)*s.reference("scaling.replicas-min")*0.5*s.vcpuPrice(), "half a processor for each of two more replicas per process")
	s.undo(2)
	s.say("%s somebody waits for, %s held open, %s of events and jobs at peak", ps(kinds[0]), ps(kinds[1]), ps(kinds[2]))
	s.flip("events and jobs are a larger part of what %s does", s.Unit.Name)
	if busiest != nil {
		s.test("%s gets an hour's backlog of %s at once: requests somebody waits for keep their p99", s.Unit.Name, busiest.Name)
	} else if kinds[2] > 0 {
		s.test("%s gets an hour's changes of what it keeps copies of at once: requests somebody waits for keep their p99", s.Unit.Name)
	} else {
		s.test("%s gets all its connections at once: requests somebody waits for keep their p99", s.Unit.Name)
	}
}
