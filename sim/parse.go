package sim

import (
	"slices"
	"strings"

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
		return Fault{}, refuse("write it like: "+faultForms[0].example, "a fault says what befalls which element")
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
			return f, refuse("write it like: "+form.example, "%q does not say which element", text)
		}
		*name, rest = rest[0], rest[1:]
	}
	if f.Kind == Partition && len(rest) > 0 && rest[0] == "one-way" {
		f.OneWay, rest = true, rest[1:]
	}
	more := len(rest) > 0 && rest[0] != "at" && rest[0] != "for"
	if form.needs && !more {
		return f, refuse("write it like: "+form.example, "%q does not say how much", text)
	}
	if more && form.accepts {
		if err := f.amount(rest[0], form.example); err != nil {
			return f, err
		}
		rest = rest[1:]
	}
	if (f.Kind == Slow || f.Kind == Errors) && len(rest) > 1 && rest[0] == "on" {
		var err error
		if f.Count, err = countOf(rest[1], "replicas", "slow order 10x on 1/3 for 30s", true); err != nil {
			return f, err
		}
		rest = rest[2:]
	}
	return f, f.times(text, rest, form.example)
}

func unknownFault(word string) error {
	var kinds []string
	for _, f := range faultForms {
		kinds = append(kinds, string(f.kind))
	}
	if near := diag.Nearest(word, kinds); near != "" {
		return refuse("write "+near, "a fault is %s, not %q", faultKinds(), word)
	}
	return refuse("write it like: "+faultForms[0].example, "a fault is %s, not %q", faultKinds(), word)
}

// times reads when a fault begins and how long it lasts.
func (f *Fault) times(text string, rest []string, example string) error {
	said := map[string]bool{}
	for ; len(rest) >= 2; rest = rest[2:] {
		word := rest[0]
		if word != "at" && word != "for" {
			break
		}
		if said[word] {
			return refuse("say it once", "%q says %q twice", text, word)
		}
		said[word] = true
		d, err := lastingTime(rest[1], text, longest)
		if err != nil {
			return err
		}
		switch {
		case word == "at":
			f.At = d
		case d <= 0:
			return refuse("write how long it lasts, or leave \"for\" out where it lasts to the end", "%q lasts for no time at all", text)
		default:
			f.For = d
		}
	}
	if len(rest) > 0 && (rest[0] == "at" || rest[0] == "for") {
		return refuse("write it like: "+example, "%q ends in %q without a time", text, rest[0])
	}
	if len(rest) > 0 {
		return refuse("write it like: "+example, "%q is left over in %q", rest[0], text)
	}
	return nil
}

// amount reads how much of a fault there is.
func (f *Fault) amount(word, example string) (err error) {
	switch f.Kind {
	case Slow:
		f.Factor, err = timesOver(word, "the time of a service", example)
		if err == nil && f.Factor == 0 {
			err = refuse("write what is above 0, as in: "+example, "%s leaves a service no time at all", word)
		}
	case Errors, HotKey:
		if f.Factor, err = fact.ParseShare(word); err == nil && f.Factor == 0 {
			err = refuse("write more than 0%, as in: "+example, "%s does nothing", word)
		} else if err != nil {
			err = refuse("write it like: "+example, "%s", err)
		}
	case Poison:
		f.Count, err = countOf(word, "messages", example, false)
	default:
		f.Count, err = countOf(word, "replicas", example, true)
	}
	return err
}
