package model

import "plumb.dev/plumb/fact"

// What nobody wrote is assumed in the open. Assumptions that are the same for many
// elements are one fact each, with the range in which the truth plausibly lies and
// what that rests on; the numbers of the elements are derived from them. Setting
// such a fact moves all that rest on it; setting an element's own number moves that
// element alone.

// assumption is one line of the table.
type assumption struct {
	id        fact.ID
	kind      fact.Kind
	value     float64
	low, high float64
	reason    string
}

// shared names an assumption of the table.
type shared int

const (
	patience shared = iota
	usualAvailability
	peakPeople
	peakStaff
	peakMachines
	quietShare
	peakLasts
	accountsPeople
	accountsStaff
	accountsMachines
	onlinePeople
	onlineStaff
	onlineMachines
	readsPeople
	readsStaff
	readsMachines
	writesPeople
	writesStaff
	writesMachines
	turnover
	branchShare
	undoneShare
	timerShare
	unheardRate
	stepChance
	stepTimes
	sessionLength
	streamFanOut
	fileBytes
	listItems
	eventualWithin
	readStale
	writeStale
	externalP50
	externalTail
	externalAvailability
	teamPeople
	teamReleases
	planHorizon
	yearlyGrowth
	recoveryPoint
	recoveryTime
	regionDistance
	unknownInstances
	referenceInstances
	referenceReads
	requestOverhead
	jsonFactor
	rowOverhead
	workRead
	workWrite
	workList
	workReport
	workMessage
	workBatchItem
	workTail
	sharedCount
)

const hour, day, year = 3600.0, 86400.0, 31556952.0

