package plumb_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/internal/corpus"
	"plumb.dev/plumb/internal/judge"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/spec"
)

var examples = []string{"petclinic", "cargo", "harbour"}

// written is a design as files, by path.
func written(t testing.TB, d *plumb.Design) map[string][]byte {
	t.Helper()
	list, err := d.Files()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{"plumb.lock": d.LockText()}
	for _, f := range list {
		if _, twice := out[f.Path]; twice {
			t.Errorf("%s is written twice", f.Path)
		}
		out[f.Path] = f.Data
	}
	return out
}

// Foreign validators accept every artefact of every example: no error, no warning.
func TestForeignJudgesAcceptEveryArtefact(t *testing.T) {
	judge.Require(t)
	var jobs []judge.Job
	for _, name := range examples {
		in := example(t, name)
		in.Quick = false // what the exploration of protocols adds is judged, too
		files := written(t, design(t, in))
		delete(files, "plumb.lock")
		jobs = append(jobs, judge.Files(t, files)...)
	}
	judge.Clean(t, jobs...)
}

// The judges accept, too, what no example has: a list searched by personal data, a
// question to others, a command that others carry out, an answer before its outcome.
func TestForeignJudgesAcceptWhatNoExampleHas(t *testing.T) {
	judge.Require(t)
	files := written(t, design(t, plumb.Input{File: "plumb.yaml", Quick: true, Text: []byte(`
system: Library
actors: {clerk: {channels: [staff], accounts: 9}}
externals: {registry: {latency: p50 50ms p99 9s}, printer: {}}
domain:
  Member: {fields: {card: text, email: personal email, born: date, home: personal position}, states: new -> checked, volume: 10k}
use_cases:
  FindMembers: {by: clerk, reads: [Member], result: list, filter: [email, card, born, home], sort: [card]}
  ListMembers: {by: clerk, reads: [Member], result: list, filter: [card]}
  AskStatus: {by: clerk, calls: [registry], takes: {address: personal text}, gives: {valid: flag}}
  AskFee: {by: clerk, calls: [registry], takes: {year: int}, gives: {fee: money}}
  PrintCard: {by: clerk, calls: [printer]}
  CheckMember: {by: clerk, moves: [Member new -> checked], calls: [registry], latency: p99 300ms}
`)}))
	delete(files, "plumb.lock")
	judge.Clean(t, judge.Files(t, files)...)
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	for _, name := range examples {
		in := example(t, name)
		in.Quick = false
		first := written(t, design(t, in))
		procs := runtime.GOMAXPROCS(1)
		second := written(t, design(t, in))
		runtime.GOMAXPROCS(procs)
		same(t, name, first, second)

		// A second run starts from the lock the first one left.
		in.Lock, in.Date = first["plumb.lock"], "2031-12-24"
		same(t, name+" with its lock", first, written(t, design(t, in)))
	}
}

func same(t *testing.T, what string, want, got map[string][]byte) {
	t.Helper()
	for path := range got {
		if _, known := want[path]; !known {
			t.Errorf("%s: %s appears", what, path)
		}
	}
	for path, data := range want {
		if !bytes.Equal(data, got[path]) {
			t.Errorf("%s: %s differs: %s", what, path, firstDifference(data, got[path]))
		}
	}
}

func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			other := "(nothing)"
			if i < len(y) {
				other = y[i]
			}
			return strings.TrimSpace(x[i]) + " | " + strings.TrimSpace(other)
		}
	}
	return "the second is longer"
}

// The order of declarations means nothing. Only places in the input move with it.
func TestPermutedDeclarationsChangeNothing(t *testing.T) {
	own := example(t, "cargo")
	own.Text, own.Quick = append(own.Text, ownCut...), false
	adopted := own
	adopted.Text = append(slices.Clone(own.Text), "pins:\n  contexts: {choose: yours, because: the teams stand so}\n  Voyage.guard: {choose: version, because: few ask at once}\n"...)
	inputs := map[string]plumb.Input{"an own cut": own, "an own cut that is adopted": adopted}
	for _, name := range examples {
		inputs[name] = example(t, name)
	}
	for name, in := range inputs {
		doc, problems := spec.Parse(in.File, in.Text)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		in.Text = spec.Print(doc)
		d := design(t, in)
		if doc.Root.Get("contexts") != nil && d.Plan.Cut.Own == nil {
			t.Errorf("%s is not judged", name)
		}
		want := placeless(written(t, d))
		for round := range 3 {
			permute(doc.Root, uint64(round+1))
			in.Text = spec.Print(doc)
			same(t, name+" permuted", want, placeless(written(t, design(t, in))))
		}
	}
}

