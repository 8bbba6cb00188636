package spec

// The language is one table. The parser checks the input against it, the editor's
// JSON Schema and the reference documentation are printed from it, and the model
// binds what it names. To add a key, add a line here and read it in the model.

// Form says what a value may look like.
type Form uint8

// The forms. Scalar forms name the grammar of package fact that reads them.
const (
	FormText        Form = iota // any text
	FormName                    // an identifier: a letter, then letters, digits, _ or -
	FormFlag                    // yes or no
	FormCount                   // 1500, 20k, 2M
	FormRate                    // 350/s, 300k/day
	FormLoad                    // a rate and, optionally, how long and when: 350/s for 2h daily 18:00-20:00
	FormDuration                // 800ms, 2h, 7y
	FormShare                   // 99.95%
	FormBytes                   // 4 kB
	FormPayload                 // a size, or one each way: 2 kB in, 30 kB out
	FormMoney                   // 9k USD/month
	FormLatency                 // p99 800ms, or p50 180ms p99 900ms
	FormVolume                  // a count (2M) or a rate of growth (300k/day)
	FormHorizon                 // 3y at 40%/y
	FormWord                    // one of Words
	FormRef                     // the name of something declared in section Of
	FormFieldType               // the type of a field: text, -> Order, [OrderLine], int 1..99
	FormTransitions             // pending -> approved -> delivered, pending -> rejected
	FormMove                    // a lifecycle step of an aggregate: Order pending -> approved
	FormExpr                    // a condition in CEL, or a sentence in quotes for what CEL cannot say
	FormConsistency             // atomic, read-your-writes or eventual within 5s
	FormSchedule                // a period (15min) or a time: daily 02:00, weekdays 06:00, monthly
	FormWindow                  // daily 02:00-04:00, sun 01:00-05:00, weekdays 06:00-20:00
	FormObject                  // a mapping with the keys of Shape
	FormMap                     // a mapping from names to Elem
	FormList                    // a list of Elem; one value may stand for a list of one
	FormListOrMap               // a list of names, or a mapping from names to Elem
	FormEither                  // the scalar Elem, or a mapping with the keys of Shape
	FormSkew                    // 20% on 1%
	FormPer                     // 12 per Order
	FormOffered                 // the load of a scenario: peak, normal, 2x, 1.5x horizon
	FormShaped                  // how that load changes: burst 5x at 1min for 30s
	FormFault                   // kill order 1/3 at 30s for 60s
	FormClaim                   // PlaceOrder.latency p99 < 800ms
	FormReserved                // a key kept for later; refused with Doc as the reason
	FormAny                     // checked by the stage that reads it
)

// Key is one key of the language.
type Key struct {
	Name string
	Value
	// Required keys must be present; there are three in the whole language.
	Required bool
	// Doc is the sentence of the reference: what it says, and what is assumed when
	// it is missing.
	Doc string
	// Example is a valid value, as written in the input.
	Example string
}

// Value describes what may stand at a place.
type Value struct {
	Form  Form
	Words []string // FormWord: the words allowed
	Of    []string // FormRef: the sections in which the name may be declared
	Elem  *Value   // FormMap, FormList, FormListOrMap, FormEither
	Shape *Shape   // FormObject, FormEither
	// Dotted allows keys of a FormMap that are several names joined by dots.
	Dotted bool
	// Decision allows keys that name a decision: names joined by dots or >, as in
	// PlaceOrder>Stock.style, or aggregates joined by +.
	Decision bool
}

// Shape is a mapping with known keys.
type Shape struct {
	Name string // as in the reference's headings
	Doc  string
	Keys []Key
}

// Short builders keep the table readable.
func of(f Form) Value              { return Value{Form: f} }
func word(words ...string) Value   { return Value{Form: FormWord, Words: words} }
func ref(sections ...string) Value { return Value{Form: FormRef, Of: sections} }
func list(v Value) Value           { return Value{Form: FormList, Elem: &v} }
func mapOf(v Value) Value          { return Value{Form: FormMap, Elem: &v} }
func dotted(v Value) Value         { return Value{Form: FormMap, Elem: &v, Dotted: true} }
func decisions(v Value) Value {
	return Value{Form: FormMap, Elem: &v, Dotted: true, Decision: true}
}
func namesOr(v Value) Value { return Value{Form: FormListOrMap, Elem: &v} }
func object(s *Shape) Value { return Value{Form: FormObject, Shape: s} }
func either(v Value, s *Shape) Value {
	return Value{Form: FormEither, Elem: &v, Shape: s}
}

