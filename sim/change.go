package sim

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/sim/des"
)

// Change is one policy made otherwise for a simulation, as if the design had it. A
// scenario may carry several (Scenario.Changes); they are applied in their order to
// what the design becomes in the simulation, and the design itself stays as it is.
//
//	s.Changes = []sim.Change{{Policy: sim.RetryBudget, Of: "PlaceOrder/fraud_screen", Value: 0.1}}
//	s.Changes, err = []sim.Change{sim.ParseChange("retry-budget PlaceOrder/fraud_screen 10%")}
//
// ParseChange reads one from text, String says it in words, ChangeExamples has one of
// each policy, Remedies are those worth trying when an element does not recover.
type Change struct {
	Policy Policy `json:"policy"`
	// Of is what is changed. A policy of calls names an edge ("PlaceOrder/maps"), or
	// an element, which means every edge to it; "" means every edge. A policy of
	// elements names one as a fault does ("order" means its processes).
	Of string `json:"of,omitempty"`
	// Value is in the policy's own unit: seconds, a share, a number of things. For
	// what is only there or not, 1 and 0.
	Value float64 `json:"value"`
}

// Policy is what a Change changes.
type Policy string

// The policies of calls. Where a policy needs further parameters, they are the
// defaults named here.
const (
	// RetryAttempts is how many attempts a call has in all; 1 means no retries. An edge
	// without retries waits between them as Envoy does: 25 ms, doubled, at most 250 ms,
	// full jitter.
	RetryAttempts Policy = "attempts"
	// RetryBudget is the share of successes that pays for retries; 0 lifts the budget.
	RetryBudget Policy = "retry-budget"
	// The other three kinds of budget, each in place of the edge's own. CallBudget is the
	// share that every call adds to the tokens that pay for retries (Finagle);
	// ConcurrentRetries the share of the calls in flight that may be retries, three at
	// least (Envoy); RetryThrottling what a success adds to ten tokens of which a failure
	// takes one, with retries only while more than half are there (gRPC).
	CallBudget        Policy = "call-budget"
	ConcurrentRetries Policy = "concurrent-retries"
	RetryThrottling   Policy = "retry-throttling"
	// CallTimeout of an attempt, in seconds; 0 for none.
	CallTimeout Policy = "timeout"
	// PassDeadline hands the caller's deadline on, and work that is past it is left
	// out when its turn comes.
	PassDeadline Policy = "deadline"
	// DropExpired leaves work out whose caller has given up when its turn comes;
	// CancelWork also ends it where it runs, with the calls it waits for.
	DropExpired Policy = "drop-expired"
	CancelWork  Policy = "cancel"
	// Bulkhead is how many calls may be in flight, without a wait for a place; 0 for
	// no bound.
	BulkheadPlaces Policy = "bulkhead"
	// ThrottleRate is how many calls a second are let through, with a burst of a
	// second's worth; 0 for all.
	ThrottleRate Policy = "throttle"
	// Hedging sends a second attempt when the first is out for so long, in seconds, takes
	// the first answer and cancels the other. It is paid for by the retry budget; an edge
	// without retries gets one of 10 % of its successes. 0 takes it away.
	Hedging Policy = "hedge"
	// ClientThrottling turns calls away at the caller when the callee turns many away,
	// so that it sees about Value times what it accepts: the rule of the SRE book over
	// two minutes, with 2 as its usual factor. 0 takes it away.
	ClientThrottling Policy = "client-throttling"
	// GradientLimit, VegasLimit and AIMDLimit bound the calls in flight by a limit that
	// adapts to their times, as Netflix concurrency-limits does; the value of AIMDLimit is
	// the time, in seconds, above which its limit is lowered. The one replaces the other.
	GradientLimit Policy = "gradient-limit"
	VegasLimit    Policy = "vegas-limit"
	AIMDLimit     Policy = "aimd-limit"
	// BreakerThreshold is the share of failures that opens a circuit breaker, over 10 s
	// with at least 20 calls, for 5 s, with one probe (the defaults of Hystrix) where
	// the edge has none; 0 takes it away.
	BreakerThreshold Policy = "breaker"
)

