package boundary

import (
	"cmp"
	"math"
	"slices"
)

// deploy decides which contexts leave the modular monolith. Hard drivers come
// first and always win: existing services, zones, pins, runtimes. Soft ones
// follow in the order of the table of soft drivers, and yield where following
// them would tear a use case that must write at once.
func (l *layout) deploy() {
	l.facts, l.teams = l.factsOf(), l.countTeams()
	l.unit, l.declined = make([]int, l.k), nil
	d := &deployment{layout: l, apart: make([][]int, l.k)}
	d.hard()
	switch l.p.opt.Deploy {
	case DeployOne:
	case DeployEach:
		d.each()
	default:
		for _, soft := range softDrivers {
			soft(d)
		}
	}
	d.number()
	d.roles()
	d.price()
}

// deployment is the decision in progress. Units are in the order in which they
// were opened until number gives them their final places.
type deployment struct {
	*layout
	apart [][]int    // context to those that a pin forbids to share its deployable
	found [][]driver // unit to its drivers
	soft  int        // units opened for soft drivers
}

// driver is a driver with the contexts it is about, by number.
type driver struct {
	Driver
	contexts []int
}

// unit is a deployable with what is known of it by number.
type unit struct {
	drivers []driver
	roles   []driver // one context each
	price   Price
	rate    PerSecond
}

// contextFacts are the figures of a context that drivers compare.
type contextFacts struct {
	zone         int // -1 when free
	service      string
	serviceRef   string
	zoneRef      string
	runtime      string
	runtimeRef   string
	rate         float64
	availability float64
	cadence      float64
	work         int // use cases at home here
}

func (l *layout) factsOf() []contextFacts {
	p := l.p
	facts := make([]contextFacts, l.k)
	for c := range facts {
		facts[c].zone = -1
	}
	own := make([]float64, len(p.aggs))
	for i := range p.uses {
		if h := l.home[i]; h >= 0 {
			facts[h].work++
			facts[h].rate += float64(p.uses[i].Rate)
		}
	}
	for v, c := range l.cut {
		f := &facts[c]
		if p.zone[v] >= 0 {
			f.zone, f.zoneRef = p.zone[v], p.zoneRef[v]
		}
		if p.service[v] != "" {
			f.service, f.serviceRef = p.service[v], p.serviceRef[v]
		}
		for _, a := range p.nodes[v] {
			agg := &p.aggs[a]
			own[a] = float64(agg.Rate)
			f.availability = max(f.availability, float64(agg.Availability))
			f.cadence = max(f.cadence, float64(agg.Cadence))
			if agg.Runtime != "" && f.runtime == "" {
				f.runtime, f.runtimeRef = agg.Runtime, agg.Ref
			}
		}
	}
	stated := make([]float64, l.k)
	for a, c := range l.of {
		stated[c] += own[a]
	}
	for c := range facts {
		facts[c].rate = max(facts[c].rate, stated[c])
	}
	return facts
}

// hard opens a unit for every service, zone and runtime that must run by
// itself, and then separates what pins keep apart.
func (d *deployment) hard() {
	d.found = [][]driver{nil} // unit 0 is the monolith
	key := map[string]int{}
	main := d.mainRuntime()
	split := d.zonesToSplit()
	for c, f := range d.facts {
		var name string
		var drivers []driver
		if f.service != "" {
			name += "service " + f.service
			drivers = append(drivers, driver{Driver: Driver{Kind: DriverExisting, What: f.service, Hard: true, Refs: []string{f.serviceRef}}})
		}
		if f.zone >= 0 && split[f.zone] {
			z := string(d.p.zones[f.zone])
			name += " zone " + z
			drivers = append(drivers, driver{Driver: Driver{Kind: DriverZone, What: z, Hard: true, Refs: []string{f.zoneRef}}})
		}
		if f.runtime != "" && f.runtime != main {
			name += " runtime " + f.runtime
			drivers = append(drivers, driver{Driver: Driver{Kind: DriverRuntime, What: f.runtime, Hard: true, Refs: []string{f.runtimeRef}}})
		}
		if name == "" {
			continue
		}
		if _, known := key[name]; !known {
			key[name] = d.open(drivers)
		}
		d.unit[c] = key[name]
	}
	d.pins()
}

// open adds a unit and returns its number.
func (d *deployment) open(drivers []driver) int {
	d.found = append(d.found, drivers)
	return len(d.found) - 1
}

// mainRuntime is the runtime of most use cases; the monolith has it.
func (d *deployment) mainRuntime() string {
	work := map[string]int{}
	best := ""
	for _, f := range d.facts {
		if f.runtime != "" && f.service == "" {
			work[f.runtime] += 1 + f.work
			if best == "" || work[f.runtime] > work[best] {
				best = f.runtime
			}
		}
	}
	return best
}

// zonesToSplit are the zones that need a deployable: those that are isolated,
// and all of them where there are two.
func (d *deployment) zonesToSplit() []bool {
	used := make([]bool, len(d.p.zones))
	n := 0
	for _, f := range d.facts {
		if f.zone >= 0 && !used[f.zone] {
			used[f.zone] = true
			n++
		}
	}
	for z := range used {
		used[z] = used[z] && (n > 1 || d.p.isolated[z])
	}
	return used
}

