package brief

import "strings"

// sense is what a word says of the numbers around it. A word can have several.
type sense uint64

// The senses, and in senseWords below the words of each: verbs in their base form,
// nouns in the singular. A reading is decided by the senses around a number, never by
// a whole phrase, so that what holds for one wording holds for all of the same build.
const (
	ofLatency     sense = 1 << iota // the time an answer takes, by a noun that measures it
	ofOperation                     // what a system does in an instant
	ofPerceiving                    // what a person does behind which the system is at work
	ofHandiwork                     // what takes a person, not the system, its time
	ofUptime                        // the system is there
	ofDowntime                      // the system is not there
	ofFailure                       // it breaks
	ofRepair                        // it is brought back
	ofRepairTime                    // the time in which it is brought back, by its name
	ofLoss                          // data is gone
	ofLossPoint                     // how much may be gone, by its name
	ofData                          // what can be lost
	ofKeeping                       // things are kept
	ofErasing                       // things are removed
	ofTraining                      // people learn
	ofTimer                         // a function waits or something expires
	ofWindow                        // last, past: a stretch of time, looked at
	ofLead                          // ago, before: a distance in time, or an age
	ofInterval                      // how often something happens by itself
	ofHelp                          // people who help users
	ofSystem                        // the system as such
	ofCapacity                      // it can bear
	ofConcurrency                   // at once
	ofConnected                     // what can be there at once
	ofStore                         // it holds things
	ofGrowth                        // more than now
	ofLoad                          // what can grow
	ofPresent                       // today's, current
	ofPeak                          // the busiest time
	ofChoice                        // a function lets choose, shows or limits
	ofUse                           // people have to do with the system
	ofFlow                          // things come and go
	ofFile                          // what has a size of its own
	ofExistence                     // things are there, as a fact
	ofClock                         // day and night
	ofAlways                        // at any time
	ofOffice                        // business hours
	ofMean                          // on average
	ofSuccess                       // it works out
	ofRequest                       // what can work out
	ofClicking                      // parts of a screen
	ofNoLoad                        // what limits a function, when it is counted: characters, attempts
	ofBody                          // what is measured of the world: metres, degrees
	ofSomebody                      // per user, per account
	ofFraction                      // a part of the time: always, in N % of the year
	ofSpare                         // room for more
	ofTarget                        // what is aimed at or allowed
	ofMoney                         // what people pay or earn
)

