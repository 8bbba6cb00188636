package sim

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// faultForm is how a kind of fault is written.
type faultForm struct {
	kind FaultKind
	// elements it names; whether a number must or may follow them; an example.
	elements       int
	needs, accepts bool
	example        string
}

var faultForms = []faultForm{
	{Kill, 1, true, true, "kill order 1/3 at 30s for 60s"},
	{Slow, 1, true, true, "slow maps 10x for 30s"},
	{Errors, 1, true, true, "errors maps 20% for 1min"},
	{Down, 1, false, false, "down order-db for 20s"},
	{Hang, 1, false, false, "hang maps for 20s"},
	{Zone, 0, false, false, "zone for 60s"},
	{Partition, 2, false, false, "partition order inventory for 20s"},
	{Flush, 1, false, false, "flush menu-cache at 30s"},
	{Poison, 1, false, true, "poison order-placed 3 at 30s"},
	{HotKey, 1, true, true, "hot-key dish-stock 50% at 30s for 1min"},
	{Failover, 1, false, false, "failover order-db at 30s"},
}

// faultKinds lists the kinds as a sentence does.
func faultKinds() string {
	var names []string
	for _, f := range faultForms {
		names = append(names, string(f.kind))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// FaultExamples are faults of every kind as a person writes them.
func FaultExamples() (out []string) {
	for _, f := range faultForms {
		out = append(out, f.example)
	}
	return out
}

// ParseFault reads a fault as a person writes it; FaultExamples has one of each kind.
// "1/3" is one of its replicas: the three is for the reader; what is slow or answers with
// errors may be so "on 1/3". A partition is one-way
// when the word follows its elements. Without "at" a fault begins at 30 s, without
// "for" it lasts to the end.
func ParseFault(text string) (Fault, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Fault{}, fmt.Errorf("a fault is written like: %s", faultForms[0].example)
	}
	i := slices.IndexFunc(faultForms, func(f faultForm) bool { return string(f.kind) == words[0] })
	if i < 0 {
		return Fault{}, unknownFault(words[0])
	}
	form := &faultForms[i]
	f := Fault{Kind: form.kind, At: faultAt}
	if f.Kind == Poison {
		f.Count = 1 // unless it says otherwise
	}
	rest := words[1:]
	for _, name := range []*string{&f.Element, &f.Other}[:form.elements] {
		if len(rest) == 0 || rest[0] == "at" || rest[0] == "for" {
			return f, fmt.Errorf("%q does not say which element: %s", text, form.example)
		}
		*name, rest = rest[0], rest[1:]
	}
	if f.Kind == Partition && len(rest) > 0 && rest[0] == "one-way" {
		f.OneWay, rest = true, rest[1:]
	}
	more := len(rest) > 0 && rest[0] != "at" && rest[0] != "for"
	if form.needs && !more {
		return f, fmt.Errorf("%q does not say how much: %s", text, form.example)
	}
	if more && form.accepts {
		if err := f.amount(rest[0]); err != nil {
			return f, fmt.Errorf("%q is not an amount: %s", rest[0], form.example)
		}
		rest = rest[1:]
	}
	if (f.Kind == Slow || f.Kind == Errors) && len(rest) > 1 && rest[0] == "on" {
		n, _, _ := strings.Cut(rest[1], "/")
		count, err := strconv.Atoi(n)
		if err != nil || count < 1 {
			return f, fmt.Errorf("%q is no number of replicas: %s on 1/3", rest[1], form.example)
		}
		f.Count, rest = count, rest[2:]
	}
	return f, f.times(rest)
}

func unknownFault(word string) error {
	var kinds []string
	for _, f := range faultForms {
		kinds = append(kinds, string(f.kind))
	}
	if near := diag.Nearest(word, kinds); near != "" {
		return fmt.Errorf("a fault is %s, not %q; write %s", faultKinds(), word, near)
	}
	return fmt.Errorf("a fault is %s, not %q", faultKinds(), word)
}

// times reads when a fault begins and how long it lasts.
func (f *Fault) times(rest []string) error {
	for ; len(rest) >= 2; rest = rest[2:] {
		if rest[0] != "at" && rest[0] != "for" {
			return fmt.Errorf("%q is neither at nor for", rest[0])
		}
		s, err := fact.ParseSeconds(rest[1])
		if err != nil {
			return err
		}
		d := time.Duration(math.Min(s, longest.Seconds()) * float64(time.Second))
		if rest[0] == "at" {
			f.At = d
		} else {
			f.For = d
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("%q is left over", rest[0])
	}
	return nil
}

// amount reads how much of a fault there is.
func (f *Fault) amount(word string) (err error) {
	switch f.Kind {
	case Slow:
		f.Factor, err = strconv.ParseFloat(strings.TrimSuffix(word, "x"), 64)
	case Errors, HotKey:
		f.Factor, err = fact.ParseShare(word)
	default:
		n, _, _ := strings.Cut(word, "/")
		f.Count, err = strconv.Atoi(n)
	}
	return err
}
