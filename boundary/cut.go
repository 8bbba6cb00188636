package boundary

import (
	"fmt"
	"slices"
)

// cut assigns every node to a group. Groups are numbered by their first node,
// so equal cuts are equal slices.
type cut []int

// normal renumbers the groups in order of their first node.
func normal(of []int) cut {
	number := make(map[int]int)
	out := make(cut, len(of))
	for v, c := range of {
		n, ok := number[c]
		if !ok {
			n = len(number)
			number[c] = n
		}
		out[v] = n
	}
	return out
}

// groups returns the number of groups of a normal cut.
func (c cut) groups() int {
	if len(c) == 0 {
		return 0
	}
	return slices.Max(c) + 1
}

func (c cut) members() [][]int {
	out := make([][]int, c.groups())
	for v, g := range c {
		out[g] = append(out[g], v)
	}
	return out
}

func (c cut) key() string {
	b := make([]byte, 0, 2*len(c))
	for _, g := range c {
		for ; g >= 0x80; g >>= 7 {
			b = append(b, byte(g)|0x80)
		}
		b = append(b, byte(g))
	}
	return string(b)
}

// merged is the cut with two of its groups as one.
func (c cut) merged(g, h int) cut {
	out := slices.Clone(c)
	for v := range out {
		if out[v] == h {
			out[v] = g
		}
	}
	return normal(out)
}

func finest(n int) cut {
	c := make(cut, n)
	for v := range c {
		c[v] = v
	}
	return c
}

// occupancy is a cut under change, with what the rules ask about each group.
type occupancy struct {
	r     *rules
	of    []int
	size  []int
	zoned []int // members in a zone
	zone  []int // that zone; meaningful when zoned > 0
	fixed []bool
}

// occupy starts from a cut, which must satisfy the rules. There are as many
// group numbers as nodes, so that an empty one can be found for any move.
func (r *rules) occupy(c cut) *occupancy {
	n := len(r.nodes)
	o := &occupancy{r: r, of: slices.Clone(c), size: make([]int, n), zoned: make([]int, n), zone: make([]int, n), fixed: make([]bool, n)}
	for v, g := range c {
		o.enter(v, g)
	}
	return o
}

func (o *occupancy) enter(v, g int) {
	o.of[v] = g
	o.size[g]++
	if z := o.r.zone[v]; z >= 0 {
		o.zoned[g]++
		o.zone[g] = z
	}
	o.fixed[g] = o.r.service[v] != ""
}

func (o *occupancy) leave(v int) {
	g := o.of[v]
	o.size[g]--
	if o.r.zone[v] >= 0 {
		o.zoned[g]--
	}
	o.fixed[g] = false
}

func (o *occupancy) move(v, g int) {
	o.leave(v)
	o.enter(v, g)
}

// empty returns a group number that nobody has.
func (o *occupancy) empty() int { return slices.Index(o.size, 0) }

// admits reports whether node v may move to group g.
func (o *occupancy) admits(v, g int) bool {
	if o.r.service[v] != "" {
		return false
	}
	if o.size[g] == 0 {
		return true
	}
	if o.fixed[g] {
		return false
	}
	if z := o.r.zone[v]; z >= 0 {
		if o.zoned[g] > 0 && o.zone[g] != z || o.r.isolated[z] && o.zoned[g] < o.size[g] {
			return false
		}
	} else if o.zoned[g] > 0 && o.r.isolated[o.zone[g]] {
		return false
	}
	for _, x := range o.r.apart[v] {
		if o.of[x] == g {
			return false
		}
	}
	return true
}

// mergeable reports whether all of some other group may move to group g.
func (o *occupancy) mergeable(g int, others []int) bool {
	for _, v := range others {
		if !o.admits(v, g) {
			return false
		}
	}
	return true
}

// obeys returns the first rule that a cut breaks, or ok.
func (r *rules) obeys(c cut) (broken Forced, ok bool) {
	o := r.occupy(finest(len(c)))
	for g, members := range c.members() {
		for i, v := range members {
			if i == 0 || o.admits(v, o.of[members[0]]) {
				o.move(v, o.of[members[0]])
				continue
			}
			for _, w := range members[:i] {
				if f, apart := r.between(w, v); apart {
					return f, false
				}
			}
			panic(fmt.Sprintf("boundary: group %d refuses a node that no rule keeps apart", g))
		}
	}
	return Forced{}, true
}

// repair makes a cut obey the rules: nodes enter their groups in order, and
// one that is not admitted opens or joins a sibling of the group.
func (r *rules) repair(c cut) cut {
	n := len(r.nodes)
	o := r.occupy(finest(n))
	siblings := make(map[int][]int) // group of c to groups of the answer
	for v := range n {
		placed := false
		for _, g := range siblings[c[v]] {
			if o.admits(v, g) {
				o.move(v, g)
				placed = true
				break
			}
		}
		if !placed {
			siblings[c[v]] = append(siblings[c[v]], o.of[v])
		}
	}
	return normal(o.of)
}

// between returns the rule that keeps two nodes apart, if there is one.
func (r *rules) between(v, w int) (Forced, bool) {
	for _, x := range []int{v, w} {
		if s := r.service[x]; s != "" {
			return Forced{"existing service " + s + " is closed", []string{r.serviceRef[x]}}, true
		}
	}
	if z, y := r.zone[v], r.zone[w]; z != y {
		switch {
		case z >= 0 && y >= 0:
			return Forced{fmt.Sprintf("zones %s and %s", r.zones[z], r.zones[y]), []string{r.zoneRef[v], r.zoneRef[w]}}, true
		case r.isolated[max(z, y)]:
			x := v
			if z < 0 {
				x = w
			}
			return Forced{fmt.Sprintf("zone %s is isolated", r.zones[r.zone[x]]), []string{r.zoneRef[x], r.isolation[r.zone[x]]}}, true
		}
	}
	if _, apart := slices.BinarySearch(r.apart[v], w); apart {
		for _, c := range r.cannots {
			if a, b := r.node[c.a], r.node[c.b]; a == v && b == w || a == w && b == v {
				return Forced{c.what, c.refs}, true
			}
		}
		if r.owner != nil {
			return Forced{fmt.Sprintf("owned by %s and %s", r.owner[v], r.owner[w]), []string{r.ownerRef[v], r.ownerRef[w]}}, true
		}
	}
	return Forced{}, false
}