// pins moves contexts out of units that they must not share, the one with less
// work first, into the first unit of pinned contexts that will have them.
func (d *deployment) pins() {
	refs := map[[2]int][]string{}
	for _, x := range d.p.cannots {
		if a, b := d.of[x.a], d.of[x.b]; x.deployed && a != b {
			d.apart[a] = appendNew(d.apart[a], b)
			d.apart[b] = appendNew(d.apart[b], a)
			pair := [2]int{min(a, b), max(a, b)}
			refs[pair] = append(refs[pair], x.refs...)
		}
	}
	order := make([]int, d.k)
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.facts[b].work, d.facts[a].work) })
	opened := map[int][]int{} // unit to the units split off it
	for i, c := range order {
		from := d.unit[c]
		for _, u := range append([]int{from}, opened[from]...) {
			if !d.clashes(c, u, order[:i]) {
				d.unit[c] = u
				break
			}
			d.unit[c] = -1
		}
		if d.unit[c] < 0 {
			d.unit[c] = d.open(slices.Clone(d.found[from]))
			opened[from] = append(opened[from], d.unit[c])
		}
		if d.unit[c] != from {
			var why []string
			for _, x := range d.apart[c] {
				why = append(why, refs[[2]int{min(c, x), max(c, x)}]...)
			}
			slices.Sort(why)
			d.found[d.unit[c]] = append(d.found[d.unit[c]], driver{Driver: Driver{Kind: DriverPin, Hard: true, Refs: slices.Compact(why)}, contexts: []int{c}})
		}
	}
}

// each gives every context a unit of its own, but the one of each unit with most
// work, which stays.
func (d *deployment) each() {
	stays := map[int]int{} // unit to the context that keeps it
	for c, u := range d.unit {
		if x, ok := stays[u]; !ok || d.facts[c].work > d.facts[x].work {
			stays[u] = c
		}
	}
	for c, u := range d.unit {
		if stays[u] != c {
			why := Driver{Kind: DriverPin, What: "one deployable per context"}
			d.unit[c] = d.open(append(slices.Clone(d.found[u]), driver{why, []int{c}}))
		}
	}
}

func (d *deployment) clashes(c, unit int, placed []int) bool {
	for _, x := range placed {
		if d.unit[x] == unit && slices.Contains(d.apart[c], x) {
			return true
		}
	}
	return false
}

// number puts the units into their final order: the one with most work and no
// driver is the monolith, the others follow by their first contexts.
func (d *deployment) number() {
	final := make(map[int]int)
	if slices.Contains(d.unit, 0) {
		final[0] = 0
	}
	for c := range d.k {
		if _, ok := final[d.unit[c]]; !ok {
			final[d.unit[c]] = len(final)
		}
	}
	d.units = len(final)
	d.deployable = make([]unit, d.units)
	for u, n := range final {
		d.deployable[n].drivers = d.found[u]
	}
	for c := range d.k {
		d.unit[c] = final[d.unit[c]]
		d.deployable[d.unit[c]].rate += PerSecond(d.facts[c].rate)
	}
}

// roles finds contexts that are so much busier than the rest of their
// deployable that they should run as processes of their own: same image, same
// release, capacity apart.
func (d *deployment) roles() {
	contexts := make([]int, d.units)
	for _, u := range d.unit {
		contexts[u]++
	}
	for c, f := range d.facts {
		rest := float64(d.deployable[d.unit[c]].rate) - f.rate
		if contexts[d.unit[c]] < 2 || rest <= slack*f.rate || f.rate < max(d.p.opt.Gate.RateFloor, d.p.opt.Gate.RateRatio*rest) {
			continue
		}
		u := &d.deployable[d.unit[c]]
		u.roles = append(u.roles, driver{Driver{Kind: DriverRate, Value: f.rate, Rest: rest, Ratio: f.rate / rest, Unit: rateUnit}, []int{c}})
	}
}

// price counts what each unit but the monolith costs by running apart.
func (d *deployment) price() {
	contracts := make([]map[[2]int]bool, d.units)
	for u := range contracts {
		contracts[u] = map[[2]int]bool{}
	}
	for i := range d.p.uses {
		h := d.home[i]
		if h < 0 {
			continue
		}
		torn := map[int]bool{}
		call := func(to int) {
			a, b := d.unit[h], d.unit[to]
			for _, u := range []int{a, b} {
				contracts[u][[2]int{a, b}] = true
				d.deployable[u].price.RemoteCalls += d.p.uses[i].Rate
			}
		}
		crossings := d.crossings[i]
		for j := range crossings {
			x := &crossings[j]
			if d.unit[x.to] == d.unit[h] {
				continue
			}
			if d.sync(x) {
				call(x.to)
			}
			if len(x.writes) > 0 && d.p.uses[i].Consistency != Eventual {
				torn[d.unit[h]], torn[d.unit[x.to]] = true, true
			}
		}
		for _, f := range d.p.uses[i].then {
			if to := d.home[f.use]; !f.byEvent && to >= 0 && d.unit[to] != d.unit[h] {
				call(to)
			}
		}
		for u := range torn {
			d.deployable[u].price.Sagas++
		}
	}
	for u := range d.deployable {
		price := &d.deployable[u].price
		if len(d.deployable[u].drivers) == 0 {
			*price = Price{}
			continue
		}
		price.Deployables, price.Contracts = 1, len(contracts[u])
		rates := d.p.opt.Prices
		price.Hours = rates.Deployable + HoursPerMonth(price.Sagas)*rates.Saga + HoursPerMonth(price.Contracts)*rates.Contract
	}
}

const rateUnit = "requests per second at peak"

// downtime is the share of time that an availability target allows to be away.
func downtime(availability float64) float64 { return math.Max(1-availability, 1e-9) }
