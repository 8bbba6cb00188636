package boundary

import (
	"cmp"
	"slices"
)

// layout is a cut with what follows from it: where use cases live, who owns
// what, and what runs together. Contexts are numbered as the groups of the cut.
type layout struct {
	p    *problem
	cut  cut
	k    int
	of   []int    // aggregate to context
	home []int    // use case to context, -1 if it touches nothing
	team []TeamID // context to the team that owns most of it

	crossings [][]crossing // use case to what it does outside its home

	unit       []int // context to deployable; 0 is the monolith
	units      int
	teams      int // that own contexts, big ones counted as several
	minTeams   int // from which owning a context is a reason to leave
	facts      []contextFacts
	deployable []unit   // what deploy found out about each
	declined   []driver // soft drivers that were not followed
}

func (p *problem) layOut(c cut) *layout {
	l := &layout{p: p, cut: c, k: c.groups(), minTeams: p.opt.Gate.MinTeams, of: make([]int, len(p.aggs)), home: make([]int, len(p.uses))}
	for a := range p.aggs {
		l.of[a] = c[p.node[a]]
	}
	for i := range p.uses {
		l.home[i] = l.homeOf(&p.uses[i])
	}
	l.crossings = make([][]crossing, len(p.uses))
	for i := range p.uses {
		l.crossings[i] = l.cross(i)
	}
	l.owners()
	l.deploy()
	return l
}

// homeOf returns the context that a use case lives in: the one it writes most of, then
// the one that those write most of which it follows or which follow it, so that they need
// not call each other, then the one it creates most in, then the one it touches most of,
// then the one in which whoever asks for it writes most otherwise. These are counts that
// stay as they are while rates change: a use case must not move because something
// is a little larger.
func (l *layout) homeOf(u *use) int {
	const few = 8 // contexts that a use case usually touches at most
	contexts, weight := make([]int, 0, few), make([][5]int, 0, few)
	of := func(a int) *[5]int {
		if i := slices.Index(contexts, l.of[a]); i >= 0 {
			return &weight[i]
		}
		return nil
	}
	for i, list := range [][]int{u.writes, u.reads} {
		for _, a := range list {
			w := of(a)
			if w == nil {
				contexts, weight = append(contexts, l.of[a]), append(weight, [5]int{})
				w = &weight[len(weight)-1]
			}
			w[0] += 1 - i
			w[3]++
			w[4] += u.fellows[a]
		}
	}
	if len(contexts) == 0 {
		return -1
	}
	for _, a := range u.creates {
		of(a)[2]++
	}
	for _, v := range u.kin {
		for _, a := range l.p.uses[v].writes {
			if w := of(a); w != nil {
				w[1]++
			}
		}
	}
	best := 0
	for i := range weight {
		if slices.Compare(weight[i][:], weight[best][:]) > 0 {
			best = i
		}
	}
	return contexts[best]
}

// owners finds the team that owns most of each context, by the use cases that
// write what it owns.
func (l *layout) owners() {
	l.team = make([]TeamID, l.k)
	type share struct {
		context int
		team    TeamID
	}
	weight := make(map[share]int, l.k)
	var order []share // as first met
	for a, agg := range l.p.aggs {
		if agg.Owner == "" {
			continue
		}
		s := share{l.of[a], agg.Owner}
		if weight[s] == 0 {
			order = append(order, s)
		}
		weight[s] += 1 + l.p.writers[a]
	}
	for _, s := range order {
		if most := &l.team[s.context]; *most == "" || weight[s] > weight[share{s.context, *most}] {
			*most = s.team
		}
	}
}

// crossing is what a use case does in one context that is not its home.
type crossing struct {
	use, to       int
	reads, writes []int
}

// cross lists what a use case does outside its home. Reading reference data is
// not among it: the home keeps a copy.
func (l *layout) cross(u int) []crossing {
	var out []crossing
	at := func(c int) *crossing {
		for i := range out {
			if out[i].to == c {
				return &out[i]
			}
		}
		out = append(out, crossing{use: u, to: c})
		return &out[len(out)-1]
	}
	for _, a := range l.p.uses[u].writes {
		if c := l.of[a]; c != l.home[u] {
			x := at(c)
			x.writes = append(x.writes, a)
		}
	}
	for _, a := range l.p.uses[u].reads {
		if c := l.of[a]; c != l.home[u] && !l.p.reference[a] {
			x := at(c)
			x.reads = append(x.reads, a)
		}
	}
	slices.SortFunc(out, func(x, y crossing) int { return cmp.Compare(x.to, y.to) })
	return out
}

// sync reports whether somebody waits for a crossing: for a read unless the use
// case reacts to an event, for a write if it must be visible at once.
func (l *layout) sync(x *crossing) bool {
	u := &l.p.uses[x.use]
	return len(x.reads) > 0 && !u.ByEvent || len(x.writes) > 0 && u.Consistency != Eventual
}
