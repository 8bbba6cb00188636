package sim

import (
	"math"

	"plumb.dev/plumb/queueing"
	"plumb.dev/plumb/sim/des"
)

// popularity is how often each key is asked for, by rank. Keys beyond the first head
// are simulated in groups of each: one key of a group stands for all of it. It is
// drawn from in constant time (Walker's alias method, ACM TOMS 3(3), 1977).
type popularity struct {
	head, each int
	alpha      float64
	share      []float64 // of the requests, by key or group
	table      []choice
}

// choice is a row of the alias method: the chance, of 2^32, of keeping what was drawn,
// and what is taken instead. Tables are larger than what a processor keeps near, and a
// draw looks at one row.
type choice struct{ keep, alias uint32 }

// zipf is the popularity of n keys of which the i-th is asked for in proportion to
// i^-alpha, simulated with at most most of them.
func zipf(n, alpha float64, most int) *popularity {
	n = math.Max(math.Round(n), 1)
	p := &popularity{alpha: alpha, head: int(math.Min(n, float64(most))), each: 1}
	tail := 0.0
	if n > float64(most) {
		// Half of the places for the most popular keys, which differ most.
		p.head = most / 2
		p.each = int(math.Ceil((n - float64(p.head)) / float64(most-p.head)))
		tail = math.Floor((n - float64(p.head)) / float64(p.each))
	}
	sum := 0.0
	for i := range p.head {
		w := math.Pow(float64(i+1), -alpha)
		p.share = append(p.share, w)
		sum += w
	}
	for i := range int(tail) {
		from := float64(p.head+i*p.each) + 0.5
		w := powers(from, from+float64(p.each), alpha)
		p.share = append(p.share, w)
		sum += w
	}
	for i := range p.share {
		p.share[i] /= sum
	}
	p.tables()
	return p
}

// powers is the integral of x^-alpha, which is close to the sum over the whole numbers
// between when the bounds lie half way between two.
func powers(from, to, alpha float64) float64 {
	if math.Abs(alpha-1) < 1e-9 {
		return math.Log(to / from)
	}
	return (math.Pow(to, 1-alpha) - math.Pow(from, 1-alpha)) / (1 - alpha)
}

// skew is the alpha with which the first part hot (0..1) of n keys is asked for in
// share (0..1) of the requests.
func skew(n, hot, share float64) float64 {
	return queueing.ZipfThrough(int(math.Min(math.Round(n), 1<<40)), hot, share).Alpha
}

// tables prepares the alias method.
func (p *popularity) tables() {
	n := len(p.share)
	p.table = make([]choice, n)
	scaled := make([]float64, n)
	var small, large []int
	for i, s := range p.share {
		scaled[i] = s * float64(n)
		if scaled[i] < 1 {
			small = append(small, i)
		} else {
			large = append(large, i)
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		p.table[s] = choice{uint32(scaled[s] * math.MaxUint32), uint32(l)}
		if scaled[l] -= 1 - scaled[s]; scaled[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		p.table[i] = choice{math.MaxUint32, uint32(i)}
	}
}

// draw is a key, or a group and whether the key asked for is the one that stands for
// it.
func (p *popularity) draw(s *des.Stream) (key int, itself bool) {
	key = s.Below(len(p.share))
	if row := &p.table[key]; uint32(s.Uint64()>>32) > row.keep {
		key = int(row.alias)
	}
	return key, key < p.head || s.Below(p.each) == 0
}

// weight is for how many keys one stands.
func (p *popularity) weight(key int) int {
	if key < p.head {
		return 1
	}
	return p.each
}

// present are the shares of time for which a key is in a cache that takes rate
// requests a second, holds room entries (0 for any number) and keeps each for ttl
// seconds from its miss (0 for ever): by the renewal of the entry, bounded by the
// characteristic time of the least recently used (Che, Tung and Wang, IEEE JSAC
// 20(7), 2002), which is answered, too: after how long without a request a key has
// been dropped, +Inf where there is room for all.
func (p *popularity) present(rate float64, room int, ttl float64) (out []float32, age float64) {
	out, age = make([]float32, len(p.share)), math.Inf(1)
	if !(rate > 0) {
		return out, age
	}
	at := func(key int, age float64) float64 {
		each := rate * p.share[key] / float64(p.weight(key))
		lives := 1.0
		if ttl > 0 {
			lives = each * ttl / (1 + each*ttl)
		}
		return math.Min(lives, -math.Expm1(-each*age))
	}
	held := func(age float64) (n float64) {
		for k := range p.share {
			n += at(k, age) * float64(p.weight(k))
		}
		return n
	}
	if room > 0 && held(age) > float64(room) {
		lo, hi := 1e-9, 1e12
		for range 80 {
			if age = math.Sqrt(lo * hi); held(age) > float64(room) {
				hi = age
			} else {
				lo = age
			}
		}
	}
	for k := range out {
		out[k] = float32(at(k, age))
	}
	return out, age
}
