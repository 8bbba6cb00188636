package brief

import (
	"strings"

	"plumb.dev/plumb/fact"
)

var (
	atOnce        = set(`concurrent concurrently simultaneous simultaneously parallel`)
	capacityWords = set(`able concurrently simultaneously support handle accommodate serve scale scalable scalability capacity capable sustain cope manage host process throughput load peak traffic withstand tolerate permit expect expected grow growth increase accept allow up busy concurrency provide service ingest absorb concurrent simultaneous hold store maximum`)
	connected     = set(`user session connection request transaction client visitor player customer call stream device operation login access viewer terminal participant subscriber query process thread agent job order member student employee people person sensor browser citizen instance upload download search staff administrator analyst`)
	storeWords    = set(`store hold contain keep maintain catalog catalogue database capacity archive index record list inventory support handle manage repository warehouse house cover`)
	// noLoad are nouns that limit a function, not the system: 8 characters, 3 attempts.
	noLoad    = set(`character digit letter word page pixel dpi time attempt step click column field percent option star try retry line point level degree decimal place minute second hour day week month year item-limit language currency version browser platform color colour screen theme category inch release phase metre meter mile km kilometer foot failure error password result location mb iteration round bit`)
	physical  = set(`metre meter mile km kilometer foot inch degree level point percent star mb bit dpi phase step revolution rotation`)
	perPerson = set(`user person customer account member student session`)
)

