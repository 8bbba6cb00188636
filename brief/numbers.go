package brief

import "plumb.dev/plumb/fact"

// The tables of words that decide what a number means.

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
	ofSpare                         // room for more
	ofTarget                        // what is aimed at or allowed
	ofMoney                         // what people pay or earn
	ofUpkeep                        // the system is looked after
	ofExactness                     // how exact a value is
	ofMemory                        // a machine remembers
)

var senseWords = map[sense]string{
	ofLatency:     `reaction latency speed respond response responsive delay turnaround turn-around roundtrip round-trip lag ttfb rtt paint lcp fcp tti inp`,
	ofOperation:   `add respond return display process complete retrieve search refresh update appear take render deliver send notify generate calculate compute execute load open show save finish perform run start boot launch validate synchronize synchronise propagate reflect acknowledge reply answer fetch query produce print confirm transmit receive upload download authenticate authorise authorize login log handle find provide detect alert sync publish visible see view access convert import export create book submit accept compile scan locate transition switch route redirect succeed populate index transfer verify analyze analyse write read commit record present list filter sort play stream react inform tell warn be back ready there done arrive reach come block freeze hang stall pause settle clear post charge quote match reserve assign push pull emit land unlock turn unfold redraw wait happen terminate end count get give need require last pop react register store forward dispatch issue check recognise recognize translate close establish connect replicate reroute recalculate build start speak answer verify redraw replace fill look serve lookup elapse pass`,
	ofPerceiving:  `see view receive get have retrieve access load search download obtain wait experience notice be log query open hear`,
	ofHandiwork:   `find locate recognize recognise identify decide choose determine navigate register check complete enter fill create learn reach scan read accomplish`,
	ofUptime:      `availability uptime up-time sla slo accessibility reachability`,
	ofDowntime:    `downtime down-time outage unavailability mdt interruption disruption non-availability nonavailability`,
	ofFailure:     `fail failure crash outage disaster breakdown fault incident`,
	ofRepair:      `recover recovery restore rto repair mttr failover fail-over resume restart reboot reinstate repaired recovered restored restoration re-establish re-established reestablish reestablished fix crash failure disaster back-up switchover switch-over`,
	ofRepairTime:  `rto mttr`,
	ofLossPoint:   `rpo`,
	ofLoss:        `rpo loss lose lost`,
	ofData:        `data work transaction update entry record input change write`,
	ofKeeping:     `retain retention keep archive preserve store history historical stored kept retained log audit save saved maintain`,
	ofErasing:     `remove removed delete deleted erase erased purge purged destroy destroyed anonymise anonymised anonymize anonymized shred shredded wipe wiped`,
	ofTraining:    `learn train training understand familiar trained tutorial proficient productive master memorize lesson untrained novice onboard onboarding manual intuitive`,
	ofTimer:       `inactivity inactive idle timeout time-out timed expire expiry expiration lock logged logout valid validity grace cool-down cooldown ttl snooze trial countdown cache cached stale`,
	ofWindow:      `last past previous prior next first following coming recent upcoming trailing preceding latest another additional`,
	ofLead:        `before prior ago old notice advance ahead earlier early beforehand older apart remaining left younger newer`,
	ofInterval:    `interval periodically frequency cycle cadence`,
	ofHelp:        `helpdesk helpline hotline on-call staffed manned`,
	ofSystem:      `system application product website site service platform server app software portal kiosk`,
	ofCapacity:    `able concurrently simultaneously support handle accommodate serve scale scalable scalability capacity capable sustain cope manage host process throughput load peak traffic withstand tolerate permit expect expected grow growth increase accept allow busy concurrency provide service ingest absorb concurrent simultaneous hold store bear degrade expand`,
	ofConcurrency: `concurrent concurrently simultaneous simultaneously parallel concurrency`,
	ofConnected:   `user session connection request transaction client visitor player customer call stream device operation login access viewer terminal participant subscriber query process thread agent job order member student employee people person sensor browser citizen instance upload download search staff administrator analyst websocket socket`,
	ofStore:       `store hold contain keep maintain catalog catalogue database capacity archive index record list inventory support handle manage repository warehouse house cover register accommodate cope administer administered catalogued stock track control monitor supervise`,
	ofGrowth:      `grow growth increase rise climb expand swell extend extendable extensible expandable`,
	ofLoad:        `load traffic capacity volume demand throughput number userbase user-base growth amount size base membership usage storage`,
	ofPresent:     `current present today's existing normal usual initial ordinary average`,
	ofPeak:        `peak busiest burst rush spike`,
	ofChoice:      `set choose select configure adjust display show limit restrict exceed filter flag warn plot chart list sort compare confirm approve faster slower`,
	ofUse:         `use account register registered subscribe enrol enroll sign work serve`,
	ofFlow:        `print scan receive send deliver complete execute perform run generate import publish write read place ingest issue produce handle process register`,
	ofFile:        `file upload attachment image photo video document message payload request response page download picture email`,
	ofExistence:   `hold contain comprise store hoard`,
	ofMean:        `average mean averaged typical typically avg`,
	ofSuccess:     `succeed successful successfully`,
	ofRequest:     `request call transaction api query operation upload payment`,
	ofClicking:    `button link option menu information`,
	ofNoLoad:      `character digit letter word page pixel dpi time attempt step click column field percent option star try retry line level degree decimal place minute second hour day month week year point item-limit language currency version browser platform color colour screen theme category inch release phase metre meter mile km kilometer foot feet failure error password location mb iteration round bit px`,
	ofBody:        `metre meter mile km kilometer foot feet inch degree level percent star mb bit dpi phase step revolution rotation beat litre liter gallon barrel gram kg ton tonne pound kwh mwh watt acre hectare pixel px`,
	ofSpare:       `spare headroom reserve`,
	ofTarget:      `aim goal target objective allowed acceptable enough sufficient tolerable expect fine ok okay`,
	ofMoney:       `price fee bonus interest salary discount tax rent penalty fine premium wage tip charge`,
	ofUpkeep:      `maintenance upkeep servicing`,
	ofMemory:      `ram sdram dram vram memory flash heap cpu`,
	ofExactness:   `accuracy accurate precision precise exact granularity`,
	ofSomebody:    `user person customer account member student session`,
}

