package des

import "math/bits"

// Stream is a source of random numbers: the generator of Steele, Lea and Flood
// (Fast Splittable Pseudorandom Number Generators, OOPSLA 2014), which mixes
// the multiples of a constant that differs between streams. Its n-th number
// depends on the seed, the labels and n alone.
//
// A model gives each purpose (arrivals of a use case, service at a station,
// jitter) a stream of its own. Then two designs run with the same seed meet the
// same arrivals and the same demands, and their difference is not drowned in
// chance (common random numbers). Where policies change the order in which
// requests are served, At gives each request its own numbers for a purpose.
type Stream struct {
	state uint64
	step  uint64 // odd
}

// NewStream is the stream for a seed and labels, such as scenario, replication
// and purpose. Different labels, and different orders of them, give
// independent streams.
func NewStream(seed uint64, labels ...uint64) Stream {
	h := mix(seed + golden)
	for _, l := range labels {
		h = mix(mix(h+golden) + l)
	}
	return Stream{state: h, step: oddStep(h + golden)}
}

const golden = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio, odd

// mix is a bijection whose every output bit depends on every input bit
// (Stafford's variant 13 of the MurmurHash3 finaliser).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// oddStep derives a step between the states of a stream; steps with too
// regular bits are avoided as the paper advises.
func oddStep(z uint64) uint64 {
	z = (z ^ z>>33) * 0xff51afd7ed558ccd
	z = (z ^ z>>33) * 0xc4ceb9fe1a85ec53
	z = (z ^ z>>33) | 1
	if bits.OnesCount64(z^z>>1) < 24 {
		z ^= 0xaaaaaaaaaaaaaaaa
	}
	return z
}

// At is the stream of the i-th thing of the purpose that s stands for, such as
// a request. It does not depend on how much was drawn from s.
func (s Stream) At(i uint64) Stream {
	h := mix(s.step + mix(i+golden)) // the step stays; the state moves
	return Stream{state: h, step: oddStep(h + golden)}
}

// Own is the number of the i-th purpose of what s stands for, for one that takes a
// single number. Like At it does not depend on how much was drawn from s.
func (s *Stream) Own(i uint64) uint64 { return mix(s.step ^ mix(i+^uint64(golden))) }

// Uint64 is the next 64 random bits.
func (s *Stream) Uint64() uint64 {
	s.state += s.step
	return mix(s.state)
}

// Float64 is uniform in [0, 1).
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Chance is true with probability p.
func (s *Stream) Chance(p float64) bool { return s.Float64() < p }

// Below is uniform in 0..n-1, and 0 for n below 2. The bias, below n/2^64, is
// of no consequence to a simulation.
func (s *Stream) Below(n int) int {
	if n < 2 {
		return 0
	}
	hi, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(hi)
}
