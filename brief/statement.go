package brief

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// ReadingKind says what a number of the brief means.
type ReadingKind string

// The kinds of reading. The first group are objectives and loads that a design rests
// on; the second are numbers that look like them and are not.
const (
	Latency       ReadingKind = "latency"        // a time within which the system answers
	Throughput    ReadingKind = "throughput"     // requests or things per time
	Availability  ReadingKind = "availability"   // a share of time, or hours of service
	Online        ReadingKind = "online"         // users, sessions or requests at once
	Accounts      ReadingKind = "accounts"       // users in all
	Volume        ReadingKind = "volume"         // things kept
	Growth        ReadingKind = "growth"         // share per year
	Headroom      ReadingKind = "headroom"       // a multiple of the present load
	Retention     ReadingKind = "retention"      // how long things are kept
	RecoveryTime  ReadingKind = "recovery-time"  // how long a restore may take
	RecoveryPoint ReadingKind = "recovery-point" // how much may be lost, as time
	Budget        ReadingKind = "budget"         // money per month

	Period   ReadingKind = "period"    // how often something happens by itself
	TaskTime ReadingKind = "task-time" // how long a person takes for a task
	Staffing ReadingKind = "staffing"  // hours in which people are there
	Size     ReadingKind = "size"      // of a file or message
)

// Objective tells whether a design rests on readings of the kind.
func (k ReadingKind) Objective() bool {
	switch k {
	case Period, TaskTime, Staffing, Size:
		return false
	}
	return true
}

// Reading is one number of the brief with its meaning.
type Reading struct {
	Kind ReadingKind   `json:"kind"`
	Span diag.Span     `json:"span"`
	Q    fact.Quantity `json:"value"`
	// Percentile qualifies a Latency: 90 for "90 % of the time"; 0 when none was said.
	Percentile float64 `json:"percentile,omitempty"`
	// Mean and Max qualify a Latency said to hold on average, or always.
	Mean bool `json:"mean,omitempty"`
	// From is where a ramp starts and Over how long it takes, in seconds.
	From float64 `json:"from,omitempty"`
	Over float64 `json:"over,omitempty"`
	// Within is the time, in seconds, until the value is reached: "within 2 years".
	Within float64 `json:"within,omitempty"`
	// Window is the time of service of an Availability without a share: "24/7".
	Window string `json:"window,omitempty"`
	// Peak tells that a Throughput was said to be a peak.
	Peak bool `json:"peak,omitempty"`
	// Of is what is counted or kept, in the singular.
	Of string `json:"of,omitempty"`
	// About is the clause that the number stands in.
	About string `json:"about,omitempty"`
}

// statement is a sentence under way to its readings.
type statement struct {
	file    string
	p       *passage
	ws      []word
	amounts []amount
	// loose tells that it stands where numbers are listed (under Qualities), so that a
	// verb is not needed.
	loose   bool
	has     map[string]bool
	clauses []int // of each word
	out     []Reading
	used    map[int]bool // amounts spent as percentiles, ramps or horizons
}

// maxWords bounds the sentences that are analysed; what is longer is no statement.
const maxWords = 150

// readStatement reads the numbers of a sentence.
func readStatement(file string, p *passage, from, to int, loose bool) []Reading {
	ws := split(p.text[from:to], from)
	if len(ws) > maxWords {
		return nil
	}
	label(ws)
	s := &statement{file: file, p: p, ws: ws, amounts: amounts(ws), loose: loose, has: map[string]bool{}, used: map[int]bool{}}
	for _, w := range ws {
		s.has[w.low] = true
		s.has[lemma(w.low)] = true
		s.has[singular(w.low)] = true
		if meant := respelt(w); meant != "" {
			s.has[meant] = true
		}
	}
	s.clause()
	// Percentages wait for the times they may qualify.
	for i := range s.amounts {
		if u := s.amounts[i].unit; u != percent && u != rankOf && u != nines && !s.used[i] {
			s.one(i)
		}
	}
	for i := range s.amounts {
		if u := s.amounts[i].unit; (u == percent || u == nines) && !s.used[i] {
			s.share(i)
		}
	}
	s.multiples()
	s.alwaysOpen()
	s.recurring()
	slices.SortStableFunc(s.out, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Span.Start.Line, b.Span.Start.Line), cmp.Compare(a.Span.Start.Column, b.Span.Start.Column))
	})
	return s.out
}