// sensePhrases are senses that only several words have together. The last word of a
// phrase may be written in the plural.
var sensePhrases = map[sense]string{
	ofLatency:     `time to,time of,time it takes,time needed,time required,time budget,longest time,time between,time from,round trip,real time`,
	ofUptime:      `be there,up time,up and running,in service,in operation`,
	ofDowntime:    `cannot be used,not be used,cannot be accessed,not usable,not working,down time,out of service,out of order,out of operation,not available,not reachable,not accessible,not operational`,
	ofRepairTime:  `time to repair,time to recover,time to recovery,time to restore,repair time,recovery time,restoration time,restore time`,
	ofLossPoint:   `recovery point,data loss`,
	ofRepair:      `backup site,standby site,recovery site,secondary site,take over,takes over,back in operation,back in service,back online,fail over,time between failures`,
	ofGrowth:      `go up,goes up`,
	ofStore:       `room for,space for`,
	ofHelp:        `help desk,telephone assistance,phone assistance,technical assistance,user assistance,customer support,technical support,support staff,support team,phone support,telephone support,hour support,on call,support shall be,support must be,support is,help line`,
	ofConcurrency: `at the same time,at the same moment,at the same instant,at once,at any one time,at any given time,at any given moment,at any moment,at a time,in a time,at one time,in parallel,side by side`,
	ofExistence:   `on file,on record,in stock,there are,there will be,will have,we have`,
	ofUse:         `meant for,intended for,designed for,built for,logged in,logged on,signed in`,
	ofClock:       `around the clock,round the clock,day and night,day or night,night and day`,
	ofAlways:      `at all times`,
	ofOffice:      `business hour,office hour,working hour`,
	ofMean:        `on average`,
	ofSuccess:     `success rate`,
	ofPresent:     `than normal,than usual,than today,than now`,
}