var senseWords = map[sense]string{
	ofLatency:     `latency speed respond response responsive delay turnaround turn-around roundtrip round-trip lag ttfb rtt`,
	ofOperation:   `respond return display process complete retrieve search refresh update appear take render deliver send notify generate calculate compute execute load open show save finish perform run start boot launch validate synchronize synchronise propagate reflect acknowledge reply answer fetch query produce print confirm transmit receive upload download authenticate authorise authorize login log handle find provide detect alert sync publish visible see view access convert import export create book submit accept compile scan locate transition switch route redirect succeed populate index transfer verify analyze analyse write read commit record present list filter sort play stream react inform tell warn be back ready there done arrive reach come block freeze hang stall pause settle clear post charge quote match reserve assign push pull emit land unlock turn unfold redraw wait happen terminate end count get give need require last pop react register store forward dispatch issue assess approve decide check recognise recognize translate close establish connect replicate reroute recalculate build start speak answer verify redraw replace fill look serve lookup elapse pass`,
	ofPerceiving:  `see view receive get retrieve access load search download obtain wait experience notice be log query open hear`,
	ofHandiwork:   `find locate recognize recognise identify decide choose determine navigate register check complete enter fill create learn reach scan read accomplish`,
	ofUptime:      `availability uptime up-time sla slo accessibility reachability`,
	ofDowntime:    `downtime down-time outage unavailability mdt interruption disruption non-availability nonavailability`,
	ofFailure:     `fail failure crash outage disaster breakdown fault incident`,
	ofRepair:      `recover recovery restore rto repair mttr failover fail-over resume restart reboot reinstate repaired recovered restored restoration re-establish re-established reestablish reestablished fix crash failure disaster back-up switchover switch-over`,
	ofRepairTime:  `rto mttr`,
	ofLossPoint:   `rpo`,
	ofLoss:        `rpo loss lose lost`,
	ofData:        `data rpo work transaction update entry message point record input change`,
	ofKeeping:     `retain retention keep archive preserve store history historical stored kept retained log audit save saved maintain`,
	ofErasing:     `remove removed delete deleted erase erased purge purged destroy destroyed anonymise anonymised anonymize anonymized shred shredded wipe wiped`,
	ofTraining:    `learn train training understand familiar trained tutorial proficient productive master memorize lesson untrained novice onboard onboarding manual intuitive`,
	ofTimer:       `inactivity inactive idle timeout time-out timed session expire expiry expiration lock logged logout token valid validity grace cool-down cooldown ttl snooze trial countdown cache cached stale`,
	ofWindow:      `last past previous prior next first following coming recent upcoming trailing preceding latest another additional`,
	ofLead:        `before prior ago old notice advance ahead earlier early beforehand older apart remaining left younger newer`,
	ofInterval:    `interval periodically frequency cycle cadence`,
	ofHelp:        `helpdesk helpline hotline on-call staffed manned`,
	ofSystem:      `system application product website site service platform server app software portal`,
	ofCapacity:    `able concurrently simultaneously support handle accommodate serve scale scalable scalability capacity capable sustain cope manage host process throughput load peak traffic withstand tolerate permit expect expected grow growth increase accept allow busy concurrency provide service ingest absorb concurrent simultaneous hold store bear degrade expand`,
	ofConcurrency: `concurrent concurrently simultaneous simultaneously parallel concurrency`,
	ofConnected:   `user session connection request transaction client visitor player customer call stream device operation login access viewer terminal participant subscriber query process thread agent job order member student employee people person sensor browser citizen instance upload download search staff administrator analyst websocket socket`,
	ofStore:       `store hold contain keep maintain catalog catalogue database capacity archive index record list inventory support handle manage repository warehouse house cover register accommodate cope administer administered catalogued stock track`,
	ofGrowth:      `grow growth increase rise climb expand swell extend extendable extensible expandable`,
	ofLoad:        `load traffic capacity volume demand throughput number growth amount size base membership usage storage`,
	ofPresent:     `current present today's existing normal usual initial ordinary average`,
	ofPeak:        `peak busiest burst rush spike`,
	ofChoice:      `set choose select configure adjust display show limit restrict exceed filter flag warn plot chart list sort compare confirm approve faster slower`,
	ofUse:         `use account register registered subscribe enrol enroll sign work serve`,
	ofFlow:        `receive send deliver complete execute perform run generate import publish write read place ingest issue produce handle process register`,
	ofFile:        `file upload attachment image photo video document message payload request response page download picture email`,
	ofExistence:   `hold contain comprise store hoard`,
	ofMean:        `average mean averaged typical typically avg`,
	ofSuccess:     `succeed successful successfully`,
	ofRequest:     `request call transaction api query operation upload payment`,
	ofClicking:    `button link option menu information`,
	ofNoLoad:      `character digit letter word page pixel dpi time attempt step click column field percent option star try retry line level degree decimal place minute second hour day month week year point item-limit language currency version browser platform color colour screen theme category inch release phase metre meter mile km kilometer foot failure error password location mb iteration round bit px`,
	ofBody:        `metre meter mile km kilometer foot inch degree level percent star mb bit dpi phase step revolution rotation beat litre liter gram kg pixel px`,
	ofSpare:       `spare headroom reserve`,
	ofTarget:      `aim goal target objective allowed acceptable enough sufficient tolerable expect`,
	ofMoney:       `price fee bonus interest salary discount tax rent penalty fine premium wage tip charge`,
	ofSomebody:    `user person customer account member student session`,
}

// sensePhrases are senses that only several words have together. The last word of a
// phrase may be written in the plural.
var sensePhrases = map[sense]string{
	ofLatency:     `time to,time of,time it takes,time needed,time required,time budget,longest time,time between,time from,round trip,real time`,
	ofUptime:      `up time,up and running,in service,in operation`,
	ofDowntime:    `down time,out of service,out of order,out of operation,not available,not reachable,not accessible,not operational`,
	ofRepairTime:  `time to repair,time to recover,time to recovery,time to restore,repair time,recovery time,restoration time,restore time`,
	ofLossPoint:   `recovery point,data loss`,
	ofRepair:      `take over,takes over,back in operation,back in service,back online,fail over,time between failures`,
	ofGrowth:      `go up,goes up`,
	ofHelp:        `help desk,customer support,technical support,support staff,support team,phone support,telephone support,hour support,on call,support shall be,support must be,support is,help line`,
	ofConcurrency: `at the same time,at once,at any one time,at any given time,at any given moment,at any moment,at a time,at one time,in parallel,side by side`,
	ofExistence:   `on file,on record,in stock,there are,there will be,will have,we have`,
	ofUse:         `meant for,intended for,designed for,built for,logged in,logged on,signed in`,
	ofClock:       `around the clock,round the clock,day and night,day or night,night and day`,
	ofAlways:      `at all times`,
	ofOffice:      `business hour,office hour,working hour`,
	ofMean:        `on average`,
	ofSuccess:     `success rate`,
	ofFraction:    `of the time,of time`,
	ofPresent:     `than normal,than usual,than today,than now`,
}

// predicates say that the system is there only as what it is said to be (is available,
// 99 % available), not beside a noun (available rooms); inService are verbs that say so
// of a system.
var (
	predicates = set(`available operational accessible reachable usable online up running functional serviceable functioning working operating`)
	absences   = set(`interrupted unavailable down offline inaccessible unreachable inoperable`)
	inService  = set(`operate run work use access function reach serve`)
	copulas    = set(`go goes gone be is are was were been being remain remains stay stays keep kept remaining`)
)

// senses maps every word to what it says.
var senses = func() map[string]sense {
	out := map[string]sense{}
	for s, words := range senseWords {
		for _, w := range strings.Fields(words) {
			out[w] |= s
		}
	}
	return out
}()

