package decide

import (
	"math"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// part is one thing a caller waits for on the way to an answer.
type part struct {
	name     string
	path     fact.ID
	p50, p99 fact.Number
	chance   float64
	times    float64
	parallel bool
	// external is set for calls of others, whose availability counts.
	external *model.External
	soft     bool // a fallback or 'optional' covers its failure
	own      bool // the use case's own work
}

// waiting lists what stands between a request and its answer: the use case's own
// work, the calls it waits for, and the same of each step that is part of the
// promise. Follow-ups are walked once; a cycle is a diagnostic of the model.
func waiting(u *model.UseCase) []part {
	return walk(u, nil, map[*model.UseCase]bool{}, 1, 1, false)
}

func walk(u *model.UseCase, out []part, seen map[*model.UseCase]bool, chance, times float64, soft bool) []part {
	if seen[u] {
		return out
	}
	seen[u] = true
	out = append(out, part{name: u.Name, path: u.Path, p50: u.Work.P50, p99: u.Work.P99, chance: chance, times: times, own: true, soft: soft})
	for i := range u.Calls {
		c := &u.Calls[i]
		if c.Later {
			continue
		}
		out = append(out, part{
			name: c.External.Name, path: c.Path, p50: c.Latency.P50, p99: c.Latency.P99,
			chance: chance * c.Chance.Or(1), times: times * c.Times.Or(1), parallel: c.Parallel,
			external: c.External, soft: soft || c.Optional || c.Fallback != "",
		})
	}
	for i := range u.Then {
		f := &u.Then[i]
		if f.Later && f.LaterStated {
			continue
		}
		out = walk(f.UseCase, out, seen, chance*f.Chance.Or(1), times*f.Times.Or(1), soft || f.Optional)
	}
	return out
}

// latency is the distribution of the sum of the parts: log-normals added by
// Fenton and Wilkinson's moments, calls that run side by side counted as the
// slowest of them. Reading it through the sheet puts every percentile on record.
func (s *sheet) latency(parts []part) queueing.LogNormal {
	var terms []queueing.LogNormal
	var beside *queueing.LogNormal
	for _, p := range parts {
		if p.chance < 0.01 {
			continue // a step taken by fewer than one in a hundred does not move the 99th percentile
		}
		d := queueing.LogNormalFromP50P99(math.Max(s.n(p.p50), 1e-6), math.Max(s.n(p.p99), 2e-6))
		if p.parallel {
			if beside == nil || d.Quantile(0.99) > beside.Quantile(0.99) {
				beside = &d
			}
			continue
		}
		for range int(math.Min(math.Max(1, math.Round(p.times)), 20)) {
			terms = append(terms, d)
		}
	}
	if beside != nil {
		terms = append(terms, *beside)
	}
	if len(terms) == 0 {
		return queueing.LogNormalFromP50P99(1e-6, 2e-6)
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return queueing.SumOfLogNormals(terms...)
}

// monthMinutes and the like turn availabilities into time a person can picture.
var monthSeconds = fact.Month.Seconds()

// downtime is the share of requests lost to hard dependencies, in seconds a month:
// the series product of the availabilities, each weighted by how often it is
// needed.
func (s *sheet) downtime(parts []part) float64 {
	up := 1.0
	for _, p := range parts {
		if p.external == nil || p.soft {
			continue
		}
		up *= 1 - math.Min(1, p.chance)*(1-s.n(p.external.Availability))
	}
	return (1 - up) * monthSeconds
}

// alters reports whether the use case itself changes anything.
func alters(u *model.UseCase) bool { return len(u.Creates)+len(u.Changes)+len(u.Deletes) > 0 }
