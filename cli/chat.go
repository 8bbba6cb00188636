package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"plumb.dev/plumb/agent"
	"plumb.dev/plumb/chat"
	"plumb.dev/plumb/chat/anthropic"
	"plumb.dev/plumb/chat/openai"
	"plumb.dev/plumb/mcp"
)

// chatFlags are what 'plumb chat' is told.
type chatFlags struct {
	dir, transcripts, resume   string
	model, address, prices     string
	once                       string
	yes                        bool
	limits                     chat.Limits
	onceGiven, resumeRequested bool
}

func (a *app) chatCmd() *cobra.Command {
	var f chatFlags
	cmd := &cobra.Command{
		Use:   "chat",
		Short: "talk to the architect, with a language model of your choice",
		Long: `A conversation about the system of the workspace: a language model reads and writes
prose, and plumb's tools, the same as those of 'plumb mcp', compute and keep the record.
Nothing else in plumb uses a model, and without --model this does not either:

  --model anthropic:NAME     Anthropic's API; the key is in ANTHROPIC_API_KEY
  --model openai:NAME        OpenAI's API, or with --address a server that speaks its
                             Chat Completions; the key is in OPENAI_API_KEY
  --model command:PROGRAM    a program and its arguments, parted by blanks; docs/chat.md
                             tells what it reads and writes

PLUMB_CHAT_MODEL, PLUMB_CHAT_ADDRESS and PLUMB_CHAT_PRICES are taken where a flag is not
given. Keys are read from these variables alone and are never shown or kept.

Facts enter the input with the person's words or as assumptions; an invented quote is
refused. Numbers of an answer that no tool and nobody in the conversation gave are
shown as not from plumb. Calls that write are put to you first.

The conversation is kept as it happens; --resume goes on with the latest one, and
--resume=N with number N. Interrupting ends the turn; a second time, the conversation.
With --json every event is a line of JSON. With --once, or input that is no terminal,
there is one turn; its exit code is 1 when the answer holds numbers not from plumb, and
3 when there is no answer.`,
		Example: `  plumb chat --model anthropic:NAME
  plumb chat --model openai:NAME --address http://127.0.0.1:11434/v1
  plumb chat --once 'Why is there no broker?'
  plumb chat --yes --json < brief.md`,
		Args: takes(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.onceGiven, f.resumeRequested = cmd.Flags().Changed("once"), cmd.Flags().Changed("resume")
			return a.chat(cmd.Context(), f)
		},
	}
	l := &f.limits
	flags := cmd.Flags()
	flags.StringVar(&f.model, "model", "", "the model: anthropic:NAME, openai:NAME or command:PROGRAM")
	flags.StringVar(&f.address, "address", "", "the base address of the model's interface, where it is not the usual one")
	flags.StringVar(&f.prices, "prices", "", "what a million tokens cost, in and out, and in from a cache: 3/15 or 3/15/0.3")
	flags.StringVar(&f.dir, "dir", ".", "the workspace")
	flags.StringVar(&f.transcripts, "transcripts", "", "where conversations are kept (default .plumb/chat in the workspace)")
	flags.StringVar(&f.resume, "resume", "", "go on with a conversation: the latest, or the one with this number")
	flags.Lookup("resume").NoOptDefVal = "latest"
	flags.StringVar(&f.once, "once", "", "say this, and end with the answer; - reads it from standard input")
	flags.BoolVar(&f.yes, "yes", false, "let calls that write run without asking")
	flags.IntVar(&l.Steps, "max-steps", chat.Usual.Steps, "how often the model may be asked in one turn")
	flags.IntVar(&l.MaxTokens, "max-tokens", chat.Usual.MaxTokens, "the most tokens of one answer")
	flags.IntVar(&l.Context, "context", chat.Usual.Context, "the most tokens that are sent; older results are left out")
	flags.DurationVar(&l.Timeout, "timeout", chat.Usual.Timeout, "how long one answer may take")
	flags.IntVar(&l.Attempts, "attempts", chat.Usual.Attempts, "how often an answer is asked for when the model fails")
	return cmd
}

