package build

import (
	"cmp"
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How news of an external come in, as decided: a job that asks for them, and what keeps
// that nothing of them is missed or done twice.

// inbound is the decision on how news of an external come in; "" where it has none.
func (b *builder) inbound(e *model.External) (id arch.DecisionID, choice arch.OptionID) {
	id = subject(e.Name, "inbound")
	return id, b.p.Choice(id)
}

// polled is the job that asks an external for what changed since a watermark.
func (b *builder) polled(e *model.External) (arch.Job, bool) {
	id, choice := b.inbound(e)
	heard := b.p.Hears(e)
	if choice != "poll" && choice != "swept" {
		return arch.Job{}, false
	}
	first := slices.MaxFunc(heard, func(x, y *model.UseCase) int {
		return cmp.Or(compare(x.Load.Peak.N, y.Load.Peak.N), cmp.Compare(y.Name, x.Name))
	})
	home := b.home[first]
	n := func(name string) arch.Value { return b.p.Parameter(id, name) }
	job := arch.Job{
		ID: fact.Kebab("poll " + e.Name), Deployable: home.Unit.ID, Context: home.ID, Exclusive: true,
		Schedule: fmt.Sprintf("every %s", n("every")),
		About:    fmt.Sprintf("Asks %s for what changed since the watermark, %s at a time, and starts %s for each.", fact.Phrase(e.Name), fact.FormatCount(n("page").N), and(b.phrasesOf(heard))),
		Resume:   fmt.Sprintf("From the watermark, which moves in the transaction of what was read, less %s: what comes again is known by its id.", n("overlap")),
		Trace:    arch.Trace{Serves: []arch.Path{e.Path}, By: b.by(id)},
	}
	if choice == "swept" {
		job.About = fmt.Sprintf("Asks %s for what changed since the watermark and starts %s for each of which no call came.", fact.Phrase(e.Name), and(b.phrasesOf(heard)))
	}
	for _, u := range heard {
		job.Serves = append(job.Serves, u.Path)
	}
	if len(heard) == 1 {
		job.UseCase = first.Path
	}
	return job, true
}

func (b *builder) phrasesOf(list []*model.UseCase) []string {
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = fact.Phrase(u.Name)
	}
	return out
}

// watermarkAge is the metric of how far behind the reading of an external's news is.
const watermarkAge = "news_watermark_age_seconds"

