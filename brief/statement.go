package brief

import (
	"cmp"
	"math"
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

// statement is a sentence under way to its readings: its words with their senses
// (sense.go), its numbers with their units (amount.go), its clauses. Each number is
// read by its unit: times in time.go, counts in count.go, shares in share.go, multiples
// and growth in growth.go.
type statement struct {
	file    string
	p       *passage
	ws      []word
	senses  []sense         // of each word
	all     sense           // of any word
	has     map[string]bool // the words, in their base forms too
	clauses []int           // of each word
	amounts []amount
	// loose tells that it stands where numbers are listed (under Qualities) and is no
	// whole sentence of something else, so that its numbers need no verb.
	loose bool
	out   []Reading
	used  map[int]bool // amounts spent as percentiles, ramps or horizons
}

// maxWords and maxAmounts bound the sentences that are analysed; what is longer, or holds
// more numbers, is no statement.
const maxWords, maxAmounts = 150, 16

// readStatement reads the numbers of a sentence.
func readStatement(file string, p *passage, from, to int, loose bool) []Reading {
	ws := split(p.text[from:to], from)
	if len(ws) > maxWords || len(ws) == 0 {
		return nil
	}
	label(ws)
	s := &statement{file: file, p: p, ws: ws, senses: sensesOf(ws), amounts: amounts(ws), has: map[string]bool{}, used: map[int]bool{}}
	for _, w := range ws {
		s.has[w.low], s.has[lemma(w.low)], s.has[singular(w.low)] = true, true, true
	}
	if len(s.amounts) > maxAmounts {
		return nil
	}
	for _, x := range s.senses {
		s.all |= x
	}
	s.loose = loose && (fragment(ws) || s.systemSubject())
	s.clause()
	for i := range s.amounts { // uptime >= 99.9
		if a := &s.amounts[i]; a.unit == things && a.noun == "" && a.per == 0 && a.n >= 90 && a.n < 100 && s.before(a, 4, ofUptime) {
			a.unit = percent
		} else if a.unit == things && a.noun == "" && a.per == 0 && a.n >= 0.9 && a.n < 1 && s.says(ofUptime) && (s.any("probability") || s.before(a, 4, ofUptime)) { // a probability of 0.99
			a.n, a.unit = 100*a.n, percent
		}
	}
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
	s.nothingLost()
	s.alwaysOpen()
	s.recurring()
	slices.SortStableFunc(s.out, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Span.Start.Line, b.Span.Start.Line), cmp.Compare(a.Span.Start.Column, b.Span.Start.Column))
	})
	return s.out
}

// fragment tells that no verb says what somebody does: 300 orders a day at most.
func fragment(ws []word) bool {
	return !slices.ContainsFunc(ws, func(w word) bool { return w.tag == tagModal || w.tag == tagAux || w.tag == tagFinite })
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

// clause numbers the clauses of the sentence: commas, conjunctions and the words that
// begin a clause of its own part them.
func (s *statement) clause() {
	s.clauses = make([]int, len(s.ws))
	n := 0
	for i, w := range s.ws {
		switch w.low {
		case ",", ";", "and", "but", "(", ")", "while", "|":
			n++
		case "so":
			if lowAt(s.ws, i+1) == "that" {
				n++
			}
		}
		s.clauses[i] = n
	}
}

// says tells that any word of the sentence has one of the senses.
func (s *statement) says(x sense) bool { return s.all&x != 0 }

// between tells that a word from..to-1 has one of the senses.
func (s *statement) between(from, to int, x sense) bool {
	for i := max(from, 0); i < min(to, len(s.ws)); i++ {
		if s.senses[i]&x != 0 {
			return true
		}
	}
	return false
}

// before, after and around tell that one of the senses stands within reach, counted in
// words, of an amount.
func (s *statement) before(a *amount, reach int, x sense) bool {
	return s.between(a.from-reach, a.from, x)
}

func (s *statement) after(a *amount, reach int, x sense) bool {
	return s.between(a.to, a.to+reach, x)
}

func (s *statement) around(a *amount, reach int, x sense) bool {
	return s.before(a, reach, x) || s.after(a, reach, x)
}

// nearest tells that a word with one of the senses stands within reach before an amount,
// and none with the others stands between.
func (s *statement) nearest(a *amount, reach int, x, others sense) bool {
	for i := a.from - 1; i >= max(a.from-reach, 0); i-- {
		if s.senses[i]&x != 0 {
			return true
		}
		if s.senses[i]&others != 0 {
			return false
		}
	}
	return false
}

// inClause tells that the clause of an amount has one of the senses.
func (s *statement) inClause(a *amount, x sense) bool {
	for i, c := range s.clauses {
		if c == s.clauses[a.from] && s.senses[i]&x != 0 {
			return true
		}
	}
	return false
}

// nextTo tells that one of the words stands within reach before an amount.
func (s *statement) nextTo(a *amount, reach int, words ...string) bool {
	for i := max(a.from-reach, 0); i < a.from; i++ {
		if slices.Contains(words, s.ws[i].low) {
			return true
		}
	}
	return false
}

// any tells that one of the words stands in the sentence, in whatever form.
func (s *statement) any(words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return s.has[w] })
}