// The policies of elements.
const (
	ReplicaCount Policy = "replicas"
	WorkerCount  Policy = "workers" // of a replica
	QueueLength  Policy = "queue"   // of a replica
	// LastInFirst serves the newest first.
	LastInFirst Policy = "lifo"
	// QueueWait drops what has waited longer when its turn comes, in seconds.
	QueueWait Policy = "max-wait"
	// AdaptiveLast serves the newest first while more wait than there are workers.
	AdaptiveLast Policy = "adaptive-lifo"
	// AdaptiveConcurrency lets each replica turn away what is above a limit that adapts
	// to its times: Envoy's gradient controller with its defaults.
	AdaptiveConcurrency Policy = "adaptive-concurrency"
	// OutlierEjection takes a replica out of the balancing after so many failures in a
	// row, for 30 s times the number of its ejections, at most a tenth of the replicas at a
	// time (Envoy). 0 takes it away.
	OutlierEjection Policy = "outlier-ejection"
	// Autoscale lets the number of replicas follow the load: the horizontal pod autoscaler
	// of Kubernetes with a target, as a share of the processors or, where those are not
	// known, of the workers; from one replica to four times those of the design, which
	// there are at the beginning. Processes that only consume keep theirs. 0 keeps the number as it is.
	Autoscale Policy = "autoscale"
	// ControlledDelay is the target of the CoDel rule, in seconds; its interval is
	// twenty times that, as in RFC 8289 (5 ms and 100 ms). 0 takes it away.
	ControlledDelay Policy = "codel"
)

// policyForm is how a policy is written, said and applied.
type policyForm struct {
	policy    Policy
	unit      string // count, share, seconds, rate; "" for what is there or not
	low, high float64
	example   string // of its argument
	says      string // with %s for the value and %s for what is changed
	without   string // instead, where the value is 0
	call      func(*compiler, *link, float64)
	// served marks a policy of calls that the callee carries out, so that it is also
	// about what comes from users.
	served  bool
	element func(*station, float64)
}

