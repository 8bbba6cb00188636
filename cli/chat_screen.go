package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"unicode"

	"plumb.dev/plumb/chat"
)

// chatScreen shows the events of a conversation: answers on standard output, all
// about them on standard error, or with --json every event as a line.
type chatScreen struct {
	*app
	// within tells that a line of an answer is not ended yet.
	within bool
}

func (s *chatScreen) show(e chat.Event) {
	if s.json {
		text, err := json.Marshal(e)
		if err == nil {
			_, _ = fmt.Fprintf(s.Stdout, "%s\n", text)
		}
		return
	}
	switch e.Type {
	case chat.TextEvent:
		fmt.Fprint(s.Stdout, printable(e.Text))
		s.within = !strings.HasSuffix(e.Text, "\n")
	case chat.AssistantEvent:
		s.end()
		for _, c := range e.Calls {
			s.about("> %s %s", c.Name, shortened(string(c.Arguments), s.Width-len(c.Name)-6))
		}
	case chat.ResultEvent:
		if e.Result.Refused {
			s.about("  refused: %s", shortened(e.Result.Text, 3*s.Width))
		} else {
			s.about("  %s", shortened(e.Result.Text, s.Width-4))
		}
	case chat.UnbackedEvent:
		s.about("! not from plumb: %s", strings.Join(e.Figures, ", "))
	case chat.NoticeEvent:
		s.about("! %s", e.Text)
	case chat.PartialEvent:
		s.end()
		s.about("! this answer broke off and does not count")
	case chat.StoppedEvent:
		s.about("! no answer: %s", e.Why)
	case chat.DoneEvent:
		cost := ""
		if e.Cost != nil {
			cost = fmt.Sprintf(", cost %.4f", *e.Cost)
		}
		s.about("[tokens so far: %d in, %d out%s]", e.Usage.In, e.Usage.Out, cost)
	case chat.SessionEvent:
		s.about("[conversation %s, %s]", e.Text, e.Model)
	}
}

// end ends a line of an answer.
func (s *chatScreen) end() {
	if s.within {
		fmt.Fprintln(s.Stdout)
		s.within = false
	}
}

func (s *chatScreen) about(format string, args ...any) {
	s.end()
	fmt.Fprintln(s.Stderr, printable(fmt.Sprintf(format, args...)))
}

// printable takes out what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069') {
			return -1
		}
		return r
	}, s)
}

// shortened is the beginning of a text on one line.
func shortened(s string, columns int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if columns = max(columns, 20); len(r) > columns {
		return string(r[:columns-3]) + "..."
	}
	return string(r)
}

// talk is a person at a terminal.
type talk struct {
	*app
	screen     chatScreen
	lines      chan string
	interrupts chan os.Signal
	// turning tells that an interruption is the turn's, not the prompt's.
	turning bool
}

// listen begins to read what the person types and interrupts; the function returned
// ends that.
func (t *talk) listen() (stop func()) {
	t.lines, t.interrupts = make(chan string), make(chan os.Signal, 1)
	ended := make(chan struct{})
	signal.Notify(t.interrupts, os.Interrupt)
	go func() {
		defer close(t.lines)
		in := bufio.NewScanner(t.Stdin)
		in.Buffer(nil, maxInput)
		for in.Scan() {
			select {
			case t.lines <- in.Text():
			case <-ended:
				return
			}
		}
	}()
	return func() {
		signal.Stop(t.interrupts)
		close(ended)
	}
}

const chatHelp = `Say what you want in plain words, such as: design brief.md. A line that ends in \ goes on.
  /architect BRIEF   from a brief to a written design, step by step
  /intake BRIEF      read requirements into plumb.yaml
  /review [FILE]     what a design rests on, and where it would tip
  /defend DECISION   answer a doubt about a decision
  /help, /quit`

// converse takes turns until the person ends.
func (t *talk) converse(ctx context.Context, c *chat.Chat) error {
	// The first interruption ends a turn and not the program.
	ctx = context.WithoutCancel(ctx)
	fmt.Fprintln(t.Stderr, chatHelp)
	for {
		text, ok := t.read(ctx, "\n> ")
		if !ok {
			fmt.Fprintf(t.Stderr, "\nkept; 'plumb chat --resume' goes on\n")
			return nil
		}
		switch text, again, err := t.meant(ctx, c, strings.TrimSpace(text)); {
		case err != nil:
			fmt.Fprintf(t.Stderr, "! %v\n", err)
		case text != "":
			t.turn(ctx, c, text)
		case !again:
			return nil
		}
	}
}

// meant turns a command into what is said; "" with again when nothing is.
func (t *talk) meant(ctx context.Context, c *chat.Chat, text string) (said string, again bool, err error) {
	if !strings.HasPrefix(text, "/") {
		return text, true, nil
	}
	name, argument, _ := strings.Cut(strings.TrimPrefix(text, "/"), " ")
	switch name {
	case "quit", "exit":
		return "", false, nil
	case "help":
		fmt.Fprintln(t.Stderr, chatHelp)
		return "", true, nil
	}
	for _, p := range c.Tools.Prompts() {
		if p.Name == name {
			said, err = c.Tools.Prompt(ctx, name, strings.TrimSpace(argument))
			return said, true, err
		}
	}
	return "", true, fmt.Errorf("there is no /%s; /help lists what there is", name)
}

// turn says something; an interruption ends the turn alone.
func (t *talk) turn(ctx context.Context, c *chat.Chat, text string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	t.turning = true
	defer func() { t.turning = false }()
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-t.interrupts:
			stop()
		case <-ctx.Done():
		}
	}()
	_ = c.Say(ctx, text) // the event has said why there is no answer
	stop()
	<-done
}

// read is a line of the person, or several that end in \ but the last.
func (t *talk) read(ctx context.Context, prompt string) (string, bool) {
	var b strings.Builder
	t.screen.end()
	fmt.Fprint(t.Stderr, prompt)
	interrupts := t.interrupts
	if t.turning {
		interrupts = nil
	}
	for {
		select {
		case line, ok := <-t.lines:
			if !ok {
				return "", false
			}
			more := strings.HasSuffix(line, `\`)
			b.WriteString(strings.TrimSuffix(line, `\`))
			if !more {
				return b.String(), true
			}
			b.WriteByte('\n')
		case <-interrupts:
			return "", false
		case <-ctx.Done():
			return "", false
		}
	}
}

// Agree puts a call that writes to the person.
func (t *talk) Agree(ctx context.Context, c chat.Call) bool {
	said, ok := t.read(ctx, fmt.Sprintf("? may %s write: %s\n  yes or no: ", c.Name, printable(shortened(string(c.Arguments), 6*t.Width))))
	said = strings.ToLower(strings.TrimSpace(said))
	return ok && (said == "yes" || said == "y")
}

// ask puts a question of a tool to the person.
func (t *talk) ask(ctx context.Context, question string) (string, bool) {
	said, ok := t.read(ctx, "? "+printable(question)+"\n  answer, or Enter for none: ")
	said = strings.TrimSpace(said)
	return said, ok && said != ""
}
