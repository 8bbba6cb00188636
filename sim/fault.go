package sim

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// strikes turns the faults of a scenario into what befalls the parts of the network.
func (c *compiler) strikes() (out []strike, list diag.List) {
	for i := range c.s.Faults {
		f := &c.s.Faults[i]
		hit, p := c.struck(f)
		if p != nil {
			p.Severity, p.Path = diag.Error, fmt.Sprintf("scenarios.%s.faults.%d", c.s.Name, i+1)
			list.Add(*p)
		}
		out = append(out, hit...)
	}
	return out, list
}

// struck is what a fault befalls, or what is wrong with the fault.
func (c *compiler) struck(f *Fault) ([]strike, *diag.Problem) {
	if why, remedy := f.wrong(); why != "" {
		return nil, &diag.Problem{Code: "sim.bad-fault", Message: why, Hint: remedy}
	}
	s := strike{at: des.Time(f.At), until: des.Forever, kind: f.Kind, count: f.Count, factor: f.Factor}
	if f.For > 0 {
		s.until = s.at + des.Time(f.For)
	}
	if f.Kind == Zone {
		return c.zoneLost(s), nil
	}
	switch f.Kind {
	case Flush:
		return c.flushed(s, f)
	case Poison, HotKey:
		return c.told(s, f)
	}
	hit := c.elements(f.Element)
	if len(hit) == 0 && !c.deployed(f.Element) {
		return nil, c.unknown(f.Element)
	}
	switch f.Kind {
	case Partition:
		return c.parted(s, f)
	case Failover:
		return c.failedOver(s, f)
	}
	var out []strike
	for _, at := range hit {
		s := s
		s.station = at
		st := c.store(at)
		if f.Kind == Kill && st != nil && f.Count < whole(st.Replicas) {
			s = c.primaryLost(s, st)
		}
		out = append(out, s)
		if st != nil && (s.kind == Down || s.kind == Hang) {
			out = append(out, c.tablesOf(s, st)...)
		}
	}
	return out, nil
}

// tablesOf is what befalls the channels that are tables in a store, when nobody can use it.
func (c *compiler) tablesOf(s strike, st *arch.Store) (out []strike) {
	for i := range c.a.Channels {
		ch := &c.a.Channels[i]
		if at, known := c.stations[string(ch.ID)]; known && ch.Deployable == st.Deployable && c.table(ch) {
			s.station = at
			out = append(out, s)
		}
	}
	return out
}

// table reports whether a channel is a table in the store of its deployable.
func (c *compiler) table(ch *arch.Channel) bool {
	b := c.broker(ch)
	return b != nil && b.Kind == "table"
}

// broker is the one that carries a channel, nil when the design lists none.
func (c *compiler) broker(ch *arch.Channel) *arch.Broker {
	for i := range c.a.Broker {
		if b := &c.a.Broker[i]; b.Technology == ch.Broker {
			return b
		}
	}
	return nil
}

// wrong says what is wrong with a fault's own words and numbers, "" when nothing is, and
// what to write.
func (f *Fault) wrong() (why, remedy string) {
	if f.At < 0 || f.For < 0 {
		return "a fault begins at 0 or later and lasts for 0 or more", "write a time that is not below 0"
	}
	switch f.Kind {
	case Kill:
		if f.Count < 1 {
			return "a kill takes at least one replica", "write 1 or more, as in: kill order 1/3"
		}
	case Slow:
		if !(f.Factor > 0) {
			return "what is slow takes a positive multiple of its time", "write a multiple above 0, as in: slow maps 10x"
		}
		if f.Factor > mostTimes {
			return fmt.Sprintf("%gx is more than a million times the time of a service", f.Factor), "what never answers hangs: hang " + f.Element
		}
	case Errors:
		if !(f.Factor >= 0 && f.Factor <= 1) {
			return "the share of errors is 0 to 1", "write a percentage, as in: errors maps 20%"
		}
	case Poison:
		if f.Count < 1 {
			return "poison is in at least one message", "write 1 or more, as in: poison order-placed 3"
		}
		if f.Count > maxInFlight {
			return fmt.Sprintf("%d messages are more than a run holds", f.Count), fmt.Sprintf("write at most %d", maxInFlight)
		}
	case HotKey:
		if !(f.Factor > 0 && f.Factor <= 1) {
			return "the share of the messages about a hot key is more than 0 and up to 1", "write a percentage, as in: hot-key dish-stock 50%"
		}
	case Partition:
		if f.Other == "" || f.Other == f.Element {
			return "a partition lies between two elements", "name both, as in: partition order inventory for 20s"
		}
	case Down, Hang, Zone, Failover, Flush:
	default:
		return fmt.Sprintf("a fault is %s, not %q", faultKinds(), f.Kind), "write it like: " + faultForms[0].example
	}
	return "", ""
}

