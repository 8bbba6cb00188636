package spec

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// grammar is what a form of leaf value demands. The parser checks by it, the
// editor's schema and the reference are printed from it.
type grammar struct {
	// name is its heading in the reference.
	name string
	// what names the form in messages: "expected a rate, found a mapping".
	what string
	// doc explains it in the reference; examples are valid values.
	doc      string
	examples []string
	// pattern is a regular expression (common to RE2 and ECMA 262) for the written
	// form. It may accept more than check does, never less; "" accepts any text.
	pattern string
	// number tells that YAML may read a valid value as a number.
	number bool
	// code is that of a value that breaks the grammar.
	code diag.Code
	// kinds are the kinds of node it reads besides a scalar.
	kinds []Kind
	// check returns what is wrong; nil accepts any text.
	check func(n *Node, v *Value) *flaw
}

// Pieces of patterns.
const (
	patName   = `[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9][A-Za-z0-9_]*)*`
	patNumber = `(?:[0-9]+(?:[_,][0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?:\s*[kMG])?`
	patShare  = `(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*%?`
	patClock  = `[0-9]{1,2}:[0-9]{2}`
	patChain  = patName + `(?:\s*(?:->|→)\s*` + patName + `)+`
)

var (
	patUnit     = `(?:` + strings.Join(fact.TimeUnits(), "|") + `)`
	patDuration = `(?:` + patNumber + `\s*` + patUnit + `\s*)+`
	patRate     = patNumber + `\s*(?:/|per )\s*(?:` + patUnit + `|` + patDuration + `)`
	patSize     = patNumber + `\s*(?:` + strings.Join(fact.SizeUnits(), "|") + `)`
	patMoney    = `(?:[A-Z]{3}\s+)?` + patNumber + `\s*(?:[A-Z]{3})?(?:\s*(?:/|per )\s*[a-z]+)?`
	patDays     = `(?:[A-Za-z]{3,9}(?:-[A-Za-z]{3,9})?,?)(?:[ ,]+(?:and |[A-Za-z]{3,9}(?:-[A-Za-z]{3,9})?,?))*`
	patWindow   = patDays + `\s*` + patClock + `\s*-\s*` + patClock
	patLatency  = `(?:p50|p90|p95|p99|p999|p99\.9|mean|max)(?:\s*(?::|<=?|=)\s*|\s+)` + patDuration
)

