package des

import "math"

// Mean averages observations one by one (Welford, Technometrics 4(3), 1962).
// The zero Mean has none.
type Mean struct {
	n        uint64
	mean, m2 float64
}

// Add counts an observation.
func (m *Mean) Add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / float64(m.n)
	m.m2 += d * (x - m.mean)
}

// Merge adds the observations of other. Rounding depends on the order of
// merging; keep to one.
func (m *Mean) Merge(other Mean) {
	if other.n == 0 {
		return
	}
	n := m.n + other.n
	d := other.mean - m.mean
	m.m2 += other.m2 + d*d*float64(m.n)*float64(other.n)/float64(n)
	m.mean += d * float64(other.n) / float64(n)
	m.n = n
}

// Count is the number of observations.
func (m Mean) Count() uint64 { return m.n }

// Mean is their mean, NaN when there are none.
func (m Mean) Mean() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.mean
}

// Variance is their sample variance, NaN for fewer than two.
func (m Mean) Variance() float64 {
	if m.n < 2 {
		return math.NaN()
	}
	return m.m2 / float64(m.n-1)
}

// Interval is the confidence interval of the mean when the observations are
// independent and roughly normal, as the results of replications are
// (Student's t). With fewer than two it is unbounded.
func (m Mean) Interval(confidence float64) Interval {
	if m.n == 0 || !(confidence > 0 && confidence < 1) {
		return Interval{math.NaN(), math.NaN(), math.NaN()}
	}
	half := math.Inf(1)
	if m.n > 1 {
		half = studentQuantile(0.5+confidence/2, int(m.n-1)) * math.Sqrt(m.Variance()/float64(m.n))
	}
	return Interval{m.mean - half, m.mean, m.mean + half}
}

// Level averages over time something that changes at moments, such as a queue
// length or the number of busy servers. The zero Level is 0 since time 0.
type Level struct {
	value       int64
	most        int64
	area        float64 // value times nanoseconds
	since, last Time
}

// Add changes the level by d at now; now never runs backwards.
func (l *Level) Add(now Time, d int64) { l.Set(now, l.value+d) }

// Set changes the level to v at now.
func (l *Level) Set(now Time, v int64) {
	l.area += float64(l.value) * float64(now-l.last)
	l.last = now
	l.value = v
	l.most = max(l.most, v)
}

// Value is the present level.
func (l *Level) Value() int64 { return l.value }

// Most is the highest level since the last Restart.
func (l *Level) Most() int64 { return l.most }

// Area is the level summed up over time since the last Restart until now, in
// nanoseconds.
func (l *Level) Area(now Time) float64 { return l.area + float64(l.value)*float64(now-l.last) }

// Mean is the average level from the last Restart until now; the present level
// when no time has passed.
func (l *Level) Mean(now Time) float64 {
	if now <= l.since {
		return float64(l.value)
	}
	return l.Area(now) / float64(now-l.since)
}

// Restart forgets the past and keeps the level, at the end of the warm-up.
func (l *Level) Restart(now Time) { *l = Level{value: l.value, most: l.value, since: now, last: now} }