// elements are the stations that a name means: one, the processes of a deployable, or
// the channels of a broker.
func (c *compiler) elements(name string) (out []int) {
	for i := range c.net.stations {
		if s := &c.net.stations[i]; s.name == name || s.kind == "process" && strings.HasPrefix(s.name, name+".") {
			out = append(out, i)
		}
	}
	for i := range c.a.Channels {
		ch := &c.a.Channels[i]
		if at, ok := c.stations[string(ch.ID)]; ok && ch.Broker == name && name != "" && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

func (c *compiler) deployed(name string) bool {
	return slices.ContainsFunc(c.a.Deployables, func(d arch.Deployable) bool { return string(d.ID) == name })
}

func (c *compiler) names() (out []string) {
	for i := range c.net.stations {
		out = append(out, c.net.stations[i].name)
	}
	for i := range c.a.Deployables {
		out = append(out, string(c.a.Deployables[i].ID))
	}
	for i := range c.a.Channels {
		out = append(out, c.a.Channels[i].Broker)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *compiler) unknown(name string) *diag.Problem {
	p := &diag.Problem{Code: "sim.unknown-element", Message: fmt.Sprintf("the design has no element called %q", name)}
	if near := diag.Nearest(name, c.names()); near != "" {
		p.Hint = "write " + near
	} else {
		p.Hint = "its elements are " + shortList(c.names())
	}
	return p
}

// parted cuts the links between the two sides of a partition.
func (c *compiler) parted(s strike, f *Fault) ([]strike, *diag.Problem) {
	here, there := c.elements(f.Element), c.elements(f.Other)
	if len(there) == 0 && !c.deployed(f.Other) {
		return nil, c.unknown(f.Other)
	}
	var out []strike
	for i := range c.net.links {
		l := &c.net.links[i]
		s := s
		s.link = i
		switch {
		case c.calls(l, f.Element) && slices.Contains(there, l.station):
			s.requests, s.answers = true, !f.OneWay
		case c.calls(l, f.Other) && slices.Contains(here, l.station):
			s.requests, s.answers = !f.OneWay, true
		default:
			continue
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, &diag.Problem{Code: "sim.bad-fault", Message: fmt.Sprintf("nothing goes between %s and %s, so a partition changes nothing", f.Element, f.Other), Hint: "name two of which one calls the other; plumb explain " + f.Element + " shows what it uses"}
	}
	return out, nil
}

// calls reports whether a link belongs to what is named: a deployable, one of its
// processes, a channel or its broker.
func (c *compiler) calls(l *link, name string) bool {
	if l.from == "" {
		return false
	}
	if l.from == name || strings.HasPrefix(name, l.from+".") && c.deployed(l.from) {
		return true
	}
	return slices.ContainsFunc(c.a.Channels, func(ch arch.Channel) bool { return string(ch.ID) == l.from && ch.Broker == name })
}

// told is a fault in what is told over a channel.
func (c *compiler) told(s strike, f *Fault) ([]strike, *diag.Problem) {
	at, known := c.channels[f.Element]
	if !known {
		p := &diag.Problem{Code: "sim.unknown-element", Message: fmt.Sprintf("the design has no channel called %q", f.Element)}
		if near := diag.Nearest(f.Element, sortedKeys(c.channels)); near != "" {
			p.Hint = "write " + near
		} else if len(c.channels) > 0 {
			p.Hint = "its channels are " + shortList(sortedKeys(c.channels))
		}
		return nil, p
	}
	if n := c.net.channels[at].partitions; f.Kind == HotKey && n < 2 {
		return nil, &diag.Problem{Code: "sim.bad-fault", Message: fmt.Sprintf("%s has no partitions that keys are spread over, so no key can be hot", f.Element), Hint: "name a channel with partitions"}
	}
	s.channel = at
	if f.Kind == Poison {
		s.until = s.at // it goes on with its messages
	}
	return []strike{s}, nil
}

// flushed empties the copies of a cache.
func (c *compiler) flushed(s strike, f *Fault) (out []strike, p *diag.Problem) {
	s.until = s.at // it happens at once
	for i := range c.net.caches {
		if c.net.caches[i].of == f.Element {
			s := s
			s.cache = i
			out = append(out, s)
		}
	}
	if out != nil {
		return out, nil
	}
	var names []string
	for i := range c.a.Caches {
		names = append(names, c.a.Caches[i].ID)
	}
	p = &diag.Problem{Code: "sim.unknown-element", Message: fmt.Sprintf("the design has no cache called %q", f.Element)}
	if near := diag.Nearest(f.Element, names); near != "" {
		p.Hint = "write " + near
	} else if len(names) > 0 {
		p.Hint = "its caches are " + shortList(names)
	}
	return nil, p
}

// store is the store at a station, nil when it is none.
func (c *compiler) store(station int) *arch.Store {
	s := &c.net.stations[station]
	if s.kind != "store" {
		return nil
	}
	for i := range c.a.Stores {
		if string(c.a.Stores[i].ID) == s.name {
			return &c.a.Stores[i]
		}
	}
	return nil
}

// failedOver is the loss of a store's primary.
func (c *compiler) failedOver(s strike, f *Fault) ([]strike, *diag.Problem) {
	var out []strike
	for _, at := range c.elements(f.Element) {
		st := c.store(at)
		if st == nil {
			return nil, &diag.Problem{Code: "sim.bad-fault", Message: fmt.Sprintf("%s is no store: only a store has a primary that fails over", f.Element), Hint: "down " + f.Element + " turns everything away"}
		}
		if whole(st.Replicas) < 2 {
			return nil, &diag.Problem{Code: "sim.bad-fault", Message: fmt.Sprintf("%s has no standby that could take over", f.Element), Hint: "down " + f.Element + " for 15min is an outage of it"}
		}
		s := s
		s.station = at
		s = c.primaryLost(s, st)
		out = append(append(out, s), c.tablesOf(s, st)...)
	}
	return out, nil
}

// primaryLost is a store that turns everything away until its standby has taken over.
// Detection and promotion are in the time that the design has for it.
func (c *compiler) primaryLost(s strike, st *arch.Store) strike {
	s.kind, s.until = Down, s.at+des.Seconds(c.takeover(st))
	return s
}

// takeover is how long writes fail when the primary of a store is lost, in seconds.
func (c *compiler) takeover(st *arch.Store) float64 {
	return c.given(st.Failover, &storeFailover)
}

// given is a time of the design, or else the simulation's assumption.
func (c *compiler) given(v arch.Value, otherwise *fact.Fact) float64 {
	if v.Known() {
		return v.N
	}
	return c.assume(otherwise.ID, otherwise)
}

// zoneTakeover is the same when it is lost with its zone: the other zones have to agree,
// too, on who leads.
func (c *compiler) zoneTakeover(st *arch.Store) float64 {
	takes := c.takeover(st)
	if f, ok := c.a.FactOf(c.a.Placement.LeaderAgreed()); ok && f.Value.N > takes {
		return c.assume(f.ID, &f)
	}
	return takes
}

// zoneLost takes from every process the replicas in the zone that has most of them. What
// has a leading copy is taken to have it there: the primaries of all stores, the leaders
// of the brokers and of shared caches. Each is away until another copy leads; what runs
// on a single node, or is in the only zone, is away for as long as the zone. A cache that
// had another copy goes on with what that holds, one without begins empty.
func (c *compiler) zoneLost(s strike) (out []strike) {
	zones := max(whole(c.a.Placement.Zones), 1)
	elsewhere := func(nodes arch.Value) bool { return zones > 1 && nodes.Known() && whole(nodes) != 1 }
	hit := func(at int, kind FaultKind, survives bool, takes float64) strike {
		x := strike{at: s.at, until: s.until, kind: kind, station: at, count: 1}
		if survives {
			x.kind, x.until = Down, s.at+des.Seconds(takes)
		}
		return x
	}
	for i := range c.net.stations {
		st := &c.net.stations[i]
		switch store := c.store(i); {
		case st.zones:
			out = append(out, strike{at: s.at, until: s.until, kind: Kill, station: i, count: (st.replicas + zones - 1) / zones})
		case store != nil:
			x := hit(i, Down, elsewhere(store.Replicas), c.zoneTakeover(store))
			out = append(append(out, x), c.tablesOf(x, store)...)
		case st.kind == "cache":
			if k := c.cacheNamed(st.name); k != nil && k.Where == "shared" {
				out = append(out, hit(i, Kill, elsewhere(k.Nodes), c.given(k.Failover, &copyFailover)))
			}
		}
	}
	for i := range c.a.Channels {
		ch := &c.a.Channels[i]
		if at, known := c.stations[string(ch.ID)]; known {
			if b := c.broker(ch); b != nil && b.Kind != "table" {
				out = append(out, hit(at, Down, elsewhere(b.Nodes), c.given(b.Failover, &copyFailover)))
			}
		}
	}
	return out
}