// newsMetrics tell how far behind what is asked or read of externals is.
func (b *builder) newsMetrics() []arch.Metric {
	var names []string
	for _, e := range b.m.Externals {
		if _, choice := b.inbound(e); choice != "" && choice != "callback" {
			names = append(names, fact.Phrase(e.Name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []arch.Metric{{Name: watermarkAge, Kind: "gauge", Unit: "seconds", Labels: []string{"external"},
		About: fmt.Sprintf("How old the news of %s are up to which all are here.", and(names))}}
}

// newsAlerts watch that the news of externals come in.
func (b *builder) newsAlerts() {
	for _, e := range b.m.Externals {
		_, choice := b.inbound(e)
		if choice == "" || choice == "callback" {
			continue
		}
		name, old := fact.Phrase(e.Name), b.newsLate(e)
		do := fmt.Sprintf("Ask %s the same by hand: where it answers, the adapter stumbles over one change; set that aside and go on.", name)
		if choice == "subscribe" {
			do = fmt.Sprintf("Look at the first message of %s that is not handled; set it aside and go on.", name)
		}
		b.alert(arch.Alert{
			ID: "news of " + e.Name + " late", Severity: "ticket", Kind: "threshold", Metric: watermarkAge,
			When: fmt.Sprintf("the news of %s are behind by more than %s", name, old), To: arch.TeamID(b.ownerOf(e, b.p.Hears(e)[0])), Do: do,
		})
	}
}

// newsLate is from which age on news are too late: what the use cases that they start
// may be late, or two looks.
func (b *builder) newsLate(e *model.External) string {
	least := 0.0
	for _, u := range b.p.Hears(e) {
		if w := u.Consistency.Within; w.Known() && (least == 0 || w.N < least) {
			least = w.N
		}
	}
	id, _ := b.inbound(e)
	if every := b.p.Parameter(id, "every"); every.Known() {
		least = max(least, 2*every.N)
	}
	return fact.FormatSeconds(least)
}

// newsKept promises that what an external tells is done once.
func (b *builder) newsKept() {
	for _, e := range b.m.Externals {
		id, choice := b.inbound(e)
		if choice == "" {
			continue
		}
		heard := b.p.Hears(e)
		name, n := fact.Phrase(e.Name), func(name string) arch.Value { return b.p.Parameter(id, name) }
		how := map[arch.OptionID]string{
			"callback":  fmt.Sprintf("The id of each call is noted in the transaction of what it starts and kept for %s; a signature older than %s is refused", n("kept"), n("window")),
			"poll":      fmt.Sprintf("A watermark moves in the transaction of what was read; the last %s before it are read again, and the id of each change is noted with what it starts", n("overlap")),
			"swept":     fmt.Sprintf("The id of each call is noted in the transaction of what it starts and kept for %s; every %s what was not told is read from a watermark, less %s", n("kept"), n("every"), n("overlap")),
			"subscribe": "The position in its channel and the id of each message are noted in the transaction of what it starts",
		}[choice]
		g := arch.Guarantee{
			Kind:    "news taken once",
			Promise: fmt.Sprintf("For each change that %s tells of, %s happens once", name, or(some(b.phrasesOf(heard), 4))), Of: e.Path,
			Mechanism: how, Where: b.home[heard[0]].Name, Test: b.confirmation(id),
			Alert:    orDefault(b.alertID("news of "+e.Name+" late"), fmt.Sprintf("a day without a call of %s, which tells %s", name, fact.FormatRate(b.newsRate(e)))),
			WorkItem: fmt.Sprintf("team %s, list of what %s told and nothing could take", b.ownerOf(e, heard[0]), name),
			Trace:    arch.Trace{Serves: []arch.Path{e.Path}, By: b.by(id)},
		}
		for _, u := range heard {
			g.Serves = append(g.Serves, u.Path)
		}
		b.guarantee(g)
	}
}

func (b *builder) newsRate(e *model.External) float64 {
	rate := 0.0
	for _, ev := range b.m.Events {
		if ev.From == e {
			rate += ev.Rate.N
		}
	}
	return rate
}

// newsMissed is an external that was away, or told the same twice.
func (b *builder) newsMissed() {
	for _, e := range b.m.Externals {
		id, choice := b.inbound(e)
		name := fact.Phrase(e.Name)
		switch choice {
		case "poll":
			away, _ := e.Closed()
			away = max(away, (1-e.Availability.N)*month)
			b.failure("news pile up elsewhere", fmt.Sprintf("%s is away for %s, while %s things happen there", sentenceCase(name), fact.FormatSeconds(away), fact.FormatCount(b.newsRate(e)*away)), e.Path,
				fmt.Sprintf("Looks fail and nothing is lost: the first that succeeds goes on from the watermark, page by page, for %s", b.p.Parameter(id, "drain")),
				fmt.Sprintf("%s late by as long as it was away", and(some(b.phrasesOf(b.p.Hears(e)), 3))), id)
		case "callback", "swept":
			b.failure("told twice or by somebody else", fmt.Sprintf("%s tells the same twice, or somebody sends again what it once sent", sentenceCase(name)), e.Path,
				fmt.Sprintf("Its id, known for %s, is answered 204 and starts nothing; what was signed more than %s ago is refused", b.p.Parameter(id, "kept"), b.p.Parameter(id, "window")),
				"nothing; 401 signature-invalid for who sends it again", id)
		}
	}
}
