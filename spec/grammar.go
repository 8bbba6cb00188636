package spec

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// grammar is what a form of scalar demands.
type grammar struct {
	// what names the form in messages: "expected a rate, found a mapping".
	what string
	// code is that of a value that breaks the grammar.
	code diag.Code
	// kinds are the kinds of node it reads besides a scalar.
	kinds []Kind
	// check returns what is wrong; nil accepts any text.
	check func(n *Node, v *Value) *flaw
}

// grammars holds one line per form that is no structure.
var grammars = map[Form]grammar{
	FormText:        {what: "text"},
	FormName:        {what: "a name", code: "spec.bad-name", check: nameFlaw},
	FormRef:         {what: "a name", code: "spec.bad-name", check: nameFlaw},
	FormFlag:        {what: "yes or no", code: "spec.bad-word", check: reads(readFlag)},
	FormWord:        {what: "a word", code: "spec.bad-word", check: wordFlaw},
	FormCount:       {what: "a count such as 20k", code: "spec.bad-quantity", check: parses(fact.ParseCount)},
	FormRate:        {what: "a rate such as 350/s", code: "spec.bad-quantity", check: parses(fact.ParseRate)},
	FormDuration:    {what: "a duration such as 2h", code: "spec.bad-quantity", check: parses(fact.ParseSeconds)},
	FormShare:       {what: "a percentage such as 99.9%", code: "spec.bad-quantity", check: parses(fact.ParseShare)},
	FormBytes:       {what: "a size such as 4 kB", code: "spec.bad-quantity", check: parses(fact.ParseBytes)},
	FormMoney:       {what: "an amount of money", code: "spec.bad-quantity", check: moneyFlaw},
	FormLatency:     {what: "a latency such as p99 800ms", code: "spec.bad-quantity", check: func(n *Node, _ *Value) *flaw { return latencyFlaw(n) }},
	FormLoad:        {what: "a load such as 350/s for 2h", code: "spec.bad-quantity", check: reads(readLoad)},
	FormPayload:     {what: "sizes such as 2 kB in, 30 kB out", code: "spec.bad-quantity", check: reads(readPayload)},
	FormVolume:      {what: "a count or a rate", code: "spec.bad-quantity", check: reads(readVolume)},
	FormHorizon:     {what: "a horizon such as 3y at 40%/y", code: "spec.bad-quantity", check: reads(readHorizon)},
	FormSkew:        {what: "a skew such as 20% on 1%", code: "spec.bad-quantity", check: reads(readSkew)},
	FormPer:         {what: "a number per aggregate, such as 12 per Order", code: "spec.bad-quantity", check: reads(readPer)},
	FormConsistency: {what: "atomic, read-your-writes or eventual within a time", code: "spec.bad-word", check: reads(readConsistency)},
	FormSchedule:    {what: "a schedule such as daily 02:00", code: "spec.bad-window", check: reads(readSchedule)},
	FormWindow:      {what: "a window such as daily 02:00-04:00", code: "spec.bad-window", check: reads(readWindow)},
	FormFieldType:   {what: "the type of a field", code: "spec.bad-type", kinds: []Kind{Sequence, Mapping}, check: reads(readFieldType)},
	FormTransitions: {what: "transitions such as pending -> approved", code: "spec.bad-lifecycle", kinds: []Kind{Sequence}, check: reads(readTransitions)},
	FormMove:        {what: "a move such as Order pending -> approved", code: "spec.bad-lifecycle", kinds: []Kind{Mapping}, check: reads(readMoves)},
	FormExpr:        {what: "a condition"},
}

// reads makes a check of a reader.
func reads[T any](reader func(*Node) (T, *flaw)) func(*Node, *Value) *flaw {
	return func(n *Node, _ *Value) *flaw {
		_, f := reader(n)
		return f
	}
}

// parses makes a check of one of fact's parsers.
func parses(parse func(string) (float64, error)) func(*Node, *Value) *flaw {
	return func(n *Node, _ *Value) *flaw {
		if _, err := parse(n.Text); err != nil {
			return flawf(0, len(n.Text), "%s", err)
		}
		return nil
	}
}

func moneyFlaw(n *Node, _ *Value) *flaw {
	if _, _, _, err := fact.ParseMoney(n.Text); err != nil {
		return flawf(0, len(n.Text), "%s", err)
	}
	return nil
}

func nameFlaw(n *Node, _ *Value) *flaw {
	if isName(n.Text) {
		return nil
	}
	f := flawf(0, len(n.Text), "%q is no name", shorten(n.Text)).with(nameHint)
	if strings.Contains(n.Text, ", ") {
		f.with("several names go in brackets: [" + shorten(n.Text) + "]")
	}
	return f
}

func wordFlaw(n *Node, v *Value) *flaw {
	if slices.Contains(v.Words, n.Text) {
		return nil
	}
	f := flawf(0, len(n.Text), "%q is none of %s", shorten(n.Text), strings.Join(v.Words, ", "))
	if near := diag.Nearest(n.Text, v.Words); near != "" {
		f.with(fmt.Sprintf("did you mean %s?", near))
	}
	return f
}
