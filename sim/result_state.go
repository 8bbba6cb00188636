package sim

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
