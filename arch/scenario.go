package arch

import "plumb.dev/plumb/diag"

// Scenario is a load and what befalls the system under it, as a person wrote it; the
// simulator reads its words.
type Scenario struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
	// Load is peak, normal, horizon or a multiple: "2x", "1.5x horizon"; no words mean
	// the peak. Rates replace those of single use cases, in order of their paths.
	Load  Words          `json:"load,omitzero"`
	Rates []ScenarioRate `json:"rates,omitempty"`
	// Shape says how the load changes ("burst 5x at 1min for 30s"), Faults what befalls
	// elements ("kill ordering 1/3 at 30s for 60s"), Holds what must hold
	// ("PlaceOrder.latency p99 < 800ms").
	Shape  []Words `json:"shape,omitempty"`
	Faults []Words `json:"faults,omitempty"`
	Holds  []Words `json:"holds,omitempty"`
	// For is how long it lasts in seconds, Seed chooses the random numbers; 0 leaves
	// the choice.
	For  float64   `json:"for,omitempty"`
	Seed int       `json:"seed,omitempty"`
	Span diag.Span `json:"span,omitzero"`
}

// ScenarioRate is the rate of a use case in a scenario, per second.
type ScenarioRate struct {
	UseCase Path    `json:"use_case"`
	Rate    float64 `json:"rate"`
}

// Words are a piece of the input and where it stands.
type Words struct {
	Text string    `json:"text"`
	Span diag.Span `json:"span,omitzero"`
}
