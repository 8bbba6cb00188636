// Package archtest holds values of [arch.Arch] to develop and test the consumers of
// a design against, without the stages that compute one.
//
// [Harbour] is written by hand: a readable part of the food delivery example, which
// uses every element and every field of the vocabulary at least once. A test of this
// package keeps that true, and another one that every id in it refers to something.
// [Generated] makes a system of a given size for benchmarks.
//
// Start reading at Harbour; each part of the vocabulary has its file.
package archtest

import "plumb.dev/plumb/arch"

// Harbour returns a new value of the food delivery example: four contexts (ordering,
// kitchen, delivery, accounting) in three deployables, with REST, gRPC, GraphQL and
// event contracts. The caller may change it.
func Harbour() *arch.Arch {
	b := newBook()
	b.given()
	a := &arch.Arch{Format: "1", System: system()}
	contracts(a, b)
	infrastructure(a, b)
	behaviour(a, b)
	governance(a, b)
	reasons(a, b)
	a.Facts = b.facts()
	return a
}

func system() arch.System {
	return arch.System{
		Name:   "Harbour",
		Slug:   "harbour",
		About:  "Food delivery for mid-size cities. Consumers order from restaurants nearby, couriers bring it, restaurants and couriers are paid.",
		Domain: "harbour.example",
		Contact: arch.Contact{
			Name: "Harbour platform guild", Email: "api@harbour.example", URL: "https://harbour.example/developers",
		},
		Licence: arch.Licence{
			Name: "Harbour API terms", URL: "https://harbour.example/developers/terms",
		},
		Summary:    "Three deployables for four contexts: 350 orders/s at the Friday peak, p99 800ms, 99.95% available.",
		Platform:   "kubernetes",
		Cloud:      "aws",
		Scope:      []string{"Ordering, kitchens, dispatch and payouts in one region."},
		NotInScope: []string{"The card processor's own screens; no card number reaches Harbour."},
		Regulation: []string{"gdpr", "pci-dss"},
	}
}