// keyWords are those that decide about a statement and that are often misspelt.
var keyWords = strings.Fields(`availability available downtime concurrent concurrently simultaneous simultaneously response retention recovery throughput latency maximum`)

// respelt is the key word that a word is one letter away from.
func respelt(w word) string {
	if w.kind != letters || len(w.low) < 7 || verbs[w.low] {
		return ""
	}
	for _, k := range keyWords {
		if d := len(k) - len(w.low); d >= -1 && d <= 1 && k != w.low && levenshtein.ComputeDistance(k, w.low) == 1 {
			return k
		}
	}
	return ""
}

// clause numbers the clauses of the sentence: commas, "and" and semicolons part them.
func (s *statement) clause() {
	s.clauses = make([]int, len(s.ws))
	n := 0
	for i, w := range s.ws {
		if w.low == "," || w.low == ";" || w.low == "and" || w.low == "but" || w.low == "(" || w.low == ")" || w.low == "while" {
			n++
		}
		s.clauses[i] = n
	}
}

func (s *statement) any(words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return s.has[w] })
}

// near tells that one of the words stands within reach of an amount, before (negative
// reach counts back) or after it.
func (s *statement) before(a *amount, reach int, words map[string]bool) bool {
	for i := max(a.from-reach, 0); i < a.from; i++ {
		if words[s.ws[i].low] || words[singular(s.ws[i].low)] || words[lemma(s.ws[i].low)] {
			return true
		}
	}
	return false
}

func (s *statement) after(a *amount, reach int, words map[string]bool) bool {
	for i := a.to; i < min(a.to+reach, len(s.ws)); i++ {
		if words[s.ws[i].low] || words[singular(s.ws[i].low)] || words[lemma(s.ws[i].low)] {
			return true
		}
	}
	return false
}

func (s *statement) around(a *amount, reach int, words map[string]bool) bool {
	return s.before(a, reach, words) || s.after(a, reach, words)
}

// phrase tells that the lower-case words stand in a row in the sentence.
func (s *statement) phrase(text string) bool {
	want := strings.Fields(text)
	for i := 0; i+len(want) <= len(s.ws); i++ {
		ok := true
		for k, w := range want {
			ok = ok && (s.ws[i+k].low == w || singular(s.ws[i+k].low) == w)
		}
		if ok {
			return true
		}
	}
	return false
}

// condition tells that the amount stands in an if- or when-clause: it starts
// something, and is no promise.
func (s *statement) condition(a *amount) bool {
	for i := a.from - 1; i >= 0; i-- {
		switch s.ws[i].low {
		case ",", ";", "then", "shall", "must", "should":
			return false
		case "if", "unless", "once", "whenever", "until":
			return true
		case "when", "while", "where", "after":
			return i == 0
		}
	}
	return false
}

func (s *statement) emit(r Reading, a *amount) *Reading {
	r.Span = s.p.span(s.file, s.ws[a.from].from, s.ws[a.to-1].to)
	if r.About == "" {
		r.About = s.about(a)
	}
	s.out = append(s.out, r)
	return &s.out[len(s.out)-1]
}

// about is the clause of an amount, with the clause before it when it has no noun of
// its own.
func (s *statement) about(a *amount) string {
	c := s.clauses[a.from]
	from, to := a.from, a.to
	for from > 0 && s.clauses[from-1] == c {
		from--
	}
	for to < len(s.ws) && s.clauses[to] == c {
		to++
	}
	for from > 0 && !hasNoun(s.ws[from:a.from]) {
		from--
	}
	return s.p.text[s.ws[from].from:s.ws[to-1].to]
}

func hasNoun(ws []word) bool {
	return slices.ContainsFunc(ws, func(w word) bool { return w.tag == tagNoun || w.tag == tagVerb })
}

