package plumb_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb"
)

// Whatever statements meet, they are designed for or refused: inputs whose parts are
// left out, taken from each other or made a thousand times larger never end in a
// panic, neither while planning, nor while tipping points are looked for, nor while
// files are made. PLUMB_MUTATIONS says how many are tried.
func TestAnyMixOfStatementsIsAnsweredOrRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("designs many systems")
	}
	n := 60
	if s := os.Getenv("PLUMB_MUTATIONS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	var docs []*yaml.Node
	values := map[string][]*yaml.Node{} // of a key, from all inputs
	for _, file := range []string{"testdata/keys", "examples/petclinic", "examples/cargo", "examples/harbour", "testdata/published/library"} {
		text, err := os.ReadFile(file + "/plumb.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, &doc)
		eachEntry(&doc, func(parent *yaml.Node, at int) {
			k := parent.Content[at].Value
			values[k] = append(values[k], parent.Content[at+1])
		})
	}
	designed := 0
	for seed := range n {
		random := rand.New(rand.NewPCG(uint64(seed), 11))
		doc := cloned(docs[random.IntN(len(docs))])
		for range 1 + random.IntN(12) {
			mutate(random, doc, values)
		}
		text, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if r := recover(); r != nil {
					name := fmt.Sprintf("%s/mutation-%d.yaml", t.TempDir(), seed)
					if dir := os.Getenv("PLUMB_KEEP"); dir != "" {
						name = fmt.Sprintf("%s/mutation-%d.yaml", dir, seed)
						_ = os.WriteFile(name, text, 0o600)
					}
					t.Errorf("seed %d (%s): %v\n%s", seed, name, r, debug.Stack())
				}
			}()
			small := len(text) < 9000
			d := plumb.Run(plumb.Input{File: "plumb.yaml", Text: text, Quick: !small})
			if d.Arch == nil {
				return
			}
			designed++
			written(t, d)
		}()
	}
	if designed < n/10 {
		t.Errorf("only %d of %d are designed", designed, n)
	}
}

// eachEntry visits the entries of all mappings.
func eachEntry(n *yaml.Node, visit func(parent *yaml.Node, at int)) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			visit(n, i)
		}
		eachEntry(c, visit)
	}
}

func cloned(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = cloned(c)
	}
	return &out
}

// mutate changes one entry: it goes, takes the value that its key has elsewhere, or
// becomes a thousand times more or less.
func mutate(random *rand.Rand, doc *yaml.Node, values map[string][]*yaml.Node) {
	type place struct {
		parent *yaml.Node
		at     int
	}
	var all []place
	eachEntry(doc.Content[0], func(parent *yaml.Node, at int) { all = append(all, place{parent, at}) })
	p := all[random.IntN(len(all))]
	value := p.parent.Content[p.at+1]
	switch random.IntN(3) {
	case 0:
		p.parent.Content = append(p.parent.Content[:p.at:p.at], p.parent.Content[p.at+2:]...)
	case 1:
		list := values[p.parent.Content[p.at].Value]
		p.parent.Content[p.at+1] = cloned(list[random.IntN(len(list))])
	default:
		number, unit := value.Value, ""
		if i := strings.IndexFunc(number, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); i >= 0 {
			number, unit = number[:i], number[i:]
		}
		if x, err := strconv.ParseFloat(number, 64); err == nil && value.Kind == yaml.ScalarNode {
			by := []float64{0, 0.001, 0.1, 10, 1000}[random.IntN(5)]
			value.Value = strconv.FormatFloat(x*by, 'f', -1, 64) + unit
		}
	}
}