// condition tells that the amount stands in an if- or when-clause: it starts
// something, and is no promise.
func (s *statement) condition(a *amount) bool {
	for i := a.from - 1; i >= 0; i-- {
		switch s.ws[i].low {
		case ",", ";", "then", "shall", "must", "should":
			return false
		case "if", "unless", "once", "whenever", "until":
			return !tolerable[lowAt(s.ws, i-1)] // it is acceptable if
		case "when", "while", "where", "after":
			return i == 0
		}
	}
	return false
}

// emit adds a reading. What is said twice of the system as such is one reading.
func (s *statement) emit(r Reading, a *amount) {
	if r.Kind == Availability || r.Kind == RecoveryTime || r.Kind == RecoveryPoint {
		for i := range s.out {
			o := &s.out[i]
			if o.Kind == r.Kind && o.Window == r.Window && (o.Q == r.Q || r.Kind == Availability && math.Abs(o.Q.N-r.Q.N) < 0.1*(1-o.Q.N)) {
				if a.unit == percent { // 99.9 %, that is 9 hours of downtime a year
					o.Q = r.Q
				}
				return
			}
		}
	}
	r.Span = s.p.span(s.file, s.ws[a.from].from, s.ws[a.to-1].to)
	if r.About == "" {
		r.About = s.about(a)
	}
	s.out = append(s.out, r)
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
	if !hasNoun(s.ws[from:a.from]) {
		for from > 0 && !hasNoun(s.ws[from:a.from]) {
			from--
		}
		for from > 0 && s.clauses[from-1] == s.clauses[from] {
			from--
		}
	}
	return s.p.text[s.ws[from].from:s.ws[to-1].to]
}

func hasNoun(ws []word) bool {
	return slices.ContainsFunc(ws, func(w word) bool { return w.tag == tagNoun && timeUnits[w.low] == 0 || w.tag == tagVerb })
}

// one reads an amount that is no percentage.
func (s *statement) one(i int) {
	a := &s.amounts[i]
	if a.n == 0 && s.says(ofLossPoint) && s.nearest(a, 4, ofLossPoint, ofRepairTime) { // RPO: 0
		s.emit(Reading{Kind: RecoveryPoint, Q: fact.Quantity{Kind: fact.Duration}}, a)
	}
	if a.n == 0 || a.unit == seconds && a.n > 100*fact.Year.Seconds() {
		return
	}
	switch a.unit {
	case seconds:
		s.time(i)
	case bytesOf:
		s.size(a)
	case money:
		if s.loose && fragment(s.ws) && (a.per > 0 || s.any("cost")) || s.any("budget") || a.per >= 28*86400 && s.any("cost", "spend", "afford", "pay", "have") && s.any("run", "running", "operate", "operating", "operation", "hosting", "system", "infrastructure") {
			s.emit(Reading{Kind: Budget, Q: fact.Quantity{Kind: fact.Money, N: a.n, Text: a.currency}, Within: a.per}, a)
		}
	case allHours:
		switch {
		case s.says(ofHelp) || !s.says(ofUptime) && (s.helped(a) || s.any("support", "staff", "help", "desk", "phone", "personnel", "assistance")):
			s.emit(Reading{Kind: Staffing, Window: "24/7", Q: fact.Quantity{Kind: fact.Duration, N: 86400}}, a)
		default:
			s.emit(Reading{Kind: Availability, Window: "24/7"}, a)
		}
	case factor:
		s.factor(a)
	case things:
		s.count(i)
	}
}

