// Package refcase reads the reference cases of queueing, resilience and availability
// that the formulas of package queueing and the engines of packages sim and sim/des are
// held against. Tests use it; the product never imports it.
//
// The cases stand in the YAML files of queueing/testdata; further ones, a file or a
// directory of them, are named by PLUMB_CASES in the environment and go through the same
// tests. What a case says that nobody understands is an error and never passed over: an
// unknown kind or tolerance, a model without a formula, a figure that is not computed, an
// input that no formula asked for.
package refcase

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Case is one case: a model with its inputs, what is expected, and how closely.
type Case struct {
	ID, Model, Kind string
	Inputs          *Inputs
	Expect          map[string]any
	Tolerance       map[string]float64
}

// kinds say how the figures of a case came about.
var kinds = []string{"exact", "derived", "approximation", "published_experiment", "reference_sim", "published_tool"}

// Analytic reports whether a formula has to give the case's figures.
func (c *Case) Analytic() bool { return slices.Contains(kinds[:3], c.Kind) }

// tolerances are the bounds a case may state: analytic_rel of formulas, sim_* of
// simulations, boolean for an outcome.
var tolerances = []string{
	"analytic_rel", "boolean", "sim_rel", "sim_rel_mean", "sim_rel_mean_n100", "sim_rel_quantile", "sim_rel_halfwidth",
	"sim_abs", "sim_abs_s", "sim_abs_probability",
}

// Simulable reports whether the case says what it asks of a simulation.
func (c *Case) Simulable() bool {
	for name := range c.Tolerance {
		if strings.HasPrefix(name, "sim_") || name == "boolean" {
			return true
		}
	}
	return false
}

// Inputs are what a case states of its model. They remember what was asked for.
type Inputs struct {
	// Model are the words of the case; some say only there what is meant.
	Model   string
	values  map[string]any
	wants   map[string]any
	asked   map[string]bool
	missing []string
}

// Has reports whether an input is stated.
func (in *Inputs) Has(key string) bool {
	_, ok := in.values[key]
	return ok
}

// Num is an input that the model needs; without it the case is an error.
func (in *Inputs) Num(key string) float64 {
	f, ok := Number(in.ask(key))
	if !ok {
		in.missing = append(in.missing, key)
		return math.NaN()
	}
	return f
}

// Opt is an input that a model may do without, 0 when it is not stated.
func (in *Inputs) Opt(key string) float64 {
	f, _ := Number(in.ask(key))
	return f
}

// Int is Num as a whole number, and OptInt is Opt.
func (in *Inputs) Int(key string) int    { return whole(in.Num(key)) }
func (in *Inputs) OptInt(key string) int { return whole(in.Opt(key)) }

func whole(f float64) int {
	if math.IsNaN(f) {
		return 0
	}
	return int(f)
}

// Text is an input in words, "" when it is not stated.
func (in *Inputs) Text(key string) string {
	s, _ := in.ask(key).(string)
	return s
}

// Nums is a list of numbers.
func (in *Inputs) Nums(key string) (out []float64) {
	list, _ := in.ask(key).([]any)
	for _, v := range list {
		f, _ := Number(v)
		out = append(out, f)
	}
	if out == nil {
		in.missing = append(in.missing, key)
	}
	return out
}

// Named is a group of inputs by name.
func (in *Inputs) Named(key string) map[string]float64 {
	out := map[string]float64{}
	group, ok := in.ask(key).(map[string]any)
	if !ok {
		in.missing = append(in.missing, key)
	}
	for name, v := range group {
		out[name], _ = Number(v)
	}
	return out
}

// Like is the input whose name matches an expression, for what cases name in several
// ways; 0 when there is none. Of several it is the first by name.
func (in *Inputs) Like(name *regexp.Regexp) float64 {
	for _, key := range sorted(in.values) {
		if name.MatchString(key) {
			return in.Opt(key)
		}
	}
	return 0
}

// Says reports whether an input's name or its words contain a word.
func (in *Inputs) Says(word string) bool {
	word = strings.ToLower(word)
	for key, v := range in.values {
		text, _ := v.(string)
		if b, isBool := v.(bool); isBool && !b {
			continue
		}
		if strings.Contains(strings.ToLower(key), word) || strings.Contains(strings.ToLower(text), word) {
			in.asked[key] = true
			return true
		}
	}
	return false
}

