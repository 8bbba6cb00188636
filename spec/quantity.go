package spec

import (
	"math"
	"strings"

	"plumb.dev/plumb/fact"
)

// Load reads a rate with how long it lasts and when: 350/s for 2h daily
// 18:00-20:00.
func (n *Node) Load() (Load, bool) { return read(n, readLoad) }

func readLoad(n *Node) (Load, *flaw) {
	if f := scalar(n); f != nil {
		return Load{}, f
	}
	s := n.Text
	ps := pieces(s)
	forAt, windowAt := len(ps), len(ps)
	for i, p := range ps {
		if p.text == "for" && forAt == len(ps) {
			forAt = i
		}
		if _, ok := daysOf(strings.TrimSuffix(p.text, ",")); ok && i > 0 {
			windowAt = i
			break
		}
	}
	rateEnd := min(forAt, windowAt)
	var l Load
	var err error
	text, from, to := spanOf(s, ps[:rateEnd])
	if l.PerSecond, err = fact.ParseRate(text); err != nil {
		return Load{}, flawf(from, to, "%s", err).in(n)
	}
	if forAt < windowAt {
		text, from, to = spanOf(s, ps[forAt+1:windowAt])
		if l.Lasts, err = fact.ParseSeconds(text); err != nil {
			return Load{}, flawf(from, to, "%s", err).in(n)
		}
	}
	if windowAt < len(ps) {
		w, f := windowOf(s, ps[windowAt:])
		if f != nil {
			return Load{}, f.in(n)
		}
		l.When = &w
	}
	return l, nil
}

// Payload reads a size, or one each way: 2 kB in, 30 kB out.
func (n *Node) Payload() (Payload, bool) { return read(n, readPayload) }

func readPayload(n *Node) (Payload, *flaw) {
	if f := scalar(n); f != nil {
		return Payload{}, f
	}
	var p Payload
	start := 0
	ps := pieces(n.Text)
	for i, w := range ps {
		var slot **float64
		switch strings.TrimSuffix(w.text, ",") {
		case "in":
			slot = &p.In
		case "out":
			slot = &p.Out
		default:
			continue
		}
		if *slot != nil {
			return Payload{}, flawf(w.from, w.to, "%s is given twice", w.text).in(n)
		}
		v, f := bytesOf(n.Text, ps[start:i])
		if f != nil {
			return Payload{}, f.in(n)
		}
		*slot, start = &v, i+1
	}
	if start < len(ps) || len(ps) == 0 {
		v, f := bytesOf(n.Text, ps[start:])
		if f == nil && start > 0 {
			f = flawf(ps[start].from, len(n.Text), "a size without in or out after one with").with("write 2 kB in, 30 kB out")
		}
		if f != nil {
			return Payload{}, f.in(n)
		}
		p.Bare = &v
	}
	return p, nil
}

func bytesOf(s string, ps []piece) (float64, *flaw) {
	text, from, to := spanOf(s, ps)
	v, err := fact.ParseBytes(text)
	if err != nil {
		return 0, flawf(from, to, "%s", err)
	}
	return v, nil
}

// Volume reads a count (2M) or a rate of growth (300k/day).
func (n *Node) Volume() (Volume, bool) { return read(n, readVolume) }

func readVolume(n *Node) (Volume, *flaw) {
	if f := scalar(n); f != nil {
		return Volume{}, f
	}
	if strings.Contains(n.Text, "/") || strings.Contains(n.Text, " per ") {
		v, err := fact.ParseRate(n.Text)
		if err != nil {
			return Volume{}, flawf(0, len(n.Text), "%s", err).in(n)
		}
		return Volume{PerSecond: v, Grows: true}, nil
	}
	v, err := fact.ParseCount(n.Text)
	if err != nil {
		return Volume{}, flawf(0, len(n.Text), "%q is neither a count, such as 2M, nor a rate, such as 300k/day", n.Text).in(n)
	}
	return Volume{Count: v}, nil
}

// Horizon reads how far ahead to plan and the growth until then: 3y at 40%/y.
func (n *Node) Horizon() (Horizon, bool) { return read(n, readHorizon) }

func readHorizon(n *Node) (Horizon, *flaw) {
	if f := scalar(n); f != nil {
		return Horizon{}, f
	}
	ps := pieces(n.Text)
	at := len(ps)
	for i, p := range ps {
		if p.text == "at" {
			at = i
			break
		}
	}
	text, from, to := spanOf(n.Text, ps[:at])
	var h Horizon
	var err error
	if h.Seconds, err = fact.ParseSeconds(text); err != nil {
		return Horizon{}, flawf(from, to, "%s", err).in(n).with("write 3y at 40%/y")
	}
	if h.Seconds == 0 || h.Seconds > 100*fact.Year.Seconds() {
		return Horizon{}, flawf(from, to, "a horizon lies between 0 and 100 years").in(n)
	}
	if at < len(ps) {
		text, from, to = spanOf(n.Text, ps[at+1:])
		g, ok := growth(text)
		if !ok {
			return Horizon{}, flawf(from, to, "%q is no growth: write a percentage per time, such as 40%%/y or 2%%/month", text).in(n)
		}
		h.Growth, h.GrowthSaid = g, true
	}
	return h, nil
}

