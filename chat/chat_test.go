package chat_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumb.dev/plumb/chat"
	"plumb.dev/plumb/mcp"
)

// table is a conversation at work: its workspace, its model, what was told.
type table struct {
	t      *testing.T
	dir    string
	script *script
	chat   *chat.Chat
	name   string
	events []chat.Event
	close  func()
}

func limits() chat.Limits {
	return chat.Limits{Steps: 6, Attempts: 3, Pause: time.Millisecond, Timeout: 20 * time.Second}
}

func brief(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../mcp/testdata/library/brief.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// workspace has the brief of a library and the input that it was read as.
func workspace(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "workspace")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	input, err := os.ReadFile("../mcp/testdata/library/model.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"brief.md": brief(t), "plumb.yaml": string(input)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sit begins a conversation, or goes on with one.
func sit(t *testing.T, dir, kind, resume string, change func(*chat.Options), steps ...step) *table {
	t.Helper()
	w := &table{t: t, dir: dir, script: &script{steps: steps}}
	s, err := mcp.New(mcp.Options{Dir: dir, Today: "2026-01-01", Version: "test", Said: func() string { return w.chat.Said() }})
	if err != nil {
		t.Fatal(err)
	}
	tools, err := s.Local(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, ".plumb", "chat")
	var transcript *chat.Transcript
	if resume == "" {
		transcript, err = chat.Begin(kept)
	} else {
		transcript, err = chat.Resume(kept, resume)
	}
	if err != nil {
		t.Fatal(err)
	}
	o := chat.Options{
		Model: kinds[kind](t, w.script), Name: kind + ":scripted", Tools: tools, System: "You are an architect.", Limits: limits(), Yes: true,
		Show: func(e chat.Event) { w.events = append(w.events, e) }, Transcript: transcript, Secrets: []string{key},
	}
	if change != nil {
		change(&o)
	}
	w.name = transcript.Name
	if w.chat, err = chat.New(o); err != nil {
		t.Fatal(err)
	}
	w.close = func() {
		tools.Close()
		_ = s.Close()
		_ = transcript.Close()
	}
	t.Cleanup(w.close)
	return w
}

func (w *table) of(kind string) []chat.Event {
	var out []chat.Event
	for _, e := range w.events {
		if e.Type == kind {
			out = append(out, e)
		}
	}
	return out
}

// results are the texts of all results; refused ones begin with "refused: ".
func (w *table) results() string {
	var b strings.Builder
	for _, e := range w.of(chat.ResultEvent) {
		if e.Result.Refused {
			b.WriteString("refused: ")
		}
		b.WriteString(e.Result.Text + "\n")
	}
	return b.String()
}

// complete demands that the transcript on disk holds every event that was told but
// the pieces of text, that no secret is in it, and that every call has its result.
func (w *table) complete() {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, ".plumb", "chat", "chat-000"+w.name+".jsonl"))
	if err != nil {
		w.t.Fatal(err)
	}
	if strings.Contains(string(text), key) {
		w.t.Error("the key is in the transcript")
	}
	var kept []string
	open := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var e chat.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.t.Fatalf("%q: %v", line, err)
		}
		kept = append(kept, quote(e))
		for _, c := range e.Calls {
			open[c.ID] = e.Type == chat.AssistantEvent || open[c.ID]
		}
		if e.Result != nil {
			delete(open, e.Result.ID)
		}
	}
	if len(open) > 0 {
		w.t.Errorf("calls without a result: %v", open)
	}
	for _, e := range w.events {
		if e.Type != chat.TextEvent && !slices.Contains(kept, quote(e)) {
			w.t.Errorf("not in the transcript: %s", quote(e))
		}
		if strings.Contains(quote(e), key) {
			w.t.Errorf("the key is shown: %s", quote(e))
		}
	}
}