var policyForms = []policyForm{
	{policy: RetryAttempts, unit: "count", low: 1, high: 100, example: "maps 1", says: "%s attempts of each call to %s", call: (*compiler).setAttempts},
	{policy: RetryBudget, unit: "share", high: 1, example: "maps 10%", says: "a retry budget of %s of the successes of %s", without: "no retry budget for %s", call: (*compiler).setBudget},
	{policy: CallBudget, unit: "share", high: 1, example: "maps 20%", says: "a retry budget of %s of all calls to %s", without: "no budget of calls for %s", call: (*compiler).setCallBudget},
	{policy: ConcurrentRetries, unit: "share", high: 1, example: "maps 20%", says: "retries at most %s of the calls in flight to %s", without: "no bound of retries in flight for %s", call: (*compiler).setConcurrentRetries},
	{policy: RetryThrottling, unit: "factor", high: 10, example: "maps 0.1", says: "retries throttled with %s tokens a success of %s", without: "no retry throttling for %s", call: (*compiler).setRetryThrottling},
	{policy: CallTimeout, unit: "seconds", high: 3600, example: "maps 300ms", says: "a timeout of %s for %s", without: "no timeout for %s", call: (*compiler).setTimeout},
	{policy: PassDeadline, high: 1, example: "maps", says: "deadlines handed on to %s", without: "no deadline handed on to %s", call: (*compiler).setDeadline},
	{policy: DropExpired, high: 1, example: "order", says: "expired work left out by %s", without: "expired work done all the same by %s", call: (*compiler).setDropExpired, served: true},
	{policy: CancelWork, high: 1, example: "order", says: "work ended by %s when its caller gives up", without: "work not ended by %s when its caller gives up", call: (*compiler).setCancel, served: true},
	{policy: BulkheadPlaces, unit: "count", high: 1e6, example: "maps 20", says: "at most %s calls at a time to %s", without: "no bulkhead for %s", call: (*compiler).setBulkhead},
	{policy: ThrottleRate, unit: "rate", high: 1e9, example: "maps 100/s", says: "at most %s to %s", without: "no throttle for %s", call: (*compiler).setThrottle},
	{policy: BreakerThreshold, unit: "share", high: 1, example: "maps 50%", says: "a circuit breaker at %s failures for %s", without: "no circuit breaker for %s", call: (*compiler).setBreaker},
	{policy: Hedging, unit: "seconds", high: 3600, example: "maps 100ms", says: "a second attempt after %s for %s", without: "no hedging for %s", call: (*compiler).setHedging},
	{policy: ClientThrottling, unit: "factor", high: 100, example: "maps 2", says: "calls turned away beyond %s times what is accepted by %s", without: "no client throttling for %s", call: (*compiler).setClientThrottling},
	{policy: GradientLimit, high: 1, example: "maps", says: "a gradient limit of the calls in flight to %s", without: "no gradient limit for %s", call: setLimiter(netflixLimiter)},
	{policy: VegasLimit, high: 1, example: "maps", says: "a Vegas limit of the calls in flight to %s", without: "no Vegas limit for %s", call: setLimiter(vegasLimiter)},
	{policy: AIMDLimit, unit: "seconds", high: 3600, example: "maps 500ms", says: "an AIMD limit with %s as slow for the calls in flight to %s", without: "no AIMD limit for %s", call: setLimiter(additiveLimiter)},
	{policy: ReplicaCount, unit: "count", low: 1, high: 1e4, example: "order 6", says: "%s replicas of %s", element: func(s *station, v float64) { s.replicas = int(v) }},
	{policy: Autoscale, unit: "share", high: 1, example: "order.serve 60%", says: "autoscaling to %s for %s", without: "no autoscaling for %s", element: setAutoscale},
	{policy: WorkerCount, unit: "count", low: 1, high: 1e6, example: "order.serve 40", says: "%s workers in each replica of %s", element: func(s *station, v float64) { s.workers = int(v) }},
	{policy: QueueLength, unit: "count", high: 1e6, example: "order.serve 50", says: "at most %s waiting at each replica of %s", without: "no waiting at %s", element: func(s *station, v float64) { s.queue = int(v) }},
	{policy: LastInFirst, high: 1, example: "order.serve", says: "the newest served first by %s", without: "the oldest served first by %s", element: func(s *station, v float64) { s.order = discipline(v) }},
	{policy: AdaptiveLast, high: 1, example: "order.serve", says: "the newest served first by %s while many wait", without: "the oldest served first by %s also while many wait", element: setAdaptiveLast},
	{policy: AdaptiveConcurrency, high: 1, example: "order.serve", says: "an adaptive limit of the requests at each replica of %s", without: "no adaptive limit at %s", element: setAdaptiveConcurrency},
	{policy: OutlierEjection, unit: "count", high: 1e6, example: "order.serve 5", says: "outlier ejection after %s failures in a row at %s", without: "no outlier ejection at %s", element: setEjection},
	{policy: QueueWait, unit: "seconds", high: 3600, example: "order.serve 500ms", says: "what waited longer than %s dropped by %s", without: "nothing dropped for its wait by %s", element: setQueueWait},
	{policy: ControlledDelay, unit: "seconds", high: 60, example: "order.serve 5ms", says: "CoDel with a target of %s at %s", without: "no CoDel at %s", element: setCoDel},
}

func formOf(p Policy) *policyForm {
	i := slices.IndexFunc(policyForms, func(f policyForm) bool { return f.policy == p })
	if i < 0 {
		return nil
	}
	return &policyForms[i]
}

// ChangeExamples are changes of every policy as a person writes them.
func ChangeExamples() (out []string) {
	for _, f := range policyForms {
		out = append(out, string(f.policy)+" "+f.example)
	}
	return out
}

