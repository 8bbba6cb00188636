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