// The sections in which names are declared, as FormRef speaks of them. "states",
// "fields" and "technologies" are resolved by the model.
const (
	SecTeams     = "context.teams"
	SecRegions   = "context.regions"
	SecActors    = "actors"
	SecExternals = "externals"
	SecTypes     = "types"
	SecDomain    = "domain"
	SecEvents    = "events"
	SecUseCases  = "use_cases"
	SecTech      = "technologies"
)

// DataClasses are the classes of regulated data a field may carry. "pii" is read
// as personal.
var dataClasses = []string{"personal", "card", "health", "secret"}

// Root is the whole input.
func Root() *Shape { return &root }

var root = Shape{
	Name: "The input",
	Doc:  "A plumb.yaml file. Only system, domain and use_cases are required; whatever else is missing is assumed, and the design lists each assumption.",
	Keys: []Key{
		{"system", of(FormText), true, "The system's name.", "Harbour"},
		{"about", of(FormText), false, "One or two sentences: what it does and for whom.", "Food delivery for mid-size cities."},
		{"context", object(&contextShape), false, "Where the system lives: teams, platform, rules, money, time.", ""},
		{"actors", mapOf(object(&actorShape)), false, "Who uses the system. An actor named in a use case but not here is assumed to be a signed-in web user.", ""},
		{"externals", mapOf(object(&externalShape)), false, "Systems of others that this one calls or is called by.", ""},
		{"types", mapOf(Value{Form: FormEither, Elem: &enumValue, Shape: &valueShape}), false, "Value objects (fields, no identity) and enumerations (a list of words).", "{Cuisine: [italian, indian]}"},
		{"domain", mapOf(object(&aggregateShape)), true, "The aggregates: what is kept, changed together and has an identity.", ""},
		{"rules", mapOf(object(&ruleShape)), false, "Invariants across aggregates.", ""},
		{"events", mapOf(object(&eventShape)), false, "Events whose content matters to somebody outside. Events that use cases emit need no entry here.", ""},
		{"use_cases", mapOf(object(&useCaseShape)), true, "What the system is asked to do, by whom, how often and how well.", ""},
		{"pins", decisions(either(of(FormText), &pinShape)), false, "Decisions already made. The key names the decision (Order.store, broker, PlaceOrder>Stock.style) or aggregates that must stay together or apart (Order + Stock: together); a pinned decision keeps its computed comparison and shows what the pin costs.", "{broker: {choose: kafka, because: the platform team runs it}}"},
		{"contexts", mapOf(either(list(ref(SecDomain)), &ownContextShape)), false, "Your own cut into bounded contexts: names, each with its aggregates. It is judged by the same counts beside the computed cut and changes nothing, until the pin contexts: yours adopts it. It may be partial: plumb places what it does not name.", "{Sales: [Order, Voucher], Cooking: [Ticket, KitchenSlot]}"},
		{"catalog", of(FormAny), false, "This project's own technologies, and corrections of catalogued facts, each with its source. See the catalogue reference.", "{kafka: {publish-p99: {value: 12, unit: ms, source: load test of 2026-03}}}"},
		{"scenarios", mapOf(object(&scenarioShape)), false, "Loads and faults that 'plumb design' and 'plumb simulate' put the design under, and what must hold under each: a design is repaired where that can make it hold; 'plumb simulate --assert' is the gate for CI.", ""},
		{"measured", dotted(object(&measuredShape)), false, "Measurements in place of what is assumed or derived, by the name of the fact as 'plumb explain' and 'plumb whatif' know it (PlaceOrder.work, assumed.work.read). A fact that the input states is not measured here: state what was measured.", ""},
		{"quiet", dotted(of(FormText)), false, "Warnings to silence: the code, and the reason.", "{model.unused-aggregate: kept for the next release}"},
		{"version", of(FormReserved), false, "reserved for a later edition of this language; leave it out", ""},
		{"priorities", of(FormReserved), false, "reserved for your own weights, which are not built yet", ""},
	},
}

