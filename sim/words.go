package sim

import (
	"fmt"
	"strconv"
	"strings"

	"plumb.dev/plumb/fact"
)

// What is what befalls which element: "slow maps 10x".
func (f Fault) What() string {
	words := []string{string(f.Kind)}
	for _, name := range []string{f.Element, f.Other} {
		if name != "" {
			words = append(words, name)
		}
	}
	switch f.Kind {
	case Kill:
		words = append(words, strconv.Itoa(f.Count))
	case Slow:
		words = append(words, fmt.Sprintf("%gx", f.Factor))
	case Errors:
		words = append(words, fact.FormatShare(f.Factor))
	}
	if (f.Kind == Slow || f.Kind == Errors) && f.Count > 0 {
		words = append(words, "on", strconv.Itoa(f.Count))
	}
	return strings.Join(words, " ")
}

// String is a fault with its times: "slow maps 10x at 30s for 1min".
func (f Fault) String() string {
	text := f.What() + " at " + fact.FormatSeconds(f.At.Seconds())
	if f.For > 0 {
		text += " for " + fact.FormatSeconds(f.For.Seconds())
	}
	return text
}

// Describe says what a scenario is: what its writer says, else its load and its faults,
// and what is made otherwise.
func (s *Scenario) Describe() string {
	words := []string{s.About}
	if s.About == "" {
		words = s.loaded()
	}
	for _, c := range s.Changes {
		words = append(words, "as if with "+c.String())
	}
	return strings.Join(words, ", ")
}

func (s *Scenario) loaded() []string {
	load := s.Load
	if load == "" {
		load = "peak"
	}
	if s.Scale != 0 && s.Scale != 1 {
		load = strconv.FormatFloat(s.Scale, 'g', 4, 64) + "x the " + load
	}
	words := []string{load}
	if len(s.Shape) > 0 {
		words = append(words, fmt.Sprintf("up to %gx of that over time", greatest(s.Shape)))
	}
	if b := &s.Bursts; b.Factor > 0 {
		words = append(words, fmt.Sprintf("in bursts of %gx for %s on average", b.Factor, b.Length))
	}
	if b := &s.Bursts; b.Batch > 1 {
		words = append(words, fmt.Sprintf("in batches of %g on average", b.Batch))
	}
	for _, f := range s.Faults {
		words = append(words, f.String())
	}
	return words
}