// Wanted are the figures that the case expects and whose name matches an expression,
// with what its groups match.
func (in *Inputs) Wanted(name *regexp.Regexp) (out [][]string) {
	for _, key := range sorted(in.wants) {
		if m := name.FindStringSubmatch(key); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func (in *Inputs) ask(key string) any {
	in.asked[key] = true
	return in.values[key]
}

// commentary are inputs that say no more than the model or the other inputs do.
var commentary = []string{"algorithm", "detection_included", "runs", "retries_at_least", "service", "note"}

// Complain reports the inputs that a formula needed and did not find, and those stated
// that none asked for.
func (in *Inputs) Complain(t testing.TB) {
	t.Helper()
	for _, key := range in.missing {
		t.Errorf("input %s is not stated", key)
	}
	for _, key := range sorted(in.values) {
		if !in.asked[key] && !slices.Contains(commentary, key) {
			t.Errorf("nothing asks for the input %s", key)
		}
	}
}

// Number reads a figure; a boolean is 0 or 1.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// quantiles are p50_s, wait_p99_s, sojourn_p999_s and the like.
var quantiles = regexp.MustCompile(`^(wait_|sojourn_|)p([5-9][0-9]*)_s$`)

// Quantile reads the name of a percentile: which time it is of ("wait", "sojourn" or "")
// and p in (0, 1).
func Quantile(key string) (of string, p float64, ok bool) {
	m := quantiles.FindStringSubmatch(key)
	if m == nil {
		return "", 0, false
	}
	p, err := strconv.ParseFloat("0."+m[2], 64)
	return strings.TrimSuffix(m[1], "_"), p, err == nil
}

// Percentile is one that a case expects.
type Percentile struct {
	Key, Of string // Of is "wait", "sojourn" or ""
	P       float64
}

// Percentiles are those that the case expects.
func (in *Inputs) Percentiles() (out []Percentile) {
	for _, key := range sorted(in.wants) {
		if of, p, ok := Quantile(key); ok {
			out = append(out, Percentile{key, of, p})
		}
	}
	return out
}

// All reads the cases of queueing/testdata and those named by PLUMB_CASES.
func All(t testing.TB) []*Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), "queueing", "testdata", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if more := os.Getenv("PLUMB_CASES"); more != "" {
		list := []string{more}
		if info, err := os.Stat(more); err == nil && info.IsDir() {
			list, _ = filepath.Glob(filepath.Join(more, "*.yaml"))
		}
		files = append(files, list...)
	}
	var all []*Case
	ids := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		cases, err := Read(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, c := range cases {
			if before, taken := ids[c.ID]; taken && before != name {
				continue // the same case handed in again
			} else if taken {
				t.Errorf("%s: %s stands there twice", name, c.ID)
			}
			ids[c.ID] = name
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		t.Fatal("no reference cases")
	}
	return all
}

// Read reads the cases of a file. What it does not understand of one leaves that one out
// and is part of the error.
func Read(text []byte) ([]*Case, error) {
	var raw []struct {
		ID, Model, Kind, Source, Note string
		Inputs, Expect, Tolerance     map[string]any
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&raw); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var out []*Case
	var errs []error
	for i := range raw {
		r := &raw[i]
		c := &Case{
			ID: r.ID, Model: r.Model, Kind: r.Kind, Expect: r.Expect, Tolerance: map[string]float64{},
			Inputs: &Inputs{Model: r.Model, values: r.Inputs, wants: r.Expect, asked: map[string]bool{}},
		}
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("case %q: %s", r.ID, fmt.Sprintf(format, args...)))
			c = nil
		}
		switch {
		case r.ID == "" || r.Model == "":
			bad("number %d needs an id and a model", i+1)
		case !slices.Contains(kinds, r.Kind):
			bad("kind %q is none of %s", r.Kind, strings.Join(kinds, ", "))
		case len(r.Expect) == 0:
			bad("expects nothing")
		case len(r.Tolerance) == 0:
			bad("states no tolerance")
		}
		for _, name := range sorted(r.Tolerance) {
			f, ok := Number(r.Tolerance[name])
			if c == nil {
				break
			}
			if !ok || !(f >= 0) || !slices.Contains(tolerances, name) {
				bad("tolerance %s: %v is none of %s", name, r.Tolerance[name], strings.Join(tolerances, ", "))
				break
			}
			c.Tolerance[name] = f
		}
		if c != nil {
			out = append(out, c)
		}
	}
	return out, errors.Join(errs...)
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// root is the directory of go.mod.
func root(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
