// Command boundaries prints how the boundary stage does on published systems
// whose boundaries experts chose, beside the baselines.
//
//	go run ./tools/boundaries            the tables
//	go run ./tools/boundaries -shown 99  the same with up to 99 candidates shown: what could be chosen from
//	go run ./tools/boundaries -random N  looks for a violated constraint in N random models
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"plumb.dev/plumb/boundary"
	"plumb.dev/plumb/boundary/judge"
)

// splits are the files of cases, with what each was used for.
var splits = []struct {
	file, title     string
	small, chosenOn bool
}{
	{"boundaries.yaml", "Development: the weights were chosen on these and the next", true, true},
	{"systems.yaml", "Further systems: seen when the form of the objective was chosen", true, true},
	{"held-out.yaml", "Later systems: no weight was chosen on them; seen, as the next four sets, when rules were", true, false},
	{"held-out-2.yaml", "Later systems, second set", true, false},
	{"held-out-3.yaml", "Later systems, third set", true, false},
	{"held-out-4.yaml", "Later systems, fourth set", true, false},
	{"held-out-5.yaml", "Later systems, fifth set", true, false},
	{"held-out-6.yaml", "Held out: written down and cut when all rules were final", true, false},
	{"large.yaml", "Large systems of entities: checked against, nothing chosen on them", false, false},
}

func main() {
	dir := flag.String("cases", "boundary/testdata", "directory of the cases")
	models := flag.Int("random", 0, "number of random models to look for a violated constraint in")
	settings := flag.Int("settings", 400, "settings of the weights that leave-one-out tries")
	shown := flag.Int("shown", 6, "number of candidates shown")
	flag.Parse()
	if err := run(*dir, *models, *settings, *shown); err != nil {
		fmt.Fprintln(os.Stderr, "boundaries:", err)
		os.Exit(1)
	}
}

func run(dir string, models, settings, shown int) error {
	if models > 0 {
		feasible, broken := judge.Try(1, models)
		if broken != "" {
			return fmt.Errorf("constraint violated: %s", broken)
		}
		fmt.Printf("%d random models, %d without contradictions, no constraint violated\n", models, feasible)
		return nil
	}
	opt := boundary.Options{Plain: true, Shown: shown}
	var small, unseen []judge.Case
	for _, s := range splits {
		text, err := os.ReadFile(filepath.Join(dir, s.file))
		if err != nil {
			return err
		}
		cases, err := judge.Load(text)
		if err != nil {
			return err
		}
		if err := judge.Table(os.Stdout, s.title, cases, opt); err != nil {
			return err
		}
		fmt.Println()
		switch {
		case s.chosenOn:
			small = append(small, cases...)
		case s.small:
			unseen = append(unseen, cases...)
		}
	}
	for _, x := range []struct {
		title string
		cases []judge.Case
	}{{"Weights chosen on", small}, {"Weights not chosen on", unseen}, {"All small systems", slices.Concat(small, unseen)}} {
		if err := judge.Summary(os.Stdout, x.title, x.cases, opt); err != nil {
			return err
		}
	}
	fmt.Println()
	return leaveOneOut(slices.Concat(small, unseen), settings)
}

func leaveOneOut(cases []judge.Case, settings int) error {
	const best = 20
	left, err := judge.LeaveOneOut(cases, settings, best, 1)
	if err != nil {
		return err
	}
	fmt.Printf("Leave one out: each case by the %d of %d settings of the weights that do best on the other ones\n\n", best, settings)
	var ari, mojo []float64
	for _, l := range left {
		fmt.Printf("%-26s ARI %5.2f  MoJoFM %5.1f\n", l.Case, l.Scores.ARI, l.Scores.MoJoFM)
		ari, mojo = append(ari, l.Scores.ARI), append(mojo, l.Scores.MoJoFM)
	}
	fmt.Printf("%-26s ARI %5.2f ± %.2f  MoJoFM %5.1f ± %.1f\n", "mean", judge.Mean(ari), judge.Error(ari), judge.Mean(mojo), judge.Error(mojo))
	return nil
}
