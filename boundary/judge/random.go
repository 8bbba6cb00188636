package judge

import (
	"fmt"
	"math/rand/v2"

	"plumb.dev/plumb/boundary"
)

// Random is a random but plausible system: aggregates in areas of about five,
// use cases that mostly stay in one area, teams that own areas, references,
// follow-ups, and hard constraints in the given number, which may contradict one
// another.
func Random(random *rand.Rand, aggregates, useCases, constraints int) boundary.Input {
	var in boundary.Input
	areas := max(1, aggregates/5)
	for i := range aggregates {
		a := boundary.Aggregate{ID: boundary.AggregateID(fmt.Sprintf("a%04d", i)), Ref: fmt.Sprintf("aggregate %d", i),
			Owner: boundary.TeamID(fmt.Sprintf("t%02d", i%areas%12))}
		if random.IntN(12) == 0 {
			a.Volatility = boundary.Rarely
		}
		if random.IntN(20) == 0 {
			a.Availability, a.Cadence = 0.9999, 20
		}
		in.Aggregates = append(in.Aggregates, a)
	}
	pick := func(area int) boundary.AggregateID {
		if random.IntN(8) == 0 {
			area = random.IntN(areas)
		}
		return in.Aggregates[(area+areas*random.IntN(5))%aggregates].ID
	}
	for i := range useCases {
		u := boundary.UseCase{ID: boundary.UseCaseID(fmt.Sprintf("u%04d", i)), Ref: fmt.Sprintf("use case %d", i), Rate: boundary.PerSecond(random.IntN(200))}
		area := random.IntN(areas)
		for range random.IntN(4) {
			u.Reads = append(u.Reads, pick(area))
		}
		for range random.IntN(3) {
			u.Writes = append(u.Writes, pick(area))
		}
		u.Consistency = boundary.Consistency(random.IntN(3))
		if i > 0 && random.IntN(6) == 0 {
			u.Then = []boundary.FollowUp{{UseCase: boundary.UseCaseID(fmt.Sprintf("u%04d", random.IntN(i))), ByEvent: random.IntN(2) == 0}}
		}
		u.ByEvent = random.IntN(8) == 0
		in.UseCases = append(in.UseCases, u)
	}
	for range aggregates {
		in.References = append(in.References, boundary.Reference{From: pick(random.IntN(areas)), To: pick(random.IntN(areas))})
	}
	for i := range constraints {
		constrain(random, &in, i)
	}
	return in
}

// RandomOwn is a random cut of a system, as a user might give one: it leaves out
// about one aggregate in five.
func RandomOwn(random *rand.Rand, in boundary.Input) []boundary.OwnContext {
	own := make([]boundary.OwnContext, 1+random.IntN(1+len(in.Aggregates)/2))
	for i := range own {
		own[i].Name, own[i].Ref = fmt.Sprintf("own %d", i), fmt.Sprintf("own:%d", i)
	}
	for _, a := range in.Aggregates {
		if random.IntN(5) > 0 {
			o := &own[random.IntN(len(own))]
			o.Aggregates = append(o.Aggregates, a.ID)
		}
	}
	return own
}

// constrain adds a random hard constraint.
func constrain(random *rand.Rand, in *boundary.Input, i int) {
	some := func(n int) []boundary.AggregateID {
		var out []boundary.AggregateID
		for range n {
			out = append(out, in.Aggregates[random.IntN(len(in.Aggregates))].ID)
		}
		return out
	}
	ref := fmt.Sprintf("constraint %d", i)
	switch random.IntN(6) {
	case 0:
		in.Invariants = append(in.Invariants, boundary.Invariant{Aggregates: some(2 + random.IntN(2)), Atomic: true, Ref: ref})
	case 1:
		in.Pins = append(in.Pins, boundary.Pin{Kind: boundary.Together, Aggregates: some(2), Ref: ref})
	case 2:
		in.Pins = append(in.Pins, boundary.Pin{Kind: boundary.Apart, Aggregates: some(2), Ref: ref})
	case 3:
		in.Pins = append(in.Pins, boundary.Pin{Kind: boundary.ApartDeployed, Aggregates: some(2), Ref: ref})
	case 4:
		in.Pins = append(in.Pins, boundary.Pin{Kind: boundary.Fixed, Service: fmt.Sprintf("s%d", i), Aggregates: some(1 + random.IntN(2)), Ref: ref})
	case 5:
		z := boundary.ZoneID(fmt.Sprintf("z%d", random.IntN(3)))
		known := false
		for _, old := range in.Zones {
			known = known || old.ID == z
		}
		if !known {
			in.Zones = append(in.Zones, boundary.Zone{ID: z, Isolated: random.IntN(2) == 0, Ref: "zone " + string(z)})
		}
		for _, id := range some(1 + random.IntN(2)) {
			for j := range in.Aggregates {
				if in.Aggregates[j].ID == id {
					in.Aggregates[j].Zone = z
				}
			}
		}
	}
}
