package sensitivity

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"golang.org/x/sync/errgroup"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
)

// Weights of criteria are priorities, and people differ in them: each may plausibly
// be half or twice the default, independently, all ratios alike (log-uniform).
const spread = 2

// What chance is needed for runs with one seed, so that the same input gives the
// same answer.
const seed = 1

// z of the 95% confidence intervals that errors are stated by.
const z = 1.96

// samplesFor is how many samples give a half-width of the 95% confidence interval
// of a share, in the worst case of one half: (z/2e)^2.
func samplesFor(err float64) int { return int(math.Ceil(math.Pow(z/(2*err), 2))) }

// Robustness works out the share of plausible priorities under which each choice
// stands. For decisions that compare their own options it is computed from the
// scores on record, to within one percentage point; those that are solved together
// with others are planned again, to within ten, where the work carries that. Decisions that weights do not
// decide (the structure, a pin, a single feasible option) have none.
func (p *Planner) Robustness(ctx context.Context, o Options) (map[arch.DecisionID]arch.Robustness, error) {
	out := map[arch.DecisionID]arch.Robustness{}
	samples, criteria := priorities(samplesFor(0.01), 0)
	var joint []*arch.Decision
	for i := range p.base.Decisions {
		d := &p.base.Decisions[i]
		if len(o.Decisions) > 0 && !slices.Contains(o.Decisions, d.ID) || !weighed(d) {
			continue
		}
		if decide.Joint(d.Question) {
			joint = append(joint, d)
			continue
		}
		options, stands := scoredOf(d, criteria), 0
		if decidedBy(options, nil) != d.Choice {
			continue
		}
		for _, factors := range samples {
			if decidedBy(options, factors) == d.Choice {
				stands++
			}
		}
		out[d.ID] = shareOf(stands, len(samples))
	}
	if len(joint) == 0 || samplesFor(0.1)*len(p.base.Model.UseCases) > cmp.Or(o.Work, UsualWork) {
		return out, nil
	}
	stands, n, err := p.replanned(ctx, o, joint)
	if err != nil {
		return nil, err
	}
	for i, d := range joint {
		out[d.ID] = shareOf(stands[i], n)
	}
	return out, nil
}

// structure is the topic whose choices another comparison makes, by counts.
const structure = "structure"

// weighed reports whether weights decided: several feasible options with scores.
func weighed(d *arch.Decision) bool {
	feasible, scored := 0, false
	for _, o := range d.Options {
		if o.Feasible() {
			feasible++
			scored = scored || slices.ContainsFunc(o.Scores, func(s arch.Score) bool { return s.Weight > 0 })
		}
	}
	return d.Pinned == nil && d.Topic != structure && feasible > 1 && scored
}

// scored is an option as far as weights matter.
type scored struct {
	id        arch.OptionID
	criterion []int // column of the samples, -1 for what has no weight of its own
	weight    []float64
	worth     []float64
}

func scoredOf(d *arch.Decision, criteria []decide.Criterion) []scored {
	var out []scored
	for _, o := range d.Options {
		if !o.Feasible() {
			continue
		}
		s := scored{id: o.ID}
		for _, sc := range o.Scores {
			s.criterion = append(s.criterion, slices.IndexFunc(criteria, func(c decide.Criterion) bool { return c.Name == sc.Criterion }))
			s.weight = append(s.weight, sc.Weight)
			s.worth = append(s.worth, sc.Worth)
		}
		out = append(out, s)
	}
	return out
}

// decidedBy is the option with the highest utility, ties going to the smaller id,
// with weights multiplied by factors; nil multiplies by one.
func decidedBy(options []scored, factors []float64) arch.OptionID {
	best, most := arch.OptionID(""), math.Inf(-1)
	for _, o := range options {
		sum, weight := 0.0, 0.0
		for i, w := range o.weight {
			if c := o.criterion[i]; c >= 0 && factors != nil {
				w *= factors[c]
			}
			sum += w * o.worth[i]
			weight += w
		}
		u := 1.0
		if weight > 0 {
			u = sum / weight
		}
		if u > most || u == most && o.id < best {
			best, most = o.id, u
		}
	}
	return best
}

// priorities are samples of factors on the weights: one row per sample, one column
// per criterion.
func priorities(n int, stream uint64) ([][]float64, []decide.Criterion) {
	criteria := decide.Criteria()
	random := rand.New(rand.NewPCG(seed, stream))
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, len(criteria))
		for j := range out[i] {
			out[i][j] = math.Pow(spread, 2*random.Float64()-1)
		}
	}
	return out, criteria
}

// shareOf states a share with the half-width of its 95% confidence interval by
// E. B. Wilson (Probable Inference, JASA 22, 1927), which holds near 0 and 1, too.
func shareOf(stands, samples int) arch.Robustness {
	n, p := float64(samples), float64(stands)/float64(samples)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return arch.Robustness{Share: p, Error: half, Samples: samples}
}

// replanned counts, for each decision, the priorities under which the whole plan
// still makes its choice.
func (p *Planner) replanned(ctx context.Context, o Options, joint []*arch.Decision) ([]int, int, error) {
	samples, criteria := priorities(samplesFor(0.1), 1)
	verdicts := make([][]bool, len(samples))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, o.Workers))
	for i, factors := range samples {
		weights := map[string]float64{}
		for j, c := range criteria {
			weights[c.Name] = c.Weight * factors[j]
		}
		g.Go(func() error {
			plan, _ := p.At(Change{Weights: weights})
			verdicts[i] = make([]bool, len(joint))
			for j, d := range joint {
				verdicts[i][j] = plan.Choice(d.ID) == d.Choice
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, 0, err
	}
	stands := make([]int, len(joint))
	for _, v := range verdicts {
		for j, ok := range v {
			if ok {
				stands[j]++
			}
		}
	}
	return stands, len(samples), nil
}
