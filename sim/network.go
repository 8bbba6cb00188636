package sim

import (
	"math"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/sim/des"
)

// network is a system as the engine sees it: flat tables that refer to each other
// by index. It does not change during a run and is shared by replications.
type network struct {
	stations []station
	links    []link
	programs []program
	sources  []source
	channels []channel
	groups   []group
	caches   []cache
	relays   []relay
	sagas    []saga
}

// station is a place where work is done: a process, a store, an external, a
// channel's broker. It has replicas, each with a number of workers and a queue
// before them.
type station struct {
	name     string
	kind     string // process, store, external, cache, channel, caller
	replicas int
	workers  int // per replica; 0 for as many as come
	queue    int // places per replica; negative for no limit

	order   discipline
	balance balancing
	// patience is how long a request may have waited when its turn comes; only
	// where impatient.
	patience  des.Dist
	impatient bool
	codel     controlledDelay

	errors     float64  // share of answers that are errors
	contention des.Time // what each request already there adds to a service
	limit      bucketSpec
	limiter    limiterSpec // of what a replica has
	ejection   ejection
	scaling    autoscaling
	cores      float64 // processors of a replica, where known
	zones      bool    // replicas are spread over zones, and one zone may be lost
}

// discipline is who is served next.
type discipline uint8

const (
	firstInFirstOut discipline = iota
	lastInFirstOut
	// adaptiveLast serves the newest first while more wait than there are workers, the
	// oldest first otherwise.
	adaptiveLast
)

// balancing is how a replica is chosen.
type balancing uint8

const (
	roundRobin balancing = iota
	leastRequests
	twoChoices // the less loaded of two drawn at random
	randomly
)

// link is the use of a station by a caller, with the policies under which it
// is used. Policies are shared by all replicas of the caller.
type link struct {
	name    string
	from    string // the deployable or channel whose link it is; "" for users
	station int
	delay   des.Dist // one way
	delayed bool

	timeout   des.Time // of an attempt; 0 for none
	deadline  bool     // the caller's deadline is handed on
	abandoned abandonment
	retry     retry
	budget    budget
	breaker   breakerSpec
	bulkhead  bulkhead
	throttle  bucketSpec
	patience  des.Time // how long a call waits for its token; what would wait longer is refused
	queued    bool     // calls come from a queue that has taken the token of their first attempt
	shedding  shedding
	limiter   limiterSpec
	hedge     hedge
}

// abandonment is what a server does with work whose caller has stopped waiting.
type abandonment uint8

const (
	continues   abandonment = iota // it is done all the same
	dropsQueued                    // left out when its turn comes
	aborts                         // left out, and ended where it runs, with what it waits for
)

// bulkhead bounds the calls in flight over a link; most is 0 for no bound.
type bulkhead struct {
	most int
	wait des.Time // how long a call waits for a place
}

// program is what a station does for a request, step by step.
type program struct {
	name  string
	steps []step
}

// step is one instruction of a program.
type step struct {
	kind    stepKind
	time    des.Dist // work
	link    int      // call
	program int      // call
	chance  float64  // of being done at all; skip: of not jumping
	times   float64  // how often, on average
	soft    bool     // a failure does not fail the caller
	pends   bool     // a failure leaves the saga to go on by itself, and the caller is told so
	to      int      // skip, lookup, owed: the step after what is skipped; fork: how many calls follow; fill: its lookup; mark: the step of the saga
	channel int      // deliver
	relay   int      // stash, carry
	saga    int      // mark, pass; owed: the step of the saga
	cache   int      // lookup, fill
	guards  bool     // invoke: its failure makes the lookup after it a miss that nothing is kept of
}

type stepKind uint8

const (
	work    stepKind = iota // takes time
	invoke                  // calls over a link and waits for the answer
	fork                    // starts the calls that follow together and waits for all
	skip                    // jumps with probability 1 - chance
	respond                 // answers the caller; what follows needs no worker
	deliver                 // hands a message to the groups of a channel
	stash                   // writes a message into an outbox
	leave                   // puts a call into the queue before it
	carry                   // hands the batch of an outbox to the groups of its channel
	mark                    // from here on a step of a saga may have left something to undo
	pass                    // the pivot of a saga is done
	owed                    // jumps when a step of a saga has left nothing to undo
	lookup                  // looks into a cache; the steps before its to are done for what is not there
	fill                    // keeps in the cache what was missed
)

// source starts requests.
type source struct {
	name    string
	link    int // over which requests come in
	program int
	gap     des.Dist // between arrivals, where the load is level
	rate    float64  // per second at factor 1, for a load that changes
	load    []Point  // factors of the rate over time; empty for a level load
	bursts  Bursts   // how unevenly requests come; gap is that between batches
	// population is the number of users who each wait for their answer and then
	// think for a gap; 0 for arrivals that do not depend on answers.
	population int
	first      int      // requests that are there at the beginning
	wait       des.Time // after which the caller is answered that it will be done; 0 for none
}

// channel hands each message on to groups.
type channel struct {
	name   string
	groups []int
	// partitions keep the order of what they have; 0 for a queue without one. keys are
	// the shares of the partitions, nil when each has as much.
	partitions int
	keys       *popularity
}

// group is a set of consumers that share the messages of a channel.
type group struct {
	name       string
	flow       string // it starts; "" for what keeps copies up to date
	of         *arch.Subscription
	link       int
	channel    int
	broker     int // station of the channel
	program    int
	share      float64  // runs of the program per message
	partitions int      // read in order; 0 where order does not matter
	inFlight   int      // messages a replica has unacknowledged at a time; 0 for no limit
	deliver    int      // attempts per message; 0 for no limit
	session    des.Time // until the broker notices that a consumer is gone
	inbox      bool     // it knows what it has done already
	backoffs   []des.Time
	// gate is one more than the link whose throttle and bulkhead let messages go, where
	// these are calls that wait in a queue; 0 for none.
	gate int
}

// factor is the load's factor at a time, linear between points.
func factor(load []Point, t des.Time) float64 {
	if len(load) == 0 {
		return 1
	}
	for i, p := range load {
		if t < p.At {
			if i == 0 {
				return p.Factor
			}
			before := load[i-1]
			return before.Factor + (p.Factor-before.Factor)*float64(t-before.At)/float64(p.At-before.At)
		}
	}
	return load[len(load)-1].Factor
}

// greatest is the highest factor of a load.
func greatest(load []Point) float64 {
	m := 0.0
	for _, p := range load {
		m = math.Max(m, p.Factor)
	}
	if len(load) == 0 {
		return 1
	}
	return m
}