var enumValue = list(of(FormName))

var valueShape = Shape{Name: "Value object", Doc: "A group of fields without identity, kept inside the aggregate that uses it.", Keys: []Key{
	{"fields", mapOf(of(FormFieldType)), true, "Its fields.", "{dish: -> Dish, quantity: int 1..99}"},
	{"about", of(FormText), false, "What it stands for.", "One line of an order."},
	{"was", of(FormName), false, "Its former name; keeps ids stable after a rename.", "OrderItem"},
}}

var contextShape = Shape{Name: "context", Doc: "The surroundings the design has to fit.", Keys: []Key{
	{"teams", mapOf(either(of(FormCount), &teamShape)), false, "Teams and how many engineers each has. Assumed: one team of 5.", "{ordering: 6, kitchen: 4}"},
	{"platform", of(FormText), false, "What it runs on: kubernetes, containers, vms or serverless, and optionally 'on' aws, azure, gcp or own hardware. Assumed: containers, no cloud named.", "kubernetes on aws"},
	{"runs_already", list(ref(SecTech)), false, "Technologies the organisation already operates; they cost less to adopt.", "[postgres, kafka]"},
	{"identity_provider", ref(SecTech, SecExternals), false, "The identity provider that exists already.", "keycloak"},
	{"compliance", list(word("gdpr", "pci-dss", "hipaa", "sox", "soc2", "iso27001", "ccpa")), false, "Rules the system is under.", "[gdpr, pci-dss]"},
	{"regions", namesOr(object(&regionShape)), false, "Regions it serves, the home region first. Assumed: one.", "[eu-west, us-east]"},
	{"residency", of(FormText), false, "Where personal data must stay: a region's name or a jurisdiction.", "eu"},
	{"zones", of(FormCount), false, "Availability zones per region. Assumed: from the strictest availability target.", "3"},
	{"budget", of(FormMoney), false, "What running it may cost. Without it, cost is compared and bound by nothing.", "9k USD/month"},
	{"exchange", of(FormCount), false, "What a US dollar, in which list prices are known, costs in the currency of the budget. Assumed: the usual of the last years, for the currencies traded most.", "0.88"},
	{"horizon", of(FormHorizon), false, "How far ahead to plan, and the growth until then. Assumed: 2y at 20%/y.", "3y at 40%/y"},
	{"recovery", object(&recoveryShape), false, "How much may be lost and how long a restore may take. Assumed: 5min and 1h.", "{point: 5min, time: 1h}"},
	{"maintenance", list(of(FormWindow)), false, "When this system may be down. Assumed: never.", "sun 02:00-04:00"},
	{"tenancy", of(FormText), false, "single, or 'by' the aggregate whose data must be kept apart.", "by Restaurant"},
}}

var teamShape = Shape{Name: "Team", Doc: "A team with more than a size.", Keys: []Key{
	{"people", of(FormCount), true, "Engineers in the team.", "6"},
	{"releases", of(FormRate), false, "How often it releases. Assumed: 1/week (0.143/day).", "5/week"},
	{"on_call", of(FormFlag), false, "Whether it carries a pager. Assumed: yes.", "yes"},
	{"knows", list(ref(SecTech)), false, "Technologies it has run in production.", "[postgres]"},
}}

var regionShape = Shape{Name: "Region", Doc: "A region with more than a name.", Keys: []Key{
	{"share", of(FormShare), false, "Share of the load it serves. Assumed: equal shares.", "60%"},
	{"distance", of(FormDuration), false, "Round trip to the home region. Assumed: 80ms.", "80ms"},
}}

var recoveryShape = Shape{Name: "recovery", Doc: "Recovery objectives.", Keys: []Key{
	{"point", of(FormDuration), false, "Data that may be lost, in time (RPO). Assumed: 5min.", "5min"},
	{"time", of(FormDuration), false, "How long a restore may take (RTO). Assumed: 1h.", "1h"},
}}

