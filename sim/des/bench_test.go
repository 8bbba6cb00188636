package des_test

import (
	"testing"

	"plumb.dev/plumb/sim/des"
)

// BenchmarkHold is the hold model (Jones 1986): with n events pending, take
// the next and schedule one an exponential time later.
func BenchmarkHold(b *testing.B) {
	for _, c := range []struct {
		name    string
		pending int
	}{{"16", 16}, {"1k", 1 << 10}, {"16k", 1 << 14}, {"256k", 1 << 18}} {
		b.Run(c.name, func(b *testing.B) {
			s := des.NewStream(1)
			gap := des.Exponential(des.Second)
			calendar := des.NewCalendar(des.Forever, 1<<62)
			for range c.pending {
				calendar.After(gap.Sample(&s), 0, 0)
			}
			b.ReportAllocs()
			for b.Loop() {
				calendar.Next()
				calendar.After(gap.Sample(&s), 0, 0)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func BenchmarkMM1(b *testing.B)    { benchmarkMMc(b, 0.8, 1) }
func BenchmarkMMc10(b *testing.B)  { benchmarkMMc(b, 8, 10) }
func BenchmarkMMc100(b *testing.B) { benchmarkMMc(b, 90, 100) }

// benchmarkMMc runs an M/M/c queue with a mean service of one second, sojourns
// recorded; an operation is one event.
func benchmarkMMc(b *testing.B, lambda float64, servers int) {
	q := newMMc(lambda, 1, servers)
	q.run(1, 100_000)
	b.ReportAllocs()
	b.ResetTimer()
	q.run(2, uint64(b.N))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// mmc is the model of the benchmarks, as flat as a model can be.
type mmc struct {
	calendar   *des.Calendar
	gap, serve des.Dist
	idle       int
	servers    int
	waiting    des.FIFO[des.Time]
	inService  des.Slab[des.Time]
	sojourns   des.Histogram
}

func newMMc(lambda, mu float64, servers int) *mmc {
	return &mmc{calendar: des.NewCalendar(0, 0), gap: des.Poisson(lambda), serve: des.Poisson(mu), servers: servers}
}

func (m *mmc) run(seed, events uint64) {
	const arrival, departure des.Kind = 0, 1
	arrivals, services := des.NewStream(seed, 1), des.NewStream(seed, 2)
	m.calendar.Reset(des.Forever, events)
	m.waiting.Reset()
	m.inService.Reset()
	m.idle = m.servers
	m.calendar.After(m.gap.Sample(&arrivals), arrival, 0)
	for {
		e, ok := m.calendar.Next()
		if !ok {
			return
		}
		switch e.Kind() {
		case arrival:
			m.calendar.After(m.gap.Sample(&arrivals), arrival, 0)
			if m.idle == 0 {
				m.waiting.Push(e.At)
				continue
			}
			m.idle--
			ref, came := m.inService.Add()
			*came = e.At
			m.calendar.After(m.serve.Sample(&services), departure, ref)
		case departure:
			came := m.inService.Get(e.Ref())
			m.sojourns.Record(e.At - *came)
			if next, ok := m.waiting.Pop(); ok {
				*came = next
				m.calendar.After(m.serve.Sample(&services), departure, e.Ref())
				continue
			}
			m.inService.End(e.Ref())
			m.idle++
		}
	}
}
