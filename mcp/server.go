// Package mcp lets a coding agent use plumb: a server of the Model Context Protocol
// over the facade.
//
// The agent reads and writes prose, plumb computes and keeps the record. Each tool
// answers twice: a short text for a model ([page], about two thousand tokens) and
// the whole as structured content with a published schema. Both carry what to do
// next, what was assumed and which answers would change the design.
//
//	workspace.go   the one directory that is read and written, and what may not be
//	intake.go      a text becomes an input, line by line
//	answer.go      a fact enters the input, with its quote (quote.go) or as an assumption
//	design.go      what would be built and why; explain.go, whatif.go, simulate.go and
//	               query.go look closer
//	decide.go      a person's choice, with what it costs
//	emit.go        the files; check.go the gate
//	local.go       a client in the same process, for a conversation without a host
//	resources.go   what is too long for an answer; prompts.go how to go about it
//
// The files of the workspace are the only state. A server holds a few designs in
// memory, as they are functions of these files, and nothing else that a second server
// would not know.
package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/cache"
)

// Options of a server.
type Options struct {
	// Dir is the workspace: every path is inside it.
	Dir string
	// Today is the date put on new decision records: YYYY-MM-DD.
	Today string
	// Version is what the server says of itself.
	Version string
	// Workers is how many plans are made side by side where many are needed, at least
	// one. No answer depends on it.
	Workers int
	// Cache remembers what took long to work out for the next server; nil does not. It
	// lies where its owner says, and no call reaches it.
	Cache *cache.Cache
	// Said returns what the person wrote so far, in a conversation that this process
	// keeps: facts may then quote it, and a brief that is given as text must hold the
	// person's words alone. Nil where the client keeps the conversation to itself.
	Said func() string
}

// Server answers agents about the designs of one workspace. It may be used by
// several sessions at once.
type Server struct {
	sdk   *sdk.Server
	files *workspace
	plans plans
	today string

	workers int
	cache   *cache.Cache
	// writes tells, for the tools that can, whether a call would.
	writes map[string]func(arguments json.RawMessage) bool
	// takes are the arguments of each tool.
	takes map[string]*jsonschema.Schema
	// said is what the person wrote where the client keeps it; nil where it does not.
	said func() string
}

// New opens the workspace. The error is that of the directory.
func New(o Options) (*Server, error) {
	files, err := openWorkspace(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{files: files, today: o.Today, workers: max(1, o.Workers), cache: o.Cache, said: o.Said,
		writes: map[string]func(json.RawMessage) bool{}, takes: map[string]*jsonschema.Schema{}}
	s.sdk = sdk.NewServer(&sdk.Implementation{Name: "plumb", Title: "plumb, the backend architect", Version: o.Version},
		&sdk.ServerOptions{Instructions: instructions, Capabilities: &sdk.ServerCapabilities{}})
	s.addTools()
	s.addResources()
	s.addPrompts()
	s.sdk.AddReceivingMiddleware(s.checkCalls)
	return s, nil
}

// Close lets go of the workspace.
func (s *Server) Close() error { return s.files.root.Close() }

// Run serves one session over a transport until the client leaves.
func (s *Server) Run(ctx context.Context, t sdk.Transport) error { return s.sdk.Run(ctx, t) }

// HTTP serves sessions over streamable HTTP until the context ends. Requests that a
// web page of another origin makes are refused, and so are those that come to the
// local machine under a foreign name.
func (s *Server) HTTP(ctx context.Context, l net.Listener) error {
	h := sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s.sdk }, nil)
	server := &http.Server{Handler: http.NewCrossOriginProtection().Handler(h), ReadHeaderTimeout: readHeader}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

const readHeader = 10 * time.Second

const instructions = `plumb computes backend architectures from plumb.yaml and can say why. You read and write prose; every number, choice and contract comes from plumb.
1 intake: give it the brief as it is; what it does not understand, write as plumb.yaml yourself (read plumb://language first). 2 design: what would be built, assumptions, questions. 3 answer: facts, each with a quote from the brief word for word, or marked as an assumption. 4 explain, whatif, simulate, query: look closer. 5 decide: what a person wants otherwise, with its cost. 6 emit: dry run first, then write:true. 7 check: keep it true.
Never state a number that plumb did not give. Paths are inside the workspace.`