// ParseChange reads a change as a person writes it: the policy, what it is of, the
// value. ChangeExamples has one of each. For what is there or not, "off" takes it
// away; "all" means every edge.
func ParseChange(text string) (Change, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Change{}, fmt.Errorf("a change is written like: %s", ChangeExamples()[0])
	}
	form := formOf(Policy(words[0]))
	if form == nil {
		return Change{}, unknownPolicy(words[0])
	}
	example := words[0] + " " + form.example
	if len(words) < 2 || form.unit != "" && len(words) < 3 || len(words) > 3 {
		return Change{}, fmt.Errorf("%q is not complete: write it like %s", text, example)
	}
	c := Change{Policy: form.policy, Of: words[1], Value: 1}
	if c.Of == "all" {
		c.Of = ""
	}
	if len(words) < 3 {
		return c, nil
	}
	v, err := form.parse(words[2])
	if err != nil {
		return c, fmt.Errorf("%q is no value of %s: write it like %s", words[2], form.policy, example)
	}
	c.Value = v
	if why := c.wrong(); why != "" {
		return c, fmt.Errorf("%s", why)
	}
	return c, nil
}

func unknownPolicy(word string) error {
	var names []string
	for _, f := range policyForms {
		names = append(names, string(f.policy))
	}
	if near := diag.Nearest(word, names); near != "" {
		return fmt.Errorf("there is no policy called %q; write %s", word, near)
	}
	return fmt.Errorf("there is no policy called %q; there are %s", word, strings.Join(names, ", "))
}

func (f *policyForm) parse(word string) (float64, error) {
	if word == "off" && f.low == 0 {
		return 0, nil
	}
	switch f.unit {
	case "count":
		return fact.ParseCount(word)
	case "share":
		return fact.ParseShare(word)
	case "factor":
		return strconv.ParseFloat(word, 64)
	case "seconds":
		return fact.ParseSeconds(word)
	case "rate":
		return fact.ParseRate(word)
	}
	return 0, fmt.Errorf("only off may follow")
}

// wrong says what is wrong with a change's own words and numbers, "" when nothing is.
func (c *Change) wrong() string {
	f := formOf(c.Policy)
	switch {
	case f == nil:
		return unknownPolicy(string(c.Policy)).Error()
	case !(c.Value >= f.low && c.Value <= f.high):
		return fmt.Sprintf("%s is %s to %s, not %s", c.Policy, f.value(f.low), f.value(f.high), f.value(c.Value))
	case f.unit == "count" && c.Value != math.Floor(c.Value), f.unit == "" && c.Value != 0 && c.Value != 1:
		return fmt.Sprintf("%s is a whole number, not %g", c.Policy, c.Value)
	case f.element != nil && c.Of == "":
		return fmt.Sprintf("%s does not say of which element", c.Policy)
	}
	return ""
}

func (f *policyForm) value(v float64) string {
	switch f.unit {
	case "share":
		return fact.FormatShare(v)
	case "seconds":
		return fact.FormatSeconds(v)
	case "rate":
		return fact.FormatRate(v)
	}
	return fact.FormatNumber(v, 3)
}

// String says the change in words: "at most 20 calls at a time to maps".
func (c Change) String() string {
	f := formOf(c.Policy)
	of := c.Of
	if of == "" {
		of = "everything that is called"
	}
	switch {
	case f == nil:
		return string(c.Policy) + " of " + of
	case c.Value == 0 && f.without != "":
		return fmt.Sprintf(f.without, of)
	case f.unit == "":
		return fmt.Sprintf(f.says, of)
	case c.Policy == RetryAttempts && c.Value == 1:
		return "no retries of calls to " + of
	}
	return fmt.Sprintf(f.says, f.value(c.Value), of)
}

// changedStation is a station with the changes of its policies, and marks them used.
func (c *compiler) changedStation(s *station) {
	for i := range c.s.Changes {
		ch := &c.s.Changes[i]
		f := formOf(ch.Policy)
		if f == nil || f.element == nil || ch.wrong() != "" {
			continue
		}
		if ch.Of == s.name || s.kind == "process" && strings.HasPrefix(s.name, ch.Of+".") {
			f.element(s, ch.Value)
			c.changed[i] = true
		}
	}
}

