package judge

import (
	"fmt"
	"io"

	"plumb.dev/plumb/boundary"
)

// Scores are how one method does on one case, against the primary accepted
// grouping.
type Scores struct {
	Groups int
	ARI    float64
	MoJoFM float64
	F1     float64
}

// Score compares a grouping with the primary accepted one of a case.
func (c *Case) Score(g Grouping) Scores {
	truth := c.Accepted[0].Grouping
	_, _, f1 := PairF1(g, truth)
	return Scores{len(g.sizes()), ARI(g, truth), MoJoFM(g, truth), f1}
}

// Shown is how plumb does on a case: the recommended cut, the best of all that
// are shown, and how many are.
type Shown struct {
	Recommended, Best Scores
	Count             int
}

// Shown cuts a case and scores what is shown.
func (c *Case) Shown(opt boundary.Options) (Shown, error) {
	res, conflicts := boundary.Run(c.Input, opt)
	if conflicts != nil {
		return Shown{}, fmt.Errorf("%s: %s", c.ID, conflicts[0].Message)
	}
	s := Shown{Count: len(res.Candidates)}
	for i, candidate := range res.Candidates {
		x := c.Score(c.Of(candidate))
		if i == res.Computed {
			s.Recommended = x
		}
		if i == 0 || x.ARI > s.Best.ARI {
			s.Best = x
		}
	}
	return s, nil
}

// Summary prints the means of plumb alone over the cases of several tables, each
// with its error.
func Summary(w io.Writer, title string, cases []Case, opt boundary.Options) error {
	var recommended, best means
	for i := range cases {
		if len(cases[i].Accepted) == 0 {
			continue
		}
		s, err := cases[i].Shown(opt)
		if err != nil {
			return err
		}
		recommended.add(s.Recommended)
		best.add(s.Best)
	}
	_, err := fmt.Fprintf(w, "%s: %d cases, recommended ARI %.2f ± %.2f and MoJoFM %.1f ± %.1f, best of those shown %.2f ± %.2f\n", title, len(recommended.all),
		recommended.ari(), Error(recommended.aris()), recommended.mojo(), Error(recommended.mojos()), best.ari(), Error(best.aris()))
	return err
}

// Table prints how plumb and the baselines do on each case, and the means.
func Table(w io.Writer, title string, cases []Case, opt boundary.Options) error {
	fmt.Fprintf(w, "%s\n\n%-26s %4s %2s | %-22s | %-9s |", title, "", "", "", "plumb, recommended", "best of n")
	for _, b := range Baselines() {
		fmt.Fprintf(w, " %-20s |", b.Name)
	}
	fmt.Fprintf(w, "\n%-26s %4s %2s | %2s %6s %6s %5s | %6s %2s |", "case", "aggr", "k", "k", "ARI", "MoJoFM", "F1", "ARI", "n")
	for range Baselines() {
		fmt.Fprintf(w, " %2s %6s %6s %3s |", "k", "ARI", "MoJoFM", "")
	}
	fmt.Fprintln(w)
	sums := make([]means, 2+len(Baselines()))
	for i := range cases {
		c := &cases[i]
		if len(c.Accepted) == 0 {
			continue
		}
		s, err := c.Shown(opt)
		if err != nil {
			return err
		}
		r := s.Recommended
		fmt.Fprintf(w, "%-26s %4d %2d | %2d %6.2f %6.1f %5.2f | %6.2f %2d |", c.ID, len(c.Aggregates), len(c.Accepted[0].Grouping.sizes()),
			r.Groups, r.ARI, r.MoJoFM, r.F1, s.Best.ARI, s.Count)
		sums[0].add(r)
		sums[1].add(s.Best)
		for j, b := range Baselines() {
			x := c.Score(b.Cut(c))
			fmt.Fprintf(w, " %2d %6.2f %6.1f %3s |", x.Groups, x.ARI, x.MoJoFM, "")
			sums[2+j].add(x)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%-26s %4s %2s | %2s %6.2f %6.1f %5.2f | %6.2f %2s |", "mean", "", "", "", sums[0].ari(), sums[0].mojo(), sums[0].f1(), sums[1].ari(), "")
	for _, m := range sums[2:] {
		fmt.Fprintf(w, " %2s %6.2f %6.1f %3s |", "", m.ari(), m.mojo(), "")
	}
	_, err := fmt.Fprintln(w)
	return err
}

// means sums scores.
type means struct{ all []Scores }

func (m *means) add(s Scores) { m.all = append(m.all, s) }

func (m *means) of(f func(Scores) float64) []float64 {
	var out []float64
	for _, s := range m.all {
		out = append(out, f(s))
	}
	return out
}

func (m *means) aris() []float64  { return m.of(func(s Scores) float64 { return s.ARI }) }
func (m *means) mojos() []float64 { return m.of(func(s Scores) float64 { return s.MoJoFM }) }

func (m *means) ari() float64  { return Mean(m.aris()) }
func (m *means) mojo() float64 { return Mean(m.mojos()) }
func (m *means) f1() float64   { return Mean(m.of(func(s Scores) float64 { return s.F1 })) }