// predicates say that the system is there only as what it is said to be (is available,
// 99 % available), not beside a noun (available rooms); absences say so that it is not.
var (
	predicates = set(`available operational accessible reachable usable online up running functional serviceable functioning working operating`)
	absences   = set(`interrupted unavailable down offline inaccessible unreachable inoperable`)
	copulas    = set(`go goes gone be is are was were been being remain remains stay stays keep kept remaining`)
)

var (
	// durations are nouns before "time" that name no verb.
	durations = set(`reaction elapsed execution processing loading computation transaction transmission retrieval generation waiting start-up startup rendering delivery lookup conversion`)
	// notTimes stand before a time of day or of a person.
	notTimes = set(`opening closing start starts end arrival publishing reading book booking delivery be is are take takes given give run real last come first record check present working meeting training driving playing parking flying cooking reading sleeping starting boarding visiting dining shopping`)
)

// comparators are the words that bound an amount. Those of more and of less turn round
// when they are negated: no more than, not less than.
var comparators = map[string]bound{
	"within": upper, "under": upper, "below": upper, "beneath": upper, "<": upper, "<=": upper, "≤": upper, "sub": upper, "max": upper, "maximum": upper, "maximal": upper, "most": upper,
	"inside": upper, "faster": upper, "limited": upper, "limit": upper, "capped": upper, "restricted": upper, "latest": upper, "ceiling": upper,
	"worst": upper, "slowest": upper, "longest": upper, "least": atLeast, "minimum": atLeast, "minimal": atLeast, ">=": atLeast, "≥": atLeast,
}

var (
	lessWords = set(`less fewer lower sooner quicker shorter smaller earlier`)
	moreWords = set(`excess more longer greater exceed exceeds later over above slower exceeding exceeded beyond older > higher larger surpass`)
	negations = set(`no not never cannot none nobody nothing neither nor without n't won't shouldn't mustn't can't don't doesn't`)
)

// byHand are deeds that people do however they are put: the code is entered.
var byHand = set(`enter type cast pay sign collect pick move press scan swipe wash clean mark throw wear`)

// tolerable is said of what an if-clause promises.
var tolerable = set(`acceptable fine ok sufficient enough tolerable good satisfied`)

var days = set(`monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun mo tu th fr sa su`)

// ordinaryDays say which day or hour is meant.
var ordinaryDays = set(`busy normal average typical ordinary usual peak single calendar given working`)

var multipleWords = map[string]float64{
	"double": 2, "doubling": 2, "tripling": 3, "twice": 2, "triple": 3, "treble": 3, "quadruple": 4, "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "tenfold": 10,
}

// dayParts come once a day.
var dayParts = set(`morning noon afternoon evening night`)

// wholes are nouns behind which "of" leads to all that there is.
var wholes = set(`minimum maximum total sum count excess rate data record account average population quantity number majority use out crowd audience community customer range assortment portfolio inventory fleet`)

// numberWords are cardinal numbers below a hundred.
var numberWords = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

var magnitudes = map[string]float64{
	"dozen": 12, "dozens": 12, "hundred": 100, "thousand": 1e3, "k": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9,
}

// fractions are parts of one: half an hour, by a fifth, three quarters of.
var fractions = map[string]float64{
	"half": 1. / 2, "third": 1. / 3, "thirds": 1. / 3, "quarter": 1. / 4, "quarters": 1. / 4, "fifth": 1. / 5, "fifths": 1. / 5, "tenth": 1. / 10, "tenths": 1. / 10, "hundredth": 1. / 100,
}

// adverbPeriods are periods in a word: 3,000 orders daily.
var adverbPeriods = map[string]float64{
	"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": fact.Month.Seconds(), "quarterly": fact.Year.Seconds() / 4,
	"annually": fact.Year.Seconds(), "annual": fact.Year.Seconds(), "yearly": fact.Year.Seconds(), "p.a": fact.Year.Seconds(), "year-on-year": fact.Year.Seconds(), "yoy": fact.Year.Seconds(),
}