var actorShape = Shape{Name: "Actor", Doc: "Somebody or something that uses the system.", Keys: []Key{
	{"about", of(FormText), false, "Who they are.", "People who order food."},
	{"channels", list(word("web", "mobile", "staff", "partner", "device", "cli")), false, "How they reach the system. staff is an internal tool, partner another company's system, device a machine. Assumed: web.", "[web, mobile]"},
	{"accounts", of(FormCount), false, "How many there are. Assumed: 10k people, 30 staff, 20 partners or devices.", "2M"},
	{"online", of(FormCount), false, "How many are connected at the busiest moment. Assumed: 2% of the people, 60% of the staff, 80% of the machines.", "40k"},
	{"guest", of(FormFlag), false, "Whether they may use the system without signing in. Assumed: no.", "yes"},
	{"roles", list(of(FormName)), false, "Roles within this actor. Assumed: one, named after the actor.", "[agent, manager]"},
	{"signs_in_with", ref(SecTech, SecExternals), false, "An existing identity provider for this actor.", "entra-id"},
	{"was", of(FormName), false, "Its former name.", "customer"},
}}

var externalShape = Shape{Name: "External", Doc: "A system of somebody else.", Keys: []Key{
	{"about", of(FormText), false, "What it does for this system.", "Authorises and captures card payments."},
	{"protocol", word("rest", "grpc", "soap", "graphql", "file", "events", "webhook", "sql"), false, "How it is spoken to. Assumed: rest.", "rest"},
	{"latency", of(FormLatency), false, "What its calls take. Assumed: p50 100ms p99 800ms.", "p50 180ms p99 900ms"},
	{"availability", of(FormShare), false, "What it promises. Assumed: 99.9%.", "99.9%"},
	{"idempotent", of(FormFlag), false, "Whether repeating a call with the same key has no second effect. Assumed: no.", "yes"},
	{"lookup", of(FormFlag), false, "Whether the outcome of a call can be asked for by our own reference. Assumed: no.", "yes"},
	{"limit", of(FormRate), false, "Calls it accepts. Without it, no limit is known.", "400/s"},
	{"concurrent", of(FormCount), false, "Calls it accepts at once. Without it, no limit is known.", "50"},
	{"open", list(of(FormWindow)), false, "When it answers. Assumed: always.", "weekdays 06:00-20:00"},
	{"maintenance", list(of(FormWindow)), false, "When it is down by plan. Assumed: never.", "sun 01:00-05:00"},
	{"calls_back", of(FormFlag), false, "Whether it reports results by calling us. Assumed: no.", "yes"},
	{"holds_for", of(FormDuration), false, "How long what it promises stays reserved (an authorisation, a slot). Without it, for as long as it is needed.", "7d"},
	{"also_changes", list(ref(SecDomain)), false, "Aggregates it changes on its own, so that two owners meet.", "[Stock]"},
	{"price", of(FormMoney), false, "What one call costs. Without it, unknown.", "0.02 USD"},
	{"cost", of(FormMoney), false, "What it costs per month regardless of use. Without it, unknown.", "300 USD/month"},
	{"data", list(word(dataClasses...)), false, "Classes of data it is given.", "[card]"},
	{"owner", ref(SecTeams), false, "The team here that looks after the relation.", "ordering"},
	{"legacy", of(FormFlag), false, "Whether it is an old system of our own. Assumed: no.", "yes"},
	{"was", of(FormName), false, "Its former name.", "psp"},
}}