func TestWhateverAModelDoesIsToldAndNothingIsLost(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "elsewhere")
	for _, c := range []struct {
		name  string
		steps []step
		// stops is in the error of the turn; empty when there is an answer.
		stops string
		// told is in the events.
		told []string
	}{
		{"an invented quote", []step{calls("answer", `{"path":"Return.peak","value":"50/min","quote":"fifty books come back per minute"}`), says("It is refused.")},
			"", []string{"is not in brief.md word for word"}},
		{"a number that the quote does not hold", []step{calls("answer", `{"path":"Return.peak","value":"50/min","quote":"about 20 come back per minute"}`), says("It is refused.")},
			"", []string{"does not say 50/min"}},
		{"wrong arguments", []step{calls("design", `{"file":3,"colour":"blue"}`), says("Wrong.")}, "", []string{"refused", "file"}},
		{"a missing argument", []step{calls("answer", `{}`), says("Wrong.")}, "", []string{"path"}},
		{"an unknown tool", []step{calls("rm", `{}`), says("Wrong.")}, "", []string{`there is no tool \"rm\"; there are answer, check`}},
		{"arguments that are no JSON", []step{calls("design", `{"file": "plumb.ya`), says("Wrong.")}, "", []string{"no JSON object"}},
		{"arguments that are no object", []step{calls("design", `[1]`), says("Wrong.")}, "", []string{"no JSON object"}},
		{"an endless loop", []step{calls("check", `{}`)}, "called tools 6 times without an answer", []string{"this call was made 3 times"}},
		{"a stream that breaks off", []step{{Text: "We have lost ", Break: true}, says("We have it.")}, "", []string{`"type":"partial"`, "We have lost", "asking again"}},
		{"streams that always break off", []step{{Text: "We have lost ", Break: true}}, "asked 3 times", []string{`"type":"partial"`, "We have lost"}},
		{"events that are no JSON", []step{{Text: "We have lost ", Garbage: true}, says("We have it.")}, "", []string{`"type":"partial"`}},
		{"a rate limit", []step{{Status: 429, After: "0.2"}, says("Now.")}, "", []string{"429", "asking again in 200ms"}},
		{"a rate limit for too long", []step{{Status: 429, After: "3600"}}, "said to wait 1h0m0s", nil},
		{"an error of the server", []step{{Status: 503}, {Status: 500}, says("Now.")}, "", []string{"503", "500"}},
		{"errors of the server for ever", []step{{Status: 500}}, "asked 3 times", nil},
		{"a request that is not accepted", []step{{Status: 400}}, "400", nil},
		{"a key that is not accepted", []step{{Status: 401}}, "401", nil},
		{"an answer without end", []step{{Endless: true}}, "grew beyond 1 MiB", nil},
		{"an empty answer", []step{says(""), says("  \n")}, "was empty; it was asked 3 times", nil},
		{"no answer in time", []step{{Text: "Let me ", Hang: true}}, "did not answer within", []string{"Let me "}},
		{"a path out of the workspace", []step{
			calls("design", `{"file":"/etc/passwd"}`), calls("design", `{"file":"../secret.yaml"}`),
			calls("emit", `{"out":`+quote(outside)+`,"write":true}`), calls("intake", `{"text":"system: X","save_as":"../x.yaml"}`), says("None of it."),
		}, "", []string{"leads out of the workspace"}},
		{"a number of its own", []step{says("It will answer within 250 ms, with 3 TB of data.")}, "", []string{`"figures":["250 ms","3 TB"]`}},
	} {
		for kind := range kinds {
			t.Run(c.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				w := sit(t, workspace(t), kind, "", func(o *chat.Options) {
					if c.name == "no answer in time" {
						o.Limits.Timeout, o.Limits.Attempts = 2*time.Second, 1
					}
				}, c.steps...)
				err := w.chat.Say(context.Background(), "Design the library.")
				switch {
				case c.stops == "" && err != nil:
					t.Fatalf("the turn stopped: %v\n%s", err, quote(w.events))
				case c.stops != "" && (err == nil || !strings.Contains(err.Error(), c.stops)):
					t.Fatalf("the turn stopped with %v, expected %q", err, c.stops)
				case c.stops != "" && len(w.of(chat.StoppedEvent)) != 1:
					t.Error("the person was not told why there is no answer")
				}
				for _, want := range c.told {
					if !strings.Contains(quote(w.events), want) {
						t.Errorf("%q is not told:\n%s", want, quote(w.events))
					}
				}
				if _, err := os.Lstat(outside); err == nil {
					t.Error("something was written outside the workspace")
				}
				w.complete()
				// The conversation goes on, with all that was said.
				w.goesOn(kind)
			})
		}
	}
}