// one reads an amount that is no percentage.
func (s *statement) one(i int) {
	a := &s.amounts[i]
	if a.n == 0 || a.unit == seconds && a.n > 100*fact.Year.Seconds() {
		return
	}
	switch a.unit {
	case seconds:
		s.time(i)
	case bytesOf:
		s.size(a)
	case money:
		if s.loose || s.any("budget", "cost", "spend") {
			s.emit(Reading{Kind: Budget, Q: fact.Quantity{Kind: fact.Money, N: a.n, Text: a.currency}, Within: a.per}, a)
		}
	case allHours:
		switch {
		case s.any("support", "staff", "helpdesk", "help", "desk", "hotline", "phone", "operator", "personnel", "assistance") && !s.any("available", "uptime", "availability", "operational") || s.staffed():
			s.emit(Reading{Kind: Staffing, Window: "24/7", Q: fact.Quantity{Kind: fact.Duration, N: 86400}}, a)
		default:
			s.emit(Reading{Kind: Availability, Window: "24/7"}, a)
		}
	case factor:
		present := s.after(a, 4, set(`current present today's existing normal usual initial`))
		if (present || s.any("scale", "load", "traffic", "capacity", "growth", "grow", "demand", "volume", "peak", "scalable", "scalability")) && !s.any("attempt", "retry", "zoom") {
			s.emit(Reading{Kind: Headroom, Q: fact.Quantity{Kind: fact.Count, N: a.n}}, a)
		}
	case things:
		s.count(i)
	}
}

var fileWords = set(`file upload attachment image photo video document message payload request response page download picture email`)

func (s *statement) size(a *amount) {
	q := fact.Quantity{Kind: fact.Bytes, N: a.n}
	switch {
	case a.per > 0:
	case s.any("storage", "database", "disk", "archive") && s.any("grow", "store", "hold", "capacity", "manage", "handle", "support", "storage"):
		s.emit(Reading{Kind: Volume, Q: q, Of: "data"}, a)
	case s.around(a, 12, fileWords):
		s.emit(Reading{Kind: Size, Q: q}, a)
	case s.around(a, 4, set(`data dataset log`)) && s.any("handle", "store", "support", "manage", "hold"):
		s.emit(Reading{Kind: Volume, Q: q, Of: "data"}, a)
	}
}

var (
	availableWords = set(`available availability uptime up-time up operational accessible reachable sla online running usable`)
	downWords      = set(`downtime down-time outage unavailable unavailability down offline inaccessible mdt interruption`)
	serviceWords   = set(`support helpdesk staff hotline operator personnel desk technician engineer agent`)
)

// share reads a percentage that qualified no latency.
func (s *statement) share(i int) {
	a := &s.amounts[i]
	if a.unit == nines {
		if n := int(a.n); n >= 1 && n <= 9 {
			s.emit(Reading{Kind: Availability, Q: fact.Quantity{Kind: fact.Share, N: ninesShare(n)}}, a)
		}
		return
	}
	q := fact.Quantity{Kind: fact.Share, N: a.n / 100}
	switch {
	case (s.any("grow", "growth", "increase", "rise", "climb") || s.phrase("go up") || s.phrase("goes up")) && (a.per > 0 || s.any("annual", "annually", "yearly", "monthly", "year-on-year", "year", "month", "yoy")):
		per := a.per
		if per == 0 {
			per = fact.Year.Seconds()
			if s.any("monthly", "month") {
				per = fact.Month.Seconds()
			}
		}
		s.emit(Reading{Kind: Growth, Q: q, Over: per}, a)
	case s.sentenceHas(downWords) && !s.sentenceHas(set(`uptime availability`)) && a.n < 50:
		s.emit(Reading{Kind: Availability, Q: fact.Quantity{Kind: fact.Share, N: 1 - a.n/100}}, a)
	case a.n >= 50 && a.n <= 100 && (s.sentenceHas(set(`available availability uptime up-time operational accessible reachable sla slo`)) || s.phrase("up time") || s.phrase("be up") || s.phrase("is up") || s.phrase("be online") || s.phrase("up and running") || s.phrase("be running") || s.phrase("in service") || s.phrase("in operation") || s.phrase("to use the")) && !s.peopleShare(a):
		s.emit(Reading{Kind: Availability, Q: q}, a)
	case a.n >= 90 && a.n <= 100 && s.ofPeriod(a) && s.any("reach", "use", "access", "work", "serve", "operate", "operation"):
		s.emit(Reading{Kind: Availability, Q: q}, a)
	case a.n >= 90 && (s.phrase("success rate") || s.any("succeed", "successful", "successfully")) && s.any("request", "call", "transaction", "api", "query", "operation", "upload", "payment"):
		s.emit(Reading{Kind: Availability, Q: q}, a)
	}
}

