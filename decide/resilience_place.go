package decide

import (
	"fmt"
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Where the system runs, and how it comes back when that place is lost.

// placeQuestions come before stores and processes are chosen and counted: how many
// there are of each follows from where the system stands.
var placeQuestions = []question{zonesQuestion}

var zonesQuestion = question{"zones", "resilience", "Zones",
	system, fillZones,
	"Asked once. The share of time a zone is away against the strictest availability target; where none is strict, downtime counts beyond half of what the targets allow; a stated number of zones decides. More zones cost the replicas that stand idle until one is lost; one zone still holds a second of everything. One machine holds the process, the store and the entry of a single deployable, and nothing stands by: it is away with its zone, and until it was brought up from its copies as often as a store would fail over. It is out where its load is more than a small machine sustains, on a platform that runs processes alone, and where a stated availability or recovery time allows less. A budget that no other choice keeps is kept by fewer zones, and last by one machine. Options: machine, one, two, three. Parameters count, away (s a month)."}

var (
	zoneUp       = &assumption{"decide.zone-availability", fact.Share, 0.9995, 0.999, 0.9999, "availability of one zone of a region: power, network and the provider's own releases"}
	zoneSwitch   = &assumption{"decide.zone-switch", fact.Duration, 120, 30, 900, "time without writes when a zone with the leading copies is lost and two zones must agree who leads"}
	quorumStep   = &assumption{"decide.quorum-switch", fact.Duration, 30, 5, 120, "the same with a majority of three"}
	zoneLosses   = &assumption{"decide.zone-losses", fact.Count, 0.05, 0.01, 0.3, "losses of one given zone a month"}
	machineMonth = &assumption{"decide.machine-month", fact.Money, 15, 4, 40, "price of a small machine for a month, USD, where the catalogue states none: 2 shared processors with 2 to 4 GiB, from the cheapest hosters to the large clouds"}
	machineCores = &assumption{"decide.machine-processors", fact.Count, 0.4, 0.2, 2, "processors that a small machine sustains: a t3.small may keep its two busy for a fifth of the time"}
	machineHours = &assumption{"decide.machine-hours", fact.Hours, 0.5, 0.2, 4, "engineer hours a month to keep one machine patched and to bring it up elsewhere as a test"}
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
	units := float64(len(s.plan.Deployables))
	standby := 0.0 // of the stores
	if s.allBytes() > 0 {
		standby = s.k(nodeMonth) * s.k(smallNode)
	}
	slack := s.lenience(strict)
	s.machine(cores, strict, slack, stated && want != 1)
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
		o.outIf(stated && n != want, s.model.Context.Zones.Fact, "%s is the number of zones asked for", num(want))
		o.outIf(n > ground, "context.platform", "there are %s where it runs", num(ground))
		if strict.known && !stated {
			o.outIf(z.down > (1-strict.share)*monthSeconds, strict.path, "it is away %s a month, and %s may be %s", sec(z.down), strict.name, sec((1-strict.share)*monthSeconds))
		}
		spare := 0.0
		if n > 1 {
			spare = cores / (n - 1)
		}
		o.score(critDowntime, math.Max(0, z.down-slack), "a zone is lost %s times a month", num(lost*n)).
			score(critMoney, spare*price+math.Max(1, n-1)*0.5*price*units+standby, "%s processors spare, a second replica per deployable or one for each zone but the first, and a standby of the store", num(round3(spare))).
			score(critBlast, 1/n, "of the requests in flight when a zone is lost").
			score(critOperations, 0.5*math.Max(1, n-1), "placing what stands by, and testing that it takes over")
	}
	s.concrete(func(o option) {
		s.n(s.model.Context.Zones)
		count := math.Max(1, float64(o.i))
		if count == 1 {
			s.test("once a quarter %s is brought up from its backups at another place, within %s", s.model.Name, sec(s.n(s.model.Context.RecoveryTime)))
		}
		down := []float64{s.machineAway(), (1 - s.k(zoneUp)) * monthSeconds, 2 * lost * s.k(zoneSwitch), 3 * lost * s.k(quorumStep)}[o.i]
		if s.options[o.i].ID == OneMachine {
			s.pro("%s a month less than a second of everything", s.cash(units*0.5*price+standby))
			s.con("it holds the process, the store and the entry: when it fails it is brought up again in %s: %s a month away in all, so that %s of the time it is there", sec(s.restoreTime()), sec(down), pct(1-down/monthSeconds))
		}
		o.param("count", fact.Count, count, "as many as are stated, or as the strictest availability needs")
		o.param("away", fact.Duration, down, s.awayRule(o.i))
	})
	s.undo(4)
	s.requires(s.model.Context.Zones.Fact)
	s.say("%s; all processes together keep %s processors busy at peak", s.strictWords(strict), num(round3(cores)))
	s.test("one zone is switched off at peak: what was in flight there is repeated, nothing else is refused for longer than %s", sec(s.k(zoneSwitch)))
}

