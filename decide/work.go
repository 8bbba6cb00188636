package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// What a process has to do: requests and jobs of its own use cases, reads, changes and
// steps for other deployables, events that start use cases, events that keep copies and
// projections up to date, and the handing over of its own events.

var applyCPU = &assumption{"decide.apply-cpu", fact.Duration, 0.0005, 0.0001, 0.002,
	"processor time to apply one event to a copy: decode it, look into the inbox, send one statement"}

// load is what a process carries.
type load struct {
	rate, average, quiet   float64 // requests, jobs and events a second
	cores, coresMean, idle float64 // processors busy at peak, on average, in the quietest hour
	messages               float64 // of rate: events consumed, those for copies included
	copied                 float64 // of messages: those for copies and projections
	relayed                float64 // events handed over from its outbox a second, at peak
	online                 float64
	lasts                  float64        // the shortest peak, seconds
	dated                  *model.UseCase // with a peak at a known time
	tightest               *model.UseCase
	busiest                *model.UseCase
}

// add counts what comes so often and takes a processor for cpu seconds.
func (l *load) add(peak, average, quiet, cpu float64) {
	l.rate, l.average, l.quiet = l.rate+peak, l.average+average, l.quiet+quiet
	l.cores, l.coresMean, l.idle = l.cores+peak*cpu, l.coresMean+average*cpu, l.idle+quiet*cpu
}

func (s *sheet) load(pr *Process) load {
	l := load{lasts: math.Inf(1)}
	per := s.reference("work.handler-cpu") + s.reference("host.http-request-cpu")
	perKB, push, item := s.reference("host.json-per-kb"), s.reference("host.rpc-request-cpu"), s.k(itemCPU)
	for _, u := range pr.UseCases {
		peak := s.n(u.Load.Peak)
		cpu := per + perKB*(s.plan.Body(u)+u.BytesOut.N)/1000
		switch kind := s.plan.loadKind(u); {
		case kind == "stream":
			each := perKB
			if streamsByRPC(u) {
				each = s.reference("host.rpc-per-kb")
			}
			cpu = push + each*(s.plan.Body(u)+u.BytesOut.N)/1000
			l.online += s.n(u.Online)
			if u.Result == "stream" {
				l.cores += u.Online.N / s.k(pushEvery) * push
			}
		case kind == "work" && u.Items.Known():
			cpu += s.n(u.Items) * item
		}
		l.add(peak, u.Load.Average.N, u.Load.Quiet.N, cpu)
		if len(u.On) > 0 && !u.Asked() {
			l.messages += peak
		}
		if u.Load.Lasts.Known() {
			l.lasts = math.Min(l.lasts, u.Load.Lasts.N)
		}
		if u.Load.When.Days != 0 && (l.dated == nil || peak > l.dated.Load.Peak.N) {
			l.dated = u
		}
		if u.Asked() && u.Latency.P99.Known() && (l.tightest == nil || u.Latency.P99.N < l.tightest.Latency.P99.N) {
			l.tightest = u
		}
		if l.busiest == nil || peak > l.busiest.Load.Peak.N {
			l.busiest = u
		}
	}
	if math.IsInf(l.lasts, 1) {
		l.lasts = 3600
	}
	for _, x := range s.plan.servedFor(pr) {
		l.add(s.n(x.Rate), x.perRequest()*x.UseCase.Load.Average.N, x.perRequest()*x.UseCase.Load.Quiet.N, s.reference("work.handler-cpu")+push)
	}
	s.consumed(&l, pr)
	return l
}

// perRequest is how often a link is used in one run of its use case.
func (l *Link) perRequest() float64 {
	if peak := l.UseCase.Load.Peak.N; peak > 0 {
		return l.Rate.N / peak
	}
	return 1
}

// consumed adds what a process applies to copies and hands over from its outbox, where
// it is the one that works off events.
func (s *sheet) consumed(l *load, pr *Process) {
	if !pr.events {
		return
	}
	for _, k := range s.plan.keeps(pr.Unit) {
		t := s.plan.told(k.feed)
		s.readPeaks(t)
		l.add(t.peak, t.average, t.quiet, s.k(applyCPU))
		l.messages, l.copied = l.messages+t.peak, l.copied+t.peak
	}
	t := s.plan.relayedBy(pr.Unit)
	if t.peak > 0 {
		s.readPeaks(t)
		cpu := s.reference("host.rpc-request-cpu")
		l.relayed = t.peak
		l.cores, l.coresMean, l.idle = l.cores+t.peak*cpu, l.coresMean+t.average*cpu, l.idle+t.quiet*cpu
	}
}