// ownCut is what the examples do not have: a cut into contexts, measurements, warnings
// to be silenced.
const ownCut = `
contexts:
  Sailing: [Voyage, Location]
  Sales: [Invoice, Customer, Cargo]
  Yard: [HandlingEvent, Delivery]
measured:
  TrackCargo.work: {value: p50 4ms p99 18ms, run: load test of May}
  BookCargo.work: {value: p50 9ms p99 40ms, run: load test of May}
  Cargo.size: {value: 3 kB, run: dump}
quiet:
  model.unused-aggregate: kept for the next release
  explore.not-given-back: seen and left
`

// permute turns the named declarations of each section round: those of the whole
// input, and those in sections that are sets of names.
func permute(root *spec.Node, seed uint64) {
	swaps := func(n int, swap func(i, j int)) {
		for i := n - 1; i > 0; i-- {
			seed = seed*6364136223846793005 + 1442695040888963407
			swap(i, int(seed>>33)%(i+1))
		}
	}
	shuffle := func(list []spec.Entry) { swaps(len(list), reflect.Swapper(list)) }
	shuffle(root.Entries)
	for _, section := range []string{"actors", "externals", "types", "domain", "rules", "events", "use_cases", "contexts", "scenarios", "measured", "pins", "quiet"} {
		if n := root.Get(section); n != nil {
			shuffle(n.Entries)
		}
	}
	if own := root.Get("contexts"); own != nil {
		for _, c := range own.Entries { // the aggregates of a context are a set
			swaps(len(c.Value.Items), reflect.Swapper(c.Value.Items))
		}
	}
	if teams := root.Get("context").Get("teams"); teams != nil {
		shuffle(teams.Entries)
	}
}

var places = regexp.MustCompile(`"(line|column)": \d+|plumb\.yaml:\d+(:\d+)?`)

func placeless(files map[string][]byte) map[string][]byte {
	for path, data := range files {
		files[path] = places.ReplaceAll(data, []byte("#"))
	}
	return files
}

// A small system has a short design: few records, few pages.
func TestProportion(t *testing.T) {
	for _, want := range []struct {
		name             string
		deployables      int // 0: any
		records, atLeast int
		words            int
	}{
		{"petclinic", 1, 4, 1, 2500},
		{"harbour", 0, 15, 5, 12000},
	} {
		d := design(t, example(t, want.name))
		records := 0
		for _, dec := range d.Arch.Decisions {
			if dec.Significant {
				records++
				t.Logf("%s: %s = %s", want.name, dec.ID, dec.Choice)
			}
		}
		if records > want.records || records < want.atLeast {
			t.Errorf("%s has %d significant decisions, want %d to %d", want.name, records, want.atLeast, want.records)
		}
		if want.deployables > 0 && len(d.Arch.Deployables) != want.deployables {
			t.Errorf("%s has %d deployables, want %d", want.name, len(d.Arch.Deployables), want.deployables)
		}
		n := words(string(written(t, d)["DESIGN.md"]))
		t.Logf("the design of %s has %d words", want.name, n)
		if n > want.words {
			t.Errorf("the design of %s has %d words, want at most %d", want.name, n, want.words)
		}
	}
}

