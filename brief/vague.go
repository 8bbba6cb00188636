package brief

import "strings"

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

// vagueWords are the vague words by their place in vague.
var vagueWords = func() map[string]int {
	out := map[string]int{}
	for i, v := range vague {
		for _, w := range strings.Fields(v.words) {
			out[w] = i
		}
	}
	return out
}()