// assumptions holds the table; each line is keyed by its constant.
var assumptions = [sharedCount]assumption{
	patience:             {"assumed.patience", fact.Duration, 1, 0.3, 3, "a person's train of thought holds for about a second (J. Nielsen, Response Times: The 3 Important Limits, 1993); only sizes what has no target"},
	usualAvailability:    {"assumed.availability", fact.Share, 0.999, 0.99, 0.9999, "43 minutes a month: what a service with redundant instances in two zones and no special effort reaches"},
	peakPeople:           {"assumed.peak-to-average.people", fact.Count, 6, 3, 10, "people ask within eight to twelve waking hours, and one of these hours is two to three times as busy as the others"},
	peakStaff:            {"assumed.peak-to-average.staff", fact.Count, 5, 3, 8, "eight of twenty-four hours on five of seven days, and a busy hour among them"},
	peakMachines:         {"assumed.peak-to-average.machines", fact.Count, 3, 1.5, 10, "machines ask round the clock, with bursts when a batch or a shift starts"},
	quietShare:           {"assumed.quiet", fact.Share, 0.1, 0.02, 0.5, "the hours before dawn carry about a tenth of the mean hour where users share a time zone"},
	peakLasts:            {"assumed.peak-lasts", fact.Duration, hour, hour / 4, 4 * hour, "a stated peak is commonly the busiest hour of the day"},
	accountsPeople:       {"assumed.accounts.people", fact.Count, 10e3, 1e3, 1e6, "nothing was said about how many people use it; a service for the public starts in the thousands"},
	accountsStaff:        {"assumed.accounts.staff", fact.Count, 30, 5, 500, "nothing was said about how many people work with it; a department has tens"},
	accountsMachines:     {"assumed.accounts.machines", fact.Count, 20, 2, 500, "nothing was said about how many systems or devices connect; partners are integrated one by one"},
	onlinePeople:         {"assumed.online.people", fact.Share, 0.02, 0.002, 0.1, "of those with an account a small share is connected at the busiest moment"},
	onlineStaff:          {"assumed.online.staff", fact.Share, 0.6, 0.3, 1, "staff tools are open all day by those on duty"},
	onlineMachines:       {"assumed.online.machines", fact.Share, 0.8, 0.3, 1, "machines stay connected"},
	readsPeople:          {"assumed.requests.people.read", fact.Count, 0.5, 0.05, 5, "looks per account and day: most accounts do not come every day"},
	readsStaff:           {"assumed.requests.staff.read", fact.Count, 20, 2, 100, "looks per person and day: a few an hour"},
	readsMachines:        {"assumed.requests.machines.read", fact.Count, 500, 20, 20e3, "calls per system and day: one every few minutes"},
	writesPeople:         {"assumed.requests.people.write", fact.Count, 0.05, 0.005, 1, "changes per account and day: one for about ten looks"},
	writesStaff:          {"assumed.requests.staff.write", fact.Count, 5, 0.5, 30, "changes per person and day: one for about four looks"},
	writesMachines:       {"assumed.requests.machines.write", fact.Count, 100, 5, 5e3, "changes per system and day: one for about five calls"},
	turnover:             {"assumed.turnover", fact.Share, 0.2, 0.05, 1, "of a set whose size was given, the share that is replaced in a year"},
	branchShare:          {"assumed.branch", fact.Share, 0.05, 0.01, 0.3, "a transition written after the first one out of its state is the exception"},
	undoneShare:          {"assumed.undone", fact.Share, 0.01, 0.001, 0.05, "about one in a hundred promises fails at a later step and is taken back"},
	timerShare:           {"assumed.timed-out", fact.Share, 0.02, 0.001, 0.2, "most instances leave a state before its timer does it for them"},
	unheardRate:          {"assumed.event-rate", fact.Rate, 1 / 60.0, 1 / hour, 10, "nothing was said about how often it comes"},
	stepChance:           {"assumed.step.chance", fact.Share, 1, 1, 1, "a step written without a chance is always taken"},
	stepTimes:            {"assumed.step.times", fact.Count, 1, 1, 1, "a step written without times is taken once"},
	sessionLength:        {"assumed.session", fact.Duration, 600, 60, 2 * hour, "a person follows something for the order of ten minutes; sizes open connections (Little's law)"},
	streamFanOut:         {"assumed.fan-out", fact.Count, 1, 1, 10, "a message of a stream goes to whoever asked for the stream"},
	fileBytes:            {"assumed.file", fact.Bytes, 1e6, 100e3, 10e6, "a photo of a phone, or some pages that were scanned"},
	listItems:            {"assumed.items", fact.Count, 20, 10, 100, "a page of a list holds what a person looks through"},
	eventualWithin:       {"assumed.eventual", fact.Duration, 5, 1, 60, "people who come back to a page after seconds should see what they did"},
	readStale:            {"assumed.stale.read", fact.Duration, 0, 0, 60, "nothing was said about how old an answer may be; the careful reading is not at all"},
	writeStale:           {"assumed.stale.write", fact.Duration, 0, 0, 0, "what a change rests on must be current"},
	externalP50:          {"assumed.external.p50", fact.Duration, 0.1, 0.02, 0.3, "a call over the internet: some tens of milliseconds on the way and as many at work"},
	externalTail:         {"assumed.external.tail", fact.Count, 8, 3, 15, "99th percentile over median; a factor of ten is usual for remote calls (J. Dean and L. Barroso, The Tail at Scale, CACM 56(2), 2013)"},
	externalAvailability: {"assumed.external.availability", fact.Share, 0.999, 0.99, 0.9999, "what hosted services commonly promise"},
	teamPeople:           {"assumed.team.people", fact.Count, 5, 3, 8, "one team that needs no managers of its own"},
	teamReleases:         {"assumed.team.releases", fact.Rate, 1 / (7 * day), 1 / (30 * day), 1 / day, "a release a week: between the monthly and the daily habit (DORA, Accelerate State of DevOps, deployment frequency)"},
	planHorizon:          {"assumed.horizon", fact.Duration, 2 * year, year, 5 * year, "what is built now should carry for two years before it is looked at again"},
	yearlyGrowth:         {"assumed.growth", fact.Share, 0.2, 0, 1, "nothing was said about growth; a going concern grows by some tens of percent a year"},
	recoveryPoint:        {"assumed.recovery.point", fact.Duration, 300, 60, hour, "continuous log shipping of common relational stores loses minutes at most"},
	recoveryTime:         {"assumed.recovery.time", fact.Duration, hour, 600, 8 * hour, "a practised restore from backup takes about an hour"},
	regionDistance:       {"assumed.region.distance", fact.Duration, 0.08, 0.02, 0.25, "round trip between regions of neighbouring continents"},
	unknownInstances:     {"assumed.instances", fact.Count, 10e3, 1e3, 1e6, "nothing was said about how many there are"},
	referenceInstances:   {"assumed.instances.reference", fact.Count, 1e3, 10, 100e3, "reference data is a list that people keep by hand"},
	referenceReads:       {"assumed.reference.ratio", fact.Count, 100, 20, 1000, "reads per change above which something is reference data"},
	requestOverhead:      {"assumed.request.overhead", fact.Bytes, 400, 200, 2e3, "request line, headers and a token"},
	jsonFactor:           {"assumed.json", fact.Count, 2, 1.3, 4, "JSON repeats the names of fields with every value"},
	rowOverhead:          {"assumed.row.overhead", fact.Bytes, 64, 24, 300, "row header, index entries and padding of a relational store (PostgreSQL: 23 byte header, 8 byte alignment)"},
	workRead:             {"assumed.work.read", fact.Duration, 0.003, 0.001, 0.01, "a keyed read in the same zone and its serialisation"},
	workWrite:            {"assumed.work.write", fact.Duration, 0.006, 0.002, 0.02, "a validated change committed to disk in the same zone"},
	workList:             {"assumed.work.list", fact.Duration, 0.012, 0.004, 0.05, "a page by an index and its serialisation"},
	workReport:           {"assumed.work.report", fact.Duration, 0.5, 0.1, 5, "an aggregation over many rows"},
	workMessage:          {"assumed.work.message", fact.Duration, 0.001, 0.0002, 0.005, "one message of an open stream: no connection or token to set up"},
	workBatchItem:        {"assumed.work.item", fact.Duration, 0.001, 0.0002, 0.005, "one item of a batch, written together with others"},
	workTail:             {"assumed.work.tail", fact.Count, 5, 3, 10, "99th percentile over median of computing and of store access in one zone"},
}