func (s *sheet) readPeaks(t telling) {
	for _, u := range t.by {
		s.n(u.Load.Peak)
	}
}

// KeepsCopies reports whether the process keeps copies and projections of its deployable
// up to date.
func (pr *Process) KeepsCopies(p *Plan) bool { return pr.events && len(p.keeps(pr.Unit)) > 0 }

// servedFor are the reads and changes that other deployables ask a process for.
func (p *Plan) servedFor(pr *Process) (out []*Link) {
	if !pr.requests {
		return nil
	}
	for _, l := range p.linksIn[pr.Unit] {
		if (l.Kind == LinkRead || l.Kind == LinkWrite) && p.called(l) {
			out = append(out, l)
		}
	}
	return out
}

// relayedBy is what a deployable hands over from its outbox.
func (p *Plan) relayedBy(d *Deployable) (t telling) {
	for _, ch := range p.Channels {
		if ch.Owner.Unit != d || p.Choice("broker") == "none" {
			continue
		}
		for _, e := range ch.Events {
			for _, u := range e.EmittedBy {
				t.add(u)
			}
		}
	}
	for _, f := range p.Feeds() {
		if f.State && p.OwnerOf(f.Of).Unit == d {
			for _, u := range slices.Concat(f.Of.CreatedBy, f.Of.ChangedBy) {
				t.add(u)
			}
		}
	}
	return t
}

// visits are what holds the workers of a process: each kind with how often it comes
// at the peak and how long it holds one, on average.
type visits struct {
	rate, held float64
	batched    bool // comes by events, a batch of an outbox at a time
}

// visitsOf lists them. A step that runs in the deployable of what asks for it is part
// of that visit.
func (s *sheet) visitsOf(pr *Process) (out []visits) {
	for _, u := range pr.UseCases {
		if s.plan.begins(u) {
			out = append(out, visits{u.Load.Peak.N, s.held(u), len(u.On) > 0 && !u.Asked()})
		}
	}
	for _, l := range s.plan.linksIn[pr.Unit] {
		if l.Kind == LinkFollow && slices.Contains(pr.UseCases, l.Target) && s.plan.called(l) {
			s.read(l.Rate.Fact)
			out = append(out, visits{rate: l.Rate.N, held: s.held(l.Target)})
		}
	}
	for _, l := range s.plan.servedFor(pr) {
		s.read(l.Rate.Fact)
		out = append(out, visits{rate: l.Rate.N, held: s.askedFor(l)})
	}
	for _, u := range pr.UseCases {
		if s.plan.begins(u) && !u.Asked() {
			continue // its calls are part of what it holds
		}
		for _, l := range s.linksOf(u) {
			if id := arch.DecisionID(l.Name + ".call"); l.Kind == LinkCall && s.plan.Choice(id) == "queued" {
				s.read(l.Rate.Fact)
				out = append(out, visits{rate: s.leaving(id, l.Rate.N), held: mean(s.n(l.Call.Latency.P50), s.n(l.Call.Latency.P99))})
			}
		}
	}
	if pr.events {
		for _, k := range s.plan.keeps(pr.Unit) {
			t := s.plan.told(k.feed)
			s.readPeaks(t)
			out = append(out, visits{t.peak, s.applies(k.in), true})
		}
	}
	return out
}

// leaving is how many calls a second leave a queue at the peak: what its throttle lets
// through, the rest waits until the peak is over.
func (s *sheet) leaving(call arch.DecisionID, peak float64) float64 {
	most := s.plan.Parameter(call, "throttle")
	if !most.Known() || most.N >= peak {
		return peak
	}
	s.read(most.Fact)
	return most.N
}

// applies is how long it takes a context to apply one event to a copy, its write
// included.
func (s *sheet) applies(c *Context) float64 {
	all := s.k(handleTime)
	median, m := s.storeTime(c, true)
	return math.Max(all-median, all*LeastOwn) + m
}

// begins reports whether a use case is started by something else than another one.
func (p *Plan) begins(u *model.UseCase) bool {
	return u.Asked() || len(u.On) > 0 || u.Every != nil || len(u.FollowsUp) == 0
}