// count reads a number of things: a rate, things at once, users in all, things kept.
func (s *statement) count(i int) {
	a := &s.amounts[i]
	noun := singular(a.noun)
	if noun == "" && a.per == 0 {
		noun = s.numbered(a)
	}
	of := lowAt(s.ws, 0) == "of" && i+1 < len(s.amounts) && s.amounts[i+1].unit == things // of 10,000 drivers, 500 are
	if noun == "" && i == 1 && lowAt(s.ws, 0) == "of" && s.amounts[0].unit == things {
		noun = singular(s.amounts[0].noun)
	}
	limits := physical[noun] || noLoad[noun] && (a.per == 0 && !(a.n >= 1e5 && s.exist()) || a.n < a.per) // 20 log lines a second are a load
	if a.n == 0 || limits || s.condition(a) {
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
	if a.per == 0 && noun != "" {
		if a.per = s.leadingPeriod(); a.per > 0 && !s.happens(a) {
			return
		}
	}
	switch {
	case a.per == 0 && (isPerson(noun) || noun == "") && s.personMay(a) && !s.inside(a, atOnce):
		return
	case a.per > 0:
		if !scale && !s.sentenceHas(operationsOfLoad) && !s.happens(a) || s.personMay(a) && s.sentenceHas(choiceWords) {
			return
		}
		r.Kind, r.Q = Throughput, fact.Quantity{Kind: fact.Rate, N: a.n / a.per}
		r.Peak = s.any("peak", "busiest", "burst", "bursts", "peaks") || a.per <= 60
	case of && i == 0 && isPerson(noun):
		r.Kind, r.Q = Accounts, fact.Quantity{Kind: fact.Count, N: a.n}
	case a.n >= 3 && isPerson(noun) && s.before(a, 2, set(`when while with`)) && s.any("work", "use", "log", "sign", "connect"):
		r.Kind, r.Q = Online, fact.Quantity{Kind: fact.Count, N: a.n} // in 4 s when 200 users work with it
	case scale && a.n >= 3 && s.atOnce(a, noun), a.n >= 50 && isPerson(noun) && s.together():
		r.Kind, r.Q = Online, fact.Quantity{Kind: fact.Count, N: a.n}
	case scale && a.n >= 10 && (isPerson(noun) || noun == "account" || noun == "subscriber"), a.n >= 50 && isPerson(noun) && (s.sentenceHas(usersWords) || s.exist() || s.meantFor()) && !s.sentenceHas(choiceWords):
		r.Kind, r.Q = Accounts, fact.Quantity{Kind: fact.Count, N: a.n}
	case a.n >= 100 && noun != "" && (s.sentenceHas(storeWords) || s.loose) && scale, a.n >= 1000 && noun != "" && (s.exist() || s.sentenceHas(storeWords)) && !s.sentenceHas(choiceWords) && !s.personMay(a):
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

var (
	// choiceWords tell of what a function shows or lets choose, not of a load.
	choiceWords = set(`set choose select configure adjust display show limit restrict exceed enter filter flag warn plot chart list sort compare confirm approve faster slower`)
	// usersWords tell that people have to do with the system.
	usersWords = set(`use account register registered subscribe enrol enroll sign work serve`)
)

// happens tells that a rate is said as a fact about the load: nobody chooses it, no
// person may do so much, and it is more than a person does.
func (s *statement) happens(a *amount) bool {
	if s.sentenceHas(choiceWords) || a.noun == "" && !s.any("rate", "throughput", "load") || a.n/a.per < 1.0/3600 || a.per > 3600 && a.n < 100 {
		return false
	}
	for _, w := range s.ws[:a.from] {
		if w.low == "per" || w.low == "each" && s.leadingPeriod() == 0 {
			return false
		}
	}
	if s.any("if", "while", "when", "until") {
		return false
	}
	return !s.personMay(a)
}

// personMay tells that the count is part of what a person may do: it limits a
// function.
func (s *statement) personMay(a *amount) bool {
	for i := 1; i < a.from; i++ {
		if modals[s.ws[i].low] && isPerson(s.ws[i-1].low) {
			return true
		}
	}
	return false
}

// numbered is what a number without a noun counts: the number of users will be 30,000.
func (s *statement) numbered(a *amount) string {
	for i := 0; i+2 < a.from; i++ {
		if s.ws[i].low != "number" || s.ws[i+1].low != "of" {
			continue
		}
		noun := ""
		for k := i + 2; k < a.from && s.ws[k].kind == letters && s.ws[k].tag != tagModal && s.ws[k].tag != tagAux; k++ {
			noun = singular(s.ws[k].low)
		}
		return noun
	}
	return ""
}

// leadingPeriod is the period that a sentence begins with: every hour.
func (s *statement) leadingPeriod() float64 {
	if first := lowAt(s.ws, 0); first == "every" || first == "each" {
		return timeUnits[lowAt(s.ws, 1)]
	}
	return 0
}

// together tells in so many words that people are there at the same time.
func (s *statement) together() bool {
	for _, text := range []string{"at the same time", "at once", "at any one time", "at any given time", "at any given moment", "in parallel"} {
		if s.phrase(text) {
			return !s.sentenceHas(choiceWords)
		}
	}
	return s.sentenceHas(atOnce) && !s.sentenceHas(choiceWords)
}

func (s *statement) meantFor() bool {
	return s.phrase("meant for") || s.phrase("intended for") || s.phrase("designed for") || s.phrase("built for")
}

// exist tells that things are there or are kept, as a fact.
func (s *statement) exist() bool {
	return s.phrase("there are") || s.phrase("there will be") || s.phrase("will have") || s.any("hold", "contain", "comprise", "store", "hoard")
}

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

var multipleWords = map[string]float64{
	"double": 2, "twice": 2, "triple": 3, "quadruple": 4, "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "tenfold": 10,
}

// multiples reads a multiple of the load without a number: double the traffic.
func (s *statement) multiples() {
	for i, w := range s.ws {
		n := multipleWords[strings.TrimSuffix(w.low, "s")]
		if n == 0 {
			continue
		}
		a := amount{from: i, to: i + 1}
		if per, ok := perUnit(s.ws, i+1); ok && w.low != "twice" && timeUnits[s.ws[per].low] >= 28*86400 { // double every year
			s.emit(Reading{Kind: Growth, Q: fact.Quantity{Kind: fact.Share, N: n - 1}, Over: timeUnits[s.ws[per].low]}, &a)
			return
		}
		if !s.sentenceHas(capacityWords) {
			continue
		}
		if s.around(&a, 5, set(`load traffic capacity volume demand throughput number growth`)) || strings.HasSuffix(w.low, "fold") {
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
