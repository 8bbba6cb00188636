package contract_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diff/contract"
	"plumb.dev/plumb/emit"
	"plumb.dev/plumb/internal/judge"
)

// mutation is an entry of testdata/input.yaml.
type mutation struct {
	Change string
	Edits  [][2]string
	Worst  map[string]contract.Level
}

func load(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// edit makes edits whose old text stands there exactly once.
func edit(t *testing.T, text string, edits [][2]string) string {
	t.Helper()
	for _, e := range edits {
		if strings.Count(text, e[0]) != 1 {
			t.Fatalf("%q does not stand there exactly once", e[0])
		}
		text = strings.Replace(text, e[0], e[1], 1)
	}
	return text
}

func designed(t *testing.T, text string, before *plumb.Design) *plumb.Design {
	t.Helper()
	in := plumb.Input{File: "plumb.yaml", Text: []byte(text), Quick: true}
	if before != nil {
		in.Lock = before.LockText()
	}
	d := plumb.Run(in)
	if d.Arch == nil {
		t.Fatal(d.Problems)
	}
	return d
}

func sideOf(t *testing.T, d *plumb.Design) contract.Side {
	t.Helper()
	files, err := plumb.Contracts(d.Arch)
	if err != nil {
		t.Fatal(err)
	}
	return contract.Side{Arch: d.Arch, Files: files}
}

func between(t *testing.T, from, to contract.Side) []contract.Finding {
	t.Helper()
	found, err := contract.Between(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheWorstOfAChangeOfTheInput(t *testing.T) {
	var all []mutation
	load(t, "input.yaml", &all)
	text, err := os.ReadFile("testdata/system.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before := designed(t, string(text), nil)
	from := sideOf(t, before)
	for _, m := range all {
		t.Run(m.Change, func(t *testing.T) {
			to := sideOf(t, designed(t, edit(t, string(text), m.Edits), before))
			found := between(t, from, to)
			worst := map[string]contract.Level{}
			for _, f := range found {
				if _, known := worst[f.Format]; !known && f.Level != contract.Safe {
					worst[f.Format] = f.Level // the most serious come first
				}
			}
			if !maps.Equal(worst, m.Worst) {
				t.Errorf("worst %v, want %v", worst, m.Worst)
				for _, f := range found {
					if f.Level != contract.Safe {
						t.Logf("%s %s %s: %s (%s)", f.Level, f.Contract, f.Place, f.What, f.Rule)
					}
				}
			}
		})
	}
}

// changed is a contract that came out differently.
type changed struct {
	name     string // of the change, and the contract
	internal bool
	pair     judge.Pair
	found    []contract.Finding
	all      []contract.Finding // in all contracts
	document document           // the entry it comes from, if one
}

// write puts both states of each contract that differs where the tools can read them.
func write(t *testing.T, name string, from, to contract.Side) []changed {
	t.Helper()
	found := between(t, from, to)
	var out []changed
	for _, old := range from.Files {
		at := slices.IndexFunc(to.Files, func(f emit.File) bool { return f.Path == old.Path })
		if at < 0 || string(old.Data) == string(to.Files[at].Data) {
			continue
		}
		c := changed{name: name + ", " + old.Path, all: found}
		for _, api := range from.Arch.APIs {
			c.internal = c.internal || api.File == old.Path && api.Internal
		}
		for _, f := range found {
			if f.Contract == old.Path {
				c.found = append(c.found, f)
			}
		}
		c.pair = judge.Pair{Kind: kindOf(old.Path), From: put(t, old), To: put(t, to.Files[at])}
		out = append(out, c)
	}
	return out
}

func kindOf(file string) judge.Kind {
	for suffix, kind := range map[string]judge.Kind{"openapi.yaml": judge.OpenAPI, "asyncapi.yaml": judge.AsyncAPI, ".proto": judge.Protobuf, ".graphqls": judge.GraphQL} {
		if strings.HasSuffix(file, suffix) {
			return kind
		}
	}
	return ""
}

// put writes a contract into a directory of its own, and returns the directory for
// Protocol Buffers, which buf reads as a module.
func put(t *testing.T, f emit.File) string {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(f.Path, "contracts/proto/")))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, f.Data, 0o644); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(f.Path, ".proto") {
		return dir
	}
	return name
}

// TestTheFieldsOwnToolsAgree puts every changed contract before the tool of its field
// and demands the same verdicts. Where plumb thinks otherwise, agree says why.
func TestTheFieldsOwnToolsAgree(t *testing.T) {
	judge.Require(t)
	var all []changed
	var mutations []mutation
	load(t, "input.yaml", &mutations)
	text, err := os.ReadFile("testdata/system.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before := designed(t, string(text), nil)
	from := sideOf(t, before)
	for _, m := range mutations {
		all = append(all, write(t, m.Change, from, sideOf(t, designed(t, edit(t, string(text), m.Edits), before)))...)
	}
	var documents []document
	load(t, "documents.yaml", &documents)
	for _, d := range documents {
		for _, c := range write(t, d.Change, first(edited(t, d)), second(edited(t, d))) {
			c.document = d
			all = append(all, c)
		}
	}
	pairs := make([]judge.Pair, len(all))
	count := map[judge.Kind]int{}
	for i, c := range all {
		pairs[i] = c.pair
		count[c.pair.Kind]++
	}
	for i, said := range judge.Compare(t, pairs...) {
		t.Run(all[i].name, func(t *testing.T) { agree(t, all[i], said) })
	}
	for _, kind := range []judge.Kind{judge.OpenAPI, judge.AsyncAPI, judge.Protobuf, judge.GraphQL} {
		if count[kind] < 12 {
			t.Errorf("only %d changes of %s were judged", count[kind], kind)
		}
	}
	t.Logf("judged: %v", count)
}

// agree compares what plumb found in a contract with what the field's tool said.
func agree(t *testing.T, c changed, said []judge.Verdict) {
	var ours, theirs []string
	for _, f := range c.found {
		// No field has a rule about who may call, and oasdiff reads webhooks the wrong way
		// round.
		if strings.HasPrefix(f.Rule, "x-plumb-") || strings.HasPrefix(f.Place, "webhook ") {
			continue
		}
		ours = append(ours, f.Rule+" "+string(f.Level))
	}
	switch c.pair.Kind {
	case judge.AsyncAPI:
		agreeOnClass(t, c, said)
		return
	case judge.OpenAPI:
		for _, v := range said {
			// The number of the version is a decision here. A component that is gone was used
			// somewhere, where its rule speaks.
			if !strings.HasPrefix(v.Rule, "api-version") && !strings.HasPrefix(v.Rule, "webhook-") && !strings.Contains(v.Place, " webhook:") {
				theirs = append(theirs, v.Rule+" "+map[string]string{"ERR": "breaking", "WARN": "dangerous", "INFO": "safe"}[v.Level])
			}
		}
	case judge.GraphQL:
		ours = slices.DeleteFunc(ours, func(s string) bool { return strings.HasSuffix(s, " safe") }) // graphql-js 16 does not tell
		for _, v := range said {
			if !strings.HasPrefix(v.Place, "Standard scalar ") { // follows from the fields that used it
				theirs = append(theirs, v.Rule+" "+v.Level)
			}
		}
	case judge.Protobuf:
		category := "FILE"
		if c.internal {
			category = "WIRE_JSON"
			ours = slices.DeleteFunc(ours, func(s string) bool { return strings.HasSuffix(s, " dangerous") }) // FILE alone objects
		}
		for _, v := range said {
			if v.Level == category {
				theirs = append(theirs, v.Rule+" breaking")
			}
		}
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	if !slices.Equal(ours, theirs) {
		t.Errorf("plumb finds\n  %s\nthe field's tool says\n  %s", strings.Join(ours, "\n  "), strings.Join(theirs, "\n  "))
	}
}

// repeated are places that @asyncapi/diff sees again where a reference was replaced by
// what it refers to.
var repeated = regexp.MustCompile(`^/components/|^/operations/[^/]+/(channel|messages/[0-9]+)/`)

// agreeOnClass compares with @asyncapi/diff, which gives each changed place of the
// document a class and knows no rules. Of a change of the input it calls breaking
// what plumb tells once, in the document of the context that sends.
func agreeOnClass(t *testing.T, c changed, said []judge.Verdict) {
	said = slices.DeleteFunc(said, func(v judge.Verdict) bool { return repeated.MatchString(v.Place) })
	theirs := "non-breaking"
	for _, class := range []string{"unclassified", "breaking"} {
		if slices.ContainsFunc(said, func(v judge.Verdict) bool { return v.Level == class }) {
			theirs = class
		}
	}
	breaks := func(f contract.Finding) bool { return f.Format == "asyncapi" && f.Level == contract.Breaking }
	if c.document.File == "" {
		if theirs == "breaking" && !slices.ContainsFunc(c.all, breaks) {
			t.Errorf("plumb finds %v, @asyncapi/diff says %v", c.found, said)
		}
		return
	}
	if theirs != c.document.Tool {
		t.Errorf("@asyncapi/diff calls it %s, not %s: %v", theirs, c.document.Tool, said)
	}
	if same := slices.ContainsFunc(c.found, breaks) == (theirs == "breaking") && theirs != "unclassified"; same == (c.document.Why != "") {
		t.Errorf("the same verdict: %v, and argued: %q", same, c.document.Why)
	}
}

// document is an entry of testdata/documents.yaml.
type document struct {
	File, Change string
	Edits        [][2]string
	Finds        []string
	// Tool is the worst that the field's tool says where it classes whole changes, and
	// Why plumb thinks otherwise.
	Tool, Why string
}

// placed is where a base document lies in a design.
var placed = map[string]string{
	"base.proto": "contracts/proto/lending/v1/lending.proto", "base.graphqls": "contracts/lending/schema.graphqls",
	"base.asyncapi.yaml": "contracts/loans/asyncapi.yaml", "base.openapi.yaml": "contracts/lending/openapi.yaml",
}

// edited gives the two states of a document, as designs that hold nothing else.
func edited(t *testing.T, d document) (from, to contract.Side) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + d.File)
	if err != nil {
		t.Fatal(err)
	}
	side := func(text string) contract.Side {
		return contract.Side{Arch: &arch.Arch{}, Files: []emit.File{{Path: placed[d.File], Data: []byte(text)}}}
	}
	return side(string(text)), side(edit(t, string(text), d.Edits))
}

func TestTheRulesOfAChangedDocument(t *testing.T) {
	var all []document
	load(t, "documents.yaml", &all)
	for _, d := range all {
		t.Run(d.File+"/"+d.Change, func(t *testing.T) {
			var got []string
			for _, f := range between(t, first(edited(t, d)), second(edited(t, d))) {
				if f.Level == contract.Safe {
					continue
				}
				got = append(got, f.Rule+" "+string(f.Level))
				if f.Means == "" || f.Remedy == "" || f.Place == "" || f.What == "" {
					t.Errorf("%+v leaves something open", f)
				}
			}
			if got, want := set(got), set(d.Finds); !slices.Equal(got, want) {
				t.Errorf("finds %q, want %q", got, want)
			}
		})
	}
}

// set is a list in order, each once.
func set(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func first[T any](a, _ T) T  { return a }
func second[T any](_, b T) T { return b }