// changes applies the changes of links, and reports those that are wrong or changed
// nothing.
func (c *compiler) changes() (list diag.List) {
	for i := range c.s.Changes {
		ch := &c.s.Changes[i]
		path := fmt.Sprintf("scenarios.%s.changes.%d", c.s.Name, i+1)
		if why := ch.wrong(); why != "" {
			list.Add(diag.Problem{Code: "sim.bad-scenario", Severity: diag.Error, Path: path, Message: why})
			continue
		}
		if f := formOf(ch.Policy); f.call != nil {
			for k := range c.net.links {
				if l := &c.net.links[k]; c.concerns(ch, f, l) {
					f.call(c, l, ch.Value)
					c.changed[i] = true
				}
			}
		}
		if !c.changed[i] {
			p := c.unknown(ch.Of)
			if ch.Of == "" || slices.Contains(c.names(), ch.Of) {
				p = &diag.Problem{Code: "sim.unknown-element", Message: fmt.Sprintf("%s has nothing that %s could be changed of", ch.Of, ch.Policy)}
			}
			p.Severity, p.Path = diag.Error, path
			list.Add(*p)
		}
	}
	return list
}

// concerns reports whether a change of calls is about a link.
func (c *compiler) concerns(ch *Change, f *policyForm, l *link) bool {
	_, edge := c.edges[arch.EdgeID(l.name)]
	if !edge && !(f.served && ch.Of != "") {
		return false
	}
	return ch.Of == "" || ch.Of == l.name || slices.Contains(c.elements(ch.Of), l.station)
}

func (c *compiler) setAttempts(l *link, v float64) {
	if l.retry.attempts < 2 {
		l.retry = retry{base: 25 * des.Millisecond, most: 250 * des.Millisecond, multiplier: 2, jitter: fullJitter, on: transient}
	}
	l.retry.attempts = int(v)
}

func (c *compiler) setBudget(l *link, v float64) {
	l.budget = budget{}
	if v > 0 {
		l.budget = c.savedBudget(v, c.edges[arch.EdgeID(l.name)])
	}
}

func (c *compiler) setCallBudget(l *link, v float64) {
	c.setBudget(l, v)
	if v > 0 {
		l.budget.kind = perCall
	}
}

func (c *compiler) setConcurrentRetries(l *link, v float64) {
	l.budget = budget{}
	if v > 0 {
		l.budget = budget{kind: inFlight, share: v, least: 3}
	}
}

func (c *compiler) setRetryThrottling(l *link, v float64) {
	l.budget = budget{}
	if v > 0 {
		l.budget = budget{kind: gate, share: v, most: 10}
	}
}

func (c *compiler) setTimeout(l *link, v float64) { l.timeout = seconds(v) }

func (c *compiler) setDeadline(l *link, v float64) {
	l.deadline = v == 1
	if l.deadline && l.abandoned == continues {
		l.abandoned = dropsQueued
	}
}

func (c *compiler) setDropExpired(l *link, v float64) {
	l.abandoned = continues
	if v == 1 {
		l.abandoned = dropsQueued
	}
}

func (c *compiler) setCancel(l *link, v float64) {
	switch {
	case v == 1:
		l.abandoned = aborts
	case l.abandoned == aborts:
		l.abandoned = dropsQueued
	}
}

func (c *compiler) setBulkhead(l *link, v float64) { l.bulkhead = bulkhead{most: int(v)} }

func (c *compiler) setThrottle(l *link, v float64) {
	l.throttle = bucketSpec{rate: v, burst: math.Max(v, 1)}
}

func (c *compiler) setBreaker(l *link, v float64) {
	if v == 0 {
		l.breaker = breakerSpec{}
		return
	}
	if l.breaker.window == noBreaker {
		l.breaker = breakerSpec{window: timeWindow, span: 10 * des.Second, least: 20, open: 5 * des.Second, probes: 1}
	}
	l.breaker.threshold = v
}

func (c *compiler) setHedging(l *link, v float64) {
	l.hedge = hedge{}
	if v == 0 {
		return
	}
	l.hedge = hedge{delay: seconds(v), most: 2, cancels: true}
	if l.retry.attempts < 2 && l.budget.kind == unlimited {
		c.setBudget(l, 0.1)
	}
}

func (c *compiler) setClientThrottling(l *link, v float64) {
	l.shedding = shedding{}
	if v > 0 {
		l.shedding = shedding{rule: googleThrottling, k: v, span: 2 * des.Minute, most: 1}
	}
}

