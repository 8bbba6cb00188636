package arch

// Schema is one type of the neutral schema graph that every contract format is
// printed from.
type Schema struct {
	ID    SchemaID `json:"id"`
	About string   `json:"about"`
	// Kind is object, enum or union. The fields of a union are its variants, of which
	// a value has exactly one: {"accept": {...}} in JSON, oneof in Protocol Buffers.
	Kind string `json:"kind"`
	// Of is the aggregate, value object, event or use case it was made from.
	Of     Path    `json:"of,omitempty"`
	Fields []Field `json:"fields,omitempty"`
	// Words of an enum, in a stable order; see lock for their numbers.
	Words []string `json:"words,omitempty"`
	// Meanings says what each word means here, in the order of Words; Numbers are
	// their numbers in binary formats, kept by the lock.
	Meanings []string `json:"meanings,omitempty"`
	Numbers  []int    `json:"numbers,omitempty"`
	// Retired fields or words keep their name and number from being used again.
	Retired []Retired `json:"retired,omitempty"`
	// Role tells emitters what it is for: entity, value, input, result, page,
	// event, patch, filter, problem.
	Role    string    `json:"role"`
	Context ContextID `json:"context,omitempty"`
	// Was is the former id after a rename.
	Was SchemaID `json:"was,omitempty"`
}

// Retired is a former field or word of a schema. Name is empty when the name is in
// use again, under another number.
type Retired struct {
	Name   string `json:"name"`
	Number int    `json:"number"`
}

// Field is one field of a schema.
type Field struct {
	// Name in camelCase, as JSON and GraphQL show it; emitters derive other cases.
	Name string `json:"name"`
	// About is never empty: it says what the field means here.
	About string `json:"about"`
	Type  Type   `json:"type"`
	// Number of the field in binary formats, kept by the lock; 0 where it has none
	// (query and path parameters).
	Number int `json:"number,omitempty"`
	// Required fields are always present; Nullable ones may be null.
	Required bool `json:"required,omitempty"`
	Nullable bool `json:"nullable,omitempty"`
	// ReadOnly fields are set by the system; Fixed ones cannot change later.
	ReadOnly bool   `json:"read_only,omitempty"`
	Fixed    bool   `json:"fixed,omitempty"`
	Class    string `json:"class,omitempty"` // personal, card, health, secret
	Default  string `json:"default,omitempty"`
	// Example is a JSON value that is valid for the type.
	Example any    `json:"example,omitempty"`
	Source  Path   `json:"source,omitempty"`
	Was     string `json:"was,omitempty"`
}

// Scalar names a basic type with its formats in every contract language.
type Scalar string

// The scalars. Money is an object of decimal amount (string) and ISO 4217
// currency; instants are RFC 3339 in UTC; ids are opaque strings (ULID).
const (
	ScalarID       Scalar = "id"
	ScalarText     Scalar = "text"
	ScalarInt      Scalar = "int"     // 64 bits
	ScalarDecimal  Scalar = "decimal" // as string, to keep digits
	ScalarMoney    Scalar = "money"
	ScalarFlag     Scalar = "flag"
	ScalarDate     Scalar = "date"
	ScalarTime     Scalar = "time"
	ScalarInstant  Scalar = "instant"
	ScalarDuration Scalar = "duration" // ISO 8601
	ScalarEmail    Scalar = "email"
	ScalarPhone    Scalar = "phone" // E.164
	ScalarURL      Scalar = "url"
	ScalarCountry  Scalar = "country"  // ISO 3166-1 alpha-2
	ScalarLanguage Scalar = "language" // BCP 47
	ScalarPosition Scalar = "position" // latitude and longitude, WGS 84
	ScalarBytes    Scalar = "bytes"
	ScalarFile     Scalar = "file" // id of a stored file
	ScalarAny      Scalar = "any"
)