// words counts what a reader reads: the bars and dashes of tables are none.
func words(doc string) int {
	n := 0
	for _, w := range strings.Fields(doc) {
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// With names and numbers masked, the sentences of one example's design stand
// nowhere in another's, but for less than a tenth of them.
func TestDesignsShareFewSentences(t *testing.T) {
	docs := map[string][]string{}
	for _, name := range examples {
		d := design(t, example(t, name))
		docs[name] = sentences(string(written(t, d)["DESIGN.md"]), names(d))
	}
	for _, a := range examples {
		for _, b := range examples {
			if a == b {
				continue
			}
			var common []string
			for _, s := range docs[a] {
				if slices.Contains(docs[b], s) {
					common = append(common, s)
				}
			}
			share := float64(len(common)) / float64(max(1, len(docs[a])))
			t.Logf("%s: %d of %d sentences stand in %s, too", a, len(common), len(docs[a]), b)
			if share >= 0.1 {
				slices.Sort(common)
				t.Errorf("%.0f%% of the sentences of %s stand in %s:\n  %s", share*100, a, b, strings.Join(slices.Compact(common), "\n  "))
			}
		}
	}
}

// names are the words that belong to one system, however they are spelt.
func names(d *plumb.Design) *regexp.Regexp {
	var list []string
	add := func(s string) {
		if len(s) > 2 {
			for _, spelt := range []string{s, fact.Phrase(s), fact.Kebab(s), fact.Snake(s), fact.Camel(s)} {
				list = append(list, regexp.QuoteMeta(spelt))
			}
		}
	}
	add(d.Arch.System.Name)
	for _, u := range d.Model.UseCases {
		add(u.Name)
	}
	for _, a := range d.Model.Aggregates {
		add(a.Name)
		for _, f := range a.Fields {
			add(f.Name)
		}
	}
	for _, c := range d.Arch.Contexts {
		add(string(c.ID))
		add(c.Name)
	}
	for _, x := range d.Model.Actors {
		add(x.Name)
	}
	for _, x := range d.Model.Externals {
		add(x.Name)
	}
	for _, x := range d.Model.Context.Teams {
		add(x.Name)
	}
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return regexp.MustCompile(`(?i)\b(` + strings.Join(list, "|") + `)(s|es)?\b`)
}

var (
	fence   = regexp.MustCompile("(?s)```.*?```")
	digits  = regexp.MustCompile(`\d[\d.,:]*(\s?(ms|us|s|min|h|d|y|B|kB|MB|GB|TB|k|M|G|USD|EUR|person-days)\b|%|/(s|min|h|day|month)\b|k/s|M/s)?`)
	code    = regexp.MustCompile("`[^`]+`|\\[[^]]*\\]\\([^)]*\\)") // names of the contracts, links to other files
	own     = regexp.MustCompile(`[a-z]{2,}`)
	sentEnd = regexp.MustCompile(`[.!?|]\s+|\n`)
)

// labelWords bounds a label: what has fewer words names a thing or a state and is no
// sentence about this system. Of a sentence, at least ownWords are not masked: a list
// of names or numbers says nothing by its words.
const (
	labelWords = 7
	ownWords   = 4
)

// sentences splits a document, headings, table heads and "not needed" lines aside,
// and masks what belongs to one system.
func sentences(doc string, names *regexp.Regexp) []string {
	var out []string
	lines := strings.Split(fence.ReplaceAllString(doc, ""), "\n")
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "#"), strings.HasPrefix(line, "|---"), strings.HasPrefix(line, "| ---"),
			i+1 < len(lines) && strings.HasPrefix(strings.ReplaceAll(lines[i+1], " ", ""), "|--"),
			strings.Contains(strings.ToLower(line), "not needed"):
			continue
		}
		for _, s := range sentEnd.Split(line, -1) {
			masked := digits.ReplaceAllString(names.ReplaceAllString(code.ReplaceAllString(s, "N"), "N"), "0")
			masked = strings.Trim(strings.Join(strings.Fields(masked), " "), "|-*`_. ")
			if len(strings.Fields(masked)) >= labelWords && len(own.FindAllString(masked, -1)) >= ownWords {
				out = append(out, masked)
			}
		}
	}
	return out
}

// Every broken input gets exactly the problems it claims, whichever stage finds
// them.
func TestBrokenInputsGetExactlyTheProblemsTheyClaim(t *testing.T) {
	n := corpus.Run(t, os.DirFS("testdata/broken"), "*.yaml", "", func(file string, text []byte) diag.List {
		return plumb.Run(plumb.Input{File: file, Text: text, Quick: true}).Problems
	})
	if n < 60 {
		t.Errorf("%d broken inputs, want at least 60", n)
	}
}

// plan.json is the whole result: what is printed reads back as the same.
func TestThePlanReadsBackAsItWas(t *testing.T) {
	d := design(t, example(t, "cargo"))
	first, err := json.Marshal(d.Arch)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"system", "facts", "decisions", "contexts", "cut", "deployables", "operations", "channels", "objectives", "risks"} {
		if !bytes.Contains(first, []byte(`"`+key+`":`)) {
			t.Errorf("plan.json has no %s", key)
		}
	}
}

// A use case that only asks others, and touches nothing that is kept here, is
// designed like any other: it has a home, a flow, and an operation where somebody asks
// for it.
func TestUseCasesThatTouchNothingHaveAHome(t *testing.T) {
	const system = `system: Route
externals: {maps: {}}
domain: {Depot: {fields: {name: text}}, Van: {fields: {plate: text}}}
use_cases:
  AddDepot: {by: clerk, creates: Depot, calls: [maps], then: [Ping]}
  AddVan: {by: clerk, creates: Van}
  Quote: {by: clerk, calls: [maps], gives: {minutes: int}, peak: 20/s, latency: p99 2s}
  Ping: {calls: [maps]}
`
	d := design(t, plumb.Input{File: "plumb.yaml", Text: []byte(system), Quick: true})
	flows := map[arch.FlowID]bool{}
	for _, f := range d.Arch.Flows {
		flows[f.ID] = true
	}
	asked := slices.ContainsFunc(d.Arch.Operations, func(o arch.Operation) bool { return o.ID == "quote" && o.REST != nil })
	if !flows["Quote"] || !flows["Ping"] || !asked {
		t.Errorf("flows %v; quote can be asked for: %v", flows, asked)
	}
	at := func(name string) *model.UseCase {
		return d.Model.UseCases[slices.IndexFunc(d.Model.UseCases, func(u *model.UseCase) bool { return u.Name == name })]
	}
	if home, depot := d.Plan.Home(at("Quote")), d.Plan.Home(at("AddDepot")); home != depot {
		t.Errorf("Quote, which asks maps, is at home in %s, and what else asks maps in %s", home.Name, depot.Name)
	}
}
