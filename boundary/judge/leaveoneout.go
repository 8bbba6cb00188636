package judge

import (
	"math/rand/v2"
	"slices"

	"plumb.dev/plumb/boundary"
)

// LeftOut is what the choice of weights gives on cases that it did not see.
type LeftOut struct {
	Case   string
	Scores Scores // mean over the settings that were chosen without the case
}

// LeaveOneOut tries many settings of the weights around the defaults, and scores
// each case by the settings that do best on all the other ones: an estimate of
// what the defaults give on systems that were not looked at. The form of the
// objective itself is not varied, so it is still a little too kind.
func LeaveOneOut(cases []Case, settings, best int, seed uint64) ([]LeftOut, error) {
	cases = slices.DeleteFunc(slices.Clone(cases), func(c Case) bool { return len(c.Accepted) == 0 })
	random := rand.New(rand.NewPCG(seed, 0))
	scores := make([][]Scores, settings)
	for i := range scores {
		opt := boundary.Options{Plain: true, Weights: around(random, boundary.Defaults().Weights)}
		for j := range cases {
			s, err := cases[j].Shown(opt)
			if err != nil {
				return nil, err
			}
			scores[i] = append(scores[i], s.Recommended)
		}
	}
	var out []LeftOut
	for j := range cases {
		others := func(i int) float64 {
			sum := 0.0
			for x, s := range scores[i] {
				if x != j {
					sum += s.ARI + s.MoJoFM/100
				}
			}
			return sum
		}
		order := make([]int, settings)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch x, y := others(a), others(b); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
		left := LeftOut{Case: cases[j].ID}
		for _, i := range order[:best] {
			left.Scores.ARI += scores[i][j].ARI / float64(best)
			left.Scores.MoJoFM += scores[i][j].MoJoFM / float64(best)
			left.Scores.F1 += scores[i][j].F1 / float64(best)
		}
		out = append(out, left)
	}
	return out, nil
}

// around draws weights between half and twice the given ones.
func around(random *rand.Rand, w boundary.Weights) boundary.Weights {
	for _, x := range []*float64{&w.BothWritten, &w.WrittenRead, &w.BothRead, &w.Asynchronous, &w.FollowUp, &w.Reference, &w.Own, &w.Threshold} {
		*x *= 0.5 * float64(uint(1)<<random.IntN(3)) * (0.75 + 0.5*random.Float64())
	}
	return w
}
