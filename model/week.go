package model

import "math"

// weekMinutes are the minutes of a week; minute 0 is Sunday midnight.
const weekMinutes = 7 * 24 * 60

// week tells, per minute, when something is away.
type week [weekMinutes]bool

// awayOf marks the hours outside the open ones and those of maintenance; nil for
// an external that is always there.
func awayOf(x *External) *week {
	if len(x.Open)+len(x.Maintenance) == 0 {
		return nil
	}
	var w week
	if len(x.Open) > 0 {
		for i := range w {
			w[i] = true
		}
		w.cover(x.Open, false)
	}
	w.cover(x.Maintenance, true)
	return &w
}

// cover marks the minutes that windows cover.
func (w *week) cover(windows []Window, as bool) {
	for _, win := range windows {
		for d := range 7 {
			if win.Days&(1<<d) == 0 {
				continue
			}
			start := d*24*60 + int(win.From/60)
			for i := range int(math.Ceil(win.Seconds() / 60)) {
				w[(start+i)%weekMinutes] = as
			}
		}
	}
}

// longest is the longest stretch in seconds and share the part of all time that is
// marked.
func (w *week) longest() (longest, share float64) {
	count, run, best := 0, 0, 0
	for i := range 2 * weekMinutes { // twice round, for a stretch over the week's end
		if w[i%weekMinutes] {
			run++
			best = max(best, run)
		} else {
			run = 0
		}
		if i < weekMinutes && w[i] {
			count++
		}
	}
	return float64(min(best, weekMinutes)) * 60, float64(count) / weekMinutes
}

// at reports whether the minute of a start is marked on any of its days.
func (w *week) at(start Window) bool {
	for d := range 7 {
		if start.Days&(1<<d) != 0 && w[(d*24*60+int(start.From/60))%weekMinutes] {
			return true
		}
	}
	return false
}

// Closed is the longest stretch for which an external is away by plan, in seconds,
// and the share of all time that it is.
func (x *External) Closed() (longest, share float64) { return x.closedLongest, x.closedShare }

// comes is the load of a use case over the week, a rate for every minute: its peak in
// the hours said for it, spread over them where it lasts less long, and what its average
// leaves for the rest of the week; even where no hours are said, and where the peak alone
// would bring more than the average does: then it is rarer than its hours, and what comes
// in an ordinary week is not known to come in them.
func (u *UseCase) comes() (rates [weekMinutes]float64) {
	l := &u.Load
	var in week
	hours, peak := 0.0, 0.0
	if dated := u.dated(); dated != nil {
		in.cover([]Window{dated.When}, true)
		hours = dated.When.Seconds()
		peak = l.Peak.N * min(1, dated.Lasts.Or(hours)/hours)
	}
	marked := 0
	for _, m := range in {
		if m {
			marked++
		}
	}
	rest := l.Average.N
	if marked > 0 && marked < weekMinutes {
		rest = (l.Average.N*weekMinutes - peak*float64(marked)) / float64(weekMinutes-marked)
		if rest < 0 {
			peak, rest = l.Average.N, l.Average.N
		}
	}
	for i := range rates {
		rates[i] = rest
		if in[i] {
			rates[i] = max(peak, rest)
		}
	}
	return rates
}

// dated is the load whose hours say when a use case is busy: its own, or that of what
// starts it; nil where nobody says.
func (u *UseCase) dated() *Load {
	if u.Load.When.Days != 0 {
		return &u.Load
	}
	var before []*UseCase
	before = append(before, u.FollowsUp...)
	for _, e := range u.On {
		before = append(before, e.EmittedBy...)
	}
	for _, v := range before {
		if v.Load.When.Days != 0 {
			return &v.Load
		}
	}
	return nil
}

// meets is what of a load falls into the marked minutes: the share of all of it, and
// how much comes in the stretch that brings most.
func (w *week) meets(rates *[weekMinutes]float64) (share, most float64) {
	all, inside, run := 0.0, 0.0, 0.0
	for i := range 2 * weekMinutes { // twice round, for a stretch over the week's end
		m := i % weekMinutes
		if i < weekMinutes {
			all += rates[m] * 60
			if w[m] {
				inside += rates[m] * 60
			}
		}
		if w[m] {
			run += rates[m] * 60
			most = max(most, run)
		} else {
			run = 0
		}
	}
	if all == 0 {
		return 0, 0
	}
	return inside / all, min(most, all)
}
