package sim

import "plumb.dev/plumb/arch"

// Cache is what happened at a cache, all its copies together.
type Cache struct {
	// Name is the design's; In is the process whose replicas each have a copy, "" for
	// one copy that all share.
	Name   string `json:"name"`
	In     string `json:"in,omitempty"`
	Copies int    `json:"copies"`
	// Keys is how many different ones are asked for, with the popularity of a Zipf
	// distribution of exponent Alpha. The least popular are simulated in groups of
	// Grouped, 1 when each is simulated by itself.
	Keys    float64 `json:"keys"`
	Alpha   float64 `json:"alpha"`
	Grouped int     `json:"grouped"`
	// Entries is the room of a copy, TTL the lifetime of an entry in seconds.
	Entries int     `json:"entries"`
	TTL     float64 `json:"ttl"`
	// Lookups per second. HitRatio is the share of them that went no further: that found
	// the key there, or waited for another's fetch of it (Shared). Designed is the hit
	// ratio that the design rests on.
	Lookups  float64  `json:"lookups"`
	HitRatio Interval `json:"hit_ratio"`
	Designed float64  `json:"designed_hit_ratio"`
	Shared   float64  `json:"shared,omitempty"`
	// Lowest is the hit ratio of the slice of the timeline with the lowest, after the
	// warm-up; Misses the greatest rate of misses in a slice, per second.
	Lowest float64 `json:"lowest_hit_ratio"`
	Misses float64 `json:"most_misses"`
	// Evicted per second for want of room.
	Evicted float64 `json:"evicted,omitempty"`
	// Unreachable is the share of lookups that could not reach the cache.
	Unreachable float64 `json:"unreachable,omitempty"`
}

// Channel is what happened to the messages of a channel.
type Channel struct {
	Name   string `json:"name"`
	Broker string `json:"broker"`
	// Partitions keep the order of their messages; 0 for a queue that keeps none.
	Partitions int      `json:"partitions,omitempty"`
	Outboxes   []Outbox `json:"outboxes,omitempty"`
	Groups     []Group  `json:"groups,omitempty"`
}

// Outbox is what a deployable wrote for a channel in its transactions, until the
// broker had it.
type Outbox struct {
	From    string  `json:"from"`
	Written float64 `json:"written"` // per second
	// Backlog is the mean number not yet acknowledged by the broker, Most the greatest,
	// Left the mean number at the end of the run.
	Backlog float64 `json:"backlog"`
	Most    int64   `json:"most"`
	Left    float64 `json:"left,omitempty"`
	// Delay is from the write to the acknowledgement.
	P50 *Interval `json:"delay_p50,omitempty"`
	P99 *Interval `json:"delay_p99,omitempty"`
	// Failed is the share of the batches that were not acknowledged and sent again.
	Failed float64 `json:"failed,omitempty"`
}

// Group is a consumer group at work on a channel for one use case. Rates are runs of
// the use case per second.
type Group struct {
	Name string `json:"name"`
	// Flow is what a message starts; "" where it brings copies up to date, which Serves
	// read.
	Flow string `json:"flow,omitempty"`
	// Calls is the edge over which what waits in a queue before a call leaves, "" for what
	// is published.
	Calls  string      `json:"calls,omitempty"`
	Serves []arch.Path `json:"serves,omitempty"`
	// Within is how far behind the design lets it be, in seconds, 0 when it does not say.
	Within float64 `json:"lag_objective,omitempty"`
	// Process and the number of its replicas that consume.
	Process   string  `json:"process"`
	Consumers int     `json:"consumers"`
	Published float64 `json:"published"`
	Done      float64 `json:"done"`
	// Redelivered, Dead (given up as dead letters) and Repeated (handed on again by an
	// outbox whose acknowledgement was lost).
	Redelivered float64 `json:"redelivered,omitempty"`
	Dead        float64 `json:"dead_letters,omitempty"`
	Repeated    float64 `json:"repeated,omitempty"`
	// Backlog is the mean number of messages not yet done, Most the greatest, Left the
	// mean number at the end of the run.
	Backlog float64 `json:"backlog"`
	Most    int64   `json:"most"`
	Left    float64 `json:"left,omitempty"`
	// Fullest is the share of the backlog in the partition that is furthest behind,
	// FullestMost the most that waited in one.
	Fullest     float64 `json:"fullest_partition,omitempty"`
	FullestMost int64   `json:"fullest_most,omitempty"`
	// The lag of a message is from what it tells of to the end of the work on it.
	P50 *Interval `json:"lag_p50,omitempty"`
	P99 *Interval `json:"lag_p99,omitempty"`
	// Drain is how long after the end of the last fault, in seconds, the backlog was
	// down to what it was before the first, or to what the consumers have in hand; nil
	// without faults that ended, or when no replication got there. Drained is the
	// share of those that did.
	Drain   *Interval `json:"drain,omitempty"`
	Drained float64   `json:"drained,omitempty"`
}

// Saga is what became of the promises of a use case that several transactions keep,
// counted from the first of their effects.
type Saga struct {
	Name  string  `json:"name"`
	Begun float64 `json:"begun"` // per second
	// Shares of those that came to an end: Completed; Compensated, what had been done
	// taken back; Stuck, not done when its time was over, for a person to look at.
	Completed   float64 `json:"completed"`
	Compensated float64 `json:"compensated,omitempty"`
	Stuck       float64 `json:"stuck,omitempty"`
	// Repeated is how often per saga a step was tried again later. Open is the mean
	// number under way, Left the mean number at the end of the run.
	Repeated float64 `json:"repeated,omitempty"`
	Open     float64 `json:"open"`
	Left     float64 `json:"left,omitempty"`
	// The time from the first effect until a saga was completed, and until it was taken
	// back.
	P50     *Interval `json:"settled_p50,omitempty"`
	P99     *Interval `json:"settled_p99,omitempty"`
	BackP50 *Interval `json:"compensated_p50,omitempty"`
	BackP99 *Interval `json:"compensated_p99,omitempty"`
}
