package arch

// Security of the whole.
type Security struct {
	Provider string `json:"identity_provider"` // technology
	Issuer   string `json:"issuer"`
	// AuthorizeURL and TokenURL are the provider's OAuth endpoints; "" when clients
	// find them through the issuer's discovery document alone.
	AuthorizeURL string      `json:"authorize_url,omitempty"`
	TokenURL     string      `json:"token_url,omitempty"`
	Audience     string      `json:"audience"`
	Algorithms   []string    `json:"algorithms"`
	Claims       []Claim     `json:"claims"`
	Roles        []Role      `json:"roles"`
	Scopes       []Scope     `json:"scopes"`
	Services     []Principal `json:"services"`
	Zones        []TrustZone `json:"trust_zones"`
	Inventory    []DataEntry `json:"data_inventory"`
	Threats      []Threat    `json:"threats"`
	Abuse        []string    `json:"abuse_cases,omitempty"`
	Audit        []string    `json:"audit,omitempty"`
	Trace        `json:"trace,omitzero"`
}

// SignIn is how a client gets and keeps tokens.
type SignIn struct {
	// Flow is authorization-code-pkce, client-credentials, device, token-exchange, none.
	Flow     string   `json:"flow"`
	Grants   []string `json:"grants"`
	Access   Value    `json:"access_token_lifetime"`
	Refresh  Value    `json:"refresh_token_lifetime,omitzero"`
	Rotation bool     `json:"refresh_rotation,omitempty"`
	Storage  string   `json:"token_storage"`
	Why      string   `json:"why"`
}

// Claim of the access token.
type Claim struct {
	Name  string `json:"name"`
	Check string `json:"check"` // what a service verifies
}

// Role of people, with what it may do.
type Role struct {
	ID         RoleID        `json:"id"`
	Actor      ActorID       `json:"actor"`
	Operations []OperationID `json:"operations"`
	Scopes     []string      `json:"scopes"`
}

// Scope of a token.
type Scope struct {
	Name  string `json:"name"` // "orders:write"
	About string `json:"about"`
}

// Principal is the identity of a deployable and what it may reach.
type Principal struct {
	ID         string       `json:"id"` // "spiffe://harbour.example/ordering"
	Deployable DeployableID `json:"deployable"`
	May        []Grant      `json:"may"`
}

// Grant is one permission between services.
type Grant struct {
	To   string `json:"to"`
	Do   string `json:"do"` // call, read, write, publish, consume
	What string `json:"what"`
}

// TrustZone groups what may trust each other.
type TrustZone struct {
	ID      string   `json:"id"`
	About   string   `json:"about"`
	Members []string `json:"members"`
	Crosses []string `json:"crosses"` // who talks across its border, and how it is checked
}

// DataEntry of the personal (or card, health, secret) data inventory.
type DataEntry struct {
	Aggregate  Path      `json:"aggregate"`
	Fields     []string  `json:"fields"`
	Class      string    `json:"class"`
	Context    ContextID `json:"context"`
	Stores     []StoreID `json:"stores"`
	Retained   Value     `json:"retained,omitzero"`
	Erasure    string    `json:"erasure"`
	Protection string    `json:"protection"`
	// ErasedBy is the use case that takes it away on request ("" for by hand), DroppedBy
	// the job that does by age; Key is whose key encrypts it, Absent where it must not
	// appear: logs, events, results.
	ErasedBy   Path         `json:"erased_by,omitempty"`
	DroppedBy  string       `json:"dropped_by,omitempty"`
	Key        string       `json:"key,omitempty"`
	Absent     []string     `json:"absent_from,omitempty"`
	SharedWith []ExternalID `json:"shared_with,omitempty"`
}

// Threat over a trust boundary.
type Threat struct {
	Boundary string `json:"boundary"`
	Kind     string `json:"kind"` // spoofing, tampering, repudiation, disclosure, denial, elevation
	// Target names what is reached by it, Control the answer in a few words with its
	// numbers; Threat, Answer and Test are the same in whole sentences.
	Target  string `json:"target"`
	Control string `json:"control"`
	Threat  string `json:"threat"`
	Answer  string `json:"answer"`
	Test    string `json:"test"`
}

// Objective is a requirement with a number, against what the design achieves.
type Objective struct {
	ID      ObjectiveID `json:"id"`
	UseCase Path        `json:"use_case,omitempty"` // "" for the whole system
	// Kind is latency, availability, throughput, staleness, cost, recovery-point, recovery-time.
	Kind    string `json:"kind"`
	Measure string `json:"measure"` // "p99", "per month"
	Target  Value  `json:"target"`
	// Achieved is what the design gives by calculation.
	Achieved Value `json:"achieved"`
	// Verdict is met, missed, unknown; Margin the share of the target left, negative
	// when missed.
	Verdict string  `json:"verdict"`
	Margin  float64 `json:"margin"`
	// Simulated is what the simulation predicts; nil when the design was not simulated,
	// or the objective is of a kind that no simulation speaks of.
	Simulated *Prediction `json:"simulated,omitempty"`
	// Stated tells whether a person asked for it or it was assumed.
	Stated bool `json:"stated"`
	// Budget breaks the achieved value into parts: hops of a path, minutes per
	// dependency, cost per item.
	Budget []Part `json:"budget"`
	SLI    string `json:"sli"`
	Window Value  `json:"window,omitzero"`
	// Scenario is stimulus, environment and response in words.
	Scenario string `json:"scenario"`
	// Nearest is the nearest feasible target, when missed.
	Nearest Value `json:"nearest,omitzero"`
	// NearestMet tells that the design for that target, and for those of the other missed
	// objectives, was simulated and met it.
	NearestMet bool `json:"nearest_met,omitempty"`
	Trace      `json:"trace,omitzero"`
}