func (a *app) chat(ctx context.Context, f chatFlags) error {
	o, err := a.chatOptions(f)
	if err != nil {
		return err
	}
	dir := f.transcripts
	if dir == "" {
		dir = filepath.Join(f.dir, ".plumb", "chat")
	}
	var c *chat.Chat
	s, err := mcp.New(mcp.Options{
		Dir: f.dir, Today: a.Today, Version: version(), Workers: runtime.GOMAXPROCS(0), Cache: a.Cache, Said: func() string { return c.Said() },
	})
	if err != nil {
		return missing(f.dir, err)
	}
	defer s.Close()
	// What the person is asked is read where they write.
	talk := &talk{app: a, screen: chatScreen{app: a}}
	var ask func(context.Context, string) (string, bool)
	interactive := a.Interactive && !f.onceGiven
	if interactive {
		o.Person, ask = talk, talk.ask
		defer talk.listen()()
	}
	if o.Tools, err = s.Local(context.WithoutCancel(ctx), ask); err != nil {
		return exit(ExitFailure, "%v", err)
	}
	defer o.Tools.Close()
	if o.Transcript, err = transcript(dir, f); err != nil {
		return err
	}
	defer o.Transcript.Close()
	o.Show = talk.screen.show
	if c, err = chat.New(o); err != nil {
		return exit(ExitFailure, "%v", err)
	}
	if interactive {
		return talk.converse(ctx, c)
	}
	text := f.once
	if !f.onceGiven || f.once == "-" {
		all, err := io.ReadAll(io.LimitReader(a.Stdin, maxInput))
		if err != nil {
			return exit(ExitFailure, "the question cannot be read: %v", err)
		}
		text = string(all)
	}
	if strings.TrimSpace(text) == "" {
		return exit(ExitUsage, "nothing is asked; give it with --once or on standard input")
	}
	if c.Say(ctx, text) != nil {
		return exitError{code: ExitFailure} // the event has said why
	}
	if c.Unbacked() {
		return exitError{code: ExitFindings}
	}
	return nil
}

// chatOptions finds the model and its prices in flags and environment.
func (a *app) chatOptions(f chatFlags) (chat.Options, error) {
	env := func(given, name string) string {
		if given != "" || a.Getenv == nil {
			return given
		}
		return a.Getenv(name)
	}
	model, address := env(f.model, "PLUMB_CHAT_MODEL"), env(f.address, "PLUMB_CHAT_ADDRESS")
	o := chat.Options{Name: model, System: agent.Prompt() + chat.WithoutHost, Yes: f.yes, Limits: f.limits}
	if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return o, exit(ExitUsage, "--address takes an address such as http://127.0.0.1:11434/v1, not %q", address)
	}
	if l := f.limits; l.Steps < 1 || l.MaxTokens < 1 || l.Context < 1 || l.Timeout <= 0 || l.Attempts < 1 {
		return o, exit(ExitUsage, "--max-steps, --max-tokens, --context, --timeout and --attempts are positive")
	}
	if text := env(f.prices, "PLUMB_CHAT_PRICES"); text != "" {
		prices, err := parsePrices(text)
		if err != nil {
			return o, err
		}
		o.Prices = prices
	}
	kind, name, _ := strings.Cut(model, ":")
	name = strings.TrimSpace(name)
	switch {
	case model == "":
		return o, exit(ExitUsage, "no model is chosen: give --model anthropic:NAME, openai:NAME or command:PROGRAM; 'plumb chat --help' tells more")
	case name == "" || kind != "anthropic" && kind != "openai" && kind != "command":
		return o, exit(ExitUsage, "--model takes anthropic:NAME, openai:NAME or command:PROGRAM, not %q", model)
	case kind == "command":
		o.Model = chat.Command{Args: strings.Fields(name)}
		return o, nil
	}
	variable := strings.ToUpper(kind) + "_API_KEY"
	key := env("", variable)
	if key == "" && (kind == "anthropic" || address == "") {
		return o, exit(ExitUsage, "%s holds no key for %s", variable, model)
	}
	o.Secrets = []string{key}
	if kind == "anthropic" {
		o.Model = anthropic.New(anthropic.Options{Model: name, Key: key, Address: address})
	} else {
		o.Model = openai.New(openai.Options{Model: name, Key: key, Address: address})
	}
	return o, nil
}

func parsePrices(text string) (*chat.Prices, error) {
	wrong := exit(ExitUsage, "--prices takes the prices of a million tokens in and out, such as 3/15 or 3/15/0.3, not %q", text)
	parts := strings.Split(text, "/")
	if len(parts) < 2 || len(parts) > 3 {
		return nil, wrong
	}
	var n [3]float64
	for i, p := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || !(v >= 0 && v < 1e9) {
			return nil, wrong
		}
		n[i] = v
	}
	if len(parts) == 2 {
		n[2] = n[0]
	}
	return &chat.Prices{In: n[0], Out: n[1], Cached: n[2]}, nil
}

// transcript begins a conversation, or opens the one to go on with.
func transcript(dir string, f chatFlags) (*chat.Transcript, error) {
	if !f.resumeRequested {
		t, err := chat.Begin(dir)
		if err != nil {
			return nil, exit(ExitFailure, "the transcript cannot be kept: %v", err)
		}
		return t, nil
	}
	names, err := chat.Transcripts(dir)
	if err != nil {
		return nil, exit(ExitFailure, "%v", err)
	}
	name := f.resume
	if name == "latest" || name == "" {
		if len(names) == 0 {
			return nil, exit(ExitUsage, "there is no conversation in %s to go on with", filepath.ToSlash(dir))
		}
		name = names[len(names)-1]
	}
	t, err := chat.Resume(dir, name)
	if err != nil {
		return nil, exit(ExitUsage, "%v", errors.Join(err, known(names)))
	}
	return t, nil
}

func known(names []string) error {
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("kept are %s", strings.Join(names, ", "))
}
