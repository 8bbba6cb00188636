package decide

import (
	"fmt"
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Where the system runs, and how it comes back when that place is lost.

var zonesQuestion = question{"zones", "resilience", "Zones",
	system, fillZones,
	"Asked once. The share of time a zone is away against the strictest availability target; a stated number of zones decides. More zones cost the replicas that stand idle until one is lost. Options: one, two, three. Parameter count."}

var (
	zoneUp     = &assumption{"decide.zone-availability", fact.Share, 0.9995, 0.999, 0.9999, "availability of one zone of a region: power, network and the provider's own releases"}
	zoneSwitch = &assumption{"decide.zone-switch", fact.Duration, 120, 30, 900, "time without writes when a zone with the leading copies is lost and two zones must agree who leads"}
	quorumStep = &assumption{"decide.quorum-switch", fact.Duration, 30, 5, 120, "the same with a majority of three"}
	zoneLosses = &assumption{"decide.zone-losses", fact.Count, 0.05, 0.01, 0.3, "losses of one given zone a month"}
)

func fillZones(s *sheet) {
	stated := false
	if f, ok := s.model.Facts.Get(s.model.Context.Zones.Fact); ok {
		stated = f.Origin == fact.Stated
	}
	want := s.n(s.model.Context.Zones)
	ground := 3.0
	if t, ok := s.technology(s.ground()); ok {
		if n, ok := s.tech(t, "zones-region"); ok {
			ground = n
		}
	}
	cores := s.allCores()
	price := s.vcpuPrice()
	strict := s.strictest()
	lost := s.k(zoneLosses)
	for i, z := range []struct {
		id, name string
		down     float64
	}{
		{"one", "one zone", (1 - s.k(zoneUp)) * monthSeconds},
		{"two", "two zones", 2 * lost * s.k(zoneSwitch)},
		{"three", "three zones", 3 * lost * s.k(quorumStep)},
	} {
		n := float64(i + 1)
		o := s.option(arch.OptionID(z.id), z.name)
		o.outIf(stated && n != want, s.model.Context.Zones.Fact, "%s zones are asked for", num(want))
		o.outIf(n > ground, "context.platform", "there are %s where it runs", num(ground))
		if strict.known && !stated {
			o.outIf(z.down > (1-strict.share)*monthSeconds, strict.path, "it is away %s a month, and %s may be %s", sec(z.down), strict.name, sec((1-strict.share)*monthSeconds))
		}
		spare := 0.0
		if n > 1 {
			spare = cores / (n - 1)
		}
		o.score(critDowntime, z.down, "a zone is lost %s times a month", num(lost*n)).
			score(critMoney, spare*price+(n-1)*0.5*price*float64(len(s.plan.Deployables)), "%s processors spare, and a replica more per deployable and zone", num(round3(spare))).
			score(critBlast, 1/n, "of the requests in flight when a zone is lost").
			score(critOperations, 0.5*(n-1), "placing and testing the loss of one")
	}
	s.concrete(func(o option) {
		s.n(s.model.Context.Zones)
		if o.i == 0 {
			s.test("once a quarter %s is brought up from its backups at another place, within %s", s.model.Name, sec(s.n(s.model.Context.RecoveryTime)))
		}
		o.param("count", fact.Count, float64(o.i+1), "as many as are stated, or as the strictest availability needs")
	})
	s.undo(4)
	s.requires(s.model.Context.Zones.Fact)
	s.say("%s; all processes together keep %s processors busy at peak", s.strictWords(strict), num(round3(cores)))
	s.test("one zone is switched off at peak: what was in flight there is repeated, nothing else is refused for longer than %s", sec(s.k(zoneSwitch)))
}

func (s *sheet) strictWords(t strictness) string {
	switch {
	case !t.known:
		return fmt.Sprintf("none of %d use cases needs 99.9%%", len(s.model.UseCases))
	case t.stated:
		return t.name + " asks for " + fact.FormatShare(t.share)
	}
	return t.name + " is taken to need " + fact.FormatShare(t.share)
}

// ground is the catalogue's id of the cloud.
func (s *sheet) ground() string {
	if c := s.model.Context.Platform.Cloud; c != "" && c != "own" {
		return c
	}
	if s.model.Context.Platform.Cloud == "own" {
		return "on-premises"
	}
	return ""
}

// allCores is what the whole system keeps busy at peak, in processors.
func (s *sheet) allCores() float64 {
	per := s.reference("work.handler-cpu") + s.reference("host.http-request-cpu")
	sum := 0.0
	for _, u := range s.model.UseCases {
		sum += s.n(u.Load.Peak) * per
	}
	return sum
}

var regionsQuestion = question{"regions", "resilience", "Regions",
	system, fillRegions,
	"Asked once. Users far away against the tightest target (two round trips of their distance), a region's availability against the strictest target, and the price of running twice. One region is the answer that needs nothing. Options: single, standby (a copy that takes over), active (requests served in each)."}

var (
	standbyHours = &assumption{"decide.standby-region-hours", fact.Hours, 8, 4, 20, "engineer hours a month to keep a standby region fit: copies, quotas, a switch every quarter"}
	activeHours  = &assumption{"decide.active-regions-hours", fact.Hours, 25, 10, 60, "engineer hours a month to serve from several regions"}
	standbyDays  = &assumption{"decide.standby-region-days", fact.Days, 12, 5, 30, "building a standby region, person-days"}
	activeDays   = &assumption{"decide.active-regions-days", fact.Days, 50, 20, 120, "building several active regions: who owns which writes, person-days"}
	regionUp     = &assumption{"decide.region-availability", fact.Share, 0.9999, 0.9995, 0.99999, "availability of a region: some hours every few years"}
	regionSwitch = &assumption{"decide.region-switch", fact.Duration, 1800, 600, 4 * 3600, "time until a standby region serves: decide, promote, redirect"}
)

func fillRegions(s *sheet) {
	regions := s.model.Context.Regions
	far, worst, name := 0.0, 0.0, ""
	for _, r := range regions {
		d := s.n(r.Distance)
		far += s.n(r.Share) * d
		if d > worst {
			worst, name = d, r.Name
		}
	}
	tight := s.tightestAsked()
	strict := s.strictest()
	down := (1 - s.k(regionUp)) * monthSeconds
	cost := s.allCores()*s.vcpuPrice() + s.allBytes()/1e9*s.k(gbMonth)
	s.without = "single"
	one := s.option("single", "one region")
	if tight != nil {
		one.outIf(2*worst > s.n(tight.Latency.P99), tight.Latency.P99.Fact, "two round trips from %s take %s, and %s must answer in %s", name, sec(2*worst), tight.Name, sec(tight.Latency.P99.N))
	}
	if strict.known {
		one.outIf(down > (1-strict.share)*monthSeconds, strict.path, "a region is away %s a month, and %s may be %s", sec(down), strict.name, sec((1-strict.share)*monthSeconds))
	}
	rare := (1 - s.k(regionUp)) * s.k(regionSwitch) / (8 * 3600) // an outage of a region lasts a working day; what is left of it is the switch
	standby := s.option("standby", "a home region and a standby")
	if tight != nil {
		standby.outIf(2*worst > s.n(tight.Latency.P99), tight.Latency.P99.Fact, "requests from %s still go home: two round trips take %s", name, sec(2*worst))
	}
	active := s.option("active", "several regions that serve")
	active.outIf(len(regions) < 2 && s.model.Context.Residency != "", "context.residency", "data must stay in %s, where one region was named", s.model.Context.Residency)
	for _, x := range []struct {
		option
		latency, down, money, hours, build, stale float64
	}{
		{one, far, down, 0, 0, 0, 0},
		{standby, far, rare * monthSeconds, cost * 0.4, s.k(standbyHours), s.k(standbyDays), 0},
		{active, 0, rare * monthSeconds / 10, cost, s.k(activeHours), s.k(activeDays), math.Max(1, 2*worst)},
	} {
		x.score(critLatency, x.latency, "mean distance of the users").score(critDowntime, x.down, "a region is lost").
			score(critMoney, x.money, "beside %s for one region", fact.Quantity{Kind: fact.Money, N: cost, Text: s.criteria[critMoney].currency}).
			score(critOperations, x.hours, "to run it").score(critBuild, x.build, "to build it").score(critStaleness, x.stale, "between regions")
	}
	s.undo(s.k(standbyDays) / 2)
	s.requires("context.regions")
	s.say("%d regions named; a region is away %s a month, users are %s from home on average", len(regions), sec(down), sec(far))
	s.flip("a target above %s, or users more than half their target away", fact.Quantity{Kind: fact.Share, N: s.k(regionUp)})
	s.test("once a quarter the system is brought up from its backups in another region, within %s", sec(math.Max(s.n(s.model.Context.RecoveryTime), s.k(regionSwitch))))
}

// tightestAsked is the use case somebody waits for with the lowest p99 target.
func (s *sheet) tightestAsked() *model.UseCase {
	var out *model.UseCase
	for _, u := range s.model.UseCases {
		if u.Asked() && u.Latency.P99.Known() && (out == nil || u.Latency.P99.N < out.Latency.P99.N) {
			out = u
		}
	}
	return out
}

// allBytes is what is kept at the horizon.
func (s *sheet) allBytes() float64 {
	sum := 0.0
	for _, a := range s.model.Aggregates {
		sum += s.n(a.Instances) * s.n(a.Size)
		if s.plan.Filed(a) == "rows" {
			sum += s.n(a.Instances) * a.FilesEach * s.n(a.FileSize)
		}
	}
	return sum
}

var backupQuestion = question{"backup", "resilience", "Backup and restore",
	system, fillBackup,
	"Asked once. What may be lost (recovery point) and how long a restore may take (recovery time) eliminate; bytes at the horizon / restore rate give its time. Compared by writes lost over the accidents a copy cannot help with (a wrong deletion, a bad release), money and hours. Options: nightly, continuous (log shipping, any second of the window), standby (continuous, and a copy that can take over). Parameters point, time, kept (s), bytes; words how, restore."}

var (
	restoreRate  = &assumption{"decide.restore-rate", fact.Bytes, 100e6, 30e6, 500e6, "bytes a second that a restore brings back, indexes included"}
	restoreStart = &assumption{"decide.restore-start", fact.Duration, 900, 300, 3600, "time until a restore runs: noticing, deciding, a machine"}
	logDelay     = &assumption{"decide.log-shipping-delay", fact.Duration, 60, 5, 300, "age of the newest log that is safe elsewhere"}
	accidents    = &assumption{"decide.restores-per-month", fact.Count, 0.02, 0.005, 0.1, "restores a month that nothing else avoids: a wrong deletion, a bad migration, a broken disk array"}
)

func fillBackup(s *sheet) {
	ctx := &s.model.Context
	point, within := s.n(ctx.RecoveryPoint), s.n(ctx.RecoveryTime)
	bytes := s.allBytes()
	restore := s.k(restoreStart) + bytes/s.k(restoreRate)
	writes := 0.0
	for _, u := range s.model.UseCases {
		if alters(u) {
			writes += s.n(u.Load.Average)
		}
	}
	for _, x := range []struct {
		id, name          string
		age, back         float64
		copies, hours, do float64
	}{
		{"nightly", "a copy every night", 86400, restore, 7, 0.5, 0.5},
		{"continuous", "a base copy and the log shipped as it is written", s.k(logDelay), restore, 4, 1, 1},
		{"standby", "the same, and a standby that can take over", s.k(logDelay), s.k(restoreStart), 5, 3, 3},
	} {
		o := s.option(arch.OptionID(x.id), x.name)
		o.outIf(point > 0 && x.age > point, ctx.RecoveryPoint.Fact, "up to %s of changes would be lost, %s are allowed", sec(x.age), sec(point))
		o.outIf(within > 0 && x.back > within, ctx.RecoveryTime.Fact, "bringing back %s takes %s, %s are allowed", size(bytes), sec(x.back), sec(within))
		o.score(critLoss, writes*x.age*s.k(accidents), "%s x %s, at %s restores a month", ps(writes), sec(x.age), num(s.k(accidents))).
			score(critDowntime, x.back*s.k(accidents), "restoring %s", size(bytes)).
			score(critMoney, bytes/1e9*x.copies*s.k(gbMonth)/3, "%s copies, compressed", num(x.copies)).
			score(critOperations, x.hours, "watching it, and a restore as a test").score(critBuild, x.do, "setting it up")
	}
	s.concrete(func(o option) { s.backupNumbers(o, restore) })
	s.undo(2)
	s.requires(ctx.RecoveryPoint.Fact, ctx.RecoveryTime.Fact)
	s.say("%s at the horizon; %s of changes may be lost and %s may pass", size(bytes), sec(point), sec(within))
	s.test("every month the newest backup is restored beside the running system: it took less than %s and the youngest row is younger than %s", sec(within), sec(point))
}

func (s *sheet) backupNumbers(o option, restore float64) {
	age, back := s.k(logDelay), restore
	switch s.options[o.i].ID {
	case "nightly":
		age = 86400
	case "standby":
		back = s.k(restoreStart)
	}
	o.param("point", fact.Duration, age, "age of the newest copy that is safe elsewhere")
	s.allBytes()
	s.k(restoreRate)
	s.k(restoreStart)
	o.param("time", fact.Duration, back, "noticing and starting, and the bytes over the restore rate unless a standby takes over")
	s.allBytes()
	o.param("bytes", fact.Bytes, s.allBytes(), "instances at the horizon x size, over all aggregates")
	o.param("kept", fact.Duration, s.reference("compliance.backups-kept"), "longer than a silent fault stays unseen, shorter than an erased person may stay in copies")
	o.word("how", fmt.Sprintf("%s; restored to a copy each month, which must take less than %s", s.options[o.i].Name, fact.FormatSeconds(math.Max(back, s.model.Context.RecoveryTime.N))))
	o.word("restore", s.afterRestore(age))
}

// afterRestore says what must happen before requests are taken in again.
func (s *sheet) afterRestore(age float64) string {
	var away []string
	for _, x := range s.model.Externals {
		for _, l := range s.plan.Links {
			if l.Kind == LinkCall && l.Call.External == x && len(l.UseCase.Writes()) > 0 {
				away = append(away, x.Name)
				break
			}
		}
	}
	if len(away) == 0 {
		return fmt.Sprintf("open at once; up to %s of changes are gone and are entered again", fact.FormatSeconds(age))
	}
	return fmt.Sprintf("intake stays closed until what %s did in the last %s was read again and booked", firstNames(away), fact.FormatSeconds(age))
}