// addTools lists every tool once.
func (s *Server) addTools() {
	add(s, tool{"intake", "Read requirements", readsAndWrites, `Reads requirements, a brief in Markdown or plumb.yaml text, and says line by line what became a fact, what is narrative and what was not understood; lists problems and questions, and what a brief was read as. plumb.yaml text that you wrote from a brief is held against it: every number needs # "the words of the brief" or # assumed: why behind it. save_as keeps the input as a new file; an existing one is never overwritten.`}, s.intake)
	add(s, tool{"answer", "Set one fact", readsAndWrites, `Sets one fact of the input, such as use_cases.PlaceOrder.peak to 350/s. Needs a quote from the brief that holds it word for word, numbers included, or assumption: true with because. Without a value the person is asked, where the client can. Shows which decisions change.`}, s.answer)
	add(s, tool{"design", "Design the system", reads, `Designs the system of plumb.yaml: services, decisions with margins, objectives against what is achieved, assumptions, ranked questions, risks. Writes nothing.`}, s.design)
	add(s, tool{"explain", "Explain anything", reads, `Says why: a decision (D4 or Order.store), a fact (use_cases.PlaceOrder.peak), an element (PlaceOrder, Order, a service) or the code of a problem. why_not asks why a decision did not choose an option.`}, s.explain)
	add(s, tool{"whatif", "Try other facts", reads, `Designs again with other facts or choices, each NAME=VALUE (PlaceOrder.peak=3x, PlaceOrder.latency=p99 200ms, broker=rabbitmq, delivery=none for a team), and shows what changes. Writes nothing.`}, s.whatif)
	add(s, tool{"simulate", "Simulate the design", reads, `Runs the designed system under load and faults, in simulated time: the scenarios it should survive (listed when nothing is given), or a load, shape and faults of your own in words. find sweeps it or finds where it breaks; compare_whatif, compare_as_if and compare run another design beside it. Objectives with 95 % confidence intervals. Writes nothing.`}, s.simulate)
	add(s, tool{"decide", "Pin or accept a decision", readsAndWrites, `Records what a person decided: choose pins a decision to an option, with because, and shows the regret against the computed choice; accept marks the record accepted, so that a later change supersedes it.`}, s.decide)
	add(s, tool{"emit", "Write the design", readsAndWrites, `Lists the files of the design (DESIGN.md, decision records, contracts) and what would become of each; writes them only with write: true. A file that a person edited stops the write unless it is named in keep.`}, s.emit)
	add(s, tool{"check", "Check input and files", reads, `The gate: problems of the input, and whether the files in out are what the input now gives. against compares with another input or a written design and says which changes of contracts break whom; explore visits every state of the protocols.`}, s.check)
	add(s, tool{"query", "Look into the design", reads, `Looks into the design: kind elements lists what there is (of one list, or by name), impact what rests on a name, path how two names hang together.`}, s.query)
}

// hints tell a client what a tool may do.
type hints int

const (
	reads hints = iota
	readsAndWrites
)

type tool struct {
	name, title string
	does        hints
	about       string
}

// answerer is a structured answer that can be put into a short text.
type answerer interface{ show(p *page) }

// add registers a tool whose answer is text and structured content at once.
func add[In any, Out answerer](s *Server, t tool, handle func(context.Context, *sdk.CallToolRequest, In) (Out, error)) {
	if _, ok := any(*new(In)).(interface{ writes() bool }); ok {
		s.writes[t.name] = func(arguments json.RawMessage) bool {
			var in In
			// What cannot be read is refused before anything is written.
			return json.Unmarshal(arguments, &in) == nil && any(in).(interface{ writes() bool }).writes()
		}
	}
	schema, err := jsonschema.For[In](nil)
	if err != nil {
		panic(t.name + ": " + err.Error()) // as AddTool does: the type is ours
	}
	s.takes[t.name] = schema
	no := false
	sdk.AddTool(s.sdk, &sdk.Tool{
		Name: t.name, Title: t.title, Description: t.about, InputSchema: schema,
		Annotations: &sdk.ToolAnnotations{
			Title: t.title, ReadOnlyHint: t.does == reads, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no,
		},
	}, func(ctx context.Context, req *sdk.CallToolRequest, in In) (*sdk.CallToolResult, Out, error) {
		out, err := handle(ctx, req, in)
		if asked, ok := err.(asking); ok {
			return &sdk.CallToolResult{InputRequests: asked.requests()}, out, nil
		}
		if err != nil {
			return nil, out, err
		}
		p := &page{}
		if d, ok := any(in).(interface{ detailed() bool }); ok {
			p.detail = d.detailed()
		}
		out.show(p)
		return &sdk.CallToolResult{Content: p.content()}, out, nil
	})
}
