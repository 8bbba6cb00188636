package boundary

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestCoverComesNearTheBestChoice compares the greedy choice with every choice
// there is.
func TestCoverComesNearTheBestChoice(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	for round := range 50 {
		var options []option
		for len(options) < 9 {
			of := make([]int, 6)
			for v := range of {
				of[v] = random.IntN(4)
			}
			options = append(options, option{proposal: proposal{cut: normal(of), worth: -random.Float64()}})
		}
		options[0].worth = 0
		miss := func(shown ...int) float64 {
			sum := 0.0
			for i := range options {
				nearest := math.Inf(1)
				for _, j := range shown {
					nearest = min(nearest, float64(distance(options[i].cut, options[j].cut, new([]int))))
				}
				sum += math.Exp(options[i].worth) * nearest
			}
			return sum
		}
		least := math.Inf(1)
		for i := range options {
			for j := range i {
				least = min(least, miss(0, i, j))
			}
		}
		shown := []int{0}
		cover(options, options[:1], func(o option) bool {
			for i := range options {
				if &options[i].cut[0] == &o.cut[0] {
					shown = append(shown, i)
				}
			}
			return len(shown) == 3
		})
		none := miss(0)
		if saved, most := none-miss(shown...), none-least; saved < (1-1/math.E)*most-1e-9 {
			t.Fatalf("round %d: %v saves %.2f of %.2f", round, shown, saved, most)
		}
	}
}
