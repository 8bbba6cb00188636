package query

import (
	"cmp"
	"reflect"
	"slices"

	"plumb.dev/plumb/arch"
)

// Node is one thing that rests on others or that others rest on.
type Node struct {
	// Kind is "facts", "decisions" or the list of the design that holds it.
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Reached is a node with what it was reached through.
type Reached struct {
	Node
	// Steps counts how far it lies from what was asked about.
	Steps int `json:"steps"`
	// Through is the node one step nearer; How says what this node has to do with it:
	// "reads", "is made by", "names".
	Through Node   `json:"through"`
	How     string `json:"how"`
}

// relation is a way to rest on something, and the same seen from the other side.
type relation struct{ uses, used string }

var (
	derives = relation{"derives from", "gives"}
	reads   = relation{"reads", "is read by"}
	argued  = relation{"is argued for by", "argues for"}
	given   = relation{"takes as given", "is taken as given by"}
	made    = relation{"is made by", "makes"}
	serves  = relation{"serves", "is served by"}
	names   = relation{"names", "is named by"}
)

// link is an arrow as seen from one of its ends: how the other end stands to it.
type link struct {
	to  int
	how string
}

// graph is what rests on what: decisions on facts and decisions, elements on the
// decisions that made them, on the requirements they serve and on the elements they
// name. Arrows are found by type, so a new reference in the vocabulary is an arrow
// here without a line of code.
type graph struct {
	nodes []Node
	at    map[reflect.Type]map[string]int // by the type of the id
	uses  [][]link
	used  [][]link
}

func newGraph(a *arch.Arch) *graph {
	g := &graph{at: map[reflect.Type]map[string]int{}}
	for _, f := range a.Facts {
		g.node("facts", reflect.ValueOf(f.ID))
	}
	for _, d := range a.Decisions {
		g.node("decisions", reflect.ValueOf(d.ID))
	}
	elements := All(a)
	index := make([]int, len(elements))
	for i, e := range elements {
		id := reflect.ValueOf(e.Value).FieldByName("ID")
		index[i] = -1
		if id.IsValid() && id.Kind() == reflect.String {
			index[i] = g.node(e.Kind, id)
		}
	}
	g.uses, g.used = make([][]link, len(g.nodes)), make([][]link, len(g.nodes))
	for i, f := range a.Facts {
		for _, in := range f.Inputs {
			g.arrow(i, reflect.ValueOf(in), derives)
		}
	}
	for i, d := range a.Decisions {
		at := len(a.Facts) + i
		for _, id := range d.Facts {
			g.arrow(at, reflect.ValueOf(id), reads)
		}
		for _, id := range d.Requirements {
			g.arrow(at, reflect.ValueOf(id), argued)
		}
		for _, id := range d.Needs {
			g.arrow(at, reflect.ValueOf(id), given)
		}
	}
	for i, e := range elements {
		if index[i] >= 0 {
			g.mentions(index[i], reflect.ValueOf(e.Value))
		}
	}
	return g
}

// node adds a node under the type of its id. Ids without a type of their own are
// found by their text alone and never referred to.
func (g *graph) node(kind string, id reflect.Value) int {
	t := id.Type()
	if g.at[t] == nil {
		g.at[t] = map[string]int{}
	}
	n := len(g.nodes)
	g.nodes = append(g.nodes, Node{kind, id.String()})
	if t.Kind() == reflect.String && t.PkgPath() != "" {
		g.at[t][id.String()] = n
	}
	return n
}

func (g *graph) arrow(from int, id reflect.Value, r relation) {
	to, ok := g.at[id.Type()][id.String()]
	if !ok || to == from || slices.ContainsFunc(g.uses[from], func(l link) bool { return l.to == to }) {
		return
	}
	g.uses[from] = append(g.uses[from], link{to, r.used})
	g.used[to] = append(g.used[to], link{from, r.uses})
}

// mentions draws an arrow to everything whose id stands somewhere in a value.
func (g *graph) mentions(from int, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		g.arrow(from, v, names)
	case reflect.Pointer:
		if !v.IsNil() {
			g.mentions(from, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			g.mentions(from, v.Index(i))
		}
	case reflect.Struct:
		if t, ok := v.Interface().(arch.Trace); ok {
			g.trace(from, t)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				g.mentions(from, v.Field(i))
			}
		}
	}
}