// ofPeriod tells a percentage of time: 99.5 % of the month.
func (s *statement) ofPeriod(a *amount) bool {
	if lowAt(s.ws, a.to) != "of" {
		return false
	}
	k := a.to + 1
	for k < len(s.ws) && determiners[s.ws[k].low] {
		k++
	}
	return lowAt(s.ws, k) == "time" || timeUnits[lowAt(s.ws, k)] >= 86400
}

// ninesShare is 1 - 10^-n, exactly as written in decimal.
func ninesShare(n int) float64 {
	v, err := fact.ParseShare("99." + strings.Repeat("9", max(n-2, 0)) + "%")
	switch {
	case n == 1:
		return 0.9
	case n == 2 || err != nil:
		return 0.99
	}
	return v
}

func (s *statement) sentenceHas(words map[string]bool) bool {
	for w := range words {
		if s.has[w] {
			return true
		}
	}
	return false
}

// peopleShare tells a percentage of people or of things other than time.
func (s *statement) peopleShare(a *amount) bool {
	for i := a.to; i < min(a.to+6, len(s.ws)); i++ {
		switch w := s.ws[i]; {
		case w.low == "time" || w.low == "day" || w.low == "month":
			return false
		case w.low == "," || w.low == ".":
			return false
		case isPerson(w.low):
			return i > a.to && lowAt(s.ws, a.to) == "of"
		}
	}
	return false
}

// recurring reads a period without a number: rates are fetched every hour.
func (s *statement) recurring() {
	if len(s.amounts) > 0 || len(s.out) > 0 {
		return
	}
	for i := 1; i < len(s.ws); i++ {
		if unit := timeUnits[s.ws[i].low]; unit >= 1 && (s.ws[i-1].low == "every" || s.ws[i-1].low == "each") {
			s.out = append(s.out, Reading{
				Kind: Period, Q: fact.Quantity{Kind: fact.Duration, N: unit}, About: s.p.text,
				Span: s.p.span(s.file, s.ws[i-1].from, s.ws[i].to),
			})
			return
		}
	}
}

// alwaysOpen reads hours of service that are no amounts: around the clock, and 24
// hours that were not read as anything else.
func (s *statement) alwaysOpen() {
	if len(s.out) > 0 {
		return
	}
	r := Reading{Kind: Availability, Window: "24/7", About: s.p.text}
	r.Span = s.p.span(s.file, s.ws[0].from, s.ws[len(s.ws)-1].to)
	clock := s.phrase("around the clock") || s.phrase("round the clock") || s.phrase("day and night") || s.phrase("day or night") || s.phrase("night and day")
	switch {
	case s.staffed() && clock:
		r.Kind, r.Q = Staffing, fact.Quantity{Kind: fact.Duration, N: 86400}
		s.out = append(s.out, r)
		return
	case s.staffed():
		return
	case s.phrase("day or night") || s.phrase("day and night") || s.phrase("night and day"):
		s.out = append(s.out, r)
		return
	}
	for _, text := range []string{"around the clock", "round the clock", "at all times", "business hour", "office hour", "working hour"} {
		if s.phrase(text) && s.sentenceHas(set(`available availability operational accessible run operate work open`)) && !s.sentenceHas(set(`button link option menu information`)) && s.systemSubject() {
			if strings.HasSuffix(text, "hour") {
				r.Window = "business hours"
			}
			s.out = append(s.out, r)
			return
		}
	}
}

// systemSubject tells that the sentence speaks of the system as such.
func (s *statement) systemSubject() bool {
	return s.any("system", "application", "product", "website", "site", "service", "platform", "server", "app", "software", "portal")
}

// staffed tells that the sentence speaks of people who help.
func (s *statement) staffed() bool {
	return s.phrase("help desk") || s.phrase("customer support") || s.phrase("technical support") || s.phrase("support staff") || s.phrase("support team") || s.phrase("phone support") ||
		s.phrase("hour support") || s.phrase("on call") || s.phrase("support shall be") || s.phrase("support must be") || s.phrase("support is") || s.phrase("help line") || s.any("helpdesk", "helpline", "hotline", "on-call", "staffed", "manned")
}
