package spec

import (
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// everyDay is the set of all weekdays, bit 0 Sunday.
const everyDay uint8 = 0x7f

var dayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// dayWords are the words for several days at once.
var dayWords = []struct {
	word string
	days uint8
}{{"daily", everyDay}, {"weekdays", 0x3e}, {"weekends", 0x41}}

// oneDay returns the bit of a weekday, by its name or its first three letters.
func oneDay(s string) (int, bool) {
	if len(s) < 3 {
		return 0, false
	}
	s = strings.ToLower(s)
	i := slices.IndexFunc(dayNames[:], func(d string) bool { return d == s || d[:3] == s })
	return i, i >= 0
}

// daysOf reads daily, weekdays, weekends, sun, mon-fri or mon,wed.
func daysOf(s string) (uint8, bool) {
	for _, w := range dayWords {
		if w.word == s {
			return w.days, true
		}
	}
	var set uint8
	for part := range strings.SplitSeq(s, ",") {
		if part == "" && set != 0 {
			continue // "mon, wed": the blank has split it
		}
		first, last, isRange := strings.Cut(part, "-")
		a, ok := oneDay(first)
		if !ok {
			return 0, false
		}
		b := a
		if isRange {
			if b, ok = oneDay(last); !ok {
				return 0, false
			}
		}
		for d := a; ; d = (d + 1) % 7 {
			set |= 1 << d
			if d == b {
				break
			}
		}
	}
	return set, set != 0
}

// leadingDays reads the days at the start of ps ("mon, wed", "mon and wed") and
// returns the rest.
func leadingDays(ps []piece) (uint8, []piece) {
	var set uint8
	for len(ps) > 0 {
		days, ok := daysOf(strings.TrimSuffix(ps[0].text, ","))
		if !ok && (set == 0 || ps[0].text != "and") {
			break
		}
		set |= days
		ps = ps[1:]
	}
	return set, ps
}

// clock reads a time of day such as 18:00, in seconds after midnight; 24:00 is the
// end of the day.
func clock(s string) (float64, bool) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || len(h) == 0 || len(h) > 2 || len(m) != 2 {
		return 0, false
	}
	hours, minutes := 0, 0
	for i := range len(h) {
		if !isDigit(h[i]) {
			return 0, false
		}
		hours = hours*10 + int(h[i]-'0')
	}
	if !isDigit(m[0]) || !isDigit(m[1]) {
		return 0, false
	}
	minutes = int(m[0]-'0')*10 + int(m[1]-'0')
	if minutes > 59 || hours > 24 || hours == 24 && minutes > 0 {
		return 0, false
	}
	return float64(hours*3600 + minutes*60), true
}

// Window reads a repeated stretch of time: daily 02:00-04:00, sun 01:00-05:00,
// mon,wed 10:00-11:00.
func (n *Node) Window() (Window, bool) { return read(n, readWindow) }

func readWindow(n *Node) (Window, *flaw) {
	if f := scalar(n); f != nil {
		return Window{}, f
	}
	w, f := windowOf(n.Text, pieces(n.Text))
	return w, f.in(n)
}

const windowHint = "write days and hours, such as daily 02:00-04:00, weekdays 06:00-20:00 or mon,wed 10:00-11:00"

func windowOf(s string, ps []piece) (Window, *flaw) {
	days, rest := leadingDays(ps)
	text, from, to := spanOf(s, rest)
	if days == 0 {
		return Window{}, flawf(from, to, "%q does not start with days", text).with(windowHint)
	}
	a, b, ok := strings.Cut(strings.ReplaceAll(text, " ", ""), "-")
	start, okA := clock(a)
	end, okB := clock(b)
	switch {
	case text == "":
		_, from, to = spanOf(s, ps)
		return Window{}, flawf(from, to, "the hours are missing").with(windowHint)
	case !ok || !okA || !okB:
		return Window{}, flawf(from, to, "%q are no hours from 00:00 to 24:00", text).with(windowHint)
	}
	return Window{Days: days, From: start, To: end}, nil
}

// Schedule reads a period (15min) or a time in the calendar (daily 02:00).
func (n *Node) Schedule() (Schedule, bool) { return read(n, readSchedule) }

const scheduleHint = "write a period such as 15min, or a time such as daily 02:00, weekdays 06:00 or monthly"

func readSchedule(n *Node) (Schedule, *flaw) {
	if f := scalar(n); f != nil {
		return Schedule{}, f
	}
	ps := pieces(n.Text)
	if len(ps) > 1 && ps[0].text == "every" {
		ps = ps[1:]
	}
	if days, rest := leadingDays(ps); days != 0 {
		s := Schedule{Calendar: true, Days: days}
		count := 0
		for d := days; d != 0; d &= d - 1 {
			count++
		}
		s.Period = fact.Week.Seconds() / float64(count)
		return s, s.time(n.Text, rest).in(n)
	}
	text, from, to := spanOf(n.Text, ps)
	if len(ps) > 0 {
		if s, ok := wordSchedule(ps[0].text); ok {
			return s, s.monthly(n.Text, ps[1:]).in(n)
		}
	}
	period, err := fact.ParseSeconds(text)
	switch {
	case err != nil:
		return Schedule{}, flawf(from, to, "%q is no schedule", text).in(n).with(scheduleHint)
	case period <= 0:
		return Schedule{}, flawf(from, to, "a schedule cannot run every 0s").in(n)
	}
	return Schedule{Period: period}, nil
}

func wordSchedule(w string) (Schedule, bool) {
	switch w {
	case "hourly":
		return Schedule{Period: 3600}, true
	case "weekly":
		return Schedule{Period: fact.Week.Seconds()}, true
	case "monthly":
		return Schedule{Period: fact.Month.Seconds(), Calendar: true, MonthDay: 1}, true
	case "quarterly":
		return Schedule{Period: 3 * fact.Month.Seconds(), Calendar: true, MonthDay: 1}, true
	case "yearly":
		return Schedule{Period: fact.Year.Seconds(), Calendar: true, MonthDay: 1}, true
	}
	return Schedule{}, false
}

// monthly reads what may follow monthly and its kin: a day of the month and a time.
func (s *Schedule) monthly(text string, ps []piece) *flaw {
	if len(ps) > 0 && ps[0].text == "on" {
		ps = ps[1:]
	}
	if s.Calendar && len(ps) > 0 && len(ps[0].text) <= 2 {
		day, err := fact.ParseCount(ps[0].text)
		if err != nil || day < 1 || day > 31 || day != float64(int(day)) {
			return flawf(ps[0].from, ps[0].to, "%q is no day of a month", ps[0].text).with(scheduleHint)
		}
		s.MonthDay, ps = int(day), ps[1:]
	}
	if !s.Calendar && len(ps) > 0 {
		_, from, to := spanOf(text, ps)
		return flawf(from, to, "hourly and weekly take no time").with("name the day, such as sun 03:00")
	}
	return s.time(text, ps)
}

// time reads the optional time of day at the end.
func (s *Schedule) time(text string, ps []piece) *flaw {
	if len(ps) > 1 && ps[0].text == "at" {
		ps = ps[1:]
	}
	if len(ps) == 0 {
		return nil
	}
	at, ok := clock(ps[0].text)
	if !ok || at >= 86400 || len(ps) > 1 {
		t, from, to := spanOf(text, ps)
		return flawf(from, to, "%q is no time of day, such as 02:00", t).with(scheduleHint)
	}
	s.At, s.AtSaid = at, true
	return nil
}