// goesOn takes the conversation up again from its transcript.
func (w *table) goesOn(kind string) {
	w.t.Helper()
	w.close()
	again := sit(w.t, w.dir, kind, w.name, nil, says("Here I am."))
	if err := again.chat.Say(context.Background(), "Are you there?"); err != nil {
		w.t.Fatalf("the conversation does not go on: %v", err)
	}
	asked := again.script.asked[len(again.script.asked)-1]
	if !strings.Contains(asked, "Design the library.") || !strings.Contains(asked, "Are you there?") {
		w.t.Errorf("what was said is not sent: %s", asked)
	}
	for _, e := range w.of(chat.ResultEvent) {
		if !strings.Contains(asked, strings.Trim(quote(e.Result.Text), `"`)[:min(20, len(e.Result.Text))]) {
			w.t.Errorf("the result %q is not sent", e.Result.Text)
		}
	}
	again.complete()
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := sit(t, workspace(t), kind, "", nil, step{Status: 429, After: "1"}, says("Now."))
			if err := w.chat.Say(context.Background(), "Hello."); err != nil {
				t.Fatal(err)
			}
			if waited := w.script.times[1].Sub(w.script.times[0]); waited < time.Second {
				t.Errorf("asked again after %s", waited)
			}
		})
	}
}

func TestAnInterruptedTurnIsKeptAndTheConversationGoesOn(t *testing.T) {
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(context.Background())
			w := sit(t, workspace(t), kind, "", func(o *chat.Options) {
				show := o.Show
				o.Show = func(e chat.Event) {
					show(e)
					if e.Type == chat.TextEvent && strings.HasPrefix(e.Text, "Let me ") {
						interrupt()
					}
				}
			}, step{Calls: []scripted{{"check", "{}"}, {"design", "{}"}}}, step{Text: "Let me say", Hang: true})
			if err := w.chat.Say(ctx, "Design the library."); err == nil || !strings.Contains(err.Error(), "interrupted") {
				t.Fatalf("the turn ended with %v", err)
			}
			if p := w.of(chat.PartialEvent); len(p) != 1 || !strings.HasPrefix(p[0].Text, "Let me ") {
				t.Errorf("what had arrived is not kept: %s", quote(p))
			}
			w.complete()
			w.goesOn(kind)
		})
	}
}

func TestATranscriptCutInTheMiddleOfALineIsTakenUp(t *testing.T) {
	dir := workspace(t)
	w := sit(t, dir, "openai", "", nil, step{Calls: []scripted{{"check", "{}"}, {"query", `{"kind":"elements"}`}}}, says("Fine."))
	if err := w.chat.Say(context.Background(), "Design the library."); err != nil {
		t.Fatal(err)
	}
	w.close()
	// As if the process had been killed while the second result was written.
	at := filepath.Join(dir, ".plumb", "chat", "chat-0001.jsonl")
	text, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	second := strings.LastIndex(string(text), `{"type":"result"`)
	if err := os.WriteFile(at, text[:second+30], 0o600); err != nil {
		t.Fatal(err)
	}
	again := sit(t, dir, "openai", "1", nil, says("Here I am."))
	if err := again.chat.Say(context.Background(), "Go on."); err != nil {
		t.Fatal(err)
	}
	again.complete()
	if !strings.Contains(quote(again.events), "was cut by an interruption") || !strings.Contains(again.script.asked[0], "interrupted before it ran") {
		t.Errorf("the cut is not told: %s", quote(again.events))
	}
	if _, err := chat.Resume(filepath.Join(dir, ".plumb", "chat"), "7"); err == nil || !strings.Contains(err.Error(), "no conversation 7") {
		t.Errorf("a conversation that is not there: %v", err)
	}
	if err := os.WriteFile(at, []byte("{}\nnonsense\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := chat.Resume(filepath.Join(dir, ".plumb", "chat"), "1"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line that is no event: %v", err)
	}
}

// person agrees to what is in the list.
type person struct {
	agrees []string
	asked  []string
}

func (p *person) Agree(_ context.Context, c chat.Call) bool {
	p.asked = append(p.asked, c.Name)
	return slices.Contains(p.agrees, c.Name)
}