// OneMachine is the option of zones with which nothing stands by.
const OneMachine arch.OptionID = "machine"

// onOneMachine reports whether one machine holds process, store and entry.
func (s *sheet) onOneMachine() bool { return s.chosen("zones") == OneMachine }

// machine scores one machine for everything, the first option of zones.
func (s *sheet) machine(cores float64, strict strictness, slack float64, elsewhere bool) {
	ctx := &s.model.Context
	o := s.option(OneMachine, "one machine")
	down, back := s.machineAway(), s.restoreTime()
	o.outIf(elsewhere, ctx.Zones.Fact, "%s is the number of zones asked for", num(ctx.Zones.N))
	o.outIf(ctx.Platform.Kind == "kubernetes" || ctx.Platform.Kind == "serverless", "context.platform", "%s runs processes and not what stands beside them", ctx.Platform.Kind)
	if n := len(s.plan.Deployables); n > 1 {
		o.out(s.plan.Contexts[0].firstPath(), "%d deployables would fall together", n)
	}
	busy := 2 * cores * s.growth() / s.k(busyCeiling) // the store works as long as the process
	o.outIf(busy > s.k(machineCores), firstServed(s), "%s processors are needed at the horizon, the store's among them, and it sustains %s", num(round3(busy)), num(s.k(machineCores)))
	if strict.known && strict.stated {
		o.outIf(down > (1-strict.share)*monthSeconds, strict.path, "it is away %s a month, and %s may be %s", sec(down), strict.name, sec((1-strict.share)*monthSeconds))
	}
	if within := s.n(ctx.RecoveryTime); within > 0 {
		o.outIf(back > within, ctx.RecoveryTime.Fact, "it is brought up again in %s, %s are allowed", sec(back), sec(within))
	}
	o.score(critDowntime, math.Max(0, down-slack), "its zone is away %s a month, and %s times it is brought up again from its copies in %s", sec((1-s.k(zoneUp))*monthSeconds), num(s.k(failovers)), sec(back)).
		score(critMoney, 0, "the store and the entry stand on it, and nothing stands by").
		score(critBlast, 1, "of the requests in flight when it is lost").
		score(critOperations, s.k(machineHours), "patching it, and bringing it up elsewhere as a test")
}

// awayRule is how the time that zones are away a month follows.
func (s *sheet) awayRule(option int) string {
	switch option {
	case 0:
		return "time its zone is away, and restarts from its copies x what each takes"
	case 1:
		return "time its zone is away"
	}
	return "losses of a zone x zones x time until its standbys lead"
}

// lenience is half of what the targets of a system allow that has none from 99.9% on:
// being away for less costs it nothing. Where a target is strict every minute counts.
func (s *sheet) lenience(strict strictness) float64 {
	if strict.known {
		return 0
	}
	most := 0.0
	for _, u := range s.model.UseCases {
		most = math.Max(most, s.n(u.Available))
	}
	return (1 - most) * monthSeconds / 2
}

// machineAway is for how long a month a machine with nothing beside it is away.
func (s *sheet) machineAway() float64 {
	return (1-s.k(zoneUp))*monthSeconds + s.k(failovers)*s.restoreTime()
}

// restoreTime is how long bringing everything back from its copies takes.
func (s *sheet) restoreTime() float64 {
	return s.k(restoreStart) + s.allBytes()/s.k(restoreRate)
}

// machinePrice is the list price of a small machine for a month.
func (s *sheet) machinePrice() float64 {
	if t, ok := s.technology("virtual-machines"); ok {
		if per, ok := s.priced(t, "price-small-hour", s.model.Context.Platform.Cloud); ok {
			return per * monthSeconds / 3600
		}
	}
	return s.k(machineMonth)
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
	restore := s.restoreTime()
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
		o.outIf(x.id == "standby" && s.onOneMachine(), ctx.Zones.Fact, "nothing stands beside the one machine")
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
