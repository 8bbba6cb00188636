package lock_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/lock"
)

// A message lives through random additions, removals, renames and returns of
// fields. Whatever happens, no number ever means two things.
func TestNoNumberEverMeansTwoThings(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		names := []string{"a", "b", "c"}
		var l *lock.Lock
		meaning := map[int]string{} // number to the field that was born with it
		born := map[string]string{} // current name to that field
		for _, n := range names {
			born[n] = n + "@0"
		}
		for step := range 40 {
			var was map[string]string
			names, was = mutate(random, names, born, step)
			a := &arch.Arch{Schemas: []arch.Schema{{ID: "M", Kind: "object", Fields: withWas(names, was)}}}
			out, next := apply(t, a, l, day1)
			l = reread(t, next)
			seen := map[int]bool{}
			for _, f := range out.Schemas[0].Fields {
				if f.Number == 0 || seen[f.Number] || f.Number >= 19000 && f.Number <= 19999 {
					t.Fatalf("seed %d step %d: number %d", seed, step, f.Number)
				}
				seen[f.Number] = true
				if known := meaning[f.Number]; known != "" && known != born[f.Name] {
					t.Fatalf("seed %d step %d: %d meant %s and now means %s", seed, step, f.Number, known, born[f.Name])
				}
				meaning[f.Number] = born[f.Name]
			}
			for _, r := range out.Schemas[0].Retired {
				if seen[r.Number] {
					t.Fatalf("seed %d step %d: %d is in use and retired", seed, step, r.Number)
				}
				if r.Name != "" && slices.Contains(names, r.Name) {
					t.Fatalf("seed %d step %d: the name %s is in use and retired", seed, step, r.Name)
				}
			}
		}
	}
}

// mutate changes the names by one step and keeps track of which field is which.
func mutate(random *rand.Rand, names []string, born map[string]string, step int) ([]string, map[string]string) {
	names = slices.Clone(names)
	was := map[string]string{}
	fresh := string(rune('a' + random.IntN(12)))
	taken := slices.Contains(names, fresh)
	switch random.IntN(4) {
	case 0:
		if !taken {
			names = append(names, fresh)
			born[fresh] = fmt.Sprintf("%s@%d", fresh, step)
		}
	case 1:
		if len(names) > 1 {
			i := random.IntN(len(names))
			delete(born, names[i])
			names = slices.Delete(names, i, i+1)
		}
	case 2:
		if !taken {
			i := random.IntN(len(names))
			was[fresh], born[fresh] = names[i], born[names[i]]
			delete(born, names[i])
			names[i] = fresh
		}
	case 3:
		random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	}
	return names, was
}

func withWas(names []string, was map[string]string) []arch.Field {
	out := fields(names...)
	for i := range out {
		out[i].Was = was[out[i].Name]
	}
	return out
}

func TestNumbersSkipTheRangeOfTheLibrary(t *testing.T) {
	l, problems := lock.Read([]byte("format: plumb.lock/1\nschemas: {M: {numbers: {a: 18999}}}\n"))
	if problems != nil {
		t.Fatal(problems)
	}
	out, _ := apply(t, &arch.Arch{Schemas: []arch.Schema{{ID: "M", Fields: fields("a", "b", "c")}}}, l, day1)
	if got := numbersOf(out, "M"); got["b"] != 20000 || got["c"] != 20001 {
		t.Errorf("%v", got)
	}
}

func TestAnyNameSurvivesWritingAndReading(t *testing.T) {
	for _, name := range []string{"true", "null", "~", "1", "1.5", "2026-10-20", "a: b", "a #b", "- a", "{a}", `"a"`, `a\b`, "日本", "a\nb", "a\tb", " a ", "a,b", "&a", "*a", "!a", "%a", "@a", "`a", "é\u0085\u2028", ""} {
		a := &arch.Arch{
			Schemas:    []arch.Schema{{ID: arch.SchemaID(name), Fields: fields(name)}},
			Operations: []arch.Operation{{ID: arch.OperationID(name), UseCase: arch.Path(name), Verb: name}},
			Channels:   []arch.Channel{{ID: arch.ChannelID(name)}},
			Events:     []arch.Event{{ID: arch.EventID(name), Type: name, Channel: arch.ChannelID(name)}},
			Decisions:  []arch.Decision{{ID: arch.DecisionID(name), Title: name, Choice: arch.OptionID(name), Significant: true}},
		}
		_, l := apply(t, a, nil, day1)
		back := reread(t, l)
		if back == nil || !bytes.Equal(back.Text(), l.Text()) {
			t.Errorf("%q: written as\n%s", name, l.Text())
			continue
		}
		if _, again := apply(t, a, back, day2); !bytes.Equal(again.Text(), l.Text()) {
			t.Errorf("%q: read as something else:\n%s", name, again.Text())
		}
	}
}

func TestHostileLocksAreRefusedSoon(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for i := range 12 {
		bomb += fmt.Sprintf("b%d: &b%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%s,", map[bool]string{true: "a", false: fmt.Sprintf("b%d", i-1)}[i == 0]), 9), ","))
	}
	for name, text := range map[string]string{
		"an alias bomb": bomb,
		"nesting":       "schemas: " + strings.Repeat("{a: ", 9000) + strings.Repeat("}", 9000),
		"open nesting":  strings.Repeat("[", 100_000),
		"binary":        "\x00\x01\x02",
		"size":          strings.Repeat("a: b\n", 4<<20),
		"a list":        "- a\n- b\n",
		"a word":        "hello",
		"an alias":      "format: plumb.lock/1\ndecisions: {A: &x {number: 1}, B: *x}\n",
		"two documents": "format: plumb.lock/2\n",
	} {
		start := time.Now()
		if l, problems := lock.Read([]byte(text)); l != nil || !problems.HasErrors() {
			t.Errorf("%s was read", name)
		}
		t.Logf("%s: %v", name, time.Since(start))
	}
}

func FuzzRead(f *testing.F) {
	_, l, _ := lock.Apply(shop(), nil, day1)
	f.Add(l.Text())
	f.Add([]byte("format: plumb.lock/1\n"))
	f.Add([]byte("<<<<<<< a\n=======\n>>>>>>> b\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, problems := lock.Read(text)
		if (l == nil) != problems.HasErrors() {
			t.Fatalf("lock %v with problems %v", l, problems)
		}
		if l == nil {
			return
		}
		back, problems := lock.Read(l.Text())
		if back == nil || !bytes.Equal(back.Text(), l.Text()) {
			t.Fatalf("written as\n%s\nproblems %v", l.Text(), problems)
		}
		lock.Apply(shop(), l, day1)
	})
}
