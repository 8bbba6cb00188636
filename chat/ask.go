package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxAnswer bounds the text and the arguments of one answer, in bytes, and maxCalls
// the calls that it makes.
const (
	maxAnswer = 1 << 20
	maxCalls  = 32
)

// ask gets one answer. What may pass is asked again after a pause; what came of an
// answer that broke off is kept as such.
func (c *Chat) ask(ctx context.Context) (Reply, error) {
	pause := c.Limits.Pause
	for attempt := 1; ; attempt++ {
		reply, err := c.attempt(ctx)
		if err == nil {
			c.used.add(reply.Usage)
			return reply, nil
		}
		if reply.Text != "" || reply.Usage != (Usage{}) {
			c.used.add(reply.Usage)
			c.tell(Event{Type: PartialEvent, Text: reply.Text, Why: err.Error(), Usage: &reply.Usage})
		}
		if ctx.Err() != nil {
			return Reply{}, stopped(ctx.Err())
		}
		var f *Failure
		if !errors.As(err, &f) || !f.Passing {
			return Reply{}, err
		}
		wait := max(pause, f.After)
		switch {
		case attempt == c.Limits.Attempts:
			return Reply{}, fmt.Errorf("%w; it was asked %s, say anything to try again", err, times(attempt))
		case wait > c.Limits.MaxWait:
			return Reply{}, fmt.Errorf("%w; it said to wait %s, longer than is waited here; try again then", err, f.After)
		}
		c.tell(Event{Type: NoticeEvent, Text: fmt.Sprintf("%s; asking again in %s", err, wait)})
		if err := sleep(ctx, wait); err != nil {
			return Reply{}, stopped(err)
		}
		pause *= 2
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// errLong stops an answer that does not end.
var errLong = &Failure{Why: fmt.Sprintf("the answer grew beyond %d MiB and was cut off", maxAnswer>>20)}

// attempt asks once, within the time and the size that an answer may have.
func (c *Chat) attempt(ctx context.Context) (Reply, error) {
	limited, cancel := context.WithTimeout(ctx, c.Limits.Timeout)
	defer cancel()
	limited, tooLong := context.WithCancelCause(limited)
	defer tooLong(nil)
	size := 0
	request := Request{System: c.System, Messages: c.sent(), Tools: c.tools, MaxTokens: c.Limits.MaxTokens}
	reply, err := c.Model.Ask(limited, request, func(piece string) {
		if size += len(piece); size > maxAnswer {
			tooLong(errLong)
			return
		}
		c.tell(Event{Type: TextEvent, Text: piece})
	})
	if len(reply.Text) > maxAnswer {
		reply.Text = strings.ToValidUTF8(reply.Text[:maxAnswer], "")
	}
	switch {
	case context.Cause(limited) == errLong:
		return reply, errLong
	case err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded):
		return reply, &Failure{Why: fmt.Sprintf("the model did not answer within %s", c.Limits.Timeout), Passing: true}
	case err != nil:
		return reply, err
	case strings.TrimSpace(reply.Text) == "" && len(reply.Calls) == 0:
		return reply, &Failure{Why: "the model's answer was empty", Passing: true}
	case len(reply.Calls) > maxCalls:
		return reply, &Failure{Why: fmt.Sprintf("the model made %d calls at once; %d are the most", len(reply.Calls), maxCalls), Passing: true}
	}
	for i := range reply.Calls {
		if len(reply.Calls[i].Arguments) > maxAnswer {
			return reply, errLong
		}
		if reply.Calls[i].ID == "" {
			reply.Calls[i].ID = fmt.Sprintf("call-%d-%d", len(c.messages), i+1)
		}
	}
	return reply, nil
}