// held is how long one run of a use case holds a worker of its process, on average:
// its own work, and what it waits for before it answers. What nobody waits for comes
// after the answer and holds none; an event and a job are over when all is done.
func (s *sheet) held(u *model.UseCase) float64 {
	return s.holds(u, s.plan.begins(u) && !u.Asked(), 0)
}

// deepest chain of steps that is followed.
const deepest = 8

func (s *sheet) holds(u *model.UseCase, all bool, deep int) float64 {
	if deep > deepest {
		return 0
	}
	hit := s.hit(u)
	t := s.own(u, hit)
	beside := 0.0 // calls that run side by side take as long as the slowest
	hard := false
	late := s.plan.Choice(arch.DecisionID(u.Name+".answer")) == "accepted"
	for i := range u.Calls {
		c := &u.Calls[i]
		hard = hard || !c.Optional && c.Fallback == ""
		id := arch.DecisionID(u.Name + ">" + c.External.Name + ".call")
		queued := s.plan.Choice(id) == "queued"
		if !all && (c.Later || queued || deep == 0 && late) {
			continue
		}
		took := c.Chance.Or(1) * mean(s.n(c.Latency.P50), s.n(c.Latency.P99))
		if rate := u.Load.Peak.N * c.Chance.Or(1) * c.Times.Or(1); queued && rate > 0 {
			took *= s.leaving(id, rate) / rate
		}
		if c.Parallel {
			beside = math.Max(beside, took)
			continue
		}
		t += took * c.Times.Or(1)
	}
	if home := s.plan.Home(u); hard && home != nil && len(u.Writes()) > 0 {
		t += s.storeMean(home, true) // what is promised is noted before it is asked for
	}
	for _, l := range s.linksOf(u) {
		took := s.crossing(l, all)
		if l.Kind == LinkRead {
			took *= 1 - hit
		}
		t += took
	}
	for i := range u.Then {
		if f := &u.Then[i]; all || s.plan.waitsFor(u, f) {
			to := s.plan.Home(f.UseCase)
			if to == nil {
				continue
			}
			took := s.holds(f.UseCase, false, deep+1)
			if home := s.plan.Home(u); home != nil && home.Unit != to.Unit {
				took += s.hop()
			}
			t += took * f.Chance.Or(1) * f.Times.Or(1)
		}
	}
	return t + beside
}

// crossing is what a read or change in another deployable takes.
func (s *sheet) crossing(l *Link, all bool) float64 {
	if !l.Crosses || l.Kind != LinkRead && l.Kind != LinkWrite {
		return 0
	}
	style := s.plan.Choice(arch.DecisionID(l.Name + ".style"))
	if style != "sync" && !(all && style == "event") {
		return 0
	}
	return l.perRequest() * (s.hop() + s.askedFor(l))
}

// askedFor is the mean time in the store of another deployable of what a link asks for.
func (s *sheet) askedFor(l *Link) float64 {
	if l.Kind == LinkWrite {
		return s.storeMean(l.To, true)
	}
	_, m := s.readTime(l.UseCase, l.Aggregate, l.To)
	return m
}

// waitsFor reports whether a use case is done only when a step of it is.
func (p *Plan) waitsFor(u *model.UseCase, f *model.Follow) bool {
	switch p.Choice(arch.DecisionID(u.Name + ".answer")) {
	case "accepted":
		return false
	case "bounded", "complete":
		return !f.Later
	}
	return !f.Later && p.Choice(arch.DecisionID(u.Name+">"+f.UseCase.Name+".style")) != "event"
}

// hit is the share of the runs of a use case that find their answer in a cache.
func (s *sheet) hit(u *model.UseCase) float64 {
	id := arch.DecisionID(u.Name + ".cache")
	if c := s.plan.Choice(id); c == "" || c == "none" {
		return 0
	}
	v := s.plan.Parameter(id, "hit-ratio")
	s.read(v.Fact)
	return v.N
}

