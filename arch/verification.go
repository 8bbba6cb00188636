package arch

// Verification is what simulating a design showed before anybody builds it: which
// scenarios it went through, what each did to it, and what was changed for it. What
// is predicted of an objective stands with the objective.
type Verification struct {
	// Seed chose the random numbers. Events is the work that was done, of at most
	// Budget; work is counted in events and never in time, so that a slow machine
	// comes to the same design.
	Seed   int `json:"seed"`
	Events int `json:"events"`
	Budget int `json:"event_budget"`
	// Trials are the scenarios that were simulated, Omitted those that were not.
	Trials  []Trial   `json:"scenarios"`
	Omitted []Omitted `json:"not_simulated,omitempty"`
	// Repairs are what was changed because of a simulation, in order.
	Repairs []Repair `json:"repairs,omitempty"`
}

// Trial is a scenario that a design went through.
type Trial struct {
	ID    string `json:"id"` // "zone-lost"
	About string `json:"about"`
	// Given tells that the input asks for it. Such a scenario speaks of objectives only
	// by its claims: it is no part of a usual month.
	Given bool `json:"given,omitempty"`
	// Lasts is the time simulated after the warm-up, Replications how often, with
	// other random numbers each time; Events is the work.
	Lasts        Value `json:"lasts"`
	Replications int   `json:"replications"`
	Events       int   `json:"events"`
	// Flows is how many flows took part, of Of that have a load: a fault of an external
	// is simulated with the flows that share a process or a store with its callers.
	Flows int `json:"flows"`
	Of    int `json:"flows_of"`
	// Answered is the share of requests answered; with a fault, before it.
	Answered Value `json:"answered,omitzero"`
	// During is the share answered while a fault lasted, After at the end of the run.
	During Value `json:"during,omitzero"`
	After  Value `json:"after,omitzero"`
	// Recovers is how long after the end of a fault 99 % of what was answered before it
	// are answered again; unknown when they never are.
	Recovers Value `json:"recovers,omitzero"`
	// Outcome is steady (no fault), unaffected, recovers, stuck or unknown; Why says
	// what is not known, or where it is stuck.
	Outcome string `json:"outcome"`
	Why     string `json:"why,omitempty"`
	// Tolls are what one such event costs objectives of availability, dearest first.
	Tolls []Toll `json:"tolls,omitempty"`
	// Claims are what the input says must hold, in its order.
	Claims []Assertion `json:"claims,omitempty"`
}

// Assertion is what must hold under a scenario of the input, and what the simulation says.
type Assertion struct {
	// Claim is as it was written: "errors < 1%".
	Claim string `json:"claim"`
	// Measured lies between Low and High: a 95 % confidence interval. Claims in words
	// ("no dead letters") have none.
	Measured Value `json:"measured,omitzero"`
	Low      Value `json:"low,omitzero"`
	High     Value `json:"high,omitzero"`
	// Verdict is met or missed when the whole interval lies on one side of the bound,
	// close when the bound lies within, unknown when the sample does not carry it; Why
	// says what else decided.
	Verdict string `json:"verdict"`
	Why     string `json:"why,omitempty"`
	// Nearest is the bound nearest to the one asked for that the design as it is would be
	// said to keep; unknown where the claim is met, or has no bound.
	Nearest Value `json:"nearest,omitzero"`
}

// Toll is what one event costs an objective of availability.
type Toll struct {
	Objective ObjectiveID `json:"objective"`
	// Outage is the time without any answer that would lose as many requests, per
	// event, and Times how often a month the event is taken to happen.
	Outage Value `json:"outage"`
	Times  Value `json:"times_a_month"`
	// Share is what all of them in a month are of the time the objective allows.
	Share Value `json:"share_of_error_budget"`
}

// Omitted is a scenario that was not simulated, and why.
type Omitted struct {
	ID    string `json:"id"`
	About string `json:"about"`
	// Given tells that the input asks for it.
	Given bool   `json:"given,omitempty"`
	Why   string `json:"why"`
}

// Prediction is what the simulation says of an objective.
type Prediction struct {
	// Scenario is the one that leaves least of the target; of an availability, the one
	// that costs most of it.
	Scenario string `json:"scenario"`
	// Predicted lies between Low and High: a 95 % confidence interval.
	Predicted Value `json:"predicted,omitzero"`
	Low       Value `json:"low,omitzero"`
	High      Value `json:"high,omitzero"`
	// Calculated is what of an availability no scenario shows, and is taken from the
	// calculation: time a month, in seconds.
	Calculated Value `json:"calculated,omitzero"`
	// Verdict is met or missed when the whole interval lies on one side of the target,
	// close when the target lies within, unknown when the sample does not carry it;
	// Why says what is missing. Margin is as of the objective.
	Verdict string  `json:"verdict"`
	Margin  float64 `json:"margin"`
	Why     string  `json:"why,omitempty"`
	// Disagrees says how calculation and simulation differ, "" when they agree.
	Disagrees string `json:"disagrees,omitempty"`
}

// Repair is a change of the design for what a simulation showed, kept or undone.
type Repair struct {
	// Round counts the simulations; Scenario is the one that showed it.
	Round     int         `json:"round"`
	Scenario  string      `json:"scenario"`
	Objective ObjectiveID `json:"objective,omitempty"`
	// Claim is what the input says must hold, in place of an objective; where there is
	// neither, the design is to come back after the fault by itself.
	Claim string `json:"claim,omitempty"`
	// Showed is what was seen, in numbers: what the objective was and why.
	Showed string `json:"showed"`
	// Mechanism that was tried: "retry budget", "cache".
	Mechanism string `json:"mechanism"`
	// Decision whose number or choice was changed, From what it was To what it is.
	Decision DecisionID `json:"decision"`
	Changed  string     `json:"changed"` // the parameter, or choice
	From     Value      `json:"from"`
	To       Value      `json:"to"`
	// Price is what it costs beyond the design before: "a setting", "31 USD a month".
	Price string `json:"price"`
	// Now is what came of it; Helped tells that the objective is no longer missed, Undone
	// that the change was taken back since it did not help enough.
	Now    string `json:"now"`
	Helped bool   `json:"helped"`
	Undone bool   `json:"undone,omitempty"`
}