// The parts of an availability that go to the loss of a zone, and of the one machine.
const (
	ZoneLoss    = "loss of a zone"
	MachineLoss = "loss of the machine"
)

// Part of a budget.
type Part struct {
	Name  string `json:"name"`
	Value Value  `json:"value"`
	Note  string `json:"note,omitempty"`
}

// Alert on an objective or a guarantee.
type Alert struct {
	ID        string      `json:"id"`
	Objective ObjectiveID `json:"objective,omitempty"`
	// Severity is page or ticket.
	Severity string  `json:"severity"`
	When     string  `json:"when"`
	Burn     float64 `json:"burn_rate,omitempty"`
	Long     Value   `json:"long_window,omitzero"`
	Short    Value   `json:"short_window,omitzero"`
	// Kind is burn-rate, threshold or anomaly.
	Kind   string `json:"kind"`
	Metric string `json:"metric"`
	To     TeamID `json:"to,omitempty"`
	Do     string `json:"runbook"`
}

// Telemetry is what is recorded.
type Telemetry struct {
	Backend     []string `json:"backend"` // technologies
	LogFields   []string `json:"log_fields"`
	Correlation string   `json:"correlation"`
	Metrics     []Metric `json:"metrics"`
	// Sampling of traces: the share kept, and what is always kept.
	Sampling   Value    `json:"trace_sampling"`
	Always     string   `json:"always_sampled"`
	Redacted   []string `json:"redacted,omitempty"`
	Dashboards []string `json:"dashboards"`
	Trace      `json:"trace,omitzero"`
}

// Metric is one time series family.
type Metric struct {
	Name     string   `json:"name"` // Prometheus style
	Kind     string   `json:"kind"` // counter, gauge, histogram
	Unit     string   `json:"unit"`
	Labels   []string `json:"labels"`
	About    string   `json:"about"`
	Business bool     `json:"business,omitempty"`
}

// Guarantee is a promise with its mechanism and proof.
type Guarantee struct {
	// Kind says in a few words what is promised, alike for all guarantees of the kind;
	// "" for a rule of the input, which stands in Promise.
	Kind      string `json:"kind,omitempty"`
	Promise   string `json:"promise"`
	Of        Path   `json:"of"`
	Mechanism string `json:"mechanism"`
	// Keeper names in a few words what keeps it, where no decision does.
	Keeper   string `json:"keeper,omitempty"`
	Where    string `json:"where"`
	Test     string `json:"test"`
	Alert    string `json:"alert"`
	WorkItem string `json:"work_item"`
	Trace    `json:"trace,omitzero"`
}

// Failure is one row of the failure walk-through.
type Failure struct {
	// Kind is what happens in a few words, alike for all rows of the kind.
	Kind  string `json:"kind"`
	What  string `json:"what"`
	Of    Path   `json:"of"`
	Does  string `json:"does"`
	Seen  string `json:"seen"` // by the caller
	Trace `json:"trace,omitzero"`
}

// Risk, largest first.
type Risk struct {
	Number int    `json:"number"`
	Risk   string `json:"risk"`
	Why    string `json:"why"` // the numbers
	// Exposure orders risks, 0..1.
	Exposure float64 `json:"exposure"`
	Answer   string  `json:"answer"`
	Trace    `json:"trace,omitzero"`
}

// NotBuilt is what a reader might expect and does not find.
type NotBuilt struct {
	What     string     `json:"what"`
	Why      string     `json:"why"`
	Until    string     `json:"until"` // the number at which it would come
	Decision DecisionID `json:"decision,omitempty"`
}

// Capacity is one line of the capacity arithmetic.
type Capacity struct {
	Name  string `json:"name"`
	Of    Path   `json:"of,omitempty"`
	Value Value  `json:"value"`
	Sum   string `json:"sum"` // the arithmetic in numbers
	// Ceiling and Headroom when the line has a limit.
	Ceiling    Value   `json:"ceiling,omitzero"`
	Headroom   float64 `json:"headroom,omitempty"`
	Bottleneck bool    `json:"bottleneck,omitempty"`
}

// Cost per month.
type Cost struct {
	Total Value  `json:"total"`
	Parts []Part `json:"parts"`
	// Unknown lists what has no catalogued price.
	Unknown   []string `json:"unknown,omitempty"`
	AtHorizon Value    `json:"at_horizon,omitzero"`
	// Exchange is what a US dollar, in which prices are listed, costs in the currency of
	// the parts; unknown where they are in dollars.
	Exchange Value `json:"exchange,omitzero"`
}

// NextStep of the follow-up plan, in order.
type NextStep struct {
	Number int    `json:"number"`
	Do     string `json:"do"`
	Why    string `json:"why"`
	Who    TeamID `json:"who,omitempty"`
	Proof  string `json:"proof,omitempty"`
}

// Hook is what a person is to fill in.
type Hook struct {
	ID    string `json:"id"`
	Where string `json:"where"`
	What  string `json:"what"`
}

// Handover is what another specialist gets: mostly the database's.
type Handover struct {
	To    string `json:"to"`
	What  string `json:"what"`
	Facts []Path `json:"facts,omitempty"`
}
