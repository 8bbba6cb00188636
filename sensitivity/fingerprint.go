package sensitivity

import (
	"hash/fnv"
	"math"

	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/diag"
)

// fingerprint tells plans apart that differ in any choice, utility or elimination:
// a fact at which the plan keeps its fingerprint has no say in it.
type fingerprint uint64

func fingerprintOf(p *decide.Plan, problems diag.List) fingerprint {
	h := fnv.New64a()
	var buf [8]byte
	number := func(bits uint64) {
		for i := range buf {
			buf[i] = byte(bits >> (8 * i))
		}
		h.Write(buf[:])
	}
	number(uint64(len(problems)))
	for i := range p.Decisions {
		d := &p.Decisions[i]
		h.Write([]byte(d.ID))
		h.Write([]byte(d.Choice))
		if structural(d) {
			h.Write([]byte(shape(d)))
		}
		for j := range d.Options {
			number(math.Float64bits(d.Options[j].Utility))
			number(uint64(len(d.Options[j].Eliminated)))
		}
	}
	return fingerprint(h.Sum64())
}
