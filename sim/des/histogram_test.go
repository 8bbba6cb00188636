package des_test

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"plumb.dev/plumb/sim/des"
)

func TestHistogramKeepsEveryValueWithinItsResolution(t *testing.T) {
	// A single value surrounded by others far away is found to within a cell.
	s := des.NewStream(1)
	for range 3000 {
		v := des.Time(s.Uint64() >> (1 + s.Below(62)))
		var h des.Histogram
		for range 100 {
			h.Record(v)
		}
		h.Record(0)
		h.Record(des.Forever)
		got, ok := h.Quantile(0.5)
		if !ok || math.Abs(got-float64(v)) > 0.008*float64(v)+0.5 {
			t.Fatalf("%d came back as %g", v, got)
		}
	}
}

func TestQuantilesOfASampleMatchItsOrderStatistics(t *testing.T) {
	s := des.NewStream(2)
	d := des.LogNormal(20*des.Millisecond, 1.2)
	var h des.Histogram
	values := make([]des.Time, 100_000)
	sum := 0.0
	for i := range values {
		values[i] = d.Sample(&s)
		h.Record(values[i])
		sum += float64(values[i])
	}
	slices.Sort(values)
	for _, p := range []float64{0.01, 0.5, 0.9, 0.99, 0.999, 0.9999} {
		want := float64(values[int(p*float64(len(values)))])
		if got, ok := h.Quantile(p); !ok || math.Abs(got-want) > 0.008*want {
			t.Errorf("p %g: %g, want %g", p, got, want)
		}
		if got := h.Above(des.Time(want)); math.Abs(got-(1-p)) > 0.02*(1-p)+1e-4 {
			t.Errorf("p %g: a share %g lies above", p, got)
		}
	}
	if got := h.Mean(); math.Abs(got-sum/1e5) > 1e-9*got {
		t.Errorf("mean %g, want %g", got, sum/1e5)
	}
	if h.Least() != values[0] || h.Most() != values[len(values)-1] {
		t.Error("extremes are not exact")
	}
}

func TestMergingInAnyOrderIsTheSame(t *testing.T) {
	s := des.NewStream(3)
	parts := make([]des.Histogram, 5)
	var whole, forwards, backwards des.Histogram
	for i := range parts {
		for range s.Below(2000) {
			v := des.Time(s.Uint64() >> 1)
			parts[i].Record(v)
			whole.Record(v)
		}
	}
	for i := range parts {
		forwards.Merge(&parts[i])
		backwards.Merge(&parts[len(parts)-1-i])
	}
	if !reflect.DeepEqual(forwards, whole) || !reflect.DeepEqual(backwards, whole) {
		t.Error("merged histograms differ")
	}
}

func TestPercentilesBeyondTheSampleAreRefused(t *testing.T) {
	var h des.Histogram
	if _, ok := h.Quantile(0.5); ok || !math.IsNaN(h.Mean()) || !math.IsNaN(h.Above(1)) {
		t.Error("an empty sample said something")
	}
	for range 1000 {
		h.Record(des.Second)
	}
	for p, want := range map[float64]bool{0.5: true, 0.99: true, 0.999: false, 0.01: true, 0.001: false, 0: false, 1: false} {
		if q, ok := h.Quantile(p); ok != want || ok == math.IsNaN(q) {
			t.Errorf("1000 observations, p %g: %g, %v", p, q, ok)
		}
	}
	for range 9000 {
		h.Record(des.Second)
	}
	if _, ok := h.Quantile(0.999); !ok {
		t.Error("10000 observations do not carry a p99.9")
	}
}

func TestNegativeTimesCountAsZero(t *testing.T) {
	var h des.Histogram
	h.Record(-des.Second)
	if h.Least() != 0 || h.Mean() != 0 || h.Count() != 1 {
		t.Error("a negative time was kept")
	}
}