var aggregateShape = Shape{Name: "Aggregate", Doc: "Something with an identity that is kept and changed as one.", Keys: []Key{
	{"about", of(FormText), false, "What it stands for.", "What a consumer asked for and what became of it."},
	{"owner", ref(SecTeams), false, "The team that owns it.", "ordering"},
	{"part_of", of(FormText), false, "The subdomain it belongs to, when the organisation has names for them.", "ordering"},
	{"kind", word("core", "supporting", "generic", "reference"), false, "What it is to the business; reference data is read widely and changed rarely. Assumed: core, or reference by its use.", "reference"},
	{"fields", mapOf(of(FormFieldType)), false, "What is known of it. An id is assumed.", "{number: id, consumer: -> Consumer, total: money}"},
	{"states", of(FormTransitions), false, "Its lifecycle: the legal transitions; the first state is the initial one.", "pending -> approved -> delivered, pending -> rejected"},
	{"timers", mapOf(object(&timerShape)), false, "What happens when it stays in a state too long; the key is the state. Without one, a state lasts until a use case ends it.", "{pending: {after: 15min, to: cancelled}}"},
	{"invariants", list(of(FormExpr)), false, "What is always true of one instance: CEL over its fields.", "[total.amount >= 0, size(lines) > 0]"},
	{"unique", list(of(FormText)), false, "Fields (or a list of fields joined by +) no two instances share.", "[email, restaurant + name]"},
	{"contended", of(FormText), false, "A field that many change at once, or a sentence that says so: seats, stock, balance.", "stock"},
	{"skew", of(FormSkew), false, "How uneven the use of instances is: '20% on 1%' of them.", "20% on 1%"},
	{"history", word("required", "audit", "none"), false, "required: any past state can be asked for or replayed; audit: who changed what is kept; none. Assumed: none.", "required"},
	{"retained", of(FormDuration), false, "How long instances are kept. Without it, for as long as the system is planned.", "7y"},
	{"volume", of(FormVolume), false, "How many exist (2M), or come (300k/day). Assumed: from the use cases that create it; 10k, or 1000 of reference data, where none does.", "300k/day"},
	{"size", of(FormBytes), false, "The size of one instance, without its files. Assumed: from its fields.", "2 kB"},
	{"file_size", of(FormBytes), false, "The size of one of its files, where it has a field of type file. Assumed: the payload of the use case that sends them, else 1 MB.", "8 MB"},
	{"owned_by", of(FormText), false, "The field or actor whose property an instance is; others get 'not found'.", "consumer"},
	{"zone", of(FormName), false, "A security or regulatory zone it must stay in. Card and health data form zones by themselves.", "cardholder"},
	{"existing", object(&existingShape), false, "Where it is kept today.", "{store: mysql, table: orders}"},
	{"was", of(FormName), false, "Its former name.", "Purchase"},
}}

var timerShape = Shape{Name: "Timer", Doc: "A state left by time.", Keys: []Key{
	{"after", of(FormDuration), true, "How long it may stay.", "15min"},
	{"to", of(FormName), true, "The state it then goes to.", "cancelled"},
	{"does", ref(SecUseCases), false, "The use case that then runs.", "ReleaseStock"},
}}

var existingShape = Shape{Name: "existing", Doc: "An existing place of data.", Keys: []Key{
	{"store", ref(SecTech), true, "The technology.", "mysql"},
	{"table", of(FormText), false, "The table, collection or topic.", "orders"},
	{"schema", of(FormText), false, "A file with its definition.", "schema.sql"},
	{"shared_with", of(FormText), false, "Who else writes there.", "the old back office"},
}}

var ruleShape = Shape{Name: "Rule", Doc: "An invariant that spans aggregates.", Keys: []Key{
	{"over", list(ref(SecDomain)), true, "The aggregates it speaks about.", "[Order, Stock]"},
	{"holds", of(FormExpr), true, "What is true: CEL, or a sentence.", "never more orders than stock"},
	{"when", of(FormConsistency), false, "atomic: at every instant; or eventual within a time. Assumed: atomic.", "eventual within 1min"},
}}

var eventShape = Shape{Name: "Event", Doc: "A fact that has happened, told to others.", Keys: []Key{
	{"about", of(FormText), false, "What happened.", "An order was placed."},
	{"of", ref(SecDomain), false, "The aggregate it is about. Assumed: from the use case that emits it.", "Order"},
	{"fields", mapOf(of(FormFieldType)), false, "Its content. Assumed: the id and the non-personal fields of the aggregate.", "{order: -> Order, total: money}"},
	{"key", of(FormName), false, "The field by which order is kept. Assumed: the aggregate's id.", "courier"},
	{"from", ref(SecExternals), false, "The external that sends it.", "card_processor"},
	{"rate", of(FormLoad), false, "How often it comes, when no use case says so. Assumed: 1/min.", "350/s"},
	{"was", of(FormName), false, "Its former name.", "OrderCreated"},
}}