// phrase is several words with a sense.
type phrase struct {
	words []string
	sense sense
}

// phrases are the phrases by their first word.
var phrases = func() map[string][]phrase {
	out := map[string][]phrase{}
	for s, list := range sensePhrases {
		for text := range strings.SplitSeq(list, ",") {
			ws := strings.Fields(text)
			out[ws[0]] = append(out[ws[0]], phrase{ws, s})
		}
	}
	return out
}()

// senseOf is what a word says by itself.
func senseOf(w word) sense {
	if w.kind != letters {
		return 0
	}
	s := senses[w.low] | senses[singular(w.low)] | senses[lemma(w.low)]
	if s == 0 {
		for _, base := range stems(w.low) {
			s |= senses[base]
		}
		for _, base := range nominal(w.low) {
			s |= senses[base] & ofOperation
		}
	}
	if meant := respelt(w); meant != "" {
		s |= senses[meant]
	}
	return s
}

// stems are the base forms that a form of a verb may have: propagated, of propagate.
func stems(low string) []string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if stem, ok := strings.CutSuffix(low, end); ok && len(stem) > 2 {
			return []string{stem, stem + "e", strings.TrimSuffix(stem, "i") + "y", undouble(stem)}
		}
	}
	return nil
}

// nominal are the verbs that a noun may be of: calculation, of calculate; retrieval.
func nominal(low string) []string {
	if stem, ok := strings.CutSuffix(low, "ation"); ok && len(stem) > 2 {
		return []string{stem, stem + "ate", stem + "e"}
	}
	if stem, ok := strings.CutSuffix(low, "al"); ok && len(stem) > 4 {
		return []string{stem + "e"}
	}
	return nil
}

// sensesOf gives every word of a sentence its senses, those of phrases and of its
// neighbours included.
func sensesOf(ws []word) []sense {
	out := make([]sense, len(ws))
	for i, w := range ws {
		out[i] |= senseOf(w)
		if w.tag == tagNoun && out[i]&ofStore != 0 { // a stock list lets nobody choose
			out[i] &^= ofChoice
		}
		for _, p := range phrases[w.low] {
			if stands(ws, i, p.words) {
				for k := range p.words {
					out[i+k] |= p.sense
				}
			}
		}
		if out[i]&ofHelp != 0 && i+1 < len(ws) && senseOf(ws[i+1])&ofSystem != 0 { // a hotline application
			out[i] &^= ofHelp
		}
		switch {
		case predicates[w.low] || respelt(w) == "available":
			if predicative(ws, i) {
				out[i] |= ofUptime
				if lowAt(ws, i+1) == "again" {
					out[i] |= ofRepair
				}
			}
		case absences[w.low]:
			if predicative(ws, i) {
				out[i] |= ofDowntime
			}
		case (w.low == "time" || w.low == "times") && i > 0 && measured(ws[i-1]):
			out[i] |= ofLatency
		}
	}
	return out
}

// measured tells that "time" behind a word is the time that something takes: load time,
// processing time, answer time. What the system does is measured, what people plan with
// (working time, opening time) is not.
func measured(w word) bool {
	if w.kind != letters || w.low == "take" || w.low == "takes" {
		return false
	}
	base := lemma(w.low)
	if durations[w.low] {
		return true
	}
	return !notTimes[w.low] && (senses[base]&(ofOperation|ofLatency) != 0 || strings.HasSuffix(w.low, "ing") && isVerb(base) && base != w.low)
}

var (
	// durations are nouns before "time" that name no verb.
	durations = set(`reaction elapsed execution processing loading computation transaction transmission retrieval generation waiting start-up startup rendering delivery lookup conversion`)
	// notTimes stand before a time of day or of a person.
	notTimes = set(`opening closing start starts end arrival publishing reading book booking delivery be is are take takes given give run real last come first record check present working meeting training driving playing parking flying cooking reading sleeping starting boarding visiting dining shopping`)
)

func stands(ws []word, i int, words []string) bool {
	if i+len(words) > len(ws) {
		return false
	}
	for k, w := range words {
		low := ws[i+k].low
		if low != w && (k < len(words)-1 || singular(low) != w) {
			return false
		}
	}
	return true
}

// predicative tells that an adjective is what something is said to be: behind a form of
// be, before or behind a percentage.
func predicative(ws []word, i int) bool {
	k := i - 1
	for k >= 0 && ws[k].tag == tagAdverb && ws[k].low != "up" {
		k--
	}
	if k >= 0 && (copulas[ws[k].low] || ws[k].low == "%" || ws[k].low == "percent") {
		return true
	}
	switch lowAt(ws, k) {
	case "and", "or", ",": // operational and accessible
		return k > 0 && predicates[ws[k-1].low] && predicative(ws, k-1)
	}
	next := lowAt(ws, i+1)
	return i+1 < len(ws) && ws[i+1].kind == number || next == ":" || i == 0 && (next == "" || prepositions[next])
}

// wordsOf are the words with one of the senses.
func wordsOf(x sense) map[string]bool {
	out := map[string]bool{}
	for w, s := range senses {
		if s&x != 0 {
			out[w] = true
		}
	}
	return out
}
