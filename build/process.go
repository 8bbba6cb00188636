package build

import (
	"fmt"
	"math"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// processes gives every deployable the roles its image runs in, sized as decided.
func (b *builder) processes() {
	for i, d := range b.p.Deployables {
		out := &b.a.Deployables[i]
		for _, pr := range b.p.Processes(d) {
			out.Roles = append(out.Roles, b.process(pr))
			out.By = append(out.By, b.by(subject(pr.ID, "scaling"), subject(pr.ID, "queue"))...)
		}
		out.By = append(out.By, b.by(subject(string(d.ID), "processes"))...)
		for j := range out.Roles {
			for _, id := range out.Roles[j].Flows {
				b.processOf[id] = &out.Roles[j]
			}
		}
	}
}

func (b *builder) process(pr *decide.Process) arch.Process {
	id := subject(pr.ID, "scaling")
	n := func(name string) arch.Value { return b.p.Parameter(id, name) }
	out := arch.Process{
		Name: pr.Name, About: b.aboutProcess(pr), Replicas: n("replicas"), Min: n("min"), Workers: n("workers"), Queue: n("queue"),
		AtWork: n("at-work"), Consumes: pr.KeepsCopies(b.p), CPU: n("cpu"), Memory: n("memory"), Utilised: n("utilisation"), Probes: b.probes(pr),
	}
	for _, u := range pr.UseCases {
		out.Flows = append(out.Flows, flowID(u))
	}
	if c := b.p.Choice(id); c == "autoscale" || c == "scheduled" {
		out.Scale = &arch.Autoscale{Signal: b.p.Word(id, "signal"), Target: n("target"), Min: n("min"), Max: n("max"), Scheduled: b.p.Word(id, "scheduled")}
	}
	out.Shed = b.shedOrder(pr)
	out.Turn = string(b.p.Choice(subject(pr.ID, "queue")))
	out.Adaptive = out.Turn != "" && b.p.Choice("shedding") == "adaptive"
	return out
}

// aboutProcess says what a role is for, by the busiest of its use cases.
func (b *builder) aboutProcess(pr *decide.Process) string {
	does := map[string]string{"serve": "Answers", "stream": "Holds open", "work": "Works off"}[pr.Name]
	if len(pr.Others) > 0 {
		does = "Does everything of " + pr.Unit.Name + ":"
	}
	var busiest []string
	var first, second *model.UseCase
	for _, u := range pr.UseCases {
		switch {
		case first == nil || u.Load.Peak.N > first.Load.Peak.N:
			first, second = u, first
		case second == nil || u.Load.Peak.N > second.Load.Peak.N:
			second = u
		}
	}
	for _, u := range []*model.UseCase{first, second} {
		if u != nil {
			busiest = append(busiest, fact.Phrase(u.Name))
		}
	}
	if more := len(pr.UseCases) - len(busiest); more > 0 {
		busiest = append(busiest, fmt.Sprintf("%d more", more))
	}
	if pr.KeepsCopies(b.p) {
		busiest = append(busiest, "the changes of what it keeps copies of")
	}
	return does + " " + and(busiest) + "."
}

// shedOrder is what this process refuses first when it is full: the use cases
// somebody waits for, from the least important on.
func (b *builder) shedOrder(pr *decide.Process) []string {
	if b.p.Choice("shedding") != "by-importance" {
		return nil
	}
	var out []string
	for _, importance := range []string{"may-wait", "normal", "critical"} {
		var names []string
		for _, u := range pr.UseCases {
			if u.Asked() && u.Importance == importance {
				names = append(names, fact.Phrase(u.Name))
			}
		}
		if len(names) > 0 {
			out = append(out, fmt.Sprintf("%s (%s)", strings.ReplaceAll(importance, "-", " "), strings.Join(some(names, 3), ", ")))
		}
	}
	return out
}

// probes as decided: readiness looks at nothing that replicas share, or one broken
// part would take all of them out.
func (b *builder) probes(pr *decide.Process) []arch.Probe {
	id := subject(string(pr.Unit.ID), "probes")
	if b.p.Decision(id) == nil {
		id = "probes"
	}
	if b.p.Decision(id) == nil {
		return nil
	}
	store := ""
	for _, c := range pr.Unit.Contexts {
		if st, ok := b.storeAt[c.ID]; ok {
			store = string(st)
		}
	}
	var out []arch.Probe
	period, fails := b.p.Parameter(id, "period"), max(1, whole(b.p.Parameter(id, "failures")))
	if !period.Known() {
		return nil
	}
	for _, k := range []struct{ kind, path, checks string }{
		{"startup", "/healthz/started", "configuration read, schema of " + orDefault(store, "no store") + " at the version this release needs"},
		{"readiness", "/healthz/ready", "own listener and own workers"},
		{"liveness", "/healthz/live", "the process answers within its own loop"},
	} {
		p := arch.Probe{Kind: k.kind, Path: k.path, Checks: k.checks, Period: period, Fail: fails}
		switch {
		case k.kind == "startup":
			if start := b.p.Parameter(id, "startup"); start.Known() {
				p.Fail = max(fails, int(math.Ceil(start.N/period.N)))
			}
		case k.kind == "readiness" && b.p.Choice(id) == "liveness-only":
			continue
		case k.kind == "readiness":
			if w := b.p.Word(id, "readiness"); w != "" {
				p.Checks = w
				if store != "" && b.p.Choice(id) == "own" {
					p.Checks += "; not " + store + ", which all replicas share"
				}
			}
		}
		out = append(out, p)
	}
	return out
}