var stepShape = Shape{Name: "Step", Doc: "How a step belongs to its use case.", Keys: []Key{
	{"chance", of(FormShare), false, "How often it is needed. Assumed: 100%.", "30%"},
	{"times", of(FormCount), false, "How many times per request. Assumed: 1.", "3"},
	{"parallel", of(FormFlag), false, "Whether it runs beside the other parallel steps. Assumed: no.", "yes"},
	{"optional", of(FormFlag), false, "Whether the use case succeeds without it. Assumed: no.", "yes"},
	{"later", of(FormFlag), false, "Whether it may happen after the answer. Assumed: no for calls; for steps, from the latency and the consistency.", "yes"},
	{"within", of(FormDuration), false, "How long it may take, when it happens later. Without it, no bound.", "5min"},
	{"stale", of(FormDuration), false, "For a read: how old the value may be. Without it, as old as the use case allows.", "30s"},
	{"fallback", of(FormText), false, "What is answered when it fails.", "the last known menu"},
	{"latency", of(FormLatency), false, "What this call takes, when it differs from the external's usual. Assumed: what the external's calls take.", "p50 40ms p99 200ms"},
}}

var useCaseShape = Shape{Name: "Use case", Doc: "One thing the system is asked to do.", Keys: []Key{
	{"about", of(FormText), false, "What is achieved.", "A consumer orders a meal."},
	{"by", list(ref(SecActors, SecExternals)), false, "Who asks for it.", "consumer"},
	{"on", list(ref(SecEvents)), false, "The events that start it. An event need not be declared; some use case must emit it.", "OrderApproved"},
	{"every", of(FormSchedule), false, "The schedule that starts it.", "daily 02:00"},
	{"reads", namesOr(object(&stepShape)), false, "Aggregates it reads.", "[Restaurant]"},
	{"creates", list(ref(SecDomain)), false, "Aggregates it creates.", "Order"},
	{"changes", list(ref(SecDomain)), false, "Aggregates it changes.", "[Order]"},
	{"deletes", list(ref(SecDomain)), false, "Aggregates it deletes.", "[Draft]"},
	{"moves", list(of(FormMove)), false, "The lifecycle steps it performs. Each aggregate named counts as changed.", "Order pending -> approved"},
	{"emits", list(ref(SecEvents)), false, "Events it tells. Assumed: one per aggregate it creates or moves, when somebody listens.", "OrderPlaced"},
	{"calls", namesOr(object(&stepShape)), false, "Externals it calls.", "[card_processor]"},
	{"then", namesOr(object(&stepShape)), false, "Use cases that follow as part of the same promise, in order.", "[AuthoriseCard, CreateTicket]"},
	{"undo", ref(SecUseCases), false, "The use case that takes this one back.", "CancelOrder"},
	{"takes", mapOf(of(FormFieldType)), false, "Its input beyond what it creates or changes.", "{voucher: text optional}"},
	{"gives", mapOf(of(FormFieldType)), false, "Its result, when it is not the aggregate itself.", "{eta: instant}"},
	{"result", word("none", "one", "list", "stream", "upload", "conversation", "file", "report", "long-running"), false, "What comes back: stream flows out, upload flows in, conversation both ways. Assumed: one for a read of a single aggregate by id or a write, list when it filters or sorts.", "list"},
	{"filter", list(of(FormText)), false, "Fields a list can be filtered by.", "[status, placed_at]"},
	{"sort", list(of(FormText)), false, "Fields a list can be sorted by.", "[placed_at]"},
	{"consistency", of(FormConsistency), false, "atomic: all its changes at one instant; read-your-writes; eventual within a time. Assumed: atomic within an aggregate, eventual within 5s across.", "eventual within 5s"},
	{"stale", of(FormDuration), false, "How old what it reads may be. Assumed: not at all for writes.", "30s"},
	{"peak", of(FormLoad), false, "Requests at the busiest time. Assumed: from the average, else from the accounts of the actors.", "350/s for 2h daily 18:00-20:00"},
	{"average", of(FormRate), false, "Requests over the whole day. Assumed: from the peak, or from the volume.", "40/s"},
	{"quiet", of(FormRate), false, "Requests in the quietest hour. Assumed: a tenth of the average.", "1/s"},
	{"per", of(FormPer), false, "How many requests one instance of an aggregate causes: '12 per Order'.", "12 per Order"},
	{"items", of(FormCount), false, "Items in one request or answer, for lists, imports and batches. Assumed: 20.", "500"},
	{"payload", of(FormPayload), false, "Sizes of request and answer.", "2 kB in, 30 kB out"},
	{"latency", of(FormLatency), false, "The target; a bare duration is the 99th percentile. Without it, none is promised, and limits of time are set by the patience of a person, 1s.", "p99 800ms"},
	{"available", of(FormShare), false, "The target, over a month. Assumed: 99.9%.", "99.95%"},
	{"work", of(FormLatency), false, "Time spent computing, without waiting for others. Assumed from the kind of request.", "p50 5ms p99 20ms"},
	{"online", of(FormCount), false, "Connections open at once, for streams. Assumed: what the peak opens in the 10min that a stream lasts, at most all who are online.", "40k"},
	{"fan_out", of(FormCount), false, "Receivers of one message, for streams and notifications. Assumed: 1.", "3"},
	{"ordered_by", of(FormName), false, "The field within which order must be kept.", "courier"},
	{"importance", word("critical", "normal", "may-wait"), false, "What is shed last and first. Assumed: critical for writes of core data, normal otherwise.", "may-wait"},
	{"fallback", of(FormText), false, "What is answered when it cannot be done properly.", "the last known position"},
	{"only", word("own", "tenant", "any"), false, "Whose objects the actor may touch. Assumed: own where the aggregate is owned by the actor, or what is asked for by its id refers to one thing that is.", "own"},
	{"roles", list(of(FormName)), false, "Roles that may do it. Assumed: all of the actor.", "[manager]"},
	{"toggle", of(FormFlag), false, "Whether it must be possible to switch it off at run time. Assumed: no.", "yes"},
	{"webhook", list(ref(SecActors)), false, "Partners who are told by a webhook.", "[restaurant]"},
	{"owner", ref(SecTeams), false, "The team that owns it. Assumed: the owner of what it writes.", "ordering"},
	{"was", of(FormName), false, "Its former name.", "CreateOrder"},
}}