// Type is the type of a field: a scalar or another schema, possibly a list, with
// bounds.
type Type struct {
	Scalar Scalar   `json:"scalar,omitempty"`
	Schema SchemaID `json:"schema,omitempty"`
	List   bool     `json:"list,omitempty"`
	// Ref is set on ids that refer to an instance of another entity; GraphQL
	// resolves it through a batching loader.
	Ref SchemaID `json:"ref,omitempty"`
	// Min and Max bound a number, MinLength and MaxLength a text, MinItems and
	// MaxItems a list. nil: unbounded.
	Min       *float64 `json:"min,omitempty"`
	Max       *float64 `json:"max,omitempty"`
	MinLength *int     `json:"min_length,omitempty"`
	MaxLength *int     `json:"max_length,omitempty"`
	MinItems  *int     `json:"min_items,omitempty"`
	MaxItems  *int     `json:"max_items,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
}

// ErrorType is an entry of the error catalogue.
type ErrorType struct {
	// Code is stable and unique: "order-not-found".
	Code  string `json:"code"`
	Title string `json:"title"`
	// About says when it happens here and what a client can do.
	About  string `json:"about"`
	Status int    `json:"status"` // HTTP
	GRPC   string `json:"grpc"`   // google.rpc.Code name
	// Retry tells whether repeating the same request can succeed.
	Retry bool `json:"retry,omitempty"`
	Of    Path `json:"of,omitempty"`
}

// API is a published interface of one context, in one style, for one audience.
type API struct {
	ID    APIID  `json:"id"`
	About string `json:"about"`
	// Style is rest, grpc or graphql.
	Style      string        `json:"style"`
	Context    ContextID     `json:"context"` // "" for one that spans contexts
	Deployable DeployableID  `json:"deployable"`
	Operations []OperationID `json:"operations"`
	Audience   []ActorID     `json:"audience"`
	// Internal APIs are called by other deployables only.
	Internal bool       `json:"internal,omitempty"`
	Version  Versioning `json:"version"`
	// Host is where it is reached: "api.harbour.example".
	Host string `json:"host"`
	// File is the contract, relative to the design's directory.
	File  string `json:"file"`
	Trace `json:"trace,omitzero"`
}

// Versioning says how an API changes without breaking its callers.
type Versioning struct {
	// How is additive (no versions side by side), url, header or content-negotiation.
	How   string `json:"how"`
	Major int    `json:"major"`
	Full  string `json:"full"` // semantic version of the contract
	// Support is how long a deprecated major stays, in seconds.
	Support Value `json:"support,omitzero"`
}

// Operation is one thing a caller can ask for, before any protocol.
type Operation struct {
	ID      OperationID `json:"id"`
	UseCase Path        `json:"use_case"`
	About   string      `json:"about"`
	Context ContextID   `json:"context"`
	// Deployable that answers it, in the role (process) that does.
	Deployable DeployableID `json:"deployable"`
	// Kind is query, command or subscription.
	Kind string `json:"kind"`
	// Verb is the standard method it corresponds to: get, list, create, update,
	// delete, transition, act, search, report, import, stream-out, stream-in,
	// conversation.
	Verb   string   `json:"verb"`
	Entity SchemaID `json:"entity,omitempty"` // the resource it is about
	Input  []Field  `json:"input,omitempty"`
	Body   SchemaID `json:"body,omitempty"`   // request schema
	Result SchemaID `json:"result,omitempty"` // one result, or the element of a page or stream
	Stream string   `json:"stream,omitempty"` // "", out, in, both
	// Async operations are answered 202 and followed through Progress. One whose REST
	// binding succeeds with another status is answered with that when the outcome is
	// known within a bounded wait.
	Async bool `json:"async,omitempty"`
	// Progress is how a client learns the outcome: poll, server-sent events,
	// subscription, webhook; "" when the answer is the outcome.
	Progress string `json:"progress,omitempty"`
	// Follow is the operation through which it is followed: the one that gets the
	// status resource, or the stream of its states.
	Follow      OperationID   `json:"follow,omitempty"`
	Paging      *Paging       `json:"paging,omitempty"`
	Idempotency *Idempotency  `json:"idempotency,omitempty"`
	Concurrency string        `json:"concurrency,omitempty"` // "if-match", "" none
	Errors      []string      `json:"errors"`                // codes of the catalogue
	Auth        Authorisation `json:"auth"`
	RateLimit   *RateLimit    `json:"rate_limit,omitempty"`
	// Consistency of what it returns or does, with the staleness bound in seconds.
	Consistency string `json:"consistency"`
	Staleness   Value  `json:"staleness,omitzero"`
	Timeout     Value  `json:"timeout,omitzero"`
	Cacheable   bool   `json:"cacheable,omitempty"`
	Deprecated  string `json:"deprecated,omitempty"`
	// REST, RPC and Graph are its bindings; nil where it has none.
	REST  *RESTBinding  `json:"rest,omitempty"`
	RPC   *RPCBinding   `json:"rpc,omitempty"`
	Graph *GraphBinding `json:"graphql,omitempty"`
	Peak  Value         `json:"peak,omitzero"`
	Trace `json:"trace,omitzero"`
}

// Paging of a list.
type Paging struct {
	// Key is the unique, indexed order of the cursor: sort field, then id.
	Key     []string `json:"key"`
	Default int      `json:"default"`
	Max     int      `json:"max"`
	Filter  []Filter `json:"filter,omitempty"`
	Sort    []string `json:"sort,omitempty"`
}

// Filter is one allowed filter, with the operators an index can serve.
type Filter struct {
	Field     string   `json:"field"`
	Operators []string `json:"operators"` // eq, in, from, to, prefix, near
	Type      Type     `json:"type"`
}

// Idempotency of an unsafe operation.
type Idempotency struct {
	// Key is header (Idempotency-Key) or the business field that serves as key.
	Key       string `json:"key"`
	Retention Value  `json:"retention"`
	// Conflict says what a reuse with another payload gets.
	Conflict string `json:"conflict"`
	Required bool   `json:"required"`
}

// Authorisation of an operation.
type Authorisation struct {
	// Anonymous operations need no token.
	Anonymous bool      `json:"anonymous,omitempty"`
	Scope     string    `json:"scope,omitempty"`
	Roles     []RoleID  `json:"roles,omitempty"`
	Actors    []ActorID `json:"actors,omitempty"`
	// Object is the object-level rule: "own" (with the owner's field), tenant, any.
	Object string `json:"object"`
	Owner  string `json:"owner_field,omitempty"`
}

// RateLimit for one client of an operation or API.
type RateLimit struct {
	Per    string `json:"per"` // account, address, partner
	Rate   Value  `json:"rate"`
	Burst  Value  `json:"burst"`
	Status int    `json:"status"`
}

// RESTBinding maps an operation to HTTP.
type RESTBinding struct {
	Method string `json:"method"`
	// Path without version and host: "/orders/{orderId}:cancel".
	Path    string  `json:"path"`
	Success int     `json:"success"`
	Query   []Field `json:"query,omitempty"`
	InPath  []Field `json:"in_path,omitempty"`
	Tag     string  `json:"tag"`
	// Media is the media type of a stream or file: text/event-stream, text/csv.
	Media string `json:"media,omitempty"`
}

// RPCBinding maps an operation to gRPC.
type RPCBinding struct {
	Service string `json:"service"`
	Method  string `json:"method"`
}

// GraphBinding maps an operation to GraphQL.
type GraphBinding struct {
	Root  string `json:"root"` // Query, Mutation, Subscription
	Field string `json:"field"`
}

// Event is a fact that has happened, told to others.
type Event struct {
	ID      EventID   `json:"id"`
	About   string    `json:"about"`
	Context ContextID `json:"context"`
	Of      Path      `json:"of,omitempty"` // the aggregate
	Payload SchemaID  `json:"payload"`
	Channel ChannelID `json:"channel"`
	// Key is the payload field within which order is kept.
	Key string `json:"key"`
	// Type is the CloudEvents type with its version: "example.harbour.ordering.order-placed.v1".
	Type string `json:"type"`
	// Sequence tells that it carries the version of what it tells of, because a copy takes
	// only what is newer (the extension attribute sequence of CloudEvents).
	Sequence bool `json:"sequence,omitempty"`
	// Compatibility is the evolution rule of the payload: backward, full.
	Compatibility string  `json:"compatibility"`
	Rate          Value   `json:"rate,omitzero"`
	Size          Value   `json:"size,omitzero"`
	EmittedBy     []Path  `json:"emitted_by,omitempty"`
	Consumers     []Path  `json:"consumers,omitempty"` // use cases, projections, webhooks
	Was           EventID `json:"was,omitempty"`
	Trace         `json:"trace,omitzero"`
}

// Webhook tells a partner of events.
type Webhook struct {
	ID     string    `json:"id"`
	About  string    `json:"about"`
	To     ActorID   `json:"to"`
	Events []EventID `json:"events"`
	// Signature says how the signature is computed and checked; Header carries it.
	Signature string `json:"signature"`
	Header    string `json:"signature_header"`
	// Schedule of retries, seconds after the first attempt.
	Schedule []Value   `json:"schedule"`
	Dedup    string    `json:"dedup"`
	Replay   string    `json:"replay"`
	Context  ContextID `json:"context"`
	Trace    `json:"trace,omitzero"`
}