func (g *graph) trace(from int, t arch.Trace) {
	for _, id := range t.By {
		g.arrow(from, reflect.ValueOf(id), made)
	}
	for _, id := range t.Serves {
		g.arrow(from, reflect.ValueOf(id), serves)
	}
}

// find returns the nodes that a name means: a decision, a fact or the facts under a
// path, elements.
func (g *graph) find(a *arch.Arch, name string) []int {
	var wanted []Node
	if d := Decision(a, name); d != nil {
		wanted = append(wanted, Node{"decisions", string(d.ID)})
	}
	if wanted == nil {
		for _, f := range Facts(a, name) {
			wanted = append(wanted, Node{"facts", string(f.ID)})
		}
		for _, e := range Elements(a, name) {
			wanted = append(wanted, Node{e.Kind, e.ID})
		}
	}
	var out []int
	for i, n := range g.nodes {
		if slices.Contains(wanted, n) {
			out = append(out, i)
		}
	}
	return out
}

// Impact lists what rests on the things that a name means, nearest first. Facts and
// decisions are followed through facts and decisions as far as they lead; of
// elements, only those directly reached are listed, as in a small system everything
// is within a few steps of everything. found is false when the name means nothing.
func Impact(a *arch.Arch, name string) (reached []Reached, found bool) {
	g := newGraph(a)
	start := g.find(a, name)
	steps := map[int]int{}
	for _, n := range start {
		steps[n] = 0
	}
	for queue := start; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if steps[at] > 0 && !g.computed(at) {
			continue
		}
		for _, l := range g.used[at] {
			if _, seen := steps[l.to]; seen {
				continue
			}
			steps[l.to] = steps[at] + 1
			reached = append(reached, Reached{g.nodes[l.to], steps[l.to], g.nodes[at], l.how})
			queue = append(queue, l.to)
		}
	}
	slices.SortStableFunc(reached, func(x, y Reached) int {
		return cmp.Or(cmp.Compare(x.Steps, y.Steps), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID))
	})
	return reached, len(start) > 0
}

// computed reports whether a node is a fact or a decision.
func (g *graph) computed(n int) bool { return slices.Contains(recorded, g.nodes[n].Kind) }

// Chain is the shortest way from the things one name means to those of another, over
// who rests on whom in either direction; empty when there is none. Requirements and
// decisions shared by much of a system connect nothing: only elements are passed
// through. found tells which of the names mean something.
func Chain(a *arch.Arch, from, to string) (way []Reached, found [2]bool) {
	g := newGraph(a)
	starts, ends := g.find(a, from), g.find(a, to)
	came := make(map[int]Reached, len(starts))
	before := map[int]int{}
	for _, n := range starts {
		came[n], before[n] = Reached{Node: g.nodes[n]}, -1
	}
	goal := -1
	for queue := slices.Clone(starts); len(queue) > 0 && goal < 0; queue = queue[1:] {
		at := queue[0]
		if slices.Contains(ends, at) {
			goal = at
			break
		}
		if came[at].Steps > 0 && g.computed(at) {
			continue
		}
		for _, l := range slices.Concat(g.used[at], g.uses[at]) {
			if _, seen := came[l.to]; seen {
				continue
			}
			came[l.to] = Reached{g.nodes[l.to], came[at].Steps + 1, g.nodes[at], l.how}
			before[l.to] = at
			queue = append(queue, l.to)
		}
	}
	for n := goal; n >= 0; n = before[n] {
		way = append(way, came[n])
	}
	slices.Reverse(way)
	return way, [2]bool{len(starts) > 0, len(ends) > 0}
}