// grammars is indexed by Form; forms that are structures have none.
var grammars = [...]grammar{
	FormText: {
		name: "text", what: "text", number: true,
		doc:      "Any text. Quotes are needed where YAML asks for them: around a text with `: ` or ` #` in it, or one that starts with a sign.",
		examples: []string{"Food delivery for mid-size cities."},
	},
	FormName: {
		name: "name", what: "a name", pattern: patName, code: "spec.bad-name", check: nameFlaw,
		doc:      "A letter from a to z, then letters, digits, `_` or `-`; at most 64 in all. Names are told apart by their exact spelling.",
		examples: []string{"Order", "card_processor", "eu-west"},
	},
	FormRef: {
		name: "reference", what: "a name", pattern: patName, code: "spec.bad-name", check: nameFlaw,
		doc:      "The name of something declared elsewhere in the input, as the key's description says.",
		examples: []string{"Order"},
	},
	FormFlag: {
		name: "flag", what: "yes or no", pattern: `(?:yes|no|true|false)`, code: "spec.bad-word", check: reads(readFlag),
		doc:      "`yes` or `no`; `true` and `false` mean the same.",
		examples: []string{"yes", "no"},
	},
	FormWord: {
		name: "word", what: "a word", code: "spec.bad-word", check: wordFlaw,
		doc: "One of the words that the key's row lists.",
	},
	FormCount: {
		name: "count", what: "a count such as 20k", pattern: patNumber, number: true, code: "spec.bad-quantity", check: parses(fact.ParseCount),
		doc:      "A number, with `k`, `M` or `G` for thousands, millions and thousand millions. Commas or underscores may group digits.",
		examples: []string{"1500", "20k", "2.5M", "1,500"},
	},
	FormRate: {
		name: "rate", what: "a rate such as 350/s", pattern: patRate, code: "spec.bad-quantity", check: parses(fact.ParseRate),
		doc:      "A count per time: `/s`, `/min`, `/h`, `/day`, `/week`, `/month`, `/y`, or per several (`1/5s`). `per` may stand for the slash.",
		examples: []string{"350/s", "300k/day", "20 per hour", "1/5s"},
	},
	FormLoad: {
		name: "load", what: "a load such as 350/s for 2h", pattern: patRate + `\s*(?:for ` + patDuration + `)?\s*(?:` + patWindow + `)?`, code: "spec.bad-quantity", check: reads(readLoad),
		doc:      "A rate; `for` and how long it lasts; and a window in which it falls. The last two may be left out.",
		examples: []string{"350/s", "350/s for 2h", "350/s for 2h daily 18:00-20:00", "40/s weekdays 08:00-18:00"},
	},
	FormDuration: {
		name: "duration", what: "a duration such as 2h", pattern: patDuration, code: "spec.bad-quantity", check: parses(fact.ParseSeconds),
		doc:      "Numbers with a unit: `ns`, `us`, `ms`, `s`, `min`, `h`, `d`, `week`, `month`, `y`. Sums are allowed. A month is a twelfth of a mean year of 365.2425 days.",
		examples: []string{"800ms", "1.5s", "1h 30min", "7y"},
	},
	FormShare: {
		name: "share", what: "a percentage such as 99.9%", pattern: patShare, number: true, code: "spec.bad-quantity", check: parses(fact.ParseShare),
		doc:      "A percentage from 0% to 100%, or a number from 0 to 1.",
		examples: []string{"99.95%", "0.4"},
	},
	FormBytes: {
		name: "size", what: "a size such as 4 kB", pattern: patSize, code: "spec.bad-quantity", check: parses(fact.ParseBytes),
		doc:      "A number with a unit: `B`, `kB`, `MB`, `GB`, `TB`, `PB` (thousands), or `KiB`, `MiB`, `GiB`, `TiB` (1024).",
		examples: []string{"4 kB", "1.5 MB", "64KiB"},
	},
	FormPayload: {
		name: "payload", what: "sizes such as 2 kB in, 30 kB out", pattern: patSize + `(?:\s*(?:in|out),?(?:\s*` + patSize + `\s*(?:in|out),?)?)?`, code: "spec.bad-quantity", check: reads(readPayload),
		doc:      "The size of the request (`in`) and of the answer (`out`), or a single size. Inside `{ }` leave out the comma or put the value in quotes.",
		examples: []string{"2 kB in, 30 kB out", "2 kB in 30 kB out", "30 kB out", "4 kB"},
	},
	FormMoney: {
		name: "money", what: "an amount of money", pattern: patMoney, code: "spec.bad-quantity", check: moneyFlaw,
		doc:      "A number and a currency by its three letters, and what period it is for where the key means a running cost.",
		examples: []string{"9k USD/month", "0.02 EUR", "EUR 300/year"},
	},
	FormLatency: {
		name: "latency", what: "a latency such as p99 800ms", pattern: `(?:` + patDuration + `|` + patLatency + `(?:[\s,]*` + patLatency + `)*)`, code: "spec.bad-quantity", check: func(n *Node, _ *Value) *flaw { return latencyFlaw(n) },
		doc:      "Percentiles (`p50`, `p90`, `p95`, `p99`, `p99.9`), `mean` or `max`, each with a duration. Of a target, a bare duration is the 99th percentile.",
		examples: []string{"p99 800ms", "p50 180ms p99 900ms", "800ms"},
	},
	FormVolume: {
		name: "volume", what: "a count or a rate", pattern: `(?:` + patNumber + `|` + patRate + `)`, number: true, code: "spec.bad-quantity", check: reads(readVolume),
		doc:      "A count of what exists, or a rate at which it comes.",
		examples: []string{"2M", "300k/day"},
	},
	FormHorizon: {
		name: "horizon", what: "a horizon such as 3y at 40%/y", pattern: patDuration + `(?:\s*at\s+` + patNumber + `\s*%\s*(?:(?:/|per )\s*` + patUnit + `)?)?`, code: "spec.bad-quantity", check: reads(readHorizon),
		doc:      "A duration, and after `at` the growth as a percentage per time, compounded to a year; a bare percentage is per year.",
		examples: []string{"3y at 40%/y", "18 months at 2%/month", "2y"},
	},
	FormFieldType: {
		name: "field type", what: "the type of a field", code: "spec.bad-type", kinds: []Kind{Sequence, Mapping}, check: reads(readFieldType),
		doc:      "One kind and, before or after it in any order, what is said about the values. See below.",
		examples: []string{"text", "-> Order", "-> Order optional", "[OrderLine]", "[1..20 OrderLine]", "int 1..99", "decimal 2 places", "text personal <= 200", "one of small | large", "text matches /[A-Z]{2}[0-9]+/", "money default 0", "list of text 1..80 optional", "enum(small, large) fixed"},
	},
	FormTransitions: {
		name: "transitions", what: "transitions such as pending -> approved", pattern: `[\s,;]*` + patChain + `(?:\s*[,;\n][\s,;]*` + patChain + `)*[\s,;]*`, code: "spec.bad-lifecycle", kinds: []Kind{Sequence}, check: reads(readTransitions),
		doc:      "States joined by `->`; several chains are separated by commas, or stand in a list. The first state named is the initial one.",
		examples: []string{"pending -> approved -> delivered, pending -> rejected", "[open -> paid, open -> void]"},
	},
	FormMove: {
		name: "moves", what: "a move such as Order pending -> approved", pattern: `[\s,;]*` + patName + `\s+` + patChain + `(?:\s*[,;\n][\s,;]*(?:` + patName + `\s+)?` + patChain + `)*[\s,;]*`, code: "spec.bad-lifecycle", kinds: []Kind{Mapping}, check: reads(readMoves),
		doc:      "An aggregate and its transitions. After a comma the aggregate may be left out when it is the same; a mapping from aggregates to transitions says the same.",
		examples: []string{"Order pending -> approved", "Order pending -> approved, draft -> approved", "{Order: pending -> approved, Stock: free -> held}"},
	},
	FormExpr: {
		name: "condition", what: "a condition", number: true,
		doc:      "A condition over the fields in CEL, the Common Expression Language (<https://cel.dev>), or a sentence for what CEL cannot say.",
		examples: []string{"total.amount >= 0", "size(lines) > 0", "never more orders than stock"},
	},
	FormConsistency: {
		name: "consistency", what: "atomic, read-your-writes or eventual within a time", pattern: `(?:atomic|read-your-writes|eventual(?:\s+within\s+` + patDuration + `)?)`, code: "spec.bad-word", check: reads(readConsistency),
		doc:      "`atomic`, `read-your-writes`, or `eventual` with the time within which all agree.",
		examples: []string{"atomic", "read-your-writes", "eventual within 5s"},
	},
	FormSchedule: {
		name: "schedule", what: "a schedule such as daily 02:00", pattern: `(?:every )?(?:` + patDuration + `|[A-Za-z][\s\S]*)`, code: "spec.bad-window", check: reads(readSchedule),
		doc:      "A period (`15min`, `hourly`, `weekly`), days with a time (`daily 02:00`, `weekdays 06:00`, `mon,thu 10:00`), or `monthly`, `quarterly`, `yearly`, with the day of the month and a time when they matter (`monthly 15 02:00`). Times are those of the home region.",
		examples: []string{"15min", "hourly", "daily 02:00", "weekdays 06:00", "mon,thu 10:00", "monthly", "monthly 15 02:00"},
	},
	FormWindow: {
		name: "window", what: "a window such as daily 02:00-04:00", pattern: patWindow, code: "spec.bad-window", check: reads(readWindow),
		doc:      "Days (`daily`, `weekdays`, `weekends`, `sun`, `mon-fri`, `mon,wed`) and hours. A window that ends at or before its start runs past midnight. Times are those of the home region.",
		examples: []string{"daily 02:00-04:00", "sun 01:00-05:00", "weekdays 06:00-20:00", "mon,wed 10:00-11:00", "mon-fri 22:00-02:00"},
	},
	FormSkew: {
		name: "skew", what: "a skew such as 20% on 1%", pattern: patShare + `\s+on\s+` + patShare + `(?:\s+of.*)?`, code: "spec.bad-quantity", check: reads(readSkew),
		doc:      "The share of the requests, and after `on` the share of the instances they fall on.",
		examples: []string{"20% on 1%"},
	},
	FormPer: {
		name: "per", what: "a number per aggregate, such as 12 per Order", pattern: patNumber + `\s+per\s+` + patName, code: "spec.bad-quantity", check: reads(readPer),
		doc:      "A number and the aggregate whose instances cause so many.",
		examples: []string{"12 per Order", "0.3 per Visit"},
	},
	FormOffered: {
		name: "scenario load", what: "a load such as 2x", pattern: `(?:[0-9.]+\s*x)?\s*(?:normal|average|peak|horizon)?`,
		doc:      "`normal` (the average of the day), `peak`, `horizon` (the peak at the end of the planning horizon), or a multiple of one of them; a multiple alone is of the peak.",
		examples: []string{"peak", "2x", "1.5x horizon"},
	},
	FormShaped: {
		name: "shape of a load", what: "a shape such as burst 5x at 1min for 30s",
		doc:      "`ramp to 3x over 5min`, from the load before it; `burst 5x at 1min for 30s`, and back; `daily 0.2x`, a day that starts in its quietest hour with a fifth of the load and has all of it twelve hours later; `daily 0.2x over 10min`, such a day in less time; or a point, `2x at 90s`, with a straight line from the one before. Times count from the beginning of the run; several shapes follow one another. Beside these, how unevenly requests come at the same rate: `bursty 5x for 2s 10%`, bursts of five times the load, 2 s on average, a tenth of the time; `batches of 20`, so many at a time on average.",
		examples: []string{"ramp to 3x over 5min", "ramp to 3x over 5min from 1min", "burst 5x at 1min for 30s", "daily 0.2x", "2x at 90s", "bursty 5x for 2s 10%", "batches of 20"},
	},
	FormFault: {
		name: "fault", what: "a fault such as kill ordering 1/3 at 30s for 60s",
		doc:      "What happens, to which element of the design (a deployable, a process of one, a store, an external, a cache, a channel), how badly, `at` which time of the run (30s when nothing is said) and `for` how long (to the end when nothing is said). docs/simulation.md lists the kinds.",
		examples: []string{"kill ordering 1/3 at 30s for 60s", "slow maps 10x for 30s", "errors maps 20% for 1min", "down ordering-db for 20s", "hang maps for 20s", "zone for 60s", "partition ordering kitchen for 20s", "failover ordering-db", "flush view-menu at 30s", "poison order-placed 3", "hot-key order-placed 50% for 1min"},
	},
	FormClaim: {
		name: "claim", what: "a claim such as PlaceOrder.latency p99 < 800ms",
		doc:      "What must hold: of a use case `latency` with a percentile, `goodput` (a rate, or as a percentage the share of what is offered), `errors` or `degraded` (shares of what ended); without a name, `goodput`, `errors` and `degraded` are those of all that users wait for. Of a process, store or external `utilisation`, `queue` (how many wait on average), `wait` (how long); of a channel `lag` with a percentile, from publication to done; of an edge `retries` per call; of a cache `hits`, the share of its lookups. Between measure and value stands `<`, `<=`, `>` or `>=`. And in words: `recovers within 30s` (of the end of the last fault nine tenths of what is offered come through again, and go on doing so), `no dead letters`, `no stuck sagas`, `all objectives`, `no missed objectives` (which lets those pass that the run is too short to tell).",
		examples: []string{"PlaceOrder.latency p99 < 800ms", "PlaceOrder.goodput >= 99%", "SearchRestaurants.goodput > 1400/s", "errors < 1%", "ordering.order.v1.lag p99 < 5s", "ordering-db.utilisation < 70%", "AuthoriseCard/card_processor.retries < 5%", "view-menu.hits > 60%", "recovers within 30s", "no dead letters", "no stuck sagas", "all objectives"},
	},
}

// leaf returns the grammar of a form, false for a structure.
func (f Form) leaf() (grammar, bool) {
	if int(f) >= len(grammars) || grammars[f].what == "" {
		return grammar{}, false
	}
	return grammars[f], true
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

// latencyFlaw also refuses percentiles that fall, for whatever they mean.
func latencyFlaw(n *Node) *flaw {
	l, err := fact.ParseLatency(n.Text)
	if err != nil {
		return flawf(0, len(n.Text), "%s", err)
	}
	names := [...]string{"p50", "p90", "p95", "p99", "p99.9", "max"}
	below, name := 0.0, ""
	for i, p := range [...]float64{l.P50, l.P90, l.P95, l.P99, l.P999, l.Max} {
		if p > 0 && p < below {
			f := flawf(0, len(n.Text), "%s is below %s, which is impossible", names[i], name)
			f.code = "spec.crossed-percentiles"
			return f
		}
		if p > 0 {
			below, name = p, names[i]
		}
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
		f.fix = near
	}
	return f
}