// own is what a run of a use case takes in its own deployable, its accesses to the
// store there included: the model gives the time of both together.
func (s *sheet) own(u *model.UseCase, hit float64) float64 {
	p50, p99 := s.n(u.Work.P50), s.n(u.Work.P99)
	home := s.plan.Home(u)
	if home == nil {
		return mean(p50, p99)
	}
	var stored, reads, writes float64
	if s.plan.ReadyMade(u) {
		stored, reads = s.readTime(u, u.Reads[0].Aggregate, home)
	} else {
		for i := range u.Reads {
			r := &u.Reads[i]
			at := s.readAt(u, r.Aggregate, home)
			if at == nil || r.Later {
				continue
			}
			median, m := s.readTime(u, r.Aggregate, at)
			n := r.Chance.Or(1) * r.Times.Or(1)
			stored, reads = stored+n*median, reads+n*m
		}
	}
	var seen []arch.OptionID
	for _, a := range u.Writes() {
		c := s.plan.OwnerOf(a)
		if c == nil || c.Unit != home.Unit {
			continue
		}
		if tech := s.plan.Choice(arch.DecisionID(string(c.ID) + ".store")); !slices.Contains(seen, tech) {
			seen = append(seen, tech)
			median, m := s.storeTime(c, true)
			stored, writes = stored+median, writes+m
		}
	}
	work := math.Max(p50-stored, p50*LeastOwn)
	return mean(work, work*p99/math.Max(p50, 1e-9)) + reads*(1-hit) + writes
}

// readTime is the median and the mean of a read that a use case makes in the store of a
// context, see ListTime.
func (s *sheet) readTime(u *model.UseCase, a *model.Aggregate, at *Context) (median, m float64) {
	if list := ListTime(u, a); list > 0 {
		if median, m = s.storeTime(at, false); list > median {
			return list, mean(list, list*u.Work.P99.N/u.Work.P50.N)
		}
		return median, m
	}
	return s.storeTime(at, false)
}

// ListTime is the median time in a store for a list or a report of an aggregate: what is
// looked for, filtered, sorted and summed up there takes what is not a use case's own of
// its work. It is 0 for any other read.
func ListTime(u *model.UseCase, a *model.Aggregate) float64 {
	if u.Result != "list" && u.Result != "report" || len(u.Reads) == 0 || u.Reads[0].Aggregate != a || !(u.Work.P50.N > 0) {
		return 0
	}
	return u.Work.P50.N * (1 - LeastOwn)
}

// readAt is the context in whose store a use case finds an aggregate without leaving
// its deployable, nil where it has to.
func (s *sheet) readAt(u *model.UseCase, a *model.Aggregate, home *Context) *Context {
	c := s.plan.OwnerOf(a)
	switch {
	case c == nil || c.Unit == home.Unit:
		return c
	case s.plan.Choice(arch.DecisionID(u.Name+">"+a.Name+".style")) == "replica":
		return home
	}
	return nil
}

// LeastOwn is the share of a use case's own time that stays with it when the store
// alone would take all of it.
const LeastOwn = 0.2

// hop is what a call between deployables takes beside the work.
func (s *sheet) hop() float64 {
	return s.reference("network.rtt-zones") + s.reference("network.hop-overhead")
}

// storeMean is the mean time of an access to the store of a context.
func (s *sheet) storeMean(c *Context, write bool) float64 {
	_, m := s.storeTime(c, write)
	return m
}

// storeTime is the median and the mean of an access to the store of a context.
func (s *sheet) storeTime(c *Context, write bool) (median, m float64) {
	mode := "read"
	if write {
		mode = "write"
	}
	p50, p99 := s.reference("work."+mode+"-one-p50"), s.reference("work."+mode+"-one-p99")
	if t, ok := s.technology(string(s.plan.Choice(arch.DecisionID(string(c.ID) + ".store")))); ok {
		a, known := s.tech(t, mode+"-p50")
		b, both := s.tech(t, mode+"-p99")
		tail := 5.0
		if f, ok := s.model.Facts.Get("assumed.work.tail"); ok {
			s.read(f.ID)
			tail = f.Value.N
		}
		switch {
		case known && both:
			p50, p99 = a, b
		case known:
			p50, p99 = a, a*tail
		case both:
			p50, p99 = b/tail, b
		}
	}
	return p50, mean(p50, p99)
}

// mean of a log-normal by its percentiles.
func mean(p50, p99 float64) float64 {
	if !(p50 > 0) {
		return 0
	}
	return queueing.LogNormalFromP50P99(p50, math.Max(p99, p50*1.0001)).Mean()
}