// nothingLost reads a recovery point of zero in words: zero data loss, the RPO is zero.
func (s *statement) nothingLost() {
	if i := s.losesNone(); i >= 0 {
		a := amount{from: i, to: i + 1}
		s.emit(Reading{Kind: RecoveryPoint, Q: fact.Quantity{Kind: fact.Duration}}, &a)
		return
	}
	for i, w := range s.ws {
		if w.low != "zero" || !s.between(i-3, i+2, ofLossPoint) {
			continue
		}
		a := amount{from: i, to: i + 1}
		if !s.condition(&a) {
			s.emit(Reading{Kind: RecoveryPoint, Q: fact.Quantity{Kind: fact.Duration}}, &a)
		}
	}
}

// losesNone finds where the sentence says that a failure of the system loses nothing: shall
// lose no order, without loss of data; -1 for none.
func (s *statement) losesNone() int {
	if !s.says(ofFailure) || !s.says(ofLoss) || slices.ContainsFunc(s.out, func(r Reading) bool { return r.Kind == RecoveryPoint }) {
		return -1
	}
	for i := 1; i < len(s.ws); i++ {
		if s.senses[i]&ofLoss == 0 {
			continue
		}
		switch next := lowAt(s.ws, i+1); {
		case next == "no" || next == "nothing":
			return i
		case s.negated(i) && !slices.ContainsFunc(s.amounts, func(a amount) bool { return a.from > i-6 && a.from < i+8 }) && !s.between(i+1, len(s.ws), ofLatency) && (s.says(ofData) || s.ws[i-1].low == "be" || lowAt(s.ws, i-1) == "not"):
			return i
		}
	}
	return -1
}

// size reads bytes: of all that is kept they are a volume, of one file a size.
func (s *statement) size(a *amount) {
	q := fact.Quantity{Kind: fact.Bytes, N: a.n}
	keeps := s.says(ofStore | ofGrowth)
	switch {
	case a.per > 0, s.after(a, 4, ofMemory):
	case s.any("storage", "database", "disk", "archive") && (keeps || s.any("provide", "need", "require", "offer")),
		a.n >= 50e9 && keeps && !s.any("each", "single", "per"):
		s.emit(Reading{Kind: Volume, Q: q, Of: "data"}, a)
	case s.around(a, 12, ofFile):
		s.emit(Reading{Kind: Size, Q: q}, a)
	case s.any("data", "dataset", "log") && keeps:
		s.emit(Reading{Kind: Volume, Q: q, Of: "data"}, a)
	}
}

// systemSubject tells that the sentence speaks of the system as such.
func (s *statement) systemSubject() bool { return s.says(ofSystem) }

// recurring reads a period without a number: rates are fetched every hour, hourly.
func (s *statement) recurring() {
	if len(s.amounts) > 0 || len(s.out) > 0 {
		return
	}
	for i := 1; i < len(s.ws); i++ {
		w := s.ws[i]
		from, unit := i-1, timeUnits[w.low]
		switch per, _ := perUnit(s.ws, i); {
		case s.ws[i-1].low == "every" || s.ws[i-1].low == "each":
		case s.ws[i-1].low == "once" && per > 0:
			unit = per
		case s.adverbial(i):
			from, unit = i, adverbPeriods[w.low]
		default:
			unit = 0
		}
		if unit >= 1 {
			s.out = append(s.out, Reading{
				Kind: Period, Q: fact.Quantity{Kind: fact.Duration, N: unit}, About: s.p.text,
				Span: s.p.span(s.file, s.ws[from].from, w.to),
			})
			return
		}
	}
}

// adverbial tells that hourly or daily says how often, not which: is updated daily, but
// not the daily report.
func (s *statement) adverbial(i int) bool {
	next := lowAt(s.ws, i+1)
	prev := i - 1
	if prev > 0 && (s.ws[prev].low == "up" || s.ws[prev].low == "out") { // backed up daily
		prev--
	}
	return (s.ws[prev].tag == tagFinite || s.ws[prev].tag == tagVerb) && (next == "" || next == "." || next == "," || prepositions[next])
}
