package brief

import (
	"plumb.dev/plumb/fact"
)

var (
	atOnce        = set(`concurrent concurrently simultaneous simultaneously parallel`)
	capacityWords = set(`able concurrently simultaneously support handle accommodate serve scale scalable scalability capacity capable sustain cope manage host process throughput load peak traffic withstand tolerate permit expect expected grow growth increase accept allow up busy concurrency provide service ingest absorb concurrent simultaneous hold store maximum`)
	connected     = set(`user session connection request transaction client visitor player customer call stream device operation login access viewer terminal participant subscriber query process thread agent job order member student employee people person sensor browser citizen instance upload download search staff administrator analyst`)
	storeWords    = set(`store hold contain keep maintain catalog catalogue database capacity archive index record list inventory support handle manage repository warehouse house cover`)
	// noLoad are nouns that limit a function, not the system: 8 characters, 3 attempts.
	noLoad    = set(`character digit letter word page pixel dpi time attempt step click column row field percent option star try retry line point level degree decimal place minute second hour day week month year item-limit language currency version browser platform color colour screen theme category inch release phase metre meter mile km kilometer foot failure error password result location mb iteration round bit`)
	perPerson = set(`user person customer account member student session`)
)

// count reads a number of things: a rate, things at once, users in all, things kept.
func (s *statement) count(i int) {
	a := &s.amounts[i]
	noun := singular(a.noun)
	if a.n == 0 || noLoad[noun] || s.condition(a) {
		return
	}
	after := lowAt(s.ws, a.to)
	if after == "per" && perPerson[singular(lowAt(s.ws, a.to+1))] || s.before(a, 5, set(`each`)) && perPerson[singular(lowAt(s.ws, 1))] {
		return
	}
	scale := s.loose || s.sentenceHas(capacityWords)
	from := 0.0
	if f, ok := s.rampStart(i); ok {
		from = f
	}
	if s.used[i] || s.startsRamp(i) {
		return
	}
	r := Reading{Of: noun, From: from}
	switch {
	case a.per > 0:
		if !scale && !s.sentenceHas(operationsOfLoad) {
			return
		}
		r.Kind, r.Q = Throughput, fact.Quantity{Kind: fact.Rate, N: a.n / a.per}
		r.Peak = s.any("peak", "busiest", "burst", "bursts", "peaks") || a.per <= 60
	case scale && a.n >= 3 && s.atOnce(a, noun):
		r.Kind, r.Q = Online, fact.Quantity{Kind: fact.Count, N: a.n}
	case scale && a.n >= 10 && (isPerson(noun) || noun == "account" || noun == "subscriber"):
		r.Kind, r.Q = Accounts, fact.Quantity{Kind: fact.Count, N: a.n}
	case a.n >= 100 && noun != "" && (s.sentenceHas(storeWords) || s.loose) && scale:
		r.Kind, r.Q = Volume, fact.Quantity{Kind: fact.Count, N: a.n}
	case noun == "" && a.n >= 10 && s.any("increase", "grow", "rise", "scale", "expand") && s.before(a, 2, set(`to`)):
		r.Kind, r.Q = Online, fact.Quantity{Kind: fact.Count, N: a.n}
	default:
		return
	}
	s.horizon(&r)
	s.emit(r, a)
}

var operationsOfLoad = set(`receive send deliver complete execute perform run generate import publish write read place`)

// atOnce tells that the things are there at the same time.
func (s *statement) atOnce(a *amount, noun string) bool {
	if !connected[noun] && !isPerson(noun) && noun != "" {
		return false
	}
	if s.before(a, 3, set(`load`)) && isPerson(noun) {
		return true // under a load of 500 users
	}
	if s.around(a, 9, atOnce) || s.inside(a, atOnce) {
		return true
	}
	for _, text := range []string{"at the same time", "at once", "at any one time", "at any given time", "at a time", "at one time", "at any time", "in parallel", "logged in", "logged on", "signed in", "at any given moment", "at peak"} {
		if s.phrase(text) {
			return true
		}
	}
	return s.inside(a, set(`active online connected open logged-in`)) || s.any("concurrency") || noun == "session" || noun == "connection"
}

