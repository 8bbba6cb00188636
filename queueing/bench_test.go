package queueing_test

import (
	"testing"

	"plumb.dev/plumb/queueing"
)

// The calls a plan makes thousands of times.

func BenchmarkSojournQuantile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		queueing.MMc{Lambda: 95, Mu: 1, C: 100}.SojournQuantile(0.99)
	}
}

func BenchmarkServersForSojourn(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		queueing.ServersForSojourn(2000, 20, 0.24, 0.99)
	}
}

func BenchmarkSeriesQuantileOfFourHops(b *testing.B) {
	station := queueing.MMc{Lambda: 500, Mu: 20, C: 28}
	external := queueing.LogNormalFromP50P99(0.180, 0.900)
	b.ReportAllocs()
	for b.Loop() {
		queueing.SeriesQuantile(0.99, station.SojournCurve(), external.Tail, station.SojournCurve(), external.Tail)
	}
}

func BenchmarkLRUHit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		queueing.LRUHit(queueing.Zipf{Items: 1_000_000, Alpha: 0.9}, 10_000)
	}
}