func TestThePersonIsAskedBeforeACallThatWritesAndNoOther(t *testing.T) {
	steps := []step{
		calls("emit", `{}`), calls("decide", `{"decision":"broker","accept":true,"try":true}`),
		calls("answer", `{"path":"Return.peak","value":"20/min","quote":"about 20 come back per minute"}`), calls("emit", `{"write":true}`), says("Done."),
	}
	dir := workspace(t)
	before, err := os.ReadFile(filepath.Join(dir, "plumb.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	nobody := sit(t, dir, "openai", "", func(o *chat.Options) { o.Yes = false }, steps...)
	if err := nobody.chat.Say(context.Background(), "Write it."); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(nobody.results(), "nobody is there to agree"); n != 2 {
		t.Errorf("%d calls were held back: %s", n, nobody.results())
	}
	p := &person{agrees: []string{"answer"}}
	asked := sit(t, dir, "anthropic", "", func(o *chat.Options) { o.Yes, o.Person = false, p }, steps...)
	if err := asked.chat.Say(context.Background(), "Write it."); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.asked, []string{"answer", "emit"}) || !strings.Contains(asked.results(), "the person did not agree") {
		t.Errorf("asked for %v: %s", p.asked, asked.results())
	}
	if len(asked.of(chat.QuestionEvent)) != 2 {
		t.Error("the questions are not in the transcript")
	}
	asked.complete()
	after, err := os.ReadFile(filepath.Join(dir, "plumb.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if string(after) == string(before) || !strings.Contains(string(after), "20/min") {
		t.Error("what the person agreed to was not written")
	}
	if _, err := os.Lstat(filepath.Join(dir, "design")); err == nil {
		t.Error("what the person did not agree to was written")
	}
}

func TestWhatThePersonSaysIsASourceAndWhatTheModelWritesIsNone(t *testing.T) {
	dir := workspace(t)
	w := sit(t, dir, "openai", "", nil,
		calls("answer", `{"path":"Return.peak","value":"25/min","quote":"some 25 returns per minute"}`),
		calls("answer", `{"path":"FindBook.peak","value":"80/s","quote":"80 searches per second"}`),
		calls("intake", `{"text":"# Shop\n\n## Stories\n\n- As a customer, I want to place an order.\n\n## Qualities\n\n- Place order: 900 orders per second at peak\n","brief":"shop.md"}`),
		calls("intake", `{"text":"system: Shop\ndomain:\n  Order: {volume: 40/s}\nuse_cases:\n  Place: {creates: Order}\n","save_as":"shop.yaml"}`),
		says("80 searches per second are not plumb's, 25/min is said."))
	if err := w.chat.Say(context.Background(), "There are some 25 returns per minute."); err != nil {
		t.Fatal(err)
	}
	results := w.results()
	for _, want := range []string{"use_cases.Return.peak = 25/min", "is not what the person said", "nothing quoted from the conversation says 40/s"} {
		if !strings.Contains(results, want) {
			t.Errorf("%q is not answered:\n%s", want, results)
		}
	}
	input, err := os.ReadFile(filepath.Join(dir, "plumb.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(input), `# peak: "some 25 returns per minute" (said in conversation)`) || strings.Contains(string(input), "80/s") {
		t.Errorf("the input is\n%s", input)
	}
	if _, err := os.Lstat(filepath.Join(dir, "shop.yaml")); err == nil {
		t.Error("an input without sources was kept")
	}
	if f := w.of(chat.UnbackedEvent); len(f) != 1 || !slices.Equal(f[0].Figures, []string{"80 searches/second"}) || !w.chat.Unbacked() {
		t.Errorf("flagged: %s", quote(f))
	}
}

func TestTokensAreCountedAndCostOnlyWithPrices(t *testing.T) {
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := workspace(t)
			w := sit(t, dir, kind, "", nil, calls("check", `{}`), says("Fine."))
			if err := w.chat.Say(context.Background(), "Design the library."); err != nil {
				t.Fatal(err)
			}
			if d := w.of(chat.DoneEvent)[0]; *d.Usage != (chat.Usage{In: 200, Out: 20}) || d.Cost != nil {
				t.Errorf("used %s", quote(d))
			}
			w.close()
			again := sit(t, dir, kind, w.name, func(o *chat.Options) { o.Prices = &chat.Prices{In: 3, Out: 15, Cached: 3} }, says("Fine."))
			if err := again.chat.Say(context.Background(), "And now?"); err != nil {
				t.Fatal(err)
			}
			if d := again.of(chat.DoneEvent)[0]; *d.Usage != (chat.Usage{In: 300, Out: 30}) || d.Cost == nil || *d.Cost != (300*3+30*15)/1e6 {
				t.Errorf("used %s", quote(d))
			}
		})
	}
}

