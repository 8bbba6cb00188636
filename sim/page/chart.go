package page

import (
	"math"
	"strconv"
	"strings"
	"time"

	"plumb.dev/plumb/fact"
)

// A plot is drawn in the units of its view box; the page scales it to its width.
const (
	plotWidth  = 960.0
	leftSpace  = 64.0
	rightSpace = 16.0
)

// scale maps values to places along an axis.
type scale struct {
	low, high float64 // values
	from, to  float64 // places
	log       bool
}

func (s scale) at(x float64) float64 {
	low, high := s.low, s.high
	if s.log {
		low, high, x = math.Log(low), math.Log(high), math.Log(math.Max(x, s.low/10))
	}
	if high == low {
		return s.from
	}
	p := s.from + (x-low)/(high-low)*(s.to-s.from)
	return math.Max(math.Min(p, math.Max(s.from, s.to)), math.Min(s.from, s.to))
}

// mark is a line of an axis with what stands beside it.
type mark struct {
	At    string
	Label string
}

// num prints a place with a tenth of a unit, which no eye can tell from the exact one.
func num(x float64) string {
	s := strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// ticks are round values over a linear scale, about n of them.
func (s scale) ticks(n int, show func(float64) string) (out []mark) {
	step := roundStep((s.high - s.low) / float64(n))
	if !(step > 0) {
		return nil
	}
	for k := int(math.Ceil(s.low/step - 1e-9)); float64(k)*step <= s.high*(1+1e-9); k++ {
		v := float64(k) * step
		out = append(out, mark{num(s.at(v)), show(v)})
	}
	return out
}

// roundStep is the next of 1, 2, 5 times a power of ten.
func roundStep(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return 0
	}
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*p >= x*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// timeSteps are the distances between marks on a time axis, in seconds.
var timeSteps = []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 2 * 86400, 5 * 86400}

// timeTicks are marks at round times, about n of them.
func (s scale) timeTicks(n int) (out []mark) {
	step := timeSteps[len(timeSteps)-1]
	for _, t := range timeSteps {
		if t >= (s.high-s.low)/float64(n) {
			step = t
			break
		}
	}
	for x := 0.0; x <= s.high; x += step {
		out = append(out, mark{num(s.at(x)), clock(x)})
	}
	return out
}

// clock shows a time of a run: 90s, 2m, 1h30m.
func clock(x float64) string {
	if x < 120 {
		return fact.FormatSeconds(x)
	}
	d := time.Duration(x * float64(time.Second)).Round(time.Second)
	text := d.String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	if text == "" || strings.HasSuffix(text, "m") || strings.HasSuffix(text, "h") {
		return text
	}
	return d.String()
}

// decades are the powers of ten of a logarithmic scale, with twice and five times
// each where there are few.
func (s scale) decades(show func(float64) string) (out []mark) {
	first, last := math.Floor(math.Log10(s.low)), math.Ceil(math.Log10(s.high))
	steps := []float64{1}
	if last-first <= 3 {
		steps = []float64{1, 2, 5}
	}
	for e := first; e <= last; e++ {
		for _, m := range steps {
			if v := m * math.Pow(10, e); v >= s.low*(1-1e-9) && v <= s.high*(1+1e-9) {
				out = append(out, mark{num(s.at(v)), show(v)})
			}
		}
	}
	return out
}

// path draws straight lines through points.
type path struct{ b strings.Builder }

func (p *path) to(x, y float64) {
	if p.b.Len() == 0 {
		p.b.WriteString("M")
	} else {
		p.b.WriteString("L")
	}
	p.b.WriteString(num(x) + " " + num(y))
}

func (p *path) close() string {
	if p.b.Len() > 0 {
		p.b.WriteString("Z")
	}
	return p.b.String()
}

func (p *path) String() string { return p.b.String() }