// setLimiter puts a limit of a kind on a link; its value, if any, is what is slow.
func setLimiter(s limiterSpec) func(*compiler, *link, float64) {
	return func(_ *compiler, l *link, v float64) {
		l.limiter = limiterSpec{}
		if v > 0 {
			l.limiter = s
			if s.rule == additive {
				l.limiter.slow = seconds(v)
			}
		}
	}
}

func setAdaptiveLast(s *station, v float64) {
	s.order = firstInFirstOut
	if v == 1 {
		s.order = adaptiveLast
	}
}

func setAdaptiveConcurrency(s *station, v float64) {
	s.limiter = limiterSpec{}
	if v == 1 {
		s.limiter = envoyLimiter
	}
}

func setAutoscale(s *station, v float64) {
	s.scaling = autoscaling{}
	if v > 0 && s.workers > 0 && s.balance != leastRequests { // consumers keep their partitions
		s.scaling = autoscaling{
			least: 1, most: 4 * s.replicas, first: s.replicas, target: v, cores: s.cores,
			sync: des.Seconds(scaleSync.Value.N), lag: des.Seconds(metricsDelay.Value.N), start: des.Seconds(podStart.Value.N),
		}
	}
}

func setEjection(s *station, v float64) {
	s.ejection = envoyEjection
	s.ejection.failures = int(v)
}

func setQueueWait(s *station, v float64) {
	s.impatient = v > 0
	s.patience = des.Constant(seconds(v))
}

func setCoDel(s *station, v float64) {
	s.codel = controlledDelay{target: seconds(v), interval: seconds(20 * v)}
}

func seconds(s float64) des.Time { return des.Seconds(s) }

// Remedies are single changes worth trying when an element (or, for "", anything) does
// not recover by itself or fails its objective: those that cost nothing but a setting
// first, more replicas last. Each changes something that the design has otherwise.
func Remedies(a *arch.Arch, element string) (out []Change) {
	s := Scenario{}
	prepare(&s)
	c := compile(a, &s)
	add := func(p Policy, of string, v float64) { out = append(out, Change{p, of, v}) }
	var hit []int
	if element == "" {
		for i := range c.net.stations {
			hit = append(hit, i)
		}
	} else {
		hit = c.elements(element)
	}
	links := func(want func(*link) bool, then func(*link)) {
		for i := range c.net.links {
			if l := &c.net.links[i]; slices.Contains(hit, l.station) && c.edges[arch.EdgeID(l.name)] != nil && want(l) {
				then(l)
			}
		}
	}
	retries := func(l *link) bool { return l.retry.attempts > 1 }
	links(func(l *link) bool { return retries(l) && l.budget.kind != perSuccess }, func(l *link) { add(RetryBudget, l.name, 0.1) })
	links(retries, func(l *link) { add(RetryAttempts, l.name, 1) })
	for _, at := range hit {
		st := &c.net.stations[at]
		if st.kind != "process" || st.workers == 0 {
			continue
		}
		if c.someContinue(at) {
			add(DropExpired, st.name, 1)
		}
		if st.queue < 0 || st.queue > 2*st.workers {
			add(QueueLength, st.name, float64(2*st.workers))
		}
		if st.order == firstInFirstOut {
			add(LastInFirst, st.name, 1)
		}
		if st.limiter.rule == noLimiter {
			add(AdaptiveConcurrency, st.name, 1)
		}
	}
	links(func(l *link) bool { return l.breaker.window == noBreaker }, func(l *link) { add(BreakerThreshold, l.name, 0.5) })
	for _, at := range hit {
		if st := &c.net.stations[at]; st.kind == "process" {
			add(ReplicaCount, st.name, math.Ceil(1.5*float64(st.replicas)))
		}
	}
	return out
}

// someContinue reports whether a station does work that nobody waits for any more.
func (c *compiler) someContinue(station int) bool {
	return slices.ContainsFunc(c.net.links, func(l link) bool { return l.station == station && l.timeout > 0 && l.abandoned == continues })
}