var ownContextShape = Shape{Name: "Own context", Doc: "A bounded context of your own cut, with more than its aggregates.", Keys: []Key{
	{"aggregates", list(ref(SecDomain)), true, "The aggregates in it; each is in one context at most.", "[Order, Voucher]"},
	{"about", of(FormText), false, "What it is responsible for.", "Takes orders and knows what became of them."},
	{"owner", ref(SecTeams), false, "The team that owns those of its aggregates that name no owner themselves; a fact about teams, whether the cut is adopted or not.", "ordering"},
}}

var pinShape = Shape{Name: "Pin", Doc: "A decision already made.", Keys: []Key{
	{"choose", of(FormText), true, "The option, by its name or id.", "kafka"},
	{"because", of(FormText), false, "Why; kept in the decision record.", "the platform team runs it"},
}}

var scenarioShape = Shape{Name: "Scenario", Doc: "A load and what befalls the system under it. Without keys it is the peak.", Keys: []Key{
	{"about", of(FormText), false, "What it stands for.", "Lunch on the day of the campaign."},
	{"load", of(FormOffered), false, "What is offered. Assumed: peak.", "2x"},
	{"rates", mapOf(of(FormRate)), false, "The rates of single use cases, instead of their own; a multiple in load applies to these too. Without it, the use cases' own.", "{PlaceOrder: 700/s}"},
	{"shape", list(of(FormShaped)), false, "How the load changes while the scenario runs. Assumed: not at all.", "burst 3x at 1min for 30s"},
	{"faults", list(of(FormFault)), false, "What befalls elements of the design.", "kill ordering 1/3 at 30s for 60s"},
	{"for", of(FormDuration), false, "How long is simulated after the warm-up. Assumed: long enough for the 99th percentile of the busiest use case, and until after the last fault.", "5min"},
	{"seed", of(FormCount), false, "Chooses the random numbers. Assumed: that of the command, which is 1 when nothing is said.", "7"},
	{"holds", list(of(FormClaim)), false, "What must hold.", "[PlaceOrder.latency p99 < 800ms, errors < 1%, recovers within 30s]"},
}}

var measuredShape = Shape{Name: "Measurement", Doc: "What was measured, and where.", Keys: []Key{
	{"value", of(FormText), true, "What was found, as the fact is written: a rate, a duration, a share, a size; of a time that has percentiles, those (p50 4ms p99 18ms).", "p50 4ms p99 18ms"},
	{"run", of(FormText), true, "Where it was found: the load test, the dashboard, the week.", "load test of 2026-10-02"},
}}