func (s *statement) inside(a *amount, words map[string]bool) bool {
	for i := a.from; i < a.to; i++ {
		if words[s.ws[i].low] {
			return true
		}
	}
	for i := a.to; i < min(a.to+3, len(s.ws)); i++ {
		if words[s.ws[i].low] {
			return true
		}
	}
	return false
}

// rampStart finds the number a rise starts from: from 100 to 500, 100 to 500.
func (s *statement) rampStart(i int) (float64, bool) {
	if i == 0 {
		return 0, false
	}
	prev, a := &s.amounts[i-1], &s.amounts[i]
	if prev.unit != things && prev.unit != a.unit || a.from-prev.to > 2 {
		return 0, false
	}
	join := lowAt(s.ws, a.from-1)
	if join != "to" && join != "and" && join != "-" && join != "–" && join != "->" {
		return 0, false
	}
	if (join == "to" || join == "and") && !s.before(prev, 3, set(`from between`)) {
		return 0, false
	}
	n := prev.n
	if a.per > 0 {
		n /= a.per
	}
	return n, true
}

func (s *statement) startsRamp(i int) bool {
	if i+1 >= len(s.amounts) {
		return false
	}
	_, ok := s.rampStart(i + 1)
	return ok && s.amounts[i+1].unit == things
}

// horizon adds what the sentence says about time: ramping over 10 minutes, within 2
// years of launch.
func (s *statement) horizon(r *Reading) {
	for k := range s.amounts {
		b := &s.amounts[k]
		if b.unit != seconds || s.used[k] {
			continue
		}
		switch {
		case b.n >= 28*86400 && s.before(b, 3, set(`within in after by next first over`)):
			r.Within = b.n
		case b.n < 86400 && r.From > 0 && s.before(b, 3, set(`over within in`)), s.before(b, 1, set(`over`)) && s.any("ramp", "ramping", "rise", "rising"):
			r.Over = b.n
		}
	}
}

// multiples reads a multiple of the load without a number: double the traffic.
func (s *statement) multiples() {
	for i, w := range s.ws {
		n := map[string]float64{"double": 2, "twice": 2, "triple": 3, "quadruple": 4}[w.low]
		if n == 0 || !s.sentenceHas(capacityWords) {
			continue
		}
		a := amount{from: i, to: i + 1}
		if s.after(&a, 5, set(`load traffic capacity volume demand throughput`)) {
			s.emit(Reading{Kind: Headroom, Q: fact.Quantity{Kind: fact.Count, N: n}}, &a)
			return
		}
	}
}

// vague words state a quality without a number.
var vague = []struct{ words, ask, fallback string }{
	{"fast quick quickly rapidly rapid responsive snappy instantly speedy swiftly", "how fast: within what time, at which percentile?", "no target is set; a second is assumed where sizes depend on it"},
	{"scalable scalability scale-able elastic", "how much load must it bear: requests per second at the busiest time, users at once?", "load is assumed from the number of accounts"},
	{"many numerous lots plenty countless thousands millions hundreds", "how many?", "10k accounts are assumed for people, 30 for staff"},
	{"reliable robust stable resilient highly-available high-availability fault-tolerant", "what share of the time must it be available?", "99.9% a month is assumed"},
	{"real-time realtime near-real-time", "within what time must a change be seen?", "within 5 s is assumed across aggregates"},
	{"secure securely", "which data is sensitive, and which rules apply (GDPR, PCI-DSS, HIPAA)?", "every actor signs in; no data class is assumed"},
	{"cheap inexpensive affordable low-cost cost-effective", "what may running it cost a month?", "no budget is set"},
	{"large huge massive big", "how large: how many instances, what size each?", "10k instances are assumed"},
}

// vagueIn finds the first vague word of a sentence.
func vagueIn(ws []word) (at int, ask, fallback string, ok bool) {
	for i, w := range ws {
		for _, v := range vague {
			if hasWord(v.words, w.low) {
				return i, v.ask, v.fallback, true
			}
		}
	}
	return 0, "", "", false
}
