package sim

import (
	"testing"
)

// Whatever a person writes is read or refused, soon; what is read is said again in words
// that read the same.
func FuzzWordsOfAScenario(f *testing.F) {
	for _, text := range append(FaultExamples(), "PlaceOrder.latency p99 < 800ms", "recovers within 30s", "burst 5x at 1min for 30s", "daily 0.2x over 1h", "1.5x horizon", "errors ≤ 1%", "a.b<", "kill a 9999999999999999999", "2x at 1e9y") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ParseClaim(text); err == nil {
			if again, err := ParseClaim(c.Text); err != nil || again != c {
				t.Errorf("%q is read as %+v and again as %+v, %v", text, c, again, err)
			}
		}
		if points, err := ParseShape(nil, text); err == nil {
			for i, p := range points {
				if p.At < 0 || i > 0 && p.At < points[i-1].At || !(p.Factor >= 0) {
					t.Errorf("%q has the points %v", text, points)
				}
			}
		}
		if load, scale, err := ParseLoad(text); err == nil && (load == "" || !(scale >= 0)) {
			t.Errorf("%q is a load of %g %q", text, scale, load)
		}
		if fault, err := ParseFault(text); err == nil {
			_ = fault.String()
		}
	})
}