// growth reads 40%/y, 2% per month or 40%, per year when nothing else is said, and
// compounds it to a year: (1+g)^(year/period) - 1. Above 100,000% a year it is
// taken for a slip.
func growth(s string) (float64, bool) {
	num, unit, ok := strings.Cut(s, "%")
	if !ok {
		return 0, false
	}
	n, err := fact.ParseCount(num)
	if err != nil {
		return 0, false
	}
	period := fact.Year.Seconds()
	if unit = strings.TrimSpace(unit); unit != "" {
		u, found := strings.CutPrefix(unit, "/")
		if !found {
			if u, found = strings.CutPrefix(unit, "per "); !found {
				return 0, false
			}
		}
		if period, err = fact.ParseSeconds("1 " + strings.TrimSpace(u)); err != nil || period <= 0 {
			return 0, false
		}
	}
	if period == fact.Year.Seconds() {
		return n / 100, n <= 1e5
	}
	g := math.Pow(1+n/100, fact.Year.Seconds()/period) - 1
	return g, g <= 1e3
}

// Consistency reads atomic, read-your-writes or eventual within 5s.
func (n *Node) Consistency() (Consistency, bool) { return read(n, readConsistency) }

func readConsistency(n *Node) (Consistency, *flaw) {
	if f := scalar(n); f != nil {
		return Consistency{}, f
	}
	ps := pieces(n.Text)
	whole, from, to := spanOf(n.Text, ps)
	if whole == "atomic" || whole == "read-your-writes" || whole == "eventual" {
		return Consistency{Kind: whole}, nil
	}
	if len(ps) < 3 || ps[0].text != "eventual" || ps[1].text != "within" {
		return Consistency{}, flawf(from, to, "%q is no consistency", whole).in(n).with("write atomic, read-your-writes or eventual within 5s")
	}
	text, from, to := spanOf(n.Text, ps[2:])
	v, err := fact.ParseSeconds(text)
	if err != nil {
		return Consistency{}, flawf(from, to, "%s", err).in(n)
	}
	if v == 0 {
		return Consistency{}, flawf(from, to, "eventual within no time at all is atomic").in(n).with("write atomic")
	}
	return Consistency{Kind: "eventual", Within: v}, nil
}

// Skew reads how uneven the use of instances is: 20% on 1%.
func (n *Node) Skew() (Skew, bool) { return read(n, readSkew) }

func readSkew(n *Node) (Skew, *flaw) {
	if f := scalar(n); f != nil {
		return Skew{}, f
	}
	const hint = "write the share of the requests and of the instances they fall on, such as 20% on 1%"
	ps := pieces(n.Text)
	if len(ps) < 3 || ps[1].text != "on" {
		return Skew{}, flawf(0, len(n.Text), "%q is no skew", n.Text).in(n).with(hint)
	}
	share, err := fact.ParseShare(ps[0].text)
	if err != nil {
		return Skew{}, flawf(ps[0].from, ps[0].to, "%s", err).in(n)
	}
	// "of them" may follow, as people say it.
	rest := ps[2:]
	if len(rest) > 1 && rest[1].text == "of" {
		rest = rest[:1]
	}
	text, from, to := spanOf(n.Text, rest)
	on, err := fact.ParseShare(text)
	switch {
	case err != nil:
		return Skew{}, flawf(from, to, "%s", err).in(n)
	case on <= 0 || share < on:
		return Skew{}, flawf(ps[0].from, to, "%s of the requests on %s of the instances is no skew", ps[0].text, text).in(n).with(hint)
	}
	return Skew{Share: share, On: on}, nil
}

// Per reads how many requests one instance of an aggregate causes: 12 per Order.
func (n *Node) Per() (Per, bool) { return read(n, readPer) }

func readPer(n *Node) (Per, *flaw) {
	if f := scalar(n); f != nil {
		return Per{}, f
	}
	const hint = "write a number and an aggregate, such as 12 per Order"
	ps := pieces(n.Text)
	if len(ps) != 3 || ps[1].text != "per" {
		return Per{}, flawf(0, len(n.Text), "%q does not say how many per what", n.Text).in(n).with(hint)
	}
	count, err := fact.ParseCount(ps[0].text)
	if err != nil {
		return Per{}, flawf(ps[0].from, ps[0].to, "%s", err).in(n).with(hint)
	}
	if !isName(ps[2].text) {
		return Per{}, flawf(ps[2].from, ps[2].to, "%q is no name of an aggregate", ps[2].text).in(n).with(hint)
	}
	return Per{Count: count, Name: Word{ps[2].text, n.at(ps[2].from, ps[2].to)}}, nil
}

// Flag reads yes or no.
func (n *Node) Flag() (bool, bool) { return read(n, readFlag) }

func readFlag(n *Node) (bool, *flaw) {
	if f := scalar(n); f != nil {
		return false, f
	}
	switch n.Text {
	case "yes", "true":
		return true, nil
	case "no", "false":
		return false, nil
	}
	return false, flawf(0, len(n.Text), "expected yes or no, found %q", n.Text).in(n)
}