func TestOldResultsAreLeftOutWhenAConversationIsLong(t *testing.T) {
	var steps []step
	for range 12 {
		steps = append(steps, calls("read_resource", `{"uri":"plumb://language"}`), calls("read_resource", `{"uri":"plumb://language","from":9000}`), says("Read."))
	}
	w := sit(t, workspace(t), "openai", "", func(o *chat.Options) { o.Limits.Context = 40_000 }, steps...)
	for range 12 {
		if err := w.chat.Say(context.Background(), "Read the language."); err != nil {
			t.Fatal(err)
		}
	}
	last := w.script.asked[len(w.script.asked)-1]
	if len(last) > 40_000*4 || !strings.Contains(last, "left out to save room") || !strings.Contains(quote(w.events), "no longer sent") {
		t.Errorf("%d bytes are sent", len(last))
	}
	w.complete() // the transcript has all of it
}

// The whole loop, from a brief in prose to written files, by scripted choices of tools.
func TestFromABriefToAWrittenDesign(t *testing.T) {
	input, err := os.ReadFile("../mcp/testdata/library/model.yaml")
	if err != nil {
		t.Fatal(err)
	}
	steps := []step{
		{Text: "I read it first.", Calls: []scripted{{"read_resource", `{"uri":"plumb://language"}`}, {"intake", `{"file":"brief.md"}`}}},
		calls("intake", quote(map[string]any{"text": strings.Replace(string(input), "peak: 30/min", "peak: 300/min", 1), "brief": "brief.md", "save_as": "plumb.yaml"})),
		calls("intake", quote(map[string]any{"text": string(input), "brief": "brief.md", "save_as": "plumb.yaml"})),
		calls("design", `{}`),
		calls("answer", `{"path":"use_cases.Return.peak","value":"20/min","quote":"about 20 come back per minute"}`),
		{Calls: []scripted{{"explain", `{"name":"deployables"}`}, {"whatif", `{"set":["peak=10x"]}`}, {"query", `{"kind":"impact","name":"use_cases.Borrow.peak"}`}}},
		calls("decide", `{"decision":"D1","accept":true}`),
		calls("simulate", `{"load":"peak"}`),
		calls("emit", `{}`),
		calls("emit", `{"write":true}`),
		calls("check", `{"out":"design"}`),
		says("The design is written; borrowing peaks at 30 books per minute."),
	}
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "brief.md"), []byte(brief(t)), 0o600); err != nil {
				t.Fatal(err)
			}
			w := sit(t, dir, kind, "", func(o *chat.Options) { o.Limits.Steps = 20 }, steps...)
			if err := w.chat.Say(context.Background(), "Design the backend that brief.md describes."); err != nil {
				t.Fatal(err)
			}
			w.complete()
			var refused []string
			for _, e := range w.of(chat.ResultEvent) {
				if e.Result.Refused {
					refused = append(refused, e.Result.Text)
				}
			}
			if len(refused) > 0 {
				t.Errorf("refused: %v", refused)
			}
			if !strings.Contains(w.results(), "nothing quoted from brief.md says 300/min") {
				t.Error("the invented number was taken")
			}
			if f := w.of(chat.UnbackedEvent); len(f) > 0 {
				t.Errorf("flagged: %s", quote(f))
			}
			results := w.of(chat.ResultEvent)
			if last := results[len(results)-1].Result.Text; !strings.Contains(last, "nothing out of date") {
				t.Errorf("the gate says %q", last)
			}
			for _, name := range []string{"plumb.yaml", "plumb.lock", "design/DESIGN.md"} {
				if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
					t.Errorf("%s is not written: %v", name, err)
				}
			}
		})
	}
}
